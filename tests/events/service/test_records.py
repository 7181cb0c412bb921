"""From attendance to minutes that count, to points; and how a mistake is put right."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from events.activities.services import capacity
from events.service import queries, tasks
from events.service.models import Attendance, ServiceRecord
from events.service.services.attendance import check_in, mark_absent
from events.service.services.records import confirm, correct, default_minutes, revoke
from tests import factories
from tests.events.service.helpers import SCAN, leader_of, local, promise, served, shift
from volunteers.foundation.errors import NotAllowed, Refusal, WrongState
from volunteers.foundation.models import Act, Outgoing
from volunteers.grants.models import Role
from volunteers.points import queries as points
from volunteers.points.models import Transfer
from volunteers.points.services import NoRule

pytestmark = pytest.mark.django_db

LATER = local("2026-03-07 22:00")
State = ServiceRecord.State


def coordinator(of):
    return factories.staff(Role.COORDINATOR, of.activity.area)


def confirm_all(of, actor, items=None, at=LATER):
    if items is None:
        items = [(row.pk, None) for row in Attendance.objects.filter(shift=of)]
    return confirm(of, actor=actor, items=items, at=at)


def in_order():
    """Balances equal their rows, places equal their sign-ups."""
    assert tasks.audit_counters()


# --- confirming -----------------------------------------------------------------------------


def test_confirmed_minutes_become_a_record_points_and_a_notice():
    of = shift()
    leader = leader_of(of).user
    attendance = served(of, late=10)
    outcome = confirm_all(of, leader)
    record = ServiceRecord.objects.get()
    assert outcome.confirmed == [record]
    assert (record.state, record.minutes, record.version, record.note) == (
        "confirmed", 110, 1, "",
    )  # fmt: skip
    assert (record.confirmed_by, record.confirmed_at) == (leader, LATER)
    transfer = Transfer.objects.get()
    assert (transfer.key, transfer.points, transfer.minutes) == (f"record:{record.pk}", 18, 110)
    assert points.balance(attendance.volunteer) == 18
    assert queries.counted_minutes(attendance.volunteer) == 110
    notice = Outgoing.objects.get(key=f"record.confirmed:{record.pk}").payload
    assert (notice["context"]["minutes"], notice["context"]["points"]) == (110, 18)
    assert Act.objects.filter(verb="record.confirm", actor=leader).count() == 1
    in_order()


def test_confirming_twice_is_once():
    """Trial 90, one after the other."""
    of = shift()
    leader = leader_of(of).user
    served(of)
    confirm_all(of, leader)
    again = confirm_all(of, leader)
    assert (again.confirmed, again.already) == ([], 1)
    assert ServiceRecord.objects.count() == Transfer.objects.count() == 1


def test_the_leaders_own_number_overrides_the_scans_within_the_shift():
    of = shift()
    attendance = served(of, late=30)
    confirm_all(of, leader_of(of).user, [(attendance.pk, 120)])
    record = ServiceRecord.objects.get()
    assert (record.minutes, record.starts_at, record.ends_at) == (120, of.starts_at, of.ends_at)
    assert record.note == "分钟数由负责人填写"


@pytest.mark.parametrize("minutes", [-1, 121, 10**9])
def test_minutes_are_capped_by_the_planned_shift(minutes):
    of = shift()
    attendance = served(of)
    with pytest.raises(Refusal, match="0 到 120 之间") as refusal:
        confirm_all(of, leader_of(of).user, [(attendance.pk, minutes)])
    assert refusal.value.field == f"minutes_{attendance.pk}"
    assert not ServiceRecord.objects.exists()


def test_nothing_is_confirmed_if_one_of_many_is_wrong():
    of = shift()
    good, bad = served(of), served(of)
    with pytest.raises(Refusal):
        confirm_all(of, leader_of(of).user, [(good.pk, None), (bad.pk, 999)])
    assert not ServiceRecord.objects.exists()
    assert not Transfer.objects.exists()


def test_zero_minutes_are_recorded_and_bring_nothing():
    of = shift()
    attendance = served(of)
    confirm_all(of, leader_of(of).user, [(attendance.pk, 0)])
    assert ServiceRecord.objects.get().minutes == 0
    assert not Transfer.objects.exists()
    assert queries.totals(attendance.volunteer) == queries.Totals(0, 0)
    assert queries.served_count() == 0


def test_a_forgotten_check_out_needs_the_leaders_number():
    of = shift()
    attendance = served(of, left=None)
    leader = leader_of(of).user
    assert default_minutes(attendance) is None
    with pytest.raises(Refusal, match="没有签退，请填写"):
        confirm_all(of, leader)
    confirm_all(of, leader, [(attendance.pk, 90)])
    assert ServiceRecord.objects.get().note == "没有签退，分钟数由负责人填写"


def test_a_night_past_midnight_is_booked_on_its_evening():
    """Trial 80: 22:00–02:00 on the last of a month, no check-out; the month it began in."""
    factories.rule("patrol", 10, valid_from=local("2026-01-01 00:00").date())
    factories.rule("patrol", 60, version=2, valid_from=local("2026-04-01 00:00").date())
    of = shift("2026-03-31 22:00", 240)
    person = factories.volunteer()
    signup = promise(of, person)
    check_in(signup, actor=person.user, method=SCAN, at=local("2026-03-31 21:55"))
    attendance = Attendance.objects.get()
    staff = coordinator(of)
    assert [item["title"] for item in queries.desk_items(staff)] == [
        f"{of.activity.title}（3月31日 周二 22:00–次日02:00）1 人时长待确认，1 人没有签退"
    ]
    confirm_all(of, staff, [(attendance.pk, 240)], at=local("2026-04-01 09:00"))
    record = ServiceRecord.objects.get()
    assert (record.starts_at, record.ends_at) == (of.starts_at, of.ends_at)
    assert Transfer.objects.get().points == 40  # the rule of 31 March
    assert queries.counted(queries.since(local("2026-04-01 00:00"))) == 0
    assert queries.counted(queries.since(local("2026-03-01 00:00"))) == 240
    assert queries.desk_items(staff) == []


@pytest.mark.parametrize(
    ("starts", "minutes"), [("2026-03-07 11:30", 60), ("2026-03-07 23:30", 60)]
)
def test_an_hour_is_an_hour_at_noon_and_at_midnight(starts, minutes):
    """Trial 78: 11:30–12:30 and 23:30–00:30."""
    of = shift(starts, minutes)
    attendance = served(of)
    confirm_all(of, leader_of(of).user, at=of.ends_at)
    assert ServiceRecord.objects.get().minutes == 60
    assert points.balance(attendance.volunteer) == 10


def test_before_the_start_nothing_is_confirmed():
    of = shift()
    with pytest.raises(Refusal, match="还没有开始"):
        confirm(of, actor=leader_of(of).user, items=[(1, 10)], at=local("2026-03-07 19:00"))


def test_who_did_not_come_is_not_confirmed():
    of = shift()
    signup = promise(of)
    leader = leader_of(of).user
    row = mark_absent(signup, actor=leader, at=local("2026-03-07 20:00"))
    with pytest.raises(Refusal, match="还没有签到"):
        confirm_all(of, leader, [(row.pk, 120)])


def test_who_was_taken_off_the_list_is_not_confirmed():
    of = shift()
    attendance = served(of)
    capacity.remove(attendance.signup, actor=coordinator(of), reason="换班", at=LATER)
    with pytest.raises(Refusal, match="已不在这一班的名单里"):
        confirm_all(of, leader_of(of).user, [(attendance.pk, 120)])


@pytest.mark.parametrize("items", [[], [(10**15, 60)]])
def test_nobody_or_an_unknown_person_is_a_sentence(items):
    of = shift()
    with pytest.raises(Refusal):
        confirm(of, actor=leader_of(of).user, items=items, at=LATER)


def test_an_attendance_of_another_shift_is_not_confirmed_here():
    of = shift()
    other = served(shift("2026-03-08 19:30"))
    with pytest.raises(Refusal, match="名单刚刚有变化"):
        confirm_all(of, leader_of(of).user, [(other.pk, 60)])


def test_without_a_rule_everything_stays_as_it_was():
    of = shift()
    served(of)
    of.activity.rule_code = "unknown"
    of.activity.save()
    with pytest.raises(NoRule):
        confirm_all(of, leader_of(of).user)
    assert not ServiceRecord.objects.exists()
    assert not Outgoing.objects.filter(payload__kind="record.confirmed").exists()


def test_figures_and_honours_are_stale_after_a_confirmation(django_capture_on_commit_callbacks):
    from volunteers.foundation import versions

    of = shift()
    served(of)
    before = versions.read(["figures", "honours"])
    with django_capture_on_commit_callbacks(execute=True):
        confirm_all(of, leader_of(of).user)
    after = versions.read(["figures", "honours"])
    assert all(before[name] != after[name] for name in before)


def test_queries_grow_by_a_handful_for_each_person(django_assert_max_num_queries):
    of = shift(capacity=10)
    leader = leader_of(of).user
    for _ in range(6):
        served(of)
    items = [(row.pk, None) for row in Attendance.objects.all()]
    # beside the fixed reads and writes: one notice and one balance for each person
    with django_assert_max_num_queries(24 + 2 * 6):
        confirm_all(of, leader, items)


# --- nobody decides about themselves --------------------------------------------------------


def test_a_leaders_own_minutes_await_somebody_else():
    of = shift()
    leader = leader_of(of)
    own, other = served(of, leader), served(of)
    outcome = confirm_all(of, leader.user)
    assert [r.volunteer for r in outcome.confirmed] == [other.volunteer]
    (waiting,) = outcome.awaiting
    assert (waiting.volunteer, waiting.state) == (leader, "awaiting")
    assert points.balance(leader) == 0
    assert queries.counted_minutes(leader) == 0
    confirm_all(of, leader.user)  # again: still not
    assert ServiceRecord.objects.get(attendance=own).state == "awaiting"

    staff = coordinator(of)
    assert len(queries.desk_items(staff)) == 1
    confirm_all(of, staff)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.confirmed_by) == ("confirmed", staff)
    assert points.balance(leader) == 20
    assert queries.desk_items(staff) == []


def test_another_number_than_the_leaders_own_makes_a_new_version():
    of = shift()
    leader = leader_of(of)
    attendance = served(of, leader, left=None)
    confirm_all(of, leader.user, [(attendance.pk, 120)])
    confirm_all(of, coordinator(of), [(attendance.pk, 100)])
    first, second = ServiceRecord.objects.order_by("version")
    assert (first.state, second.state) == ("superseded", "confirmed")
    assert (second.supersedes, second.minutes, second.version) == (first, 100, 2)
    assert points.balance(leader) == 17


def test_a_coordinator_who_served_is_confirmed_by_another_one():
    of = shift()
    person = factories.volunteer()
    factories.grant(person.user, Role.COORDINATOR, area=of.activity.area)
    served(of, person)
    assert confirm_all(of, person.user).confirmed == []
    assert len(confirm_all(of, coordinator(of)).confirmed) == 1


def test_a_merged_double_is_still_oneself():
    of = shift()
    leader = leader_of(of)
    double = factories.volunteer(user=None, merged_into=leader)
    signup = capacity.add_by_hand(double, of.pk, actor=coordinator(of), reason="补登")
    check_in(signup, actor=None, method=SCAN, at=of.starts_at)
    outcome = confirm_all(of, leader.user, [(Attendance.objects.get().pk, 60)])
    assert (len(outcome.confirmed), len(outcome.awaiting)) == (0, 1)


# --- putting right --------------------------------------------------------------------------


def confirmed_record(of=None):
    of = of or shift()
    served(of)
    confirm_all(of, leader_of(of).user)
    return ServiceRecord.objects.latest("pk")


def test_a_correction_supersedes_and_the_points_follow():
    record = confirmed_record()
    staff = coordinator(record.shift)
    new = correct(record, minutes=60, reason="中途离开", actor=staff, at=LATER)
    record.refresh_from_db()
    assert (record.state, record.minutes) == ("superseded", 120)
    assert (new.state, new.minutes, new.version, new.supersedes) == ("confirmed", 60, 2, record)
    assert [e.points for e in points.history(record.volunteer)] == [10, -20, 20]
    assert points.balance(record.volunteer) == 10
    assert queries.counted_minutes(record.volunteer) == 60
    act = Act.objects.get(verb="record.correct")
    assert (act.reason, act.old["minutes"], act.new["minutes"]) == ("中途离开", 120, 60)
    assert Outgoing.objects.get(key=f"record.corrected:{new.pk}").payload["context"]["reason"]
    in_order()


def test_awarded_then_no_show_then_put_right():
    """Trial 81: compensating entries, every counter follows, nothing is deleted."""
    record = confirmed_record()
    of, person = record.shift, record.volunteer
    staff = coordinator(of)
    revoke(record, reason="没有到场", actor=staff, at=LATER)
    assert (points.balance(person), queries.counted_minutes(person)) == (0, 0)
    in_order()
    confirm_all(of, staff, [(record.attendance_id, 110)])
    assert (points.balance(person), queries.counted_minutes(person)) == (18, 110)
    assert [r.state for r in ServiceRecord.objects.order_by("pk")] == ["revoked", "confirmed"]
    assert [e.points for e in points.history(person)] == [18, -20, 20]
    in_order()


def test_revoking_twice_or_correcting_what_is_revoked_is_refused():
    record = confirmed_record()
    staff = coordinator(record.shift)
    revoke(record, reason="没有到场", actor=staff)
    with pytest.raises(WrongState):
        revoke(record, reason="没有到场", actor=staff)
    with pytest.raises(WrongState):
        correct(record, minutes=10, reason="改", actor=staff)
    assert Transfer.objects.count() == 2


@pytest.mark.parametrize(
    ("minutes", "reason", "field"),
    [(60, " ", "reason"), (60, "长" * 201, "reason"), (120, "没变", "minutes"),
     (121, "太长", "minutes"), (-1, "太短", "minutes")],
)  # fmt: skip
def test_a_bad_correction_is_refused_at_its_field(minutes, reason, field):
    record = confirmed_record()
    with pytest.raises(Refusal) as refusal:
        correct(record, minutes=minutes, reason=reason, actor=coordinator(record.shift))
    assert refusal.value.field == field
    assert ServiceRecord.objects.count() == 1


def test_nobody_corrects_or_revokes_their_own():
    of = shift()
    person = factories.volunteer()
    served(of, person)
    confirm_all(of, leader_of(of).user)
    record = ServiceRecord.objects.get()
    with pytest.raises(NotAllowed):
        correct(record, minutes=119, reason="自己改", actor=person.user)
    with pytest.raises(NotAllowed):
        revoke(record, reason="自己改", actor=person.user)
    assert Transfer.objects.count() == 1


# --- two at once ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_confirm_the_same_shift():
    """Trial 90, at the same moment on PostgreSQL (SQLite lets one writer in at a time anyway, so
    there one follows the other): one record and one booking each."""
    of = shift(capacity=8)
    actors = [leader_of(of).user, coordinator(of)]
    items = [(served(of).pk, None) for _ in range(4)]
    outcomes, gate = [], Barrier(len(actors))

    def work(actor, order):
        try:
            gate.wait(timeout=10)
            outcomes.append(confirm(of, actor=actor, items=order, at=LATER))
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [
            Thread(target=work, args=(actor, order))
            for actor, order in zip(actors, (items, items[::-1]), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    else:
        outcomes += [confirm(of, actor=actor, items=items, at=LATER) for actor in actors]
    assert sorted(len(outcome.confirmed) for outcome in outcomes) == [0, 4]
    assert sorted(outcome.already for outcome in outcomes) == [0, 4]
    assert ServiceRecord.objects.count() == Transfer.objects.count() == 4
    in_order()


@pytest.mark.django_db(transaction=True)
def test_shifts_confirmed_at_once_meet_in_the_street_account_without_harm():
    """Different people, one source account: no deadlock, no lost update."""
    shifts = [shift(capacity=4) for _ in range(4)]
    jobs = []
    for of in shifts:
        jobs.append((of, leader_of(of).user, [(served(of).pk, None) for _ in range(3)]))
    errors = []

    def work(of, actor, items):
        try:
            confirm(of, actor=actor, items=items, at=LATER)
        except Exception as error:  # noqa: BLE001 - a thread's error must reach the assertion
            errors.append(error)
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [Thread(target=work, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    else:
        for of, actor, items in jobs:
            confirm(of, actor=actor, items=items, at=LATER)
    assert errors == []
    audit = points.audit()
    assert (audit.transfers, audit.issued, audit.accounts_drifting) == (12, 240, [])


# --- the audit ------------------------------------------------------------------------------


def test_the_nightly_audit_names_what_drifts(caplog):
    from events.activities.models import ShiftPlace
    from volunteers.points.models import Account

    record = confirmed_record()
    assert tasks.audit_counters()
    assert caplog.records == []
    place = factories.place(record.shift)
    ShiftPlace.objects.filter(pk=place.pk).update(taken=3)
    Account.objects.filter(volunteer=record.volunteer).update(balance=1)
    assert not tasks.audit_counters()
    text = caplog.text
    assert f"'place': {place.pk}, 'taken': 3, 'active': 1" in text
    assert "'balance': 1, 'rows': 20" in text


def test_a_record_says_when_it_was_confirmed():
    record = confirmed_record()
    assert record.confirmed_at == LATER
    assert record.created_at == LATER
    assert timezone.localdate(record.starts_at) == local("2026-03-07 00:00").date()
    assert record.ends_at - record.starts_at == timedelta(minutes=record.minutes)
