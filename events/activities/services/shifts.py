"""The life of shifts: planned with their activity, opened with it, cancelled, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from volunteers.foundation import acts, states, versions
from volunteers.foundation.errors import Refusal, WrongState

from ..models import LIVE_STATES, Activity, PlaceRole, Shift, ShiftPlace, SignUp
from ..words import span
from . import capacity, steps

if TYPE_CHECKING:
    from volunteers.accounts.models import User

MAX_SHIFTS = 20  # of one activity
MAX_PLACES = 999
MAX_LEADERS = 9
MAX_LENGTH = timedelta(hours=24)
MAX_REASON = 200  # characters
TOO_LATE = "审核通过时已过开始时间"


@dataclass(frozen=True)
class ShiftDraft:
    """One shift as the poster plans it; `shift_id` names the planned shift that it changes."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    leaders: int = 0
    shift_id: int | None = None


def plan(activity: Activity, drafts: list[ShiftDraft]) -> None:
    """Make the planned shifts of `activity` equal to `drafts`, in the running transaction.

    Raises Refusal (field "shifts") for too many, impossible or doubled shifts.
    """
    check(drafts)
    planned = {s.pk: s for s in activity.shifts.filter(state=Shift.State.PLANNED)}
    kept = {draft.shift_id for draft in drafts} & planned.keys()
    gone = planned.keys() - kept
    ShiftPlace.objects.filter(shift_id__in=gone).delete()
    Shift.objects.filter(pk__in=gone).delete()
    for draft in drafts:
        shift = planned.get(draft.shift_id) if draft.shift_id is not None else None
        if shift is None:
            shift = Shift(activity=activity)
        shift.starts_at, shift.ends_at = draft.starts_at, draft.ends_at
        shift.save()
        _set_places(shift, {PlaceRole.MEMBER: draft.capacity, PlaceRole.LEADER: draft.leaders})


def check(drafts: list[ShiftDraft]) -> None:
    """Raise Refusal (field "shifts") unless these can be the shifts of one activity."""
    if len(drafts) > MAX_SHIFTS:
        raise Refusal(f"一个活动最多 {MAX_SHIFTS} 班，多出来的请另发一个活动。", field="shifts")
    seen: dict[tuple[datetime, datetime], int] = {}
    for number, draft in enumerate(drafts, 1):
        if not timedelta(0) < draft.ends_at - draft.starts_at <= MAX_LENGTH:
            raise Refusal(f"第 {number} 班的时长不对，一班最长 24 小时。", field="shifts")
        if not 1 <= draft.capacity <= MAX_PLACES:
            raise Refusal(f"第 {number} 班的名额请填 1 到 {MAX_PLACES}。", field="shifts")
        if not 0 <= draft.leaders <= MAX_LEADERS:
            raise Refusal(f"第 {number} 班的组长名额请填 0 到 {MAX_LEADERS}。", field="shifts")
        other = seen.setdefault((draft.starts_at, draft.ends_at), number)
        if other != number:
            when = span(draft.starts_at, draft.ends_at)
            raise Refusal(f"第 {number} 班和第 {other} 班都是 {when}，请去掉一班。", field="shifts")


def open_planned(activity: Activity, *, actor: "User | None", at: datetime) -> int:
    """Open the planned shifts that are still to come, in the running transaction; cancel the
    others. Returns how many opened."""
    coming = _move_all(activity, Shift.State.PLANNED, Shift.State.OPEN, after=at)
    acts.record_many("shift.open", list(coming), actor=actor, at=at)
    late = _move_all(activity, Shift.State.PLANNED, Shift.State.CANCELLED, reason=TOO_LATE)
    acts.record_many("shift.cancel", list(late), actor=actor, at=at)
    return len(coming)


def cancel_coming(activity: Activity, reason: str, *, actor: "User | None", at: datetime) -> None:
    """Cancel all shifts that have not begun, in the running transaction. The caller then clears
    their sign-ups with `clear_cancelled`, after the commit."""
    gone = _move_all(activity, Shift.State.PLANNED, Shift.State.CANCELLED, reason=reason)
    gone += _move_all(activity, Shift.State.OPEN, Shift.State.CANCELLED, after=at, reason=reason)
    acts.record_many("shift.cancel", list(gone), actor=actor, at=at)


def cancel(shift: Shift, reason: str, *, actor: "User | None", at: datetime | None = None) -> None:
    """Cancel one shift that has not begun. Its people are told the reason."""
    now = at or timezone.now()
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明取消的原因，已报名的人会看到。", field="reason")
    if len(reason) > MAX_REASON:
        raise Refusal(f"原因请控制在 {MAX_REASON} 字以内。", field="reason")
    if shift.starts_at <= now:
        raise Refusal("这一班已经开始，不能取消。")
    with transaction.atomic():
        states.move(shift, Shift.State.CANCELLED, Shift.MOVES, cancel_reason=reason)
        acts.record("shift.cancel", shift, actor=actor, reason=reason, at=now)
        versions.bump(*steps.versions_of(shift.activity_id))
    clear_cancelled(activity_id=shift.activity_id, actor=actor, at=now)


def clear_cancelled(
    *,
    activity_id: int | None = None,
    actor: "User | None" = None,
    at: datetime | None = None,
) -> int:
    """Take everybody out of cancelled shifts, each person in a transaction of their own, since
    many persons cannot be locked in order while places are held. Returns how many.

    Safe to run twice. Beat calls it without arguments: whoever slipped in while a shift was
    being cancelled, or was left behind by a crash, is told a minute later.
    """
    stranded = SignUp.objects.filter(
        shift__state=Shift.State.CANCELLED, state__in=LIVE_STATES
    ).select_related("shift")
    if activity_id is not None:
        stranded = stranded.filter(shift__activity_id=activity_id)
    done = 0
    for signup in stranded.order_by("id"):
        try:
            reason = f"班次取消：{signup.shift.cancel_reason}"[:MAX_REASON]
            capacity.remove(signup, actor=actor, reason=reason, at=at)
            done += 1
        except WrongState:
            continue  # left in this very moment
    return done


def end_due(*, at: datetime | None = None) -> int:
    """Shifts whose time is over end, and with its last shift an activity; returns how many shifts
    ended. Safe to run twice."""
    now = at or timezone.now()
    with transaction.atomic():
        due = list(Shift.objects.filter(state=Shift.State.OPEN, ends_at__lte=now))
        ended = [
            shift
            for shift in due
            if Shift.objects.filter(pk=shift.pk, state=Shift.State.OPEN).update(
                state=Shift.State.ENDED
            )
        ]
        acts.record_many("shift.end", list(ended), actor=None, at=now)
        activities = {shift.activity_id for shift in ended}
        _end_activities(activities, now)
        if ended:
            versions.bump("places", *(f"activity:{pk}" for pk in sorted(activities)))
    return len(ended)


# --- steps ----------------------------------------------------------------------------------


def _end_activities(ids: Iterable[int], now: datetime) -> None:
    """End the published ones among these that have no shift left to come."""
    left = [Shift.State.PLANNED, Shift.State.OPEN]
    for activity in Activity.objects.filter(
        pk__in=list(ids), state=Activity.State.PUBLISHED
    ).exclude(shifts__state__in=left):
        try:
            states.move(activity, Activity.State.ENDED, Activity.MOVES)
        except WrongState:
            continue  # cancelled in this very moment
        acts.record("activity.end", activity, actor=None, at=now)


def _set_places(shift: Shift, wanted: dict[PlaceRole, int]) -> None:
    """Places of a planned shift: nobody has taken one, so they are simply set."""
    for role, number in wanted.items():
        if number:
            ShiftPlace.objects.update_or_create(
                shift=shift, role=role, defaults={"capacity": number}
            )
        else:
            ShiftPlace.objects.filter(shift=shift, role=role).delete()


def _move_all(
    activity: Activity,
    old: Shift.State,
    new: Shift.State,
    *,
    after: datetime | None = None,
    reason: str = "",
) -> list[Shift]:
    """Move the activity's shifts from `old` to `new` (only those that start after `after`);
    returns those that this call has moved."""
    states.check(old, new, Shift.MOVES, {})
    rows = Shift.objects.filter(activity=activity, state=old)
    if after is not None:
        rows = rows.filter(starts_at__gt=after)
    return [
        shift
        for shift in list(rows)
        if Shift.objects.filter(pk=shift.pk, state=old).update(state=new, cancel_reason=reason)
    ]
