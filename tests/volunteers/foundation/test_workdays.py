"""Working days follow the published calendar, staff's own entries, else the plain week."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation import workdays
from volunteers.foundation.workdays import add_workdays, is_workday


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 5), True),  # a Thursday
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 17), False),  # the Tuesday of the Spring Festival
        (date(2026, 10, 1), False),
        (date(2004, 1, 1), False),
    ],
)
def test_published_years_are_certain(day: date, works: bool) -> None:
    assert is_workday(day) == (works, True)


def test_a_year_not_yet_published_counts_monday_to_friday_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workdays._warn.cache_clear()
    assert is_workday(date(2090, 10, 2)) == (True, False)  # a Monday
    assert is_workday(date(2090, 10, 1)) == (False, False)  # a Sunday
    assert [record.getMessage() for record in caplog.records] == [
        "Holidays of 2090 are not known: counting Monday to Friday"
    ]


def test_what_staff_have_set_wins_and_is_certain() -> None:
    known = {date(2090, 10, 2): False, date(2026, 3, 7): True}
    assert is_workday(date(2090, 10, 2), known=known) == (False, True)
    assert is_workday(date(2026, 3, 7), known=known) == (True, True)


def test_a_moment_is_no_date() -> None:
    with pytest.raises(TypeError):
        is_workday(datetime(2026, 3, 5, 12))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 3, 5), 1, date(2026, 3, 6)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # over a weekend
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # from a Saturday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # onto a worked Saturday
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over the Spring Festival
        (date(2026, 9, 30), 5, date(2026, 10, 13)),  # over National Day, Saturday 10 worked
        (date(2026, 3, 9), -1, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
        (date(2026, 12, 31), 3, date(2027, 1, 5)),  # into a year not yet known
    ],
)
def test_time_limits_in_working_days(start: date, count: int, end: date) -> None:
    assert add_workdays(start, count) == end


def test_a_day_that_staff_closed_is_passed_over() -> None:
    assert add_workdays(date(2026, 3, 5), 1, known={date(2026, 3, 6): False}) == date(2026, 3, 9)


@given(st.dates(date(2005, 1, 1), date(2060, 1, 1)), st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_asked_for(start: date, count: int) -> None:
    end = add_workdays(start, count)
    between = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    assert sum(is_workday(day).workday for day in between) == count
    assert is_workday(end).workday


def test_absurd_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        add_workdays(date(2026, 3, 5), 10**12)
    with pytest.raises(OverflowError):
        add_workdays(date.max, 1)
