"""Who takes attendance and who corrects records. For one shift, `activities.lead` answers."""

from typing import Any

from volunteers.foundation import access
from volunteers.grants import queries
from volunteers.grants.models import Role
from volunteers.teams.queries import led_by

STAFF = (Role.COORDINATOR, Role.AREA_STAFF)


def _leads_anything(user: Any, _: Any) -> bool:
    """Does the person lead a team or coordinate an area at all? (Who does not, is told so; who
    does, but not here, sees no such page.)"""
    return bool(led_by(user)) or any(grant.role in STAFF for grant in queries.live(user))


def _corrects(user: Any, shift: Any) -> bool:
    """What is confirmed, a coordinator of the area changes; the service refuses one's own."""
    return queries.covers_area(user, STAFF, shift.activity.area)


def register() -> None:
    """Fill the registry."""
    access.register("service.attendance", _leads_anything)
    access.register("service.correct", _corrects)
