"""Registries filled in `AppConfig.ready()`: how a room answers upward without being imported."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries, each name once. Iterates in order of registration."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> T:
        """Register; raises ValueError if the name is taken by another entry."""
        if name in self._entries and self._entries[name] is not entry:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> T:
        """The entry; raises KeyError naming the registry."""
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"no {self.what} named {name!r}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(list(self._entries.items()))


# (user) -> list of desks' queue items (dicts: title, url, kind, since)
desk_queue: Registry[Callable[[Any], list[dict[str, Any]]]] = Registry("desk queue")
# () -> number; summed figures of home and overview
measures: Registry[Callable[[], int]] = Registry("measure")
# each model that points to a person, by "app.Model.field": export, erase and merge use it
subjects: Registry[str] = Registry("subject")
