"""Campaigns, activities, shifts, sign-ups and the one capacity service."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Activities."""

    name = "events.activities"
    label = "activities"
    verbose_name = "活动"

    def ready(self) -> None:
        from volunteers.foundation.registry import desk_queue, measures

        from . import notices, permissions, queries, triggers

        permissions.register()
        notices.register()
        triggers.register()
        desk_queue.add("activities", queries.to_review)
        measures.add("open_shifts", queries.count_open_shifts)
        measures.add("patrols_tonight", queries.count_patrols_tonight)
        measures.add("activities", queries.count_activities)
