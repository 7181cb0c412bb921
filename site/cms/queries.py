"""Reads about campaigns that pages of the CMS need; none of them touches a page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse

from events.activities.models import Activity, Campaign, Pillar, Shift
from events.activities.queries import open_places
from events.activities.words import COLOUR_OF_PILLAR
from events.service.queries import confirmed, counted


@dataclass(frozen=True)
class Progress:
    """Where a campaign stands in its days."""

    day: int  # 1 on the first day; 0 before it
    days: int
    words: str  # 未开始, 进行中, 已结束
    sentence: str


def progress(campaign: Campaign, today: date) -> Progress:
    """Both first and last day count."""
    days = (campaign.ends_on - campaign.starts_on).days + 1
    day = (today - campaign.starts_on).days + 1
    if day < 1:
        return Progress(0, days, "未开始", f"还有 {1 - day} 天开始，共 {days} 天")
    if day > days:
        return Progress(days, days, "已结束", f"{days} 天已经走完")
    return Progress(day, days, "进行中", f"第 {day} 天，共 {days} 天")


def campaign_sums(campaign: Campaign) -> dict[str, int]:
    """Shifts served, people who served, their confirmed minutes, and shifts open now; names as
    in `figures.CAMPAIGN`. Five queries."""
    records = confirmed().filter(shift__activity__campaign=campaign)
    ended = Shift.objects.filter(activity__campaign=campaign, state=Shift.State.ENDED)
    return {
        "campaign_shifts": ended.count(),
        "campaign_people": records.aggregate(n=Count("volunteer", distinct=True))["n"],
        "campaign_minutes": counted(records),
        "campaign_open": open_places(campaign=campaign).select_related(None).order_by().count(),
    }


@dataclass(frozen=True)
class ActivityRow:
    """What a list on a page says about an activity."""

    title: str
    url: str
    kind_label: str
    colour: str
    area_name: str
    host_name: str


def activity_rows(campaign: Campaign | None, kind: str, limit: int) -> list[ActivityRow]:
    """Published activities, newest first: of a campaign (None: of all), of a kind ("": any).
    One query."""
    rows = Activity.objects.filter(state=Activity.State.PUBLISHED).select_related("host", "area")
    if campaign is not None:
        rows = rows.filter(campaign=campaign)
    if kind:
        rows = rows.filter(kind=kind)
    return [
        ActivityRow(
            row.title,
            reverse("activities:detail", args=[row.pk]),
            row.get_kind_display(),
            COLOUR_OF_PILLAR[Pillar(row.pillar)],
            row.area.name,
            row.host.name,
        )
        for row in rows.order_by("-published_at", "-pk")[:limit]
    ]
