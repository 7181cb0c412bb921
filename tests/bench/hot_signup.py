"""Sign-ups by 32 people at a time for one hot shift, beside the barest view that does as much."""

from functools import partial
from typing import Any

from tests.bench.load import CLIENTS, Run, figures, post, run
from tests.races.client import Person, at_once
from tests.stage import Stage

REQUESTS = 960  # a run; each by a person of its own
ROUNDS = 3
FLOOR, GOAL = 0.50, 0.70
QUERIES_FLOOR, QUERIES_GOAL = 12, 10
CROWD, PLACES = 64, 20


def bench(stage: Stage, *, short: bool) -> dict[str, Any]:
    """Ratio of sign-ups a second, statements a sign-up, places oversold in races."""
    people = stage.python("tests.bench.seeding", "people", count=CROWD if short else REQUESTS)
    result: dict[str, Any] = {"bench": "hot_signup"}
    result |= _queries(stage, people[:3])
    result["oversold"] = sum(_race(stage, people[:CROWD]) for _ in range(2 if short else 5))
    good = result["queries"] <= QUERIES_FLOOR and result["oversold"] == 0
    met = good and result["queries"] <= QUERIES_GOAL
    if not short:
        result |= _ratio(stage, people)
        good = good and result["ratio"] >= FLOOR
        met = met and result["ratio"] >= GOAL
    return result | {"ok": good, "goal_met": met}


def _queries(stage: Stage, people: list[dict[str, str]]) -> dict[str, Any]:
    [shift] = stage.python("tests.bench.seeding", "hot_shifts", count=1, capacity=10)
    measured = stage.python(
        "tests.bench.seeding",
        "queries_of_sign_up",
        cookies=people,
        activity=shift["activity"],
        shift=shift["shift"],
    )
    count = measured["count"]
    words = {"queries": count, "queries_floor": f"<={QUERIES_FLOOR}"}
    words["queries_goal"] = f"<={QUERIES_GOAL}"
    return words | ({"statements": measured["statements"]} if count > QUERIES_FLOOR else {})


def _race(stage: Stage, people: list[dict[str, str]]) -> int:
    """How many places too many were given in one race."""
    [shift] = stage.python("tests.bench.seeding", "hot_shifts", count=1, capacity=PLACES)
    acts = [partial(Person(stage.port, cookies).take, shift) for cookies in people]
    winners = sum(answer.status == 302 for answer in at_once(acts))
    outcome = stage.seed("outcome", shift=shift["shift"])
    assert winners == outcome["taken"] == len(outcome["active"]), (winners, outcome)
    return max(outcome["taken"] - PLACES, 0)


def _ratio(stage: Stage, people: list[dict[str, str]]) -> dict[str, Any]:
    shifts = stage.python(
        "tests.bench.seeding", "hot_shifts", count=ROUNDS + 1, capacity=len(people)
    )
    product: list[Run] = []
    bare: list[Run] = []
    for number, shift in enumerate(shifts):
        # The first round warms both sides up and counts for nothing.
        share = people[:128] if number == 0 else people
        bare_run = run(stage, _bare_requests(stage, shift, share))
        product_run = run(stage, _product_requests(stage, shift, share))
        assert bare_run.statuses == {200: len(share)}, bare_run.statuses
        assert product_run.statuses == {302: len(share)}, product_run.statuses
        assert stage.seed("outcome", shift=shift["shift"])["taken"] == len(share)
        if number:
            bare.append(bare_run)
            product.append(product_run)
    bars = {"floor": f">={FLOOR:.2f}", "goal": f">={GOAL:.2f}"}
    return figures(product, bare) | bars | {"clients": CLIENTS, "requests": len(people)}


def _product_requests(
    stage: Stage, shift: dict[str, int], people: list[dict[str, str]]
) -> list[bytes]:
    path = f"/activities/{shift['activity']}/take/"
    return [post(path, stage.port, cookies, shift=shift["shift"], read=1) for cookies in people]


def _bare_requests(
    stage: Stage, shift: dict[str, int], people: list[dict[str, str]]
) -> list[bytes]:
    path = "/bench/sign-up/"
    return [post(path, stage.port, cookies, shift=shift["bare"], read=1) for cookies in people]
