"""Who came, when, and how we know. A promise (SignUp) becomes an event (Attendance).

Each act locks the person first (the order of all rooms) and reads the promise again, so that two
devices, or a leader and a volunteer, cannot both be first.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from events.activities.models import Shift, SignUp
from events.activities.words import span
from volunteers.foundation import acts, states, tell
from volunteers.foundation.errors import Refusal
from volunteers.people.models import Volunteer

from ..models import IN_FORCE, Attendance

if TYPE_CHECKING:
    from volunteers.accounts.models import User


class TooEarly(Refusal):
    """The time for this has not come; the sentence says when."""

    code = "too_early"


class TooLate(Refusal):
    """The time for this is over; the sentence says whom to ask."""

    code = "too_late"


class NoPlace(Refusal):
    """The person holds no confirmed place in this shift; the sentence says what to do."""

    code = "no_place"


class Stamp(NamedTuple):
    """The answer to a tap: the attendance, and whether this tap made the difference."""

    attendance: Attendance
    fresh: bool


def opens_at(shift: Shift) -> datetime:
    """From here on people can check in."""
    return shift.starts_at - timedelta(minutes=settings.LZ_CHECKIN_EARLY_MINUTES)


def closes_at(shift: Shift) -> datetime:
    """Until here (half-open) people can check out, and leaders tick."""
    return shift.ends_at + timedelta(minutes=settings.LZ_CHECKIN_LATE_MINUTES)


def check_in(
    signup: SignUp,
    *,
    actor: "User | None",
    method: Attendance.Method,
    at: datetime | None = None,
) -> Stamp:
    """The person is there. A second tap, from whatever device, changes nothing and says so by
    `fresh`. People themselves check in until the shift ends; a leader may tick until the end of
    check-out. Raises TooEarly, TooLate, NoPlace."""
    now = at or timezone.now()
    with transaction.atomic():
        promise = _promise(signup)
        shift = promise.shift
        attendance = _attendance(promise)
        if attendance.state in (Attendance.State.IN, Attendance.State.OUT):
            return Stamp(attendance, fresh=False)
        if now < opens_at(shift):
            raise TooEarly(f"还没到签到时间，{span(opens_at(shift), shift.starts_at)}可以签到。")
        by_leader = method == Attendance.Method.LEADER
        if now >= (closes_at(shift) if by_leader else shift.ends_at):
            raise TooLate("这一班已经结束，不能再签到。真的到场了，请找队长或协调员补记。")
        _move(
            attendance,
            Attendance.State.IN,
            "attendance.in",
            actor=actor,
            at=now,
            in_at=now,
            in_method=method,
            note="",
        )
        if by_leader:
            _tell_ticked(attendance, "签到", now)
    return Stamp(attendance, fresh=True)


def check_out(
    signup: SignUp,
    *,
    actor: "User | None",
    method: Attendance.Method,
    at: datetime | None = None,
) -> Stamp:
    """The person leaves. A second tap changes nothing: the first time stands. Not before the
    shift begins, so that a slip of the finger costs nobody their hours."""
    now = at or timezone.now()
    with transaction.atomic():
        promise = _promise(signup)
        shift = promise.shift
        attendance = _attendance(promise)
        if attendance.state == Attendance.State.OUT:
            return Stamp(attendance, fresh=False)
        if attendance.state != Attendance.State.IN:
            raise Refusal("还没有签到，请先签到再签退。忘了签到的话，请队长代签。")
        if now < shift.starts_at:
            raise TooEarly(
                f"这一班 {_clock(shift.starts_at)} 才开始，现在不能签退。临时有事请告诉队长。"
            )
        if now >= closes_at(shift):
            raise TooLate("签退时间已过，请队长在确认时长时填写您的服务分钟数。")
        _move(
            attendance,
            Attendance.State.OUT,
            "attendance.out",
            actor=actor,
            at=now,
            out_at=now,
            out_method=method,
        )
        if method == Attendance.Method.LEADER:
            _tell_ticked(attendance, "签退", now)
    return Stamp(attendance, fresh=True)


def mark_absent(
    signup: SignUp,
    *,
    actor: "User",
    excused: bool = False,
    reason: str = "",
    at: datetime | None = None,
) -> Attendance:
    """The person did not come: absent (once the shift has begun) or excused (they said so, at any
    time). Who has checked in is not absent: their record is revoked instead. Raises WrongState."""
    now = at or timezone.now()
    reason = reason.strip()
    if len(reason) > 200:
        raise Refusal("说明请控制在 200 字以内。", field="reason")
    target = Attendance.State.EXCUSED if excused else Attendance.State.ABSENT
    with transaction.atomic():
        promise = _promise(signup)
        attendance = _attendance(promise)
        if attendance.state == target:
            return attendance
        if attendance.state in (Attendance.State.IN, Attendance.State.OUT):
            raise Refusal("这位队员已经签到，不能记缺席或请假。没到场的，请不要确认时长。")
        if not excused and now < promise.starts_at:
            raise TooEarly("这一班还没有开始，不能记缺席。")
        verb = f"attendance.{target.value}"
        _move(attendance, target, verb, actor=actor, at=now, note=reason)
    return attendance


def undo_tick(signup: SignUp, *, actor: "User", at: datetime | None = None) -> Attendance:
    """A leader ticked the wrong person: the last step goes back, if a leader made it and its
    minutes are not confirmed. The person reads that, too. What people did themselves stays."""
    now = at or timezone.now()
    with transaction.atomic():
        promise = _promise(signup)
        attendance = _attendance(promise)
        ticked = Attendance.Method.LEADER
        if attendance.state == Attendance.State.OUT and attendance.out_method == ticked:
            target, word = Attendance.State.IN, "签退"
            cleared = {"out_at": None, "out_method": ""}
        elif attendance.state == Attendance.State.IN and attendance.in_method == ticked:
            target, word = Attendance.State.EXPECTED, "签到"
            cleared = {"in_at": None, "in_method": ""}
        else:
            raise Refusal("只能撤回代签。队员自己签到签退的时间，请在确认时长时更正。")
        if attendance.records.filter(state__in=IN_FORCE).exists():
            raise Refusal("这位队员的时长已经确认，不能撤回代签。要改时长，请协调员更正。")
        tell.cancel(_ticked_key(attendance))
        _move(attendance, target, "attendance.undo", actor=actor, at=now, **cleared)
        _tell("attendance.unticked", attendance, word, now)
    return attendance


# --- steps ----------------------------------------------------------------------------------


def _promise(signup: SignUp) -> SignUp:
    """Lock the person and read the promise as it is now. Raises NoPlace."""
    list(Volunteer.objects.select_for_update().filter(pk=signup.volunteer_id))
    now = SignUp.objects.select_related("shift__activity", "volunteer").get(pk=signup.pk)
    if now.state == SignUp.State.OFFERED:
        raise NoPlace("有空位为您保留着，请先到“我的”里点“我来，确认”，再来签到。")
    if now.state == SignUp.State.WAITING:
        raise NoPlace("您还在候补，没有这一班的位置。人到了现场，请协调员把您加上再签到。")
    if now.state == SignUp.State.APPLIED:
        raise NoPlace("您的报名还在审核。人到了现场，请队长或协调员处理后再签到。")
    if now.state != SignUp.State.CONFIRMED:
        raise NoPlace("这一班的报名已经取消或被移出，不能签到。人到了现场，请协调员把您加上。")
    if now.shift.state == Shift.State.CANCELLED:
        raise NoPlace("这一班已经取消，不用签到。")
    return now


def _attendance(promise: SignUp) -> Attendance:
    """The one attendance of a promise; made at the first event (the person is locked)."""
    attendance, _ = Attendance.objects.get_or_create(
        signup=promise, defaults={"shift": promise.shift, "volunteer": promise.volunteer}
    )
    attendance.signup, attendance.shift = promise, promise.shift
    attendance.volunteer = promise.volunteer
    return attendance


def _move(
    attendance: Attendance,
    target: Attendance.State,
    verb: str,
    *,
    actor: "User | None",
    at: datetime,
    **also: object,
) -> None:
    old = attendance.state
    states.move(attendance, target, Attendance.MOVES, **also)
    method = also.get("in_method") or also.get("out_method") or ""
    new = {"state": target.value, "method": str(method)}
    reason = str(also.get("note") or "")
    acts.record(verb, attendance, actor=actor, old={"state": old}, new=new, reason=reason, at=at)


def _ticked_key(attendance: Attendance) -> str:
    """One notice for each tick; a tick after an undo is another one."""
    at = attendance.out_at or attendance.in_at
    assert at is not None
    return f"attendance.ticked:{attendance.pk}:{at.timestamp():.6f}"


def _tell_ticked(attendance: Attendance, word: str, now: datetime) -> None:
    """What a leader did for somebody, that person reads: a tick for who was not there shows up."""
    _tell("attendance.ticked", attendance, word, now, key=_ticked_key(attendance))


def _tell(kind: str, attendance: Attendance, word: str, now: datetime, *, key: str = "") -> None:
    shift = attendance.shift
    tell.send(
        kind,
        to=attendance.volunteer,
        key=key or f"{kind}:{attendance.pk}:{now.timestamp():.6f}",
        context={
            "word": word,
            "title": shift.activity.title,
            "when": span(shift.starts_at, shift.ends_at),
            "clock": _clock(now),
        },
    )


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
