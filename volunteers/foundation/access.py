"""The one question: may this user do this to that? Predicates are registered by each app;
`grants` puts the answer about roles behind `scopes` in its `ready()`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .registry import Registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from volunteers.accounts.models import User

    Anyone = User | AnonymousUser

Predicate = Callable[[Any, Any], bool]
_actions: Registry[Predicate] = Registry("action")


def register(action: str, predicate: Predicate) -> None:
    """`action` is "app.verb"; `predicate(user, obj)` answers for signed-in, active users."""
    _actions.add(action, predicate)


def can(user: "Anyone | None", action: str, obj: Any = None) -> bool:
    """May `user` do `action` on `obj`? Unknown actions raise KeyError: a typo is never a yes.
    Nobody, inactive people and superusers are not special-cased upward: a superuser may."""
    predicate = _actions.get(action)
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    return bool(user.is_superuser or predicate(user, obj))


def actions() -> list[str]:
    """Every registered action, for the table-driven test."""
    return [name for name, _ in _actions]
