"""Predicates about roles that belong to no other app."""

from volunteers.foundation import access
from volunteers.foundation.registry import desk_queue, measures

from . import queries
from .models import Role

AREA_DESK_ROLES = (Role.AREA_STAFF, Role.COORDINATOR, Role.GRID_HEAD)


def register() -> None:
    """Fill the registry."""
    access.register(
        "grants.desk",
        lambda user, obj: any(g.role in AREA_DESK_ROLES for g in queries.live(user)),
    )
    access.register(
        "grants.give",
        lambda user, area: queries.covers_area(user, [Role.AREA_STAFF], area),
    )
    access.register(
        "organisations.review",
        lambda user, row: queries.covers_area(user, [Role.AREA_STAFF], row.area),
    )
    access.register(
        "organisations.manage",
        lambda user, row: queries.in_organisation(
            user, [Role.ORG_MANAGER, Role.ORG_POSTER, Role.LIAISON], row.pk
        ),
    )
    desk_queue.add("organisations", queries.waiting_organisations)
    measures.add("units", queries.count_units)
