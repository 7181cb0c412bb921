"""Where hits come from: each room that has something to find registers a source in `ready()`.

    sources.register("activities", "活动", find_activities, order=10)

`find(query)` gets what the person typed (never empty, at most `views.MAX_QUERY` characters,
without NUL) and returns its hits, best first. It may return a plain list or anything with
`len()` and slices: a list of keys that fetches texts only for the slice that is shown keeps a
page of results within its queries. Only what everybody may see belongs here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypedDict, overload

LIMIT = 200  # hits that one source offers; who wants more adds a word


class Hit(TypedDict):
    """One thing found."""

    title: str
    url: str
    kind: str  # what it is, in a word for people: 新闻, 活动
    excerpt: str  # plain text as long as it is; the page shows the part around the words found
    date: date | None  # published, or when it takes place


class Hits(Protocol):
    """A sequence of hits of which only slices are read."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Sequence[Hit]: ...


@dataclass(frozen=True)
class Source:
    """A kind of thing to find: `label` names it on the page, a lower `order` comes first."""

    name: str
    label: str
    find: Callable[[str], Hits]
    order: int


_sources: dict[str, Source] = {}


def register(name: str, label: str, find: Callable[[str], Hits], *, order: int = 100) -> None:
    """Adds a source; a second one of the same name takes the place of the first."""
    _sources[name] = Source(name, label, find, order)


def registered() -> list[Source]:
    """All sources in the order in which the page shows them."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.name))


class Together(Sequence[Hit]):
    """Several results one after the other, read as one sequence."""

    def __init__(self, parts: Sequence[Hits]) -> None:
        self.parts = [(part, len(part)) for part in parts]

    def __len__(self) -> int:
        return sum(length for _, length in self.parts)

    @overload
    def __getitem__(self, part: int, /) -> Hit: ...

    @overload
    def __getitem__(self, part: slice, /) -> list[Hit]: ...

    def __getitem__(self, part: int | slice, /) -> Hit | list[Hit]:
        if isinstance(part, int):
            at = range(len(self))[part]
            return self[at : at + 1][0]
        start, stop, _ = part.indices(len(self))
        found: list[Hit] = []
        for hits, length in self.parts:
            if start < length and stop > 0:
                found += hits[max(start, 0) : min(stop, length)]
            start, stop = start - length, stop - length
        return found
