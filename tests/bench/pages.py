"""Public pages for anonymous readers: queries without the page cache, hits with it, freshness.

A hit is compared with a hit of Django's own UpdateCacheMiddleware on the same Redis store, in the
same server, for a body as long.
"""

from http.client import HTTPConnection
from typing import Any

from tests.bench.load import Run, figures, get, run
from tests.races.client import Person
from tests.stage import Stage

REQUESTS = 3200  # a run
ROUNDS = 3
FLOOR = 0.70
QUERIES_FLOOR = 10


def home(stage: Stage, *, short: bool) -> dict[str, Any]:
    """The home page."""
    return _bench(stage, "page_home", "/", short)


def campaign(stage: Stage, *, short: bool) -> dict[str, Any]:
    """A campaign's page with its open shifts."""
    path = stage.python("tests.bench.seeding", "campaign_page")
    return _bench(stage, "page_campaign", path, short)


def activities(stage: Stage, *, short: bool) -> dict[str, Any]:
    """The list of activities."""
    return _bench(stage, "page_activities", "/activities/", short)


def _bench(stage: Stage, name: str, path: str, short: bool) -> dict[str, Any]:
    stale = _stale_after(stage, path)
    made_before = stage.python("tests.bench.seeding", "renditions")
    assert made_before > 0, "the pages should have pictures to show"
    measured = stage.python("tests.bench.seeding", "queries_of_page", path=path)
    body = _read(stage, path)
    made = stage.python("tests.bench.seeding", "renditions") - made_before
    result: dict[str, Any] = {
        "bench": name,
        "queries": measured["count"],
        "queries_floor": f"<={QUERIES_FLOOR}",
        "bytes": len(body),
        "renditions_in_get": made,
        "stale_after": stale,
    }
    if measured["count"] > QUERIES_FLOOR:
        result["statements"] = measured["statements"]
    good = measured["count"] <= QUERIES_FLOOR and made == 0 and not stale
    if not short:
        result |= _hits(stage, path, len(body))
        good = good and result["ratio"] >= FLOOR
    return result | {"ok": good, "goal_met": good}


def _read(stage: Stage, path: str) -> str:
    """The page as an anonymous reader gets it."""
    connection = HTTPConnection("127.0.0.1", stage.port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
    finally:
        connection.close()
    assert answer.status == 200, f"{path}: {answer.status} {body[:500]}"
    return body


def _stale_after(stage: Stage, path: str) -> list[str]:
    """The acts after which the next reader still got the old page; empty as it should be."""
    shown = stage.python("tests.bench.seeding", "shown_shift")
    [someone] = stage.seed("volunteers", count=1)
    person = Person(stage.port, someone["cookies"])
    stale = []
    before = _read(stage, path)
    assert _read(stage, path) == before, f"{path} differs from one reader to the next"
    assert person.take(shown).status == 302
    signed_up = _read(stage, path)
    if signed_up == before:
        stale.append("sign-up")
    stage.python("tests.bench.seeding", "withdraw", volunteer=someone["id"], shift=shown["shift"])
    if _read(stage, path) == signed_up:
        stale.append("withdrawal")
    if stage.python("tests.bench.seeding", "publish_activity") not in _read(stage, path):
        stale.append("publication of an activity")
    title = stage.python("tests.bench.seeding", "publish_article")
    if title not in _read(stage, path) and path != "/activities/":
        stale.append("publication of an article")
    return stale


def _hits(stage: Stage, path: str, length: int) -> dict[str, Any]:
    ours, ceiling = get(path, stage.port), get(f"/bench/page/?bytes={length}", stage.port)
    product: list[Run] = []
    bare: list[Run] = []
    for number in range(ROUNDS + 1):
        # The first round warms both sides up and counts for nothing.
        count = REQUESTS if number else 320
        bare_run, product_run = (run(stage, [one] * count) for one in (ceiling, ours))
        assert bare_run.statuses == product_run.statuses == {200: count}
        if number:
            bare.append(bare_run)
            product.append(product_run)
    bar = f">={FLOOR:.2f}"
    return figures(product, bare) | {"floor": bar, "goal": bar}
