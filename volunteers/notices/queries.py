"""Reads of the inbox."""

from django.db.models import QuerySet

from volunteers.people.models import Volunteer
from volunteers.people.queries import belongs_to

from .models import Notice


def inbox(volunteer: Volunteer) -> QuerySet[Notice]:
    """What the person was told, newest first."""
    return Notice.objects.filter(belongs_to(volunteer)).order_by("-at", "-id")


def unread(volunteer: Volunteer) -> int:
    """How many they have not seen. One query."""
    return inbox(volunteer).filter(read_at__isnull=True).count()
