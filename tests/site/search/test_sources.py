"""Sources of hits: registered by rooms, read together."""

from collections.abc import Iterator

import pytest

from search import sources
from search.sources import Hit, Together


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sources, "_sources", {})
    yield


def hits(*titles: str) -> list[Hit]:
    return [
        {"title": title, "url": "/", "kind": "活动", "excerpt": "", "date": None}
        for title in titles
    ]


@pytest.mark.usefixtures("empty_registry")
def test_sources_come_in_their_order_and_a_name_is_taken_once() -> None:
    sources.register("late", "晚", lambda query: hits(), order=90)
    sources.register("early", "早", lambda query: hits(), order=10)
    sources.register("late", "更晚", lambda query: hits(), order=95)

    assert [source.label for source in sources.registered()] == ["早", "更晚"]


@pytest.mark.parametrize("start", range(5))
@pytest.mark.parametrize("stop", range(7))
def test_several_results_are_read_as_one(start: int, stop: int) -> None:
    parts = [hits("甲", "乙"), hits(), hits("丙", "丁", "戊")]
    together = Together(parts)

    assert len(together) == 5
    assert together[start - 5]["title"] == ("甲", "乙", "丙", "丁", "戊")[start - 5]
    assert together[start:stop] == hits("甲", "乙", "丙", "丁", "戊")[start:stop]
