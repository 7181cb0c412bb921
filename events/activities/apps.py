"""Campaigns, activities, shifts, sign-ups and the one capacity service."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Activities."""

    name = "events.activities"
    label = "activities"
    verbose_name = "活动"

    def ready(self) -> None:
        from . import notices, permissions, triggers

        permissions.register()
        notices.register()
        triggers.register()
