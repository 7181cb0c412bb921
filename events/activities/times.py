"""Days and clock times as people type them, and cutting a long day into shifts.

Odd input is normalised (full-width digits and colons, 9点半, 1930, 12月5日) or refused with a
sentence that says how to write it; it is never guessed in silence.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone

DAY_MINUTES = 24 * 60
MAX_TYPED = 40  # characters; longer text is no day and no time

_CLOCK = re.compile(r"(\d{1,2})\s*[:.点时h]\s*(\d{1,2})?\s*分?|(\d{1,2})(\d{2})|(\d{1,2})")
_HALF = re.compile(r"[点时]\s*半")
_DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_BETWEEN = re.compile(r"[,;、\s]+")


def _plain(text: str) -> str:
    """Half-width, no outer blanks; a full-width or typographic colon is a colon."""
    return unicodedata.normalize("NFKC", text).replace("∶", ":").replace("︰", ":").strip()


def read_day(text: str, today: date) -> date:
    """A day; without a year it is the next such day from `today` on.

    Understands 2026-12-05, 2026/12/5, 2026年12月5日, 12月5日, 12-5. Raises ValueError with a
    sentence for the person.
    """
    plain = _plain(text)
    match = _DAY.fullmatch(plain) if len(plain) <= MAX_TYPED else None
    if match is None:
        raise ValueError("日期看不懂，请写成 2026-12-05 这样。")
    year, month, day = match.groups()
    try:
        if year:
            return date(int(year), int(month), int(day))
        # 29 February without a year: the next leap year is at most eight years away
        for ahead in range(9):
            try:
                found = date(today.year + ahead, int(month), int(day))
            except ValueError:
                continue
            if found >= today:
                return found
        raise ValueError
    except (ValueError, OverflowError):
        raise ValueError(f"没有“{plain}”这一天，请核对日期。") from None


def read_clock(text: str) -> int:
    """A time of day as minutes since midnight, 0 to 1440 (24:00 is the end of the day).

    Understands 19:30, 19：30, 9.30, 1930, 9点半, 19时30分, 9. Raises ValueError with a sentence.
    """
    plain = _HALF.sub(":30", _plain(text))
    match = _CLOCK.fullmatch(plain) if len(plain) <= MAX_TYPED else None
    if match is None:
        raise ValueError("时间看不懂，请写成 19:30 这样（24 小时制）。")
    hour = int(match[1] or match[3] or match[5])
    minute = int(match[2] or match[4] or 0)
    total = hour * 60 + minute
    if minute > 59 or total > DAY_MINUTES:
        raise ValueError(f"没有“{plain}”这个时间，请写成 19:30 这样（24 小时制）。")
    return total


def read_clocks(text: str) -> list[int]:
    """Several times of day with commas, blanks or 、 between them, in the order typed."""
    plain = _plain(text)
    if len(plain) > 10 * MAX_TYPED:
        raise ValueError("换班时间太多了，一天最多 20 班。")
    return [read_clock(part) for part in _BETWEEN.split(plain) if part]


def show_clock(minutes: int) -> str:
    """570 → "09:30"; past midnight it is the next day's clock: 1500 → "01:00"; 1440 → "24:00"."""
    if minutes == DAY_MINUTES:
        return "24:00"
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def moment(day: date, minutes: int) -> datetime:
    """The aware time `minutes` after midnight of `day` in the street's zone (may pass 1440).

    Raises ValueError for days at the edge of the calendar.
    """
    zone = timezone.get_default_timezone()
    try:
        later = day + timedelta(days=minutes // DAY_MINUTES)
        clock = time(minutes // 60 % 24, minutes % 60)
        found = datetime.combine(later, clock, tzinfo=zone)
        found.astimezone(timezone.get_fixed_timezone(0))
    except OverflowError:
        raise ValueError("日期太远了，请核对年份。") from None
    return found


def stretch(start: int, end: int) -> tuple[int, int]:
    """Start and end in minutes of one shift; an end at or before the start is the next day's."""
    return (start, end) if end > start else (start, end + DAY_MINUTES)


def split(start: int, end: int, changes: list[int]) -> list[tuple[int, int]]:
    """Shifts from `start` to `end` that hand over at `changes` (minutes since midnight of the
    first day; times before the start are the next day's). Half-open, without gap or overlap.

    Raises ValueError with a sentence when a change lies outside or the order is not rising.
    """
    first, last = stretch(start, end)
    edges = [first, *(c if c > first else c + DAY_MINUTES for c in changes), last]
    for before, after in pairwise(edges):
        if after > last:
            raise ValueError(f"换班时间 {show_clock(after)} 不在开始和结束之间。")
        if after <= before:
            raise ValueError("换班时间请从早到晚写，并且在开始和结束之间，不要重复。")
    return list(pairwise(edges))
