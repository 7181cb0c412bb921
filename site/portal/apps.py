"""Residents' pages that join rooms."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Portal."""

    name = "portal"
    label = "portal"

    def ready(self) -> None:
        from volunteers.foundation.registry import measures

        from . import queries

        # Counted here until the teams bring pages, and with them a measure, of their own.
        measures.add("teams", queries.count_teams)
