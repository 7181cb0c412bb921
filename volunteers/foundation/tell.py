"""The door through which every app speaks to people. `notices` puts the answer behind it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from .written import Writes


class Sender(Protocol):
    """What `notices` provides."""

    def send(
        self,
        kind: str,
        to: Any,
        key: str,
        context: dict[str, Any],
        not_before: datetime | None,
        into: Writes | None,
    ) -> None: ...

    def cancel(self, key: str) -> None: ...


_provider: list[Callable[[], Sender]] = []


def provide(factory: Callable[[], Sender]) -> None:
    """Called once by `notices` in ready()."""
    _provider[:] = [factory]


def send(
    kind: str,
    *,
    to: Any,
    key: str,
    context: dict[str, Any] | None = None,
    not_before: datetime | None = None,
    into: Writes | None = None,
) -> None:
    """Tell `to` (a Volunteer or a User) once per `key`, whatever retries happen. The words
    come from the kind's template; `context` holds plain JSON values. `into`: write the row with
    these others, which the caller sends."""
    _provider[0]().send(kind, to, key, context or {}, not_before, into)


def cancel(key: str) -> None:
    """Take back what has not been delivered."""
    _provider[0]().cancel(key)
