"""Reads about attendance and records.

Overlapping time of one person counts once (ARCHITECTURE decision 4), and that is decided here, in
the query: records stay as they are. One sweep per person over the records by start gives what each
adds (`minutes.new_minutes`). For sums over many people the database does the sweep with a window,
but hands back only the rows that overlap an earlier one of the same person. They are few, since
two shifts at one time need a clash that staff accepted. So a sum is Sum(minutes) less the excess
of those rows: right without any assumption, one pass over an index and one sort, two queries.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, RowRange, Sum, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from events.activities.models import ACTIVE_STATES, Shift, ShiftPlace, SignUp
from events.activities.words import span
from volunteers.foundation.privacy import mask_name
from volunteers.grants.models import Role
from volunteers.grants.queries import area_scope
from volunteers.people.models import Volunteer
from volunteers.people.queries import belongs_to
from volunteers.points.services import quotes

from .minutes import new_minutes, union_minutes, whole_minutes
from .models import CAME, IN_FORCE, Attendance, ServiceRecord
from .services.attendance import closes_at, opens_at
from .services.records import default_minutes, is_own

if TYPE_CHECKING:
    from volunteers.accounts.models import User

Records = QuerySet[ServiceRecord]
HONOURS = 50

# Facts belong to the person a double was merged into.
_PERSON = Coalesce("volunteer__merged_into_id", "volunteer_id")


@dataclass(frozen=True)
class Totals:
    """What a person has served: whole minutes, overlapping time once, and how many times."""

    minutes: int
    times: int


@dataclass(frozen=True)
class Honour:
    """A line of the public roll: the name as strangers may see it, whole minutes, stars reached
    by time alone (a star is awarded by people, after a public notice)."""

    name: str
    community: str
    minutes: int
    stars: int


def confirmed() -> Records:
    """Records that count."""
    return ServiceRecord.objects.filter(state=ServiceRecord.State.CONFIRMED)


def of_person(volunteer: Volunteer) -> Records:
    """All versions of a person's records, those of merged doubles included, newest first."""
    return (
        ServiceRecord.objects.filter(belongs_to(volunteer))
        .select_related("shift__activity")
        .order_by("-starts_at", "-version", "-pk")
    )


def totals(volunteer: Volunteer) -> Totals:
    """What counts of one person. One query."""
    rows = list(
        confirmed().filter(belongs_to(volunteer)).values_list("starts_at", "ends_at", "minutes")
    )
    return Totals(union_minutes(rows), sum(1 for row in rows if row[2] > 0))


def counted_minutes(volunteer: Volunteer) -> int:
    """Whole minutes of one person, overlapping time once. One query."""
    return totals(volunteer).minutes


def counted(records: Records) -> int:
    """Minutes of these confirmed records over all their people, overlapping time of one person
    once. Two queries; for a campaign, a grid, a month or the whole street."""
    total: int = records.aggregate(total=Coalesce(Sum("minutes"), 0))["total"]
    return total - sum(_excess(records).values())


def service_minutes() -> int:
    """The measure "service_minutes"."""
    return counted(confirmed())


def served_count() -> int:
    """The measure "served_count": how many times people served (人次)."""
    return confirmed().filter(minutes__gt=0).count()


def since(start: datetime) -> Records:
    """Confirmed records whose shift began at `start` or later: a night that crosses into the
    month belongs to the evening on which it began."""
    return confirmed().annotate(begun=Coalesce("shift__starts_at", "starts_at")).filter(
        begun__gte=start
    )  # fmt: skip


def honours(limit: int = HONOURS, *, start: datetime | None = None) -> list[Honour]:
    """Who served most, since `start` or ever; people who left are not shown. Three queries."""
    records = confirmed() if start is None else since(start)
    excess = _excess(records)
    sums = (
        records.filter(
            Q(volunteer__merged_into=None, volunteer__left_at=None)
            | Q(volunteer__merged_into__isnull=False, volunteer__merged_into__left_at=None)
        )
        .annotate(person=_PERSON)
        .values("person")
        .annotate(total=Sum("minutes"))
        .filter(total__gt=0)
        .order_by("-total", "person")
        .values_list("person", "total")
    )
    # An excess only lowers a sum, so at most that many people can fall out of the first ones.
    rows = [(pk, total - excess[pk]) for pk, total in sums[: limit + len(excess)]]
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]
    people = Volunteer.objects.select_related("community").in_bulk([pk for pk, _ in rows])
    return [
        Honour(
            name=people[pk].name if people[pk].show_name else mask_name(people[pk].name),
            community=people[pk].community.name,
            minutes=minutes,
            stars=stars(minutes),
        )
        for pk, minutes in rows
    ]


def stars(minutes: int) -> int:
    """How many of settings.LZ_STAR_HOURS these minutes reach."""
    return sum(minutes >= hours * 60 for hours in settings.LZ_STAR_HOURS)


def month_start(now: datetime | None = None) -> datetime:
    """The first moment of this month in the street's zone."""
    local = timezone.localtime(now)
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _excess(records: Records) -> Counter[int]:
    """Minutes counted twice, by person: rows that begin before all earlier ones of the person
    have ended. One query, usually without a row."""
    before = Window(
        Max("ends_at"),
        partition_by=[_PERSON],
        order_by=[F("starts_at").asc(), F("pk").asc()],
        frame=RowRange(start=None, end=-1),
    )
    rows = (
        records.order_by()
        .annotate(person=_PERSON, before=before)
        .filter(before__gt=F("starts_at"))
        .values_list("person", "starts_at", "ends_at", "minutes", "before")
    )
    found: Counter[int] = Counter()
    for person, starts_at, ends_at, minutes, until in rows:
        found[person] += minutes - new_minutes(starts_at, ends_at, minutes, until)
    return found


# --- the volunteer's side -------------------------------------------------------------------


def shifts_of_now(volunteer: Volunteer, now: datetime) -> list[SignUp]:
    """The person's confirmed sign-ups that can be checked in or out now, each with `stamp` (its
    attendance or None). One query."""
    early = timedelta(minutes=settings.LZ_CHECKIN_EARLY_MINUTES)
    late = timedelta(minutes=settings.LZ_CHECKIN_LATE_MINUTES)
    rows = list(
        SignUp.objects.filter(
            belongs_to(volunteer),
            state=SignUp.State.CONFIRMED,
            starts_at__lte=now + early,
            ends_at__gt=now - late,
        )
        .exclude(shift__state=Shift.State.CANCELLED)
        .select_related("shift__activity", "volunteer", "attendance")
        .order_by("starts_at")
    )
    for row in rows:
        row.stamp = stamp_of(row)  # type: ignore[attr-defined]
    return rows


def stamp_of(signup: SignUp) -> Attendance | None:
    """The attendance of a sign-up read with select_related("attendance"), or None."""
    found: Attendance | None = getattr(signup, "attendance", None)
    return found


# --- the leader's side ----------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One person on the leader's list."""

    signup: SignUp
    attendance: Attendance | None
    record: ServiceRecord | None  # in force, or the last one if it was revoked
    points: int
    is_own: bool

    @property
    def state(self) -> str:
        """One of Attendance.State."""
        return self.attendance.state if self.attendance else Attendance.State.EXPECTED

    @property
    def came(self) -> bool:
        """Checked in, perhaps out again."""
        return self.state in CAME

    @property
    def early_in(self) -> int:
        """Whole minutes before the start."""
        at = self.attendance.in_at if self.attendance else None
        return whole_minutes(self.signup.starts_at - at) if at else 0

    @property
    def late(self) -> int:
        """Whole minutes after the start."""
        at = self.attendance.in_at if self.attendance else None
        return whole_minutes(at - self.signup.starts_at) if at else 0

    @property
    def early_out(self) -> int:
        """Whole minutes before the end."""
        at = self.attendance.out_at if self.attendance else None
        return whole_minutes(self.signup.ends_at - at) if at else 0

    @property
    def counted(self) -> int | None:
        """Minutes that the scans speak for; None without a check-out."""
        return default_minutes(self.attendance) if self.attendance else None

    @property
    def in_force(self) -> ServiceRecord | None:
        """The record that counts or awaits, if there is one."""
        return self.record if self.record and self.record.state in IN_FORCE else None

    @property
    def can_undo(self) -> bool:
        """The last step is a leader's tick, and no minutes stand on it."""
        if self.attendance is None or self.in_force is not None:
            return False
        left = self.state == Attendance.State.OUT
        method = self.attendance.out_method if left else self.attendance.in_method
        return self.came and method == Attendance.Method.LEADER

    @property
    def can_confirm(self) -> bool:
        """Came, and nobody has confirmed it yet."""
        return self.came and (
            self.in_force is None or self.in_force.state == ServiceRecord.State.AWAITING
        )


def roster(shift: Shift, user: "User") -> list[Line]:
    """Everyone with a confirmed place in the shift, leaders' places first. Three queries."""
    signups = list(
        SignUp.objects.filter(shift=shift, state=SignUp.State.CONFIRMED)
        .select_related("volunteer__merged_into", "volunteer__user", "attendance", "place")
        .order_by("place__role", "id")
    )
    records: dict[int | None, ServiceRecord] = {}
    rows = ServiceRecord.objects.filter(shift=shift, attendance__isnull=False)
    for record in rows.exclude(state=ServiceRecord.State.SUPERSEDED).order_by("version", "pk"):
        records[record.attendance_id] = record
    on = timezone.localdate(shift.starts_at)
    worth = dict(
        zip(
            records,
            quotes([(r.rule_code, r.minutes, on) for r in records.values()]),
            strict=True,
        )
    )
    lines = []
    for signup in signups:
        attendance = stamp_of(signup)
        if attendance is not None:
            attendance.shift = shift
        key = attendance.pk if attendance else None
        lines.append(
            Line(
                signup=signup,
                attendance=attendance,
                record=records.get(key) if key else None,
                points=worth.get(key, 0),
                is_own=is_own(signup.volunteer, user),
            )
        )
    return lines


def led_shifts(team_ids: Iterable[int], now: datetime, limit: int = 5) -> list[Shift]:
    """Shifts of these teams that a leader has to do with now: from two days ago (minutes to
    confirm) to two days ahead. One query, none without a team."""
    teams = list(team_ids)
    if not teams:
        return []
    return list(
        Shift.objects.filter(
            activity__team__in=teams,
            state__in=[Shift.State.OPEN, Shift.State.ENDED],
            starts_at__lt=now + timedelta(days=2),
            ends_at__gt=now - timedelta(days=2),
        )
        .select_related("activity")
        .order_by("starts_at")[:limit]
    )


def desk_items(user: "User") -> list[dict[str, Any]]:
    """Desk queue: shifts in the user's area that are over while people who came wait for their
    minutes (never confirmed, or a leader's own). One query."""
    now = timezone.now()
    decided = ServiceRecord.objects.filter(attendance=OuterRef("pk")).exclude(
        state=ServiceRecord.State.AWAITING
    )
    rows = (
        Attendance.objects.filter(
            area_scope(user, [Role.COORDINATOR, Role.AREA_STAFF], "shift__activity__area__path"),
            state__in=CAME,
            shift__ends_at__lte=now,
            signup__state=SignUp.State.CONFIRMED,
        )
        .filter(~Exists(decided))
        .values("shift_id", "shift__activity__title", "shift__starts_at", "shift__ends_at")
        .annotate(n=Count("pk"), no_out=Count("pk", filter=Q(state=Attendance.State.IN)))
        .order_by("shift__ends_at")[:100]
    )
    return [
        {
            "title": f"{row['shift__activity__title']}"
            f"（{span(row['shift__starts_at'], row['shift__ends_at'])}）"
            f"{row['n']} 人时长待确认" + (f"，{row['no_out']} 人没有签退" if row["no_out"] else ""),
            "url": reverse("service:lead", args=[row["shift_id"]]),
            "kind": "时长确认",
            "since": row["shift__ends_at"],
        }
        for row in rows
    ]


def is_window_open(shift: Shift, now: datetime) -> bool:
    """Can people check in or out now?"""
    return opens_at(shift) <= now < closes_at(shift)


# --- the audit ------------------------------------------------------------------------------


def drifting_places() -> list[dict[str, int]]:
    """Places whose `taken` differs from their active sign-ups: {"place", "taken", "active"}.
    One statement, so that a sign-up which commits meanwhile is never taken for drift."""
    active = Count("signups", filter=Q(signups__state__in=ACTIVE_STATES))
    rows = ShiftPlace.objects.annotate(active=active).exclude(taken=F("active"))
    return [
        {"place": pk, "taken": taken, "active": found}
        for pk, taken, found in rows.order_by("pk").values_list("pk", "taken", "active")
    ]
