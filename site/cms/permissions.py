"""What the back office may do at most with things that other rooms own.

Superusers included: a rule that stands is never changed, a campaign with history never deleted.
"""

from typing import Any

from django.contrib.auth import get_user_model
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from events.activities.models import Campaign
from volunteers.points.models import Rule


class Only(ModelPermissionPolicy):
    """Django's permissions, and of them only some actions."""

    def __init__(self, model: Any, *actions: str) -> None:
        super().__init__(model)
        self.actions = frozenset(actions)

    def user_has_permission(self, user: Any, action: str) -> bool:
        """No for every other action, whoever asks."""
        return action in self.actions and super().user_has_permission(user, action)

    def users_with_any_permission(self, actions: Any) -> Any:
        """Nobody for every other action."""
        left = self.actions & set(actions)
        if not left:
            return get_user_model().objects.none()
        return super().users_with_any_permission(left)


def register() -> None:
    """At start-up, before anything looks a policy up."""
    register_permission_policy(Campaign, Only(Campaign, "add", "change", "view"))
    register_permission_policy(Rule, Only(Rule, "add", "view"))
