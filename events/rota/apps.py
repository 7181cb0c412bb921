"""The coordinator's week: hand assignment on the board (patterns and the solver come later)."""

from django.apps import AppConfig


class RotaConfig(AppConfig):
    """Rota."""

    name = "events.rota"
    label = "rota"
    verbose_name = "排班"

    def ready(self) -> None:
        from . import permissions

        permissions.register()
