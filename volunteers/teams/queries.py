"""Reads about teams that several callers need."""

from typing import TYPE_CHECKING

from .models import Membership

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def led_by(user: "User") -> set[int]:
    """Ids of the teams that this user leads; read once per user object."""
    cached: set[int] | None = getattr(user, "_led_teams", None)
    if cached is None:
        cached = set(
            Membership.objects.filter(
                volunteer__user=user, role=Membership.Role.LEADER, left_at__isnull=True
            ).values_list("team_id", flat=True)
        )
        user._led_teams = cached  # type: ignore[attr-defined]
    return cached
