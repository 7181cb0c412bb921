"""Units join grids."""

from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    """Co-governance."""

    name = "events.partnership"
    label = "partnership"
    verbose_name = "共治共建"

    def ready(self) -> None:
        from . import permissions

        permissions.register()
