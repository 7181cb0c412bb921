"""Working days of the Chinese calendar, holidays and moved weekends included.

What staff have entered comes first, then `chinesecalendar` (the State Council's yearly notices,
up to the last published year), then the plain week, which is said to be uncertain.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

logger = logging.getLogger(__name__)

# Twenty years of working days: more than any time limit, and no loop that hostile input prolongs.
MAX_WORKDAYS = 5000


class Answer(NamedTuple):
    """Whether a day is a working day, and whether that is known or only the plain week."""

    workday: bool
    certain: bool


def is_workday(day: date, *, known: Mapping[date, bool] | None = None) -> Answer:
    """Whether people work on `day`, a calendar date in Shanghai.

    `known` holds the days that staff have set (True: work). In a year whose holidays are not
    yet published Monday to Friday count, `certain` is False, and the log warns once a year.
    Raises TypeError for a datetime, whose date depends on a zone.
    """
    if isinstance(day, datetime):
        raise TypeError("pass a date, not a datetime")
    if known is not None and day in known:
        return Answer(known[day], True)
    try:
        return Answer(chinese_calendar.is_workday(day), True)
    except NotImplementedError:
        _warn(day.year)
        return Answer(day.weekday() < 5, False)


def add_workdays(day: date, count: int, *, known: Mapping[date, bool] | None = None) -> date:
    """The date `count` working days after `day` (before it, if negative).

    The first day counted is the one after `day`, as time limits are counted in law (民法典 201);
    0 gives `day` itself, working or not. Raises ValueError beyond 5,000 days either way and
    OverflowError where the calendar ends.
    """
    if abs(count) > MAX_WORKDAYS:
        raise ValueError("too many working days")
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day, known=known).workday
    return day


@cache
def _warn(year: int) -> None:
    logger.warning("Holidays of %s are not known: counting Monday to Friday", year)
