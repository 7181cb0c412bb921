"""Who may confirm and correct records."""


def register() -> None:
    """Nothing yet beyond `activities.lead`, which attendance shares."""
