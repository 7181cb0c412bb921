"""Reads about units in grids."""

from typing import TYPE_CHECKING, Any

from volunteers.areas.models import Area
from volunteers.grants.models import Role
from volunteers.grants.queries import area_scope
from volunteers.organisations.models import Organisation

from .models import GridJoin

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def units_of(grid: Area) -> list[Organisation]:
    """Units that co-govern a grid, by name; what each offers stands in `.offer`."""
    rows = (
        GridJoin.objects.filter(grid=grid, state=GridJoin.State.ACCEPTED)
        .select_related("organisation")
        .order_by("organisation__name")
    )
    units = []
    for row in rows:
        row.organisation.offer = row.offer  # type: ignore[attr-defined]
        units.append(row.organisation)
    return units


def joins_of(unit: Organisation) -> list[GridJoin]:
    """A unit's joins, newest first."""
    return list(
        GridJoin.objects.filter(organisation=unit).select_related("grid").order_by("-created_at")
    )


def waiting_joins(user: "User") -> list[dict[str, Any]]:
    """Desk queue: joins in the user's area that wait for an answer."""
    rows = (
        GridJoin.objects.filter(
            area_scope(user, [Role.AREA_STAFF, Role.GRID_HEAD], "grid__path"),
            state=GridJoin.State.APPLIED,
        )
        .select_related("grid", "organisation")
        .order_by("created_at")
    )
    return [
        {
            "title": f"{row.organisation.name} → {row.grid.name}",
            "kind": "单位进网格",
            "url": f"/desk/joins/{row.pk}/",
            "since": row.created_at,
        }
        for row in rows
    ]
