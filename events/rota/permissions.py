"""Who sees the board."""

from volunteers.foundation import access
from volunteers.grants import queries
from volunteers.grants.models import Role

BOARD_ROLES = (Role.COORDINATOR, Role.AREA_STAFF)


def register() -> None:
    """Fill the registry."""
    access.register(
        "rota.board",
        lambda user, obj: any(g.role in BOARD_ROLES for g in queries.live(user)),
    )
