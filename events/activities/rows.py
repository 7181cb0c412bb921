"""The shifts of one activity as one person meets them: what they can do about each, and why not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from volunteers.people.models import Volunteer

from .models import ACTIVE_STATES, LIVE_STATES, Activity, PlaceRole, Shift, ShiftPlace, SignUp
from .queries import queue_positions, quote_shifts, with_waiting
from .words import places_words


class Can(StrEnum):
    """What a person can do about a shift now."""

    TAKE = "take"
    WAIT = "wait"  # full: join the queue
    NOTHING = "nothing"


@dataclass(frozen=True)
class ShiftRow:
    """One shift on the activity page, as one person meets it."""

    shift_id: int
    starts_at: datetime
    ends_at: datetime
    place: str
    minutes: int
    points: int
    capacity: int
    taken: int
    waiting: int
    can: Can
    words: str  # state in words: "还差 2 人", "已报名", "候补第 2 位", "已取消"
    why: str = ""  # why nothing can be done, or what to do next: one sentence
    clash_title: str = ""  # the person's own shift at that time, and where it leads
    clash_url: str = ""
    signup_id: int | None = None  # the person's own live sign-up
    signup_state: str = ""
    position: int | None = None  # place in the queue, 1 is next


def shift_rows(
    activity: Activity, person: Volunteer | None, now: datetime | None = None
) -> list[ShiftRow]:
    """The shifts of an activity that are not over, with what this person can do about each
    (None: nobody in particular, as on the cached page). At most four queries."""
    at = now or timezone.now()
    places = list(
        with_waiting(
            ShiftPlace.objects.filter(
                role=PlaceRole.MEMBER,
                shift__activity=activity,
                shift__ends_at__gt=at,
                shift__state__in=[Shift.State.OPEN, Shift.State.CANCELLED],
            )
        )
        .select_related("shift")
        .order_by("shift__starts_at", "shift_id")
    )
    points = quote_shifts([(activity.rule_code, place.shift) for place in places])
    mine = _live_around(person, places) if person is not None else []
    shown = {place.shift_id for place in places}
    ahead = queue_positions(signup for signup in mine if signup.shift_id in shown)
    return [
        _row(activity, place, worth, mine, ahead, at)
        for place, worth in zip(places, points, strict=True)
    ]


# --- steps ----------------------------------------------------------------------------------


def _live_around(person: Volunteer, places: list[ShiftPlace]) -> list[SignUp]:
    """The person's live sign-ups that touch the time of these shifts (with rest)."""
    if not places:
        return []
    rest = timedelta(minutes=settings.LZ_REST_MINUTES)
    return list(
        SignUp.objects.filter(
            volunteer=person,
            state__in=LIVE_STATES,
            starts_at__lt=max(place.shift.ends_at for place in places) + rest,
            ends_at__gt=min(place.shift.starts_at for place in places) - rest,
        ).select_related("shift__activity")
    )


def _row(
    activity: Activity,
    place: Any,
    points: int,
    mine: list[SignUp],
    ahead: dict[int, int],
    now: datetime,
) -> ShiftRow:
    shift = place.shift
    row = ShiftRow(
        shift_id=shift.pk,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        place=activity.meeting_point or activity.place,
        minutes=shift.minutes,
        points=points,
        capacity=place.capacity,
        taken=place.taken,
        waiting=place.waiting,
        can=Can.NOTHING,
        words=places_words(place.capacity, place.taken, place.waiting),
    )
    own = next((signup for signup in mine if signup.shift_id == shift.pk), None)
    if own is not None:
        position = ahead.get(own.pk)
        words = f"候补第 {position} 位" if position else str(own.get_state_display())
        return replace(
            row, words=words, signup_id=own.pk, signup_state=own.state, position=position
        )
    if shift.state == Shift.State.CANCELLED:
        return replace(row, words="已取消", why=f"这一班已取消：{shift.cancel_reason}")
    if activity.state != Activity.State.PUBLISHED:
        return replace(row, words=str(activity.get_state_display()))
    if shift.starts_at <= now:
        return replace(row, words="已开始", why="这一班已经开始，不能再报名。")
    clash = _clash(shift, mine)
    if clash is not None:
        overlaps = clash.starts_at < shift.ends_at and clash.ends_at > shift.starts_at
        what = "时间冲突" if overlaps else "间隔太短，休息时间不够"
        return replace(
            row,
            why=f"与您“{clash.shift.activity.title}”{what}",
            clash_title=clash.shift.activity.title,
            clash_url=reverse("activities:detail", args=[clash.shift.activity_id]),
        )
    free = place.taken < place.capacity and not place.waiting
    return replace(row, can=Can.TAKE if free else Can.WAIT)


def _clash(shift: Shift, mine: list[SignUp]) -> SignUp | None:
    """The same rule as the capacity service's check, for showing it beforehand."""
    rest = timedelta(minutes=settings.LZ_REST_MINUTES)
    for signup in mine:
        if (
            signup.state in ACTIVE_STATES
            and signup.starts_at < shift.ends_at + rest
            and signup.ends_at > shift.starts_at - rest
        ):
            return signup
    return None
