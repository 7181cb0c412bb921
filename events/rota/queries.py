"""The week on the board."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from events.activities.models import ACTIVE_STATES, Kind, Shift, ShiftPlace, SignUp
from volunteers.foundation import han
from volunteers.grants.models import Role
from volunteers.grants.queries import area_scope
from volunteers.people.models import Volunteer

if TYPE_CHECKING:
    from volunteers.accounts.models import User

BOARD_ROLES = (Role.COORDINATOR, Role.AREA_STAFF)
COLOURS = {Kind.PATROL: "c-red", Kind.MEDIATION: "c-teal", Kind.SERVICE: "c-gold"}
ALL_CANDIDATES = 40


@dataclass
class Slot:
    """One shift in one cell. `missing`: role word → how many places are open."""

    shift: Shift
    people: list[SignUp]
    missing: dict[str, int]
    waiting: int
    colour: str
    next_day: bool = False  # its second half, past midnight

    @property
    def short(self) -> bool:
        """Are places open?"""
        return bool(self.missing)


@dataclass
class Row:
    """One line of the board: a grid (patrols) or an activity's area and kind."""

    label: str
    note: str
    cells: list[list[Slot]] = field(default_factory=lambda: [[] for _ in range(7)])


@dataclass
class Week:
    """The board: Monday, seven days, rows, and the sums above them."""

    monday: date
    days: list[date]
    rows: list[Row]
    full: int
    total: int
    missing: int
    without_leader: int


def bounds(monday: date) -> tuple[datetime, datetime]:
    """The week's half-open interval in Asia/Shanghai."""
    start = timezone.make_aware(datetime.combine(monday, time.min))
    return start, timezone.make_aware(datetime.combine(monday + timedelta(days=7), time.min))


def week(user: "User", monday: date) -> Week:
    """All shifts of the user's areas that touch the week, with their people (4 queries). A shift
    past midnight stands in both days and is counted once."""
    start, end = bounds(monday)
    shifts = (
        Shift.objects.filter(
            area_scope(user, BOARD_ROLES, "activity__area__path"),
            starts_at__lt=end,
            ends_at__gt=start,
            state__in=[Shift.State.OPEN, Shift.State.ENDED],
        )
        .select_related("activity__area", "activity__team")
        .prefetch_related(
            Prefetch("places", ShiftPlace.objects.order_by("id")),
            Prefetch(
                "signups",
                SignUp.objects.filter(state__in=[*ACTIVE_STATES, SignUp.State.WAITING])
                .select_related("volunteer", "place")
                .order_by("place__role", "id"),
            ),
        )
    )
    rows: dict[tuple[str, str], Row] = {}
    board = Week(monday, [monday + timedelta(days=n) for n in range(7)], [], 0, 0, 0, 0)
    for shift in shifts:
        slot = _slot(shift)
        key = (shift.activity.area.code, shift.activity.kind)
        if key not in rows:
            rows[key] = Row(shift.activity.area.name, shift.activity.get_kind_display())
        for day in _days(shift, board.days):
            past_midnight = board.days[day] > timezone.localdate(shift.starts_at)
            rows[key].cells[day].append(replace(slot, next_day=past_midnight))
        board.total += 1
        board.full += not slot.short
        board.missing += sum(slot.missing.values())
        board.without_leader += "组长" in slot.missing
    board.rows = [rows[key] for key in sorted(rows)]
    return board


def _slot(shift: Shift) -> Slot:
    people = [s for s in shift.signups.all() if s.state in ACTIVE_STATES]
    waiting = sum(s.state == SignUp.State.WAITING for s in shift.signups.all())
    missing = {
        place.get_role_display(): place.capacity - place.taken
        for place in shift.places.all()
        if place.taken < place.capacity
    }
    return Slot(shift, people, missing, waiting, COLOURS.get(Kind(shift.activity.kind), "c-blue"))


def _days(shift: Shift, days: list[date]) -> list[int]:
    """Indexes of the week's days that the half-open shift touches."""
    first = timezone.localdate(shift.starts_at)
    last = timezone.localdate(shift.ends_at - timedelta(seconds=1))
    return [n for n, day in enumerate(days) if first <= day <= last]


@dataclass
class Candidate:
    """A person who could be placed, and why perhaps not."""

    volunteer: Volunteer
    reason: str  # empty: free

    @property
    def free(self) -> bool:
        """Nothing stands against it."""
        return not self.reason


def candidate_people(user: "User") -> QuerySet[Volunteer]:
    """Everyone whom this user may place: the volunteers of the user's areas."""
    return Volunteer.objects.filter(
        area_scope(user, BOARD_ROLES, "community__path"),
        merged_into__isnull=True,
        left_at__isnull=True,
    ).select_related("community")


def candidates(user: "User", shift: Shift, words: str) -> list[Candidate]:
    """People of the user's areas for a shift, found by name or number, else the team's members;
    each with the reason that stands against them (3 queries). At most ALL_CANDIDATES."""
    people = candidate_people(user)
    words = han.fold(words.replace("\x00", "")).strip()[:50]
    if words:
        people = people.filter(Q(name_folded__contains=words) | Q(number__iexact=words))
    elif shift.activity.team_id is not None:
        people = people.filter(
            memberships__team_id=shift.activity.team_id, memberships__left_at__isnull=True
        )
    found = list(people.order_by("name_folded", "id")[:ALL_CANDIDATES])
    against = _reasons([person.pk for person in found], shift)
    return sorted(
        (Candidate(person, against.get(person.pk, "")) for person in found),
        key=lambda candidate: bool(candidate.reason),
    )


def _reasons(ids: list[int], shift: Shift) -> dict[int, str]:
    rows: Any = SignUp.objects.filter(volunteer_id__in=ids).filter(
        Q(shift=shift, state__in=[*ACTIVE_STATES, SignUp.State.WAITING])
        | Q(state__in=ACTIVE_STATES, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
    )
    reasons: dict[int, str] = {}
    for row in rows.select_related("shift__activity"):
        if row.shift_id == shift.pk:
            reasons[row.volunteer_id] = f"已在本班（{row.get_state_display()}）"
        else:
            reasons.setdefault(row.volunteer_id, f"同时段已有“{row.shift.activity.title}”")
    return reasons
