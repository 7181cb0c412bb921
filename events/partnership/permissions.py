"""Who may join a grid for a unit, and who decides."""

from volunteers.foundation import access
from volunteers.foundation.registry import desk_queue
from volunteers.grants import queries as grants
from volunteers.grants.models import Role

from . import queries


def register() -> None:
    """Fill the registries."""
    access.register(
        "partnership.join",
        lambda user, unit: grants.in_organisation(user, [Role.LIAISON, Role.ORG_MANAGER], unit.pk),
    )
    access.register(
        "partnership.decide",
        lambda user, join: grants.covers_area(user, [Role.AREA_STAFF, Role.GRID_HEAD], join.grid),
    )
    desk_queue.add("joins", queries.waiting_joins)
