"""Reads for residents' pages that join rooms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from events.activities.models import LIVE_STATES, SignUp
from events.activities.queries import open_places
from events.partnership.models import GridJoin
from events.service import queries as service
from events.service.models import ServiceRecord
from volunteers.areas.models import GRID_KINDS, Area
from volunteers.foundation.templatetags.lz import day, hours
from volunteers.people.models import Volunteer
from volunteers.people.queries import belongs_to
from volunteers.points import queries as points
from volunteers.teams.models import Team

RECENT = 8
STAR_WORDS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Star:
    """How far the next star is, by time alone; `goal` is None after the last one."""

    reached: int
    reached_words: str  # "一星", "" without one
    next_words: str
    goal: int | None  # whole minutes
    minutes: int

    @property
    def left(self) -> int:
        """Minutes still to go."""
        return max(0, (self.goal or 0) - self.minutes)

    @property
    def percent(self) -> int:
        """For the bar, 0 to 100."""
        return min(100, self.minutes * 100 // self.goal) if self.goal else 100


@dataclass(frozen=True)
class Moment:
    """One line of "recent": `lead` is the change of points in words."""

    at: datetime
    lead: str
    title: str
    detail: str
    colour: str


def star(minutes: int) -> Star:
    """Where `minutes` stand among settings.LZ_STAR_HOURS."""
    goals = [hours_ * 60 for hours_ in settings.LZ_STAR_HOURS]
    reached = service.stars(minutes)
    return Star(
        reached=reached,
        reached_words=f"{STAR_WORDS[reached - 1]}星" if reached else "",
        next_words=f"{STAR_WORDS[reached]}星" if reached < len(goals) else "",
        goal=goals[reached] if reached < len(goals) else None,
        minutes=minutes,
    )


def coming(volunteer: Volunteer, now: datetime) -> list[SignUp]:
    """Live sign-ups that are not over (a shift stays until its check-out closes), soonest first,
    each with `stamp`. One query."""
    late = timedelta(minutes=settings.LZ_CHECKIN_LATE_MINUTES)
    rows = list(
        SignUp.objects.filter(belongs_to(volunteer), state__in=LIVE_STATES, ends_at__gt=now - late)
        .select_related("shift__activity", "volunteer", "attendance")
        .order_by("starts_at", "id")
    )
    for row in rows:
        row.stamp = service.stamp_of(row)  # type: ignore[attr-defined]
    # What is over and was left by check-out belongs to the past, what never began to be served
    # (waiting, offered) ends with the shift.
    return [row for row in rows if row.ends_at > now or _still_here(row)]


def _still_here(row: Any) -> bool:
    return row.state == SignUp.State.CONFIRMED and row.stamp is not None and not row.stamp.out_at


def past(volunteer: Volunteer, now: datetime) -> Any:
    """Sign-ups that are over or were given up, newest first, as a queryset."""
    return (
        SignUp.objects.filter(belongs_to(volunteer))
        .filter(Q(ends_at__lte=now) | ~Q(state__in=LIVE_STATES))
        .select_related("shift__activity", "attendance")
        .order_by("-starts_at", "-id")
    )


def recent(volunteer: Volunteer) -> list[Moment]:
    """What was booked last, and records that brought no points (yet), newest first. Two queries."""
    moments = [
        Moment(
            at=entry.at,
            lead=f"{'+' if entry.points > 0 else '−'}{abs(entry.points)} 分",
            title=entry.label + (f" {hours(entry.minutes)} 小时" if entry.minutes else ""),
            detail=f"{day(entry.at)} · {'已扣回' if entry.is_reversal else '已入账'}",
            colour="c-warn" if entry.points < 0 else "c-red",
        )
        for entry in points.history(volunteer, RECENT)
    ]
    waiting = service.of_person(volunteer).filter(state=ServiceRecord.State.AWAITING)
    moments += [
        Moment(
            at=record.created_at,
            lead="待确认",
            title=f"{record.title} {hours(record.minutes)} 小时",
            detail=f"{day(record.starts_at)} · 协调员确认后入账",
            colour="c-muted",
        )
        for record in waiting[:RECENT]
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)[:RECENT]


# --- grids ----------------------------------------------------------------------------------


def grids_by_community() -> list[tuple[Area, list[Area]]]:
    """Communities with their grids (also exclusive ones), in order of the tree; each grid carries
    `units` (that joined), `open_count` and `next_at` (of its shifts). Four queries."""
    grids = list(Area.objects.filter(kind__in=GRID_KINDS, closed_at=None).order_by("path"))
    step = Area.steplen
    parents = {
        area.path: area
        for area in Area.objects.filter(path__in={grid.path[:-step] for grid in grids})
    }
    units = dict(
        GridJoin.objects.filter(state=GridJoin.State.ACCEPTED)
        .values("grid")
        .annotate(n=Count("pk"))
        .values_list("grid", "n")
    )
    shifts = {
        row["shift__activity__area"]: (row["n"], row["first"])
        for row in open_places()
        .select_related(None)
        .order_by()
        .values("shift__activity__area")
        .annotate(n=Count("pk"), first=Min("shift__starts_at"))
    }
    grouped: dict[str, list[Area]] = {}
    for grid in grids:
        grid.units = units.get(grid.pk, 0)
        count, first = shifts.get(grid.pk, (0, None))
        grid.open_count, grid.next_at = count, first
        grouped.setdefault(grid.path[:-step], []).append(grid)
    return [(parents[path], members) for path, members in grouped.items() if path in parents]


def teams_of(area: Area) -> list[Team]:
    """Teams bound to an area or to one above it, by name, with the number of their members."""
    step = Area.steplen
    paths = [area.path[:end] for end in range(step, len(area.path) + 1, step)]
    here = Team.objects.filter(areas__path__in=paths, closed_at=None).values("pk")
    members = Count("memberships", filter=Q(memberships__left_at__isnull=True))
    return list(
        Team.objects.filter(pk__in=here)
        .select_related("organisation")
        .annotate(members=members)
        .order_by("name")
    )


@dataclass(frozen=True)
class GridFigures:
    """Served in the grid: whole minutes of this month and this year, people of this year."""

    month: int
    year: int
    people: int


def grid_figures(area: Area, now: datetime | None = None) -> GridFigures:
    """Five queries."""
    month = service.month_start(now)
    year = month.replace(month=1)
    here = Q(shift__activity__area__path__startswith=area.path)
    this_year = service.since(year).filter(here)
    return GridFigures(
        month=service.counted(service.since(month).filter(here)),
        year=service.counted(this_year),
        people=this_year.filter(minutes__gt=0).values("volunteer").distinct().count(),
    )


def count_teams() -> int:
    """The measure "teams"."""
    return Team.objects.filter(closed_at=None).count()


def this_year() -> int:
    """The year in the street's zone."""
    return timezone.localdate().year
