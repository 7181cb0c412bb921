"""Residents' pages that join rooms."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Portal."""

    name = "portal"
    label = "portal"

    def ready(self) -> None:
        from search import sources
        from volunteers.foundation.registry import measures

        from . import finding, queries

        # Counted here until the teams bring pages, and with them a measure, of their own.
        sources.register("activities", "活动", finding.find_activities, order=10)
        measures.add("teams", queries.count_teams)
