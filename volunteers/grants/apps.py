"""Role × scope × user."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Grants."""

    name = "volunteers.grants"
    label = "grants"
    verbose_name = "授权"

    def ready(self) -> None:
        from . import permissions

        permissions.register()
