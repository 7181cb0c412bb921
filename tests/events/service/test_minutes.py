"""Arithmetic of service time, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.service.minutes import (
    new_minutes,
    overlap_minutes,
    stretch,
    union_minutes,
    whole_minutes,
)

START = datetime(2026, 3, 7, 11, 30, tzinfo=UTC)
END = START + timedelta(hours=2)


def after(minutes=0, seconds=0):
    return START + timedelta(minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("came", "left", "minutes"),
    [
        (after(), END, 120),
        (after(-30), END + timedelta(hours=1), 120),  # early and staying on do not count
        (after(10), after(100), 90),
        (after(0, 1), END, 119),  # whole minutes only
        (after(-60), after(-1), 0),
        (END, END + timedelta(hours=1), 0),
        (after(30), after(30), 0),
    ],
)
def test_only_time_inside_the_shift_counts(came, left, minutes):
    assert overlap_minutes(came, left, START, END) == minutes


def test_a_negative_length_is_no_minutes():
    assert whole_minutes(timedelta(minutes=-5)) == 0


@given(
    length=st.integers(1, 900),
    came=st.integers(-3600, 60_000),
    shift_second=st.integers(0, 59),
    share=st.floats(0, 1),
)
def test_a_stretch_is_as_long_as_its_minutes_and_lies_in_the_shift(
    length, came, shift_second, share
):
    starts_at = after(0, shift_second)
    ends_at = starts_at + timedelta(minutes=length)
    minutes = int(length * share)
    first, last = stretch(starts_at + timedelta(seconds=came), starts_at, ends_at, minutes)
    assert last - first == timedelta(minutes=minutes)
    assert first >= starts_at.replace(second=0)
    assert last <= ends_at
    assert first.second == last.second == 0


def test_minutes_that_do_not_fit_behind_the_arrival_reach_to_the_end():
    """Somebody who was there from the start but scanned late: the leader says 120."""
    assert stretch(after(30), START, END, 120) == (START, END)
    assert stretch(after(30), START, END, 60) == (after(30), after(90))


def test_back_to_back_shifts_share_no_minute():
    first = stretch(after(-5), START, END, 120)
    second = stretch(END, END, END + timedelta(hours=1), 60)
    assert union_minutes([(*first, 120), (*second, 60)]) == 180


def spans(draw_from, size=8):
    return st.lists(st.tuples(draw_from, st.integers(0, 200)), max_size=size).map(
        lambda rows: [(after(start), after(start + length), length) for start, length in rows]
    )


@given(records=spans(st.integers(0, 600)))
def test_overlapping_time_counts_once(records):
    """The same as counting the minutes that lie in any of the records."""
    touched = set()
    for first, last, _ in records:
        begin = whole_minutes(first - START)
        touched |= set(range(begin, begin + whole_minutes(last - first)))
    assert union_minutes(records) == len(touched)


@given(records=spans(st.integers(0, 600)))
def test_the_order_of_records_does_not_matter(records):
    assert union_minutes(records) == union_minutes(reversed(records))


def test_a_record_counts_its_minutes_where_it_is_longer_than_they_are():
    assert new_minutes(START, END, 90, None) == 90
    assert new_minutes(START, END, 90, after(60)) == 60
    assert new_minutes(START, END, 90, END) == 0
