"""Arithmetic of service time: plain functions of times, no database.

A record stands for the half-open stretch [starts_at, ends_at) that lies inside its shift, on whole
minutes, and is exactly as long as its minutes. So time that two records of one person share is
whole minutes too, and counting it once (`union_minutes`) never loses or invents a part of one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


def whole_minutes(length: timedelta) -> int:
    """Whole minutes of a length of time, 0 for a negative one."""
    return max(0, length // MINUTE)


def overlap_minutes(
    in_at: datetime, out_at: datetime, starts_at: datetime, ends_at: datetime
) -> int:
    """Whole minutes that [in_at, out_at) shares with the planned shift: coming early and staying
    on do not count, the way there and back neither (DOMAIN §1, hours)."""
    return whole_minutes(min(out_at, ends_at) - max(in_at, starts_at))


def stretch(
    in_at: datetime | None, starts_at: datetime, ends_at: datetime, minutes: int
) -> tuple[datetime, datetime]:
    """Where `minutes` (at most the shift's) lie in the shift: from the arrival on, or, if they do
    not fit behind it, up to the shift's end."""
    first = _floor(max(in_at or starts_at, starts_at))
    latest = _floor(ends_at) - minutes * MINUTE
    start = min(first, latest)
    return start, start + minutes * MINUTE


def new_minutes(
    starts_at: datetime, ends_at: datetime, minutes: int, before: datetime | None
) -> int:
    """What a record adds when all records that start earlier run until `before` at the latest."""
    free = ends_at - (starts_at if before is None else max(starts_at, before))
    return min(minutes, whole_minutes(free))


def union_minutes(records: Iterable[tuple[datetime, datetime, int]]) -> int:
    """Minutes of one person's records (starts, ends, minutes), overlapping time counted once."""
    total, before = 0, None
    for starts_at, ends_at, minutes in sorted(records):
        total += new_minutes(starts_at, ends_at, minutes, before)
        before = ends_at if before is None else max(before, ends_at)
    return total


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
