"""Who may change the rules by which points are given."""

from typing import Any

from volunteers.areas.models import Kind
from volunteers.foundation import access
from volunteers.grants import queries
from volunteers.grants.models import Role

WIDE = (Kind.STREET, Kind.DISTRICT, Kind.CITY)


def _sets_rules(user: Any, _: Any) -> bool:
    """Rules hold for the whole street, so staff of one community may not set them."""
    return any(
        grant.role == Role.AREA_STAFF and grant.area is not None and grant.area.kind in WIDE
        for grant in queries.live(user)
    )


def register() -> None:
    """Fill the registry."""
    access.register("points.set_rules", _sets_rules)
