"""Reads about volunteers that several callers need."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet

from volunteers.areas.models import Area, Kind

from .models import Volunteer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from volunteers.accounts.models import User


def live() -> QuerySet[Volunteer]:
    """Volunteers who have not left and are not a merged double."""
    return Volunteer.objects.filter(left_at__isnull=True, merged_into__isnull=True)


def count_live() -> int:
    """The measure "volunteers"."""
    return live().count()


def of_user(user: "User | AnonymousUser") -> Volunteer | None:
    """The volunteer of an account with community, or None; a merged double gives the person it
    was merged into. One query, kept on the user object."""
    if not user.is_authenticated:
        return None
    kept: Any = user.__dict__.get("_lz_volunteer", ...)
    if kept is ...:
        found = (
            Volunteer.objects.select_related("community", "merged_into__community")
            .filter(user=user)
            .first()
        )
        kept = found.merged_into or found if found else None
        # A newcomer may register in this very request, so only a find is kept.
        if kept is not None:
            user.__dict__["_lz_volunteer"] = kept
    result: Volunteer | None = kept
    return result


def belongs_to(volunteer: Volunteer, path: str = "volunteer") -> Q:
    """A filter on facts of this person, those of merged doubles included: facts are never
    rewritten, reads follow `merged_into`. `path` is the lookup of the fact's volunteer."""
    return Q(**{path: volunteer}) | Q(**{f"{path}__merged_into": volunteer})


def communities() -> list[tuple[str, list[Area]]]:
    """Communities that a person may choose, grouped by street: those of this platform's street
    (settings.LZ_STREET_CODE), or of every street where that one is not loaded. Two queries."""
    own = list(Area.objects.filter(kind=Kind.STREET, code=settings.LZ_STREET_CODE))
    streets = own or list(Area.objects.filter(kind=Kind.STREET, closed_at=None))
    rows = Area.objects.filter(kind=Kind.COMMUNITY, closed_at=None).order_by("path")
    if own:
        rows = rows.filter(path__startswith=own[0].path)
    found = list(rows)
    grouped = [(s.name, [row for row in found if s.covers(row)]) for s in streets]
    return [(name, members) for name, members in grouped if members]
