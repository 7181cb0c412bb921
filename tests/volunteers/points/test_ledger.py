"""The ledger: what is booked once, taken back once, and always adds up."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act
from volunteers.points import queries, services
from volunteers.points.models import Account, Rule, Transfer
from volunteers.points.services import Award

pytestmark = pytest.mark.django_db


def award(person, minutes, key, **also):
    values = {"source": f"test:{key}", "label": "夜间巡逻", "actor": None} | also
    return services.award("patrol", person, minutes, key=key, **values)


def issued():
    return Account.objects.get(kind=Account.Kind.ISSUED)


def add_up():
    """Every balance equals its rows, and all balances together are nothing."""
    kept = dict(Account.objects.values_list("pk", "balance"))
    assert kept == queries.ledger_sums()
    assert sum(kept.values()) == 0
    assert queries.audit().accounts_drifting == []


# --- quotes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "per_hour", "points"),
    [
        (0, 10, 0), (2, 10, 0), (3, 10, 1), (60, 10, 10), (90, 10, 15),
        (61, 10, 10), (62, 10, 10), (63, 10, 11), (119, 10, 20), (120, 0, 0), (1, 30, 1),
    ],
)  # fmt: skip
def test_points_are_whole_and_half_a_point_is_rounded_up(minutes, per_hour, points):
    assert services.points_for(minutes, per_hour) == points


@given(minutes=st.integers(0, 100_000), per_hour=st.integers(0, 1000))
def test_rounding_never_strays_by_more_than_half_a_point(minutes, per_hour):
    assert -30 <= services.points_for(minutes, per_hour) * 60 - minutes * per_hour <= 30


def test_minutes_below_zero_are_a_programming_error():
    with pytest.raises(ValueError, match="below zero"):
        services.points_for(-1, 10)


def test_a_quote_follows_the_version_in_force_on_the_day():
    factories.rule("patrol", 10, valid_from=date(2026, 1, 1))
    factories.rule("patrol", 20, version=2, valid_from=date(2026, 7, 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [services.quote("patrol", 60, day) for day in days] == [0, 10, 10, 20]


def test_many_quotes_cost_one_query(django_assert_num_queries):
    factories.rule("patrol", 10)
    factories.rule("care", 8)
    today = timezone.localdate()
    with django_assert_num_queries(1):
        found = services.quotes([("care", 60, today), ("patrol", 90, today), ("none", 60, today)])
    assert found == [8, 15, 0]


# --- rules ----------------------------------------------------------------------------------


def test_a_new_version_replaces_none_and_begins_later():
    today = timezone.localdate()
    first = services.add_rule_version(
        "patrol", title="巡逻", points_per_hour=10, valid_from=today, actor=None
    )
    later = today + timedelta(days=7)
    second = services.add_rule_version(
        "patrol", title="巡逻", points_per_hour=12, valid_from=later, actor=None
    )
    assert (first.version, second.version) == (1, 2)
    assert services.current_rule("patrol", today) == first
    assert services.current_rule("patrol", later) == second
    assert Act.objects.filter(verb="points.rule").count() == 2


@pytest.mark.parametrize("days", [-1, 0])
def test_a_version_does_not_rewrite_days_that_have_a_rule(days):
    today = timezone.localdate()
    factories.rule("patrol", valid_from=today)
    with pytest.raises(Refusal, match="生效日期要晚于") as refusal:
        services.add_rule_version(
            "patrol", title="巡逻", points_per_hour=1, actor=None,
            valid_from=today + timedelta(days=days),
        )  # fmt: skip
    assert refusal.value.field == "valid_from"
    assert Rule.objects.count() == 1


def test_a_version_does_not_begin_in_the_past():
    factories.rule("patrol", valid_from=timezone.localdate() - timedelta(days=30))
    with pytest.raises(Refusal, match="不能从过去的日期"):
        services.add_rule_version(
            "patrol", title="巡逻", points_per_hour=1, actor=None,
            valid_from=timezone.localdate() - timedelta(days=3),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("also", "field"),
    [({"title": " "}, "title"), ({"points_per_hour": -1}, "points_per_hour"),
     ({"points_per_hour": 100_000}, "points_per_hour")],
)  # fmt: skip
def test_a_bad_rule_is_refused_at_its_field(also, field):
    values = {"title": "巡逻", "points_per_hour": 10, "valid_from": timezone.localdate()} | also
    with pytest.raises(Refusal) as refusal:
        services.add_rule_version("patrol", actor=None, **values)
    assert refusal.value.field == field


# --- awards ---------------------------------------------------------------------------------


def test_an_award_moves_points_from_the_street_to_the_person():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    transfer = award(person, 120, "record:1")
    assert transfer.points == 20
    assert queries.balance(person) == 20
    assert issued().balance == -20
    add_up()
    assert Act.objects.filter(subject=f"points.transfer:{transfer.pk}").exists()


def test_nothing_is_booked_for_minutes_that_come_to_no_point():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    assert award(person, 2, "record:1") is None
    assert not Transfer.objects.exists()
    assert queries.balance(person) == 0


def test_the_same_key_books_once():
    """Trial 90: the job is repeated; the second is a no-op."""
    factories.rule("patrol", 10)
    person = factories.volunteer()
    first = award(person, 120, "record:1")
    assert award(person, 120, "record:1") == first
    assert Transfer.objects.count() == 1
    assert queries.balance(person) == 20


def test_a_new_version_between_two_tries_does_not_change_what_is_booked():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    first = award(person, 60, "record:1")
    factories.rule("patrol", 30, version=2, valid_from=timezone.localdate())
    assert award(person, 60, "record:1") == first
    assert queries.balance(person) == 10


def test_a_key_of_another_booking_is_never_taken_for_this_one():
    factories.rule("patrol", 10)
    award(factories.volunteer(), 60, "record:1")
    with pytest.raises(ValueError, match="another booking"):
        award(factories.volunteer(), 60, "record:1")


def test_without_a_rule_nothing_is_written_and_the_sentence_says_what_to_do():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    good = Award("patrol", person, 60, "test:1", "a", "巡逻")
    bad = Award("unknown", person, 60, "test:2", "b", "巡逻")
    with pytest.raises(services.NoRule, match="请联系街道管理员"):
        services.award_many([good, bad], actor=None)
    assert not Transfer.objects.exists()


def test_points_count_by_the_rule_of_the_day_served_not_of_the_day_booked():
    today = timezone.localdate()
    factories.rule("patrol", 10, valid_from=today - timedelta(days=30))
    factories.rule("patrol", 20, version=2, valid_from=today)
    person = factories.volunteer()
    transfer = award(person, 60, "record:1", on=today - timedelta(days=1))
    assert (transfer.points, transfer.rule.version) == (10, 1)


def test_many_awards_cost_no_more_reads_than_one(django_assert_max_num_queries):
    factories.rule("patrol", 10)
    people = [factories.volunteer() for _ in range(8)]
    award(people[0], 60, "first")
    awards = [Award("patrol", p, 60, f"test:{p.pk}", f"k:{p.pk}", "巡逻") for p in people]
    # rule, source account, accounts, new accounts and their read, keys, savepoint (2), insert,
    # acts, kinds, one balance each, the source last, and the transaction itself
    with django_assert_max_num_queries(14 + len(people)):
        services.award_many(awards, actor=None)
    add_up()


def test_the_street_account_is_moved_last(django_capture_on_commit_callbacks):
    """Every booking meets there: its row is locked only for the end of the transaction."""
    factories.rule("patrol", 10)
    people = [factories.volunteer() for _ in range(2)]
    award(people[0], 60, "first")
    awards = [Award("patrol", p, 60, f"test:{p.pk}", f"k:{p.pk}", "巡逻") for p in people]
    seen = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "points_account" in sql:
            seen.append(params[-1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        services.award_many(awards, actor=None)
    assert len(seen) == 3
    assert seen[-1] == issued().pk
    assert seen[:-1] == sorted(seen[:-1])


# --- reversals ------------------------------------------------------------------------------


def test_a_mistake_is_reversed_by_a_new_entry_and_stays_readable():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    transfer = award(person, 120, "record:1")
    back = services.reverse(transfer, reason="没有到场", actor=None)
    assert queries.balance(person) == 0
    assert Transfer.objects.get(pk=transfer.pk).points == 20
    assert [entry.points for entry in queries.history(person)] == [-20, 20]
    assert Act.objects.get(subject=f"points.transfer:{back.pk}").reason == "没有到场"
    add_up()


def test_a_transfer_is_reversed_once():
    factories.rule("patrol", 10)
    person = factories.volunteer()
    transfer = award(person, 120, "record:1")
    first = services.reverse(transfer, reason="重复", actor=None)
    assert services.reverse(transfer, reason="重复", actor=None) == first
    assert Transfer.objects.count() == 2
    assert queries.balance(person) == 0


def test_a_reversal_is_not_reversed():
    factories.rule("patrol", 10)
    back = services.reverse(
        award(factories.volunteer(), 120, "record:1"), reason="重复", actor=None
    )
    with pytest.raises(services.NotReversible):
        services.reverse(back, reason="又错了", actor=None)


def test_a_reversal_needs_a_reason():
    factories.rule("patrol", 10)
    transfer = award(factories.volunteer(), 120, "record:1")
    with pytest.raises(Refusal, match="请写明"):
        services.reverse(transfer, reason="  ", actor=None)
    assert Transfer.objects.count() == 1


# --- always -------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("award"), st.integers(0, 2), st.integers(0, 600), st.integers(0, 5)),
        st.tuples(st.just("reverse"), st.integers(0, 30)),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_is_booked_the_ledger_adds_up(steps):
    """Sums are zero, balances equal rows, keys and reversals count once, in any order of acts."""
    with transaction.atomic():
        factories.rule("patrol", 10)
        people = [factories.volunteer() for _ in range(3)]
        keys, reversed_ids = {}, set()
        for step in steps:
            if step[0] == "award":
                _, who, minutes, number = step
                # a key belongs to one fact, so the person is part of it
                key = f"record:{who}:{number}"
                transfer = award(people[who], minutes, key)
                if transfer is not None:
                    assert keys.setdefault(key, transfer.pk) == transfer.pk
            else:
                booked = list(Transfer.objects.filter(reverses=None).order_by("pk"))
                if booked:
                    row = booked[step[1] % len(booked)]
                    services.reverse(row, reason="测试", actor=None)
                    reversed_ids.add(row.pk)
        add_up()
        assert Transfer.objects.filter(reverses=None).count() == len(keys)
        assert Transfer.objects.exclude(reverses=None).count() == len(reversed_ids)
        standing = Transfer.objects.filter(reverses=None).exclude(pk__in=reversed_ids)
        assert sum(queries.balance(p) for p in people) == sum(t.points for t in standing)
        transaction.set_rollback(True)


@pytest.mark.parametrize("change", ["update", "delete", "save", "raw"])
def test_a_transfer_cannot_be_changed_or_deleted(change):
    """The database itself refuses, whoever asks."""
    factories.rule("patrol", 10)
    transfer = award(factories.volunteer(), 120, "record:1")
    rows = Transfer.objects.filter(pk=transfer.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        if change == "update":
            rows.update(points=1)
        elif change == "delete":
            rows._raw_delete(rows.db)
        elif change == "save":
            transfer.points = 1
            transfer.save()
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE points_transfer SET points = 1")
    assert Transfer.objects.get(pk=transfer.pk).points == 20


# --- reads and the audit --------------------------------------------------------------------


def test_a_merged_double_brings_its_points_along():
    """Facts are not rewritten; reads follow the person."""
    factories.rule("patrol", 10)
    person = factories.volunteer()
    double = factories.volunteer(merged_into=person)
    award(person, 60, "record:1")
    award(double, 120, "record:2")
    assert queries.balance(person) == 30
    assert len(queries.history(person)) == 2


def test_my_points_cost_one_query_each(django_assert_num_queries):
    factories.rule("patrol", 10)
    person = factories.volunteer()
    for n in range(5):
        award(person, 60, f"record:{n}")
    with django_assert_num_queries(1):
        assert queries.balance(person) == 50
    with django_assert_num_queries(1):
        assert len(queries.history(person, 3)) == 3


def audit_ledger(capsys):
    """(what the command printed, its exit code)"""
    import json

    code = 0
    try:
        call_command("audit_ledger")
    except CommandError as error:
        code = error.returncode
    return json.loads(capsys.readouterr().out), code


def test_the_audit_reports_a_ledger_in_order(capsys):
    factories.rule("patrol", 10)
    person = factories.volunteer()
    award(person, 120, "record:1")
    services.reverse(award(person, 60, "record:2"), reason="重复", actor=None)
    assert audit_ledger(capsys) == (
        {"transfers": 3, "issued": 20, "minutes": 120, "accounts_drifting": []},
        0,
    )


def test_the_audit_names_the_account_that_drifts_and_fails(capsys):
    factories.rule("patrol", 10)
    person = factories.volunteer()
    award(person, 120, "record:1")
    account = Account.objects.get(volunteer=person)
    Account.objects.filter(pk=account.pk).update(balance=1000)
    report, code = audit_ledger(capsys)
    assert report["accounts_drifting"] == [{"account": account.pk, "balance": 1000, "rows": 20}]
    assert code == 1


def test_an_empty_ledger_is_in_order(capsys):
    assert audit_ledger(capsys) == (
        {"transfers": 0, "issued": 0, "minutes": 0, "accounts_drifting": []},
        0,
    )
