"""What counts of one person and of all: overlapping time once, sums that agree."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.service import queries
from events.service.minutes import union_minutes
from events.service.models import ServiceRecord
from tests import factories
from tests.events.service.helpers import local
from volunteers.foundation.registry import measures

pytestmark = pytest.mark.django_db

START = local("2026-03-07 08:00")


def record(person, start=0, minutes=60, **also):
    """A record that begins `start` minutes after START (made by hand: no shift)."""
    values = {
        "volunteer": person,
        "title": "夜间巡逻",
        "starts_at": START + timedelta(minutes=start),
        "ends_at": START + timedelta(minutes=start + minutes),
        "minutes": minutes,
        "rule_code": "patrol",
        "state": ServiceRecord.State.CONFIRMED,
        "confirmed_at": timezone.now(),
    } | also
    return ServiceRecord.objects.create(**values)


def test_overlapping_records_count_once():
    person = factories.volunteer()
    record(person, 0, 120)
    record(person, 30, 120)
    record(person, 60, 30)  # inside
    record(person, 150, 60)  # back to back
    assert queries.totals(person) == queries.Totals(minutes=210, times=4)


@pytest.mark.parametrize("state", ["awaiting", "superseded", "revoked"])
def test_only_confirmed_records_count(state):
    person = factories.volunteer()
    record(person, state=state)
    assert queries.totals(person) == queries.Totals(0, 0)
    assert queries.service_minutes() == 0


def test_the_sum_over_all_is_the_sum_of_everyone():
    one, two = factories.volunteer(), factories.volunteer()
    record(one, 0, 120)
    record(one, 60, 120)
    record(two, 60, 120)  # another person at that time: both count
    assert queries.service_minutes() == 180 + 120
    assert queries.served_count() == 3


def test_a_merged_doubles_time_counts_once_with_the_persons_own():
    person = factories.volunteer()
    double = factories.volunteer(merged_into=person)
    record(person, 0, 120)
    record(double, 60, 120)
    assert queries.counted_minutes(person) == 180
    assert queries.service_minutes() == 180
    (line,) = queries.honours()
    assert line.minutes == 180


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300), st.integers(0, 200)), max_size=10)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_database_and_arithmetic_agree_on_any_records(rows):
    """The window of the database, the sweep in Python and the roll say the same."""
    with transaction.atomic():
        home = factories.community()
        people = [factories.volunteer(community=home) for _ in range(3)]
        people.append(factories.volunteer(community=home, merged_into=people[0]))
        truth = {}
        for who, start, minutes in rows:
            made = record(people[who], start, minutes)
            key = people[who].merged_into_id or people[who].pk
            truth.setdefault(key, []).append((made.starts_at, made.ends_at, made.minutes))
        expected = {pk: union_minutes(spans) for pk, spans in truth.items()}
        found = {p.pk: queries.counted_minutes(p) for p in people[:3] if p.pk in truth}
        assert found == expected
        assert queries.service_minutes() == sum(expected.values())
        roll = [line.minutes for line in queries.honours()]
        assert roll == sorted((m for m in expected.values() if m), reverse=True)
        transaction.set_rollback(True)


def test_sums_cost_two_queries_and_the_roll_three(django_assert_num_queries):
    for _ in range(4):
        person = factories.volunteer()
        record(person, 0, 120)
        record(person, 60, 120)
    with django_assert_num_queries(2):
        queries.service_minutes()
    with django_assert_num_queries(3):
        queries.honours()
    with django_assert_num_queries(1):
        queries.totals(person)


def test_the_roll_masks_names_unless_the_person_shows_theirs():
    record(factories.volunteer("欧阳静"), 0, 90)
    record(factories.volunteer("陈芳", show_name=True), 0, 60)
    assert [(line.name, line.minutes) for line in queries.honours()] == [
        ("欧阳*", 90), ("陈芳", 60),
    ]  # fmt: skip


def test_the_roll_is_cut_after_overlaps_are_taken_off():
    """Who leads only by time counted twice does not push anybody off the end."""
    double = factories.volunteer("王双")
    record(double, 0, 100)
    record(double, 0, 100)
    for n in range(2):
        record(factories.volunteer(f"李一{n}"), 0, 150)
    assert [line.minutes for line in queries.honours(2)] == [150, 150]


def test_people_who_left_are_not_on_the_roll():
    record(factories.volunteer(left_at=timezone.now()), 0, 90)
    assert queries.honours() == []
    assert queries.service_minutes() == 90  # what was served stays served


def test_the_roll_of_a_month():
    record(factories.volunteer("陈芳"), 0, 60)
    assert len(queries.honours(start=local("2026-03-01 00:00"))) == 1
    assert queries.honours(start=local("2026-04-01 00:00")) == []


@pytest.mark.parametrize(
    ("hours", "stars"), [(0, 0), (99, 0), (100, 1), (299, 1), (300, 2), (1500, 5), (9999, 5)]
)
def test_stars_follow_the_setting(hours, stars):
    assert queries.stars(hours * 60) == stars


def test_the_month_begins_at_midnight_in_the_street():
    assert queries.month_start(local("2026-03-01 00:00")) == local("2026-03-01 00:00")
    assert queries.month_start(local("2026-03-31 23:59")) == local("2026-03-01 00:00")


def test_figures_of_the_platform_are_registered():
    names = {name for name, _ in measures}
    assert {"volunteers", "service_minutes", "served_count", "teams"} <= names
    record(factories.volunteer(), 0, 90)
    factories.volunteer(left_at=timezone.now())
    factories.team()
    found = {name: measures.get(name)() for name in ("volunteers", "service_minutes", "teams")}
    assert found == {"volunteers": 1, "service_minutes": 90, "teams": 1}
