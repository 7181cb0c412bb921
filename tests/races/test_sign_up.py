"""Many people, few places, one moment: over real HTTP against the running product."""

from functools import partial

from tests.races.client import Answer, Person, at_once
from tests.stage import Stage

PLACES = 5
# On SQLite one writer goes at a time; fewer people are enough to make them queue.
CROWD = {"postgresql": 64, "sqlite": 16}
RACES = {"postgresql": 20, "sqlite": 5}


def said_full(answer: Answer) -> bool:
    """Whether the person reads, on a whole page of ours, that the shift is full and what to do."""
    return answer.status == 409 and "报满" in answer.text and "</html>" in answer.text


def test_five_places_go_to_five_of_the_crowd_and_all_others_are_told(stage: Stage) -> None:
    crowd, races = CROWD[stage.vendor], RACES[stage.vendor]
    shifts = stage.seed("shifts", count=races, capacity=PLACES)
    people = stage.seed("volunteers", count=crowd)
    browsers = [Person(stage.port, one["cookies"]) for one in people]
    for shift in shifts:
        answers = at_once([partial(browser.take, shift) for browser in browsers])
        winners = [one["id"] for one, got in zip(people, answers, strict=True) if got.status == 302]
        outcome = stage.seed("outcome", shift=shift["shift"])
        assert len(winners) == PLACES, [(a.status, a.text[:200]) for a in answers]
        assert sum(map(said_full, answers)) == crowd - PLACES
        assert sorted(outcome["active"]) == sorted(winners)
        assert outcome["taken"] == outcome["rows"] == PLACES
        assert outcome["over"] == 0


def test_eight_taps_of_one_person_make_one_sign_up(stage: Stage) -> None:
    [shift] = stage.seed("shifts", count=1, capacity=PLACES)
    [one] = stage.seed("volunteers", count=1)
    taps = [Person(stage.port, one["cookies"]) for _ in range(8)]
    answers = at_once([partial(tap.take, shift) for tap in taps])
    outcome = stage.seed("outcome", shift=shift["shift"])
    assert outcome["active"] == [one["id"]]
    assert outcome["taken"] == outcome["rows"] == 1
    assert any(answer.status == 302 for answer in answers)
    assert all(answer.status in (302, 409) for answer in answers), [a.status for a in answers]


def test_one_person_gets_one_of_two_shifts_at_the_same_time(stage: Stage) -> None:
    shifts = stage.seed("shifts", count=2, capacity=PLACES, minutes_apart=60)
    [one] = stage.seed("volunteers", count=1)
    answers = at_once([partial(Person(stage.port, one["cookies"]).take, shift) for shift in shifts])
    assert sorted(answer.status for answer in answers) == [302, 409]
    told = next(answer for answer in answers if answer.status == 409)
    assert "时间冲突" in told.text or "别的班次" in told.text
    outcomes = [stage.seed("outcome", shift=shift["shift"]) for shift in shifts]
    assert sorted(outcome["taken"] for outcome in outcomes) == [0, 1]
    assert sum(len(outcome["active"]) for outcome in outcomes) == 1


def test_the_last_place_goes_to_the_site_or_to_the_desk(stage: Stage) -> None:
    coordinator = Person(stage.port, stage.seed("staff", role="coordinator")["cookies"])
    resident, neighbour = stage.seed("volunteers", count=2)
    browser = Person(stage.port, resident["cookies"])
    for shift in stage.seed("shifts", count=5, capacity=1):
        add_by_hand = partial(
            coordinator.post,
            f"/desk/rota/shifts/{shift['shift']}/",
            volunteer=neighbour["id"],
            role="member",
            reason="本人电话报名",
        )
        taken, added = at_once([partial(browser.take, shift), add_by_hand])
        outcome = stage.seed("outcome", shift=shift["shift"])
        assert (outcome["taken"], outcome["over"]) == (1, 0)
        if taken.status == 302:
            assert outcome["active"] == [resident["id"]]
            assert added.status == 200
            assert "报满" in added.text
            assert "本人电话报名" in added.text, "what the coordinator typed stays"
        else:
            assert outcome["active"] == [neighbour["id"]]
            assert added.status == 302
            assert said_full(taken)
