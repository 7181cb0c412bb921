"""Reads that more than one caller needs."""

from django.db.models import QuerySet

from .models import Kind, Organisation, State


def accepted(*kinds: Kind) -> QuerySet[Organisation]:
    """Accepted organisations, of the given kinds or all, by name."""
    rows = Organisation.objects.filter(state=State.ACCEPTED).select_related("area")
    return (rows.filter(kind__in=kinds) if kinds else rows).order_by("name")
