"""Checking in and out: who, when, from where, and what a second tap does."""

from datetime import timedelta

import pytest
from django.db import connection

from events.activities.models import Shift, SignUp
from events.activities.services import capacity
from events.service.models import Attendance
from events.service.services import records
from events.service.services.attendance import (
    NoPlace,
    TooEarly,
    TooLate,
    check_in,
    check_out,
    mark_absent,
    undo_tick,
)
from tests import factories
from tests.events.service.helpers import SCAN, leader_of, local, promise, shift
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act, Outgoing

pytestmark = pytest.mark.django_db

LEADER = Attendance.Method.LEADER


def tap(service, signup, at, method=SCAN):
    return service(signup, actor=signup.volunteer.user, method=method, at=local(at))


def test_a_volunteer_checks_in_and_out():
    signup = promise(shift())
    assert tap(check_in, signup, "2026-03-07 19:25").fresh
    stamp = tap(check_out, signup, "2026-03-07 21:31")
    assert stamp.fresh
    row = Attendance.objects.get()
    assert (row.state, row.in_method, row.out_method) == ("out", "scan", "scan")
    assert (row.in_at, row.out_at) == (local("2026-03-07 19:25"), local("2026-03-07 21:31"))
    verbs = Act.objects.filter(verb__startswith="attendance").order_by("id")
    assert [act.verb for act in verbs] == ["attendance.in", "attendance.out"]


def test_a_second_tap_and_a_second_device_change_nothing():
    """Trial 71: one record, and the first time stands."""
    signup = promise(shift())
    first = tap(check_in, signup, "2026-03-07 19:25")
    again = tap(check_in, signup, "2026-03-07 19:26")
    other_device = tap(check_in, SignUp.objects.get(pk=signup.pk), "2026-03-07 19:27", LEADER)
    assert [first.fresh, again.fresh, other_device.fresh] == [True, False, False]
    row = Attendance.objects.get()
    assert (row.in_at, row.in_method) == (local("2026-03-07 19:25"), "scan")
    assert Act.objects.filter(verb="attendance.in").count() == 1


def test_a_second_check_out_keeps_the_first_time():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:25")
    tap(check_out, signup, "2026-03-07 21:00")
    assert not tap(check_out, signup, "2026-03-07 21:30").fresh
    assert not tap(check_in, signup, "2026-03-07 21:30").fresh
    assert Attendance.objects.get().out_at == local("2026-03-07 21:00")


@pytest.mark.parametrize(
    ("at", "error", "words"),
    [
        ("2026-03-07 18:29", TooEarly, "18:30–19:30可以签到"),
        ("2026-03-07 21:30", TooLate, "已经结束"),
    ],
)
def test_check_in_has_a_window(at, error, words):
    signup = promise(shift())
    with pytest.raises(error, match=words):
        tap(check_in, signup, at)
    assert not Attendance.objects.filter(state="in").exists()


@pytest.mark.parametrize("at", ["2026-03-07 18:30", "2026-03-07 21:29"])
def test_the_window_is_half_open(at):
    assert tap(check_in, promise(shift()), at).fresh


def test_a_leader_may_tick_after_the_end_and_the_person_reads_it():
    signup = promise(shift())
    assert tap(check_in, signup, "2026-03-08 00:30", LEADER).fresh
    notice = Outgoing.objects.get(payload__kind="attendance.ticked")
    assert notice.payload["volunteer"] == signup.volunteer_id
    with pytest.raises(TooLate):
        tap(check_in, promise(signup.shift), "2026-03-08 01:30", LEADER)


def test_who_checks_in_alone_gets_no_such_notice():
    tap(check_in, promise(shift()), "2026-03-07 19:25")
    assert not Outgoing.objects.filter(payload__kind="attendance.ticked").exists()


def test_check_out_does_not_come_before_check_in_or_before_the_start():
    signup = promise(shift())
    with pytest.raises(Refusal, match="还没有签到"):
        tap(check_out, signup, "2026-03-07 20:00")
    tap(check_in, signup, "2026-03-07 19:00")
    with pytest.raises(TooEarly, match="19:30 才开始"):
        tap(check_out, signup, "2026-03-07 19:10")
    assert Attendance.objects.get().state == "in"


def test_check_out_is_taken_until_hours_after_the_end():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:30")
    with pytest.raises(TooLate, match="请队长"):
        tap(check_out, signup, "2026-03-08 01:30")
    assert tap(check_out, signup, "2026-03-08 01:29").fresh


@pytest.mark.parametrize(
    ("state", "words"),
    [("offered", "先到“我的”里"), ("waiting", "还在候补"), ("applied", "还在审核"),
     ("withdrawn", "已经取消"), ("removed", "被移出"), ("lapsed", "已经取消")],
)  # fmt: skip
def test_without_a_confirmed_place_a_sentence_says_what_to_do(state, words):
    signup = promise(shift())
    SignUp.objects.filter(pk=signup.pk).update(state=state)
    with pytest.raises(NoPlace, match=words):
        tap(check_in, signup, "2026-03-07 19:30")
    assert not Attendance.objects.exists()


def test_a_cancelled_shift_takes_nobody():
    signup = promise(shift())
    Shift.objects.update(state=Shift.State.CANCELLED)
    with pytest.raises(NoPlace, match="这一班已经取消"):
        tap(check_in, signup, "2026-03-07 19:30")


def test_the_state_of_the_database_decides_not_that_of_the_page():
    """The person left on another phone after this page was loaded."""
    signup = promise(shift())
    stale = SignUp.objects.get(pk=signup.pk)
    capacity.withdraw(signup, actor=signup.volunteer.user, at=local("2026-03-07 19:00"))
    with pytest.raises(NoPlace):
        tap(check_in, stale, "2026-03-07 19:05")


# --- absence --------------------------------------------------------------------------------


def test_a_leader_marks_absent_and_excused():
    of = shift()
    leader = leader_of(of).user
    gone, ill = promise(of), promise(of)
    mark_absent(gone, actor=leader, at=local("2026-03-07 20:00"))
    mark_absent(ill, actor=leader, excused=True, reason="发烧", at=local("2026-03-07 12:00"))
    rows = {row.signup_id: row for row in Attendance.objects.all()}
    assert (rows[gone.pk].state, rows[ill.pk].state) == ("absent", "excused")
    assert rows[ill.pk].note == "发烧"
    assert Act.objects.get(verb="attendance.excused").reason == "发烧"


def test_nobody_is_absent_before_the_start():
    signup = promise(shift())
    with pytest.raises(TooEarly):
        mark_absent(signup, actor=factories.user(), at=local("2026-03-07 19:29"))


def test_who_was_marked_absent_and_comes_after_all_checks_in():
    signup = promise(shift())
    mark_absent(signup, actor=factories.user(), at=local("2026-03-07 19:40"))
    assert tap(check_in, signup, "2026-03-07 19:45").fresh
    assert Attendance.objects.get().state == "in"


def test_who_has_checked_in_is_not_absent():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:30")
    with pytest.raises(Refusal, match="已经签到"):
        mark_absent(signup, actor=factories.user(), at=local("2026-03-07 19:45"))
    assert Attendance.objects.get().state == "in"


def test_marking_twice_is_once():
    signup = promise(shift())
    for minute in (40, 50):
        mark_absent(signup, actor=factories.user(), at=local(f"2026-03-07 19:{minute}"))
    assert Act.objects.filter(verb="attendance.absent").count() == 1


def test_the_person_is_locked_first(django_assert_max_num_queries):
    """Every room locks people before anything else; SQLite locks all at BEGIN."""
    signup = promise(shift())
    assert signup.volunteer.user.pk  # read before, not in the act
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch), django_assert_max_num_queries(14):
        tap(check_in, signup, "2026-03-07 19:25")
    statements = [sql for sql in seen if not sql.startswith("SAVEPOINT")]
    assert "people_volunteer" in statements[0]
    if connection.features.has_select_for_update:
        assert statements[0].endswith("FOR UPDATE")


def test_the_attendance_of_a_shift_across_midnight_is_one():
    signup = promise(shift("2026-03-07 23:00", 180))
    tap(check_in, signup, "2026-03-07 22:50")
    assert tap(check_out, signup, "2026-03-08 02:00").fresh
    row = Attendance.objects.get()
    assert row.out_at - row.in_at == timedelta(minutes=190)


# --- a tick taken back ----------------------------------------------------------------------


def undo(signup, at):
    return undo_tick(signup, actor=factories.user(), at=local(at))


def test_a_leaders_mistaken_tick_goes_back_and_the_person_reads_it():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:25", LEADER)
    undo(signup, "2026-03-07 19:26")
    row = Attendance.objects.get()
    assert (row.state, row.in_at, row.in_method) == ("expected", None, "")
    notice = Outgoing.objects.get(payload__kind="attendance.unticked")
    assert notice.payload["context"]["word"] == "签到"
    ticked = Outgoing.objects.get(payload__kind="attendance.ticked")
    assert ticked.dropped  # what is no longer true does not leave
    verbs = Act.objects.filter(verb__startswith="attendance").order_by("id")
    assert [act.verb for act in verbs] == ["attendance.in", "attendance.undo"]


def test_after_an_undo_the_next_tick_is_told_again():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:25", LEADER)
    undo(signup, "2026-03-07 19:26")
    tap(check_in, signup, "2026-03-07 19:40", LEADER)
    told = Outgoing.objects.filter(payload__kind="attendance.ticked", dropped=False)
    assert [row.payload["context"]["clock"] for row in told] == ["19:40"]


def test_only_the_last_step_goes_back():
    """Who scanned in and was ticked out by mistake is in again, at the first time."""
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:25")
    tap(check_out, signup, "2026-03-07 20:00", LEADER)
    undo(signup, "2026-03-07 20:01")
    row = Attendance.objects.get()
    assert (row.state, row.in_at, row.out_at) == ("in", local("2026-03-07 19:25"), None)


def test_what_a_person_did_themselves_stays():
    signup = promise(shift())
    tap(check_in, signup, "2026-03-07 19:25")
    with pytest.raises(Refusal, match="只能撤回代签"):
        undo(signup, "2026-03-07 19:26")
    assert Attendance.objects.get().state == "in"


def test_a_tick_on_which_minutes_stand_is_corrected_instead():
    factories.rule("patrol")
    of = shift()
    signup = promise(of)
    tap(check_in, signup, "2026-03-07 19:30", LEADER)
    tap(check_out, signup, "2026-03-07 21:30", LEADER)
    leader = leader_of(of)
    items = [(Attendance.objects.get().pk, None)]
    records.confirm(of, actor=leader.user, items=items, at=local("2026-03-07 21:40"))
    with pytest.raises(Refusal, match="请协调员更正"):
        undo(signup, "2026-03-07 21:41")
