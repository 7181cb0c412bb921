"""Reads about activities and shifts that several callers need (home, campaigns, grids, desks)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation.models import Act
from volunteers.foundation.privacy import mask_name
from volunteers.grants.models import Role
from volunteers.grants.queries import area_scope
from volunteers.organisations.models import Organisation
from volunteers.points.services import quotes
from volunteers.teams.models import Membership

from .models import LIVE_STATES, Activity, Campaign, Kind, PlaceRole, Shift, ShiftPlace, SignUp
from .words import COLOUR_OF_PILLAR, places_words

if TYPE_CHECKING:
    from volunteers.accounts.models import User

NIGHT_STARTS = time(17)  # "tonight": a patrol from here on …
NIGHT_ENDS = time(6)  # … to here; before this hour it is still last night
SHOWN_COMPANIONS = 24


@dataclass(frozen=True)
class ShiftCard:
    """What a card says about one shift that can be taken (its places for members)."""

    shift_id: int
    activity_id: int
    title: str
    url: str
    kind: str
    kind_label: str
    pillar: str
    area_name: str
    host_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    minutes: int
    points: int
    capacity: int
    taken: int
    waiting: int
    state_words: str

    @property
    def colour(self) -> str:
        """The look's class of its strand."""
        return COLOUR_OF_PILLAR.get(self.pillar, "c-muted")  # type: ignore[call-overload]


@dataclass(frozen=True)
class Companion:
    """A person who comes along, as strangers may see the name."""

    name: str
    leads: bool = False


@dataclass(frozen=True)
class ReviewShift:
    """A shift as the reviewer reads it."""

    shift: Shift
    places: str  # "队员 5 人，组长 1 人"
    points: int


def with_waiting(places: "QuerySet[ShiftPlace]") -> "QuerySet[ShiftPlace]":
    """The places with the length of their queue as `waiting`."""
    queue = (
        SignUp.objects.filter(place=OuterRef("pk"), state=SignUp.State.WAITING)
        .order_by()
        .values("place")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return places.annotate(waiting=Coalesce(Subquery(queue), 0, output_field=IntegerField()))


def open_places(
    *,
    campaign: Campaign | None = None,
    kind: str | None = None,
    area: Area | None = None,
    now: datetime | None = None,
) -> "QuerySet[ShiftPlace]":
    """Places for members in shifts that can still be taken, soonest first; `area` includes all
    areas below it. Each row carries shift, activity, its area and host, and `waiting`."""
    places = ShiftPlace.objects.filter(
        role=PlaceRole.MEMBER,
        shift__state=Shift.State.OPEN,
        shift__starts_at__gt=now or timezone.now(),
        shift__activity__state=Activity.State.PUBLISHED,
    )
    if campaign is not None:
        places = places.filter(shift__activity__campaign=campaign)
    if kind:
        places = places.filter(shift__activity__kind=kind)
    if area is not None:
        places = places.filter(shift__activity__area__path__startswith=area.path)
    return with_waiting(places).select_related(
        "shift__activity__area", "shift__activity__host"
    ).order_by("shift__starts_at", "shift_id")  # fmt: skip


def cards(places: Iterable[ShiftPlace]) -> list[ShiftCard]:
    """Cards of rows of `open_places`; one query for the rules beside that of the rows."""
    rows = list(places)
    points = quote_shifts([(row.shift.activity.rule_code, row.shift) for row in rows])
    return [_card(row, worth) for row, worth in zip(rows, points, strict=True)]


def open_shifts(
    *,
    campaign: Campaign | None = None,
    kind: str | None = None,
    area: Area | None = None,
    now: datetime | None = None,
    limit: int | None = None,
) -> list[ShiftCard]:
    """Shifts that can still be taken or waited for, soonest first. At most two queries."""
    return cards(open_places(campaign=campaign, kind=kind, area=area, now=now)[:limit])


def quote_shifts(pairs: Iterable[tuple[str, Shift]]) -> list[int]:
    """Points of each (rule code, shift) by the rule of the day on which it starts; one query."""
    return quotes(
        [(code, shift.minutes, timezone.localdate(shift.starts_at)) for code, shift in pairs]
    )


def public_activity(pk: int) -> Activity | None:
    """An activity that the public may see: published, or published once and over by now."""
    return (
        Activity.objects.filter(pk=pk, published_at__isnull=False)
        .select_related("host", "team", "area", "campaign")
        .first()
    )


def companions(activity: Activity, now: datetime | None = None) -> tuple[list[Companion], bool]:
    """Who comes along: the team's leaders, then confirmed people of shifts that are not over,
    soonest shift first. Names are masked unless the person shows theirs. Returns the first
    SHOWN_COMPANIONS and whether there are more. At most two queries."""
    leaders: dict[int, Companion] = {}
    if activity.team_id is not None:
        for row in Membership.objects.filter(
            team_id=activity.team_id, role=Membership.Role.LEADER, left_at__isnull=True
        ).select_related("volunteer"):
            leaders[row.volunteer_id] = Companion(_shown(row.volunteer), leads=True)
    people: dict[int, Companion] = {}
    for signup in (
        SignUp.objects.filter(
            shift__activity=activity,
            state=SignUp.State.CONFIRMED,
            ends_at__gt=now or timezone.now(),
        )
        .select_related("volunteer")
        .order_by("starts_at", "id")[: 10 * SHOWN_COMPANIONS]
    ):
        if signup.volunteer_id not in leaders:
            people.setdefault(signup.volunteer_id, Companion(_shown(signup.volunteer)))
    everyone = [*leaders.values(), *people.values()]
    return everyone[:SHOWN_COMPANIONS], len(everyone) > SHOWN_COMPANIONS


def queue_positions(signups: Iterable[SignUp]) -> dict[int, int]:
    """Place in its queue of each of these that waits (1 is next), by id. One query, and none
    when nobody waits."""
    ids = [signup.pk for signup in signups if signup.state == SignUp.State.WAITING]
    if not ids:
        return {}
    before = SignUp.objects.filter(
        place=OuterRef("place"), state=SignUp.State.WAITING, id__lte=OuterRef("id")
    )
    position = Subquery(before.order_by().values("place").annotate(n=Count("pk")).values("n"))
    rows = SignUp.objects.filter(pk__in=ids, state=SignUp.State.WAITING)
    return dict(rows.annotate(position=position).values_list("pk", "position"))


def of_host(host: Organisation) -> list[Activity]:
    """The organisation's activities, newest first, each with `next_at` (its next shift or None),
    `shift_count` and `people` (offered and confirmed in shifts to come). One query."""
    now = timezone.now()
    coming = Q(shifts__state__in=[Shift.State.PLANNED, Shift.State.OPEN], shifts__ends_at__gt=now)
    people = (
        ShiftPlace.objects.filter(shift__activity=OuterRef("pk"), shift__ends_at__gt=now)
        .order_by()
        .values("shift__activity")
        .annotate(n=Sum("taken"))
        .values("n")
    )
    return list(
        Activity.objects.filter(host=host)
        .select_related("area")
        .annotate(
            next_at=Min("shifts__starts_at", filter=coming),
            shift_count=Count("shifts"),
            people=Coalesce(Subquery(people), 0, output_field=IntegerField()),
        )
        .order_by("-pk")
    )


def count_coming_people(activity: Activity) -> int:
    """Live sign-ups of shifts that have not begun: who would be told of a cancellation."""
    return SignUp.objects.filter(
        shift__activity=activity, state__in=LIVE_STATES, starts_at__gt=timezone.now()
    ).count()


def review_shifts(activity: Activity) -> list[ReviewShift]:
    """Every shift of an activity with its places and points. Three queries."""
    shifts = list(activity.shifts.prefetch_related("places"))
    points = quote_shifts([(activity.rule_code, shift) for shift in shifts])
    return [
        ReviewShift(
            shift=shift,
            places="，".join(f"{p.get_role_display()} {p.capacity} 人" for p in shift.places.all()),
            points=worth,
        )
        for shift, worth in zip(shifts, points, strict=True)
    ]


def to_review(user: "User") -> list[dict[str, Any]]:
    """Desk queue: activities that wait for this user's review, longest waiting first."""
    scope = area_scope(user, [Role.AREA_STAFF])
    rows = list(
        Activity.objects.filter(scope, state=Activity.State.SUBMITTED)
        .exclude(created_by=user)
        .select_related("host")
    )
    names = {f"activities.activity:{row.pk}": row for row in rows}
    since: dict[str, datetime] = {}
    if rows:
        acts = Act.objects.filter(verb="activity.submit", subject__in=names).order_by("id")
        since = dict(acts.values_list("subject", "at"))
    items = [
        {
            "title": f"{row.host.name}申请发布“{row.title}”",
            "url": reverse("activities:review", args=[row.pk]),
            "kind": "活动审核",
            "since": since.get(name, row.created_at),
        }
        for name, row in names.items()
    ]
    return sorted(items, key=lambda item: item["since"])


# --- figures of home and overview -----------------------------------------------------------


def night_of(now: datetime) -> tuple[datetime, datetime]:
    """The night that `now` belongs to, from NIGHT_STARTS to NIGHT_ENDS; half-open."""
    local = timezone.localtime(now)
    day = local.date() - timedelta(days=1) if local.time() < NIGHT_ENDS else local.date()
    return _at(day, NIGHT_STARTS), _at(day + timedelta(days=1), NIGHT_ENDS)


def count_patrols_tonight() -> int:
    """Patrols that start tonight, also those under way or over by now."""
    first, last = night_of(timezone.now())
    return Shift.objects.filter(
        activity__kind=Kind.PATROL,
        activity__state__in=[Activity.State.PUBLISHED, Activity.State.ENDED],
        state__in=[Shift.State.OPEN, Shift.State.ENDED],
        starts_at__gte=first,
        starts_at__lt=last,
    ).count()


def count_open_shifts() -> int:
    """Shifts that can still be taken: open, not begun, with a free place and nobody waiting."""
    queue = SignUp.objects.filter(place=OuterRef("pk"), state=SignUp.State.WAITING)
    free = open_places().filter(~Exists(queue), taken__lt=F("capacity"))
    return free.select_related(None).order_by().count()


def count_activities() -> int:
    """Activities that are published now."""
    return Activity.objects.filter(state=Activity.State.PUBLISHED).count()


# --- steps ----------------------------------------------------------------------------------


def _card(row: Any, points: int) -> ShiftCard:
    shift, activity = row.shift, row.shift.activity
    return ShiftCard(
        shift_id=shift.pk,
        activity_id=activity.pk,
        title=activity.title,
        url=reverse("activities:detail", args=[activity.pk]),
        kind=activity.kind,
        kind_label=activity.get_kind_display(),
        pillar=activity.pillar,
        area_name=activity.area.name,
        host_name=activity.host.name,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        place=activity.meeting_point or activity.place,
        minutes=shift.minutes,
        points=points,
        capacity=row.capacity,
        taken=row.taken,
        waiting=row.waiting,
        state_words=places_words(row.capacity, row.taken, row.waiting),
    )


def _shown(volunteer: Any) -> str:
    return volunteer.name if volunteer.show_name else mask_name(volunteer.name)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())
