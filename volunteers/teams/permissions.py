"""Who may do what with a team."""

from volunteers.foundation import access

from . import queries


def register() -> None:
    """Fill the registry."""
    access.register("teams.lead", lambda user, team: team.pk in queries.led_by(user))
