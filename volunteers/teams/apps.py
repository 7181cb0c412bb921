"""Service teams."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """Teams."""

    name = "volunteers.teams"
    label = "teams"
    verbose_name = "服务队伍"

    def ready(self) -> None:
        from . import permissions

        permissions.register()
