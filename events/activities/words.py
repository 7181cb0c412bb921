"""How a shift's time and places are said in sentences, notices and on cards."""

from datetime import datetime

from django.utils import timezone

from .models import Pillar

# The look's class of each strand (templates: .c-gold, …); the same colour means the same anywhere
COLOUR_OF_PILLAR = {
    Pillar.SHARE: "c-gold",
    Pillar.ISSUES: "c-blue",
    Pillar.MEDIATE: "c-teal",
    Pillar.SAFE: "c-red",
}
WEEKDAYS = "一二三四五六日"


def span(starts_at: datetime, ends_at: datetime) -> str:
    """ "11月28日 周六 19:30–21:30"; past midnight: "… 23:00–次日02:00"."""
    start, end = timezone.localtime(starts_at), timezone.localtime(ends_at)
    next_day = "" if end.date() == start.date() or end.time() == end.time().min else "次日"
    last = "24:00" if not next_day and end.date() != start.date() else f"{end:%H:%M}"
    day = f"{start.month}月{start.day}日 周{WEEKDAYS[start.weekday()]}"
    return f"{day} {start:%H:%M}–{next_day}{last}"


def places_words(capacity: int, taken: int, waiting: int) -> str:
    """How full a shift is, in words: "还差 2 人", "已满 · 可候补", "已满 · 3 人候补".

    A free place that a queue waits for counts as full: it is offered to the queue.
    """
    if waiting:
        return f"已满 · {waiting} 人候补"
    return f"还差 {capacity - taken} 人" if taken < capacity else "已满 · 可候补"
