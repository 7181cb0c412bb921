"""Reads about areas that several callers need."""

from django.conf import settings
from django.db.models import QuerySet

from .models import GRID_KINDS, Area, Kind


def street() -> Area | None:
    """The street that this platform serves (settings.LZ_STREET_CODE); None before the divisions
    are loaded."""
    return Area.objects.filter(code=settings.LZ_STREET_CODE).first()


def communities() -> QuerySet[Area]:
    """The street's communities in use, by code."""
    return Area.objects.filter(
        kind=Kind.COMMUNITY, code__startswith=settings.LZ_STREET_CODE, closed_at__isnull=True
    ).order_by("code")


def grids(path: str) -> QuerySet[Area]:
    """Grids in use at or below a tree path, exclusive ones too, by code."""
    return Area.objects.filter(
        kind__in=GRID_KINDS, path__startswith=path, closed_at__isnull=True
    ).order_by("code")
