"""Who may act where. One query per user and request (the list is kept on the user object)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from volunteers.areas.models import Area
from volunteers.organisations.models import Kind, Organisation, State

from .models import Grant, Role

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def live(user: "User") -> list[Grant]:
    """The user's grants in force, with area and organisation; read once per user object."""
    cached: list[Grant] | None = getattr(user, "_live_grants", None)
    if cached is None:
        cached = list(
            Grant.objects.filter(user=user, revoked_at__isnull=True).select_related(
                "area", "organisation"
            )
        )
        user._live_grants = cached  # type: ignore[attr-defined]
    return cached


def covers_area(user: "User", roles: Iterable[Role], area: Area) -> bool:
    """Has the user one of `roles` over `area` or over an area above it?"""
    wanted = set(roles)
    return any(g.role in wanted and g.area is not None and g.area.covers(area) for g in live(user))


def in_organisation(user: "User", roles: Iterable[Role], organisation_id: int) -> bool:
    """Has the user one of `roles` in that organisation?"""
    wanted = set(roles)
    return any(g.role in wanted and g.organisation_id == organisation_id for g in live(user))


def area_scope(user: "User", roles: Iterable[Role], path: str = "area__path") -> Q:
    """A filter on objects whose area (`path`: lookup of its tree path) lies in the user's scope
    for one of `roles`; matches nothing without such a grant."""
    wanted = set(roles)
    scope = Q(pk__in=[])
    if user.is_superuser:
        return Q()
    for grant in live(user):
        if grant.role in wanted and grant.area is not None:
            scope |= Q(**{f"{path}__startswith": grant.area.path})
    return scope


def organisations(user: "User", roles: Iterable[Role] | None = None) -> list[int]:
    """Ids of the organisations in which the user has one of `roles` (None: any)."""
    wanted = None if roles is None else set(roles)
    return [
        g.organisation_id
        for g in live(user)
        if g.organisation_id is not None and (wanted is None or g.role in wanted)
    ]


def waiting_organisations(user: "User") -> list[dict[str, Any]]:
    """Desk queue: applications in the user's area that wait for an answer, oldest first."""
    rows = Organisation.objects.filter(
        area_scope(user, [Role.AREA_STAFF]), state=State.SUBMITTED
    ).order_by("created_at")
    return [
        {
            "title": row.name,
            "kind": f"{row.get_kind_display()}申请",
            "url": f"/desk/organisations/{row.pk}/",
            "since": row.created_at,
        }
        for row in rows
    ]


def count_units() -> int:
    """Measure: resident units that co-govern here (accepted)."""
    return Organisation.objects.filter(kind=Kind.UNIT, state=State.ACCEPTED).count()


def people_of(row: Organisation) -> list[Grant]:
    """Who acts for an organisation."""
    return list(
        Grant.objects.filter(organisation=row, revoked_at__isnull=True).select_related("user")
    )
