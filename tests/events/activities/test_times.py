"""What people type for days and times is normalised or refused, and long days are cut right."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.activities import times
from events.activities.words import places_words, span

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("19:30", 1170),
        ("19：30", 1170),  # full-width colon
        ("１９：３０", 1170),
        (" 9:05 ", 545),
        ("9.30", 570),
        ("1930", 1170),
        ("0000", 0),
        ("9", 540),
        ("9点", 540),
        ("9点半", 570),
        ("19时30分", 1170),
        ("19点05分", 1145),
        ("24:00", 1440),
    ],
)
def test_a_time_is_read_however_it_is_typed(typed, minutes):
    assert times.read_clock(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["25:00", "24:01", "12:60", "晚上八点", "19:3o", "", ":", "19:30:00", "-1", "9" * 99]
)
def test_what_is_no_time_is_refused_with_the_way_to_write_it(typed):
    with pytest.raises(ValueError, match="19:30"):
        times.read_clock(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-05", date(2026, 12, 5)),
        ("2026/12/5", date(2026, 12, 5)),
        ("２０２６－１２－０５", date(2026, 12, 5)),
        ("2026年12月5日", date(2026, 12, 5)),
        ("12月5日", date(2026, 12, 5)),
        ("11-25", date(2026, 11, 25)),
        ("1.2", date(2027, 1, 2)),  # the next such day
        ("2月29日", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_however_it_is_typed(typed, day):
    assert times.read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    ["2026-02-30", "13月1日", "2月30日", "0000-01-01", "明天", "2026", "12-5-2026", "1" * 50],
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match=r"日期|没有"):
        times.read_day(typed, TODAY)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(typed):
    for read in (times.read_clock, times.read_clocks, lambda text: times.read_day(text, TODAY)):
        try:
            assert read(typed) is not None
        except ValueError as error:
            assert str(error).strip()


def test_a_day_at_the_end_of_the_calendar_is_refused():
    with pytest.raises(ValueError, match="太远"):
        times.moment(date(9999, 12, 31), 1440)


def test_the_day_from_half_past_eleven_to_ten_makes_five_shifts():
    """Trial 45: changes at 14, 16, 18 and 20; the last ends 22:00."""
    pieces = times.split(690, 1320, times.read_clocks("14, 16，18、20"))
    assert [(times.show_clock(a), times.show_clock(b)) for a, b in pieces] == [
        ("11:30", "14:00"),
        ("14:00", "16:00"),
        ("16:00", "18:00"),
        ("18:00", "20:00"),
        ("20:00", "22:00"),
    ]


def test_a_night_is_cut_past_midnight():
    assert times.split(1320, 360, [0, 180]) == [(1320, 1440), (1440, 1620), (1620, 1800)]


@pytest.mark.parametrize("changes", [[600], [1321], [900, 840], [900, 900], [1320]])
def test_changes_outside_or_out_of_order_are_refused(changes):
    with pytest.raises(ValueError, match="换班"):
        times.split(690, 1320, changes)


@given(
    st.integers(0, 1439),
    st.integers(0, 1440),
    st.lists(st.integers(0, 1439), max_size=8),
)
def test_pieces_follow_each_other_without_gap(start, end, changes):
    try:
        pieces = times.split(start, end, changes)
    except ValueError:
        return
    assert pieces[0][0] == start
    assert all(a < b for a, b in pieces)
    assert all(left[1] == right[0] for left, right in pairwise(pieces))
    assert pieces[-1][1] == times.stretch(start, end)[1]


def test_a_shift_past_midnight_says_next_day():
    """Trial 41: 23:00 to 02:00."""
    start = datetime(2026, 11, 28, 15, tzinfo=UTC)
    assert span(start, datetime(2026, 11, 28, 18, tzinfo=UTC)) == "11月28日 周六 23:00–次日02:00"
    assert span(start, datetime(2026, 11, 28, 16, tzinfo=UTC)) == "11月28日 周六 23:00–24:00"


def test_how_full_a_shift_is_in_words():
    assert places_words(4, 2, 0) == "还差 2 人"
    assert places_words(4, 4, 0) == "已满 · 可候补"
    assert places_words(3, 5, 0) == "已满 · 可候补"
    assert places_words(4, 3, 2) == "已满 · 2 人候补"  # the free place is the queue's
