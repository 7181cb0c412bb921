"""Points: a ledger that is told minutes and sources and knows no shift."""

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """Ledger and rules."""

    name = "volunteers.points"
    label = "points"
    verbose_name = "积分"

    def ready(self) -> None:
        from volunteers.foundation.sealing import Stream, streams

        from . import permissions, sealed
        from .models import Transfer

        permissions.register()
        streams.add("transfers", Stream(Transfer, sealed.leaf))
