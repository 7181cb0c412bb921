"""How a shift's time is said in sentences and notices."""

from datetime import datetime

from django.utils import timezone

WEEKDAYS = "一二三四五六日"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """ "11月28日 周六 19:30–21:30"; past midnight: "… 23:00–次日02:00"."""
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    next_day = "" if end.date() == start.date() or end.time() == end.time().min else "次日"
    last = "24:00" if not next_day and end.date() != start.date() else f"{end:%H:%M}"
    day = f"{start.month}月{start.day}日 周{WEEKDAYS[start.weekday()]}"
    return f"{day} {start:%H:%M}–{next_day}{last}"
