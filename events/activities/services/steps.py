"""The steps that the acts of `capacity` are made of: locks, checks, inserts, the guarded UPDATE."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Greatest

from volunteers.foundation import tell, versions
from volunteers.foundation.errors import Refusal
from volunteers.foundation.written import Writes, insert
from volunteers.people.models import Volunteer

from ..models import Activity, Shift, ShiftPlace, SignUp
from ..words import span
from . import hot


class Full(Refusal):
    """No free place, or the free one belongs to the waiting list."""

    code = "full"


class Clash(Refusal):
    """The person already has a place at that time; the sentence names it."""

    code = "clash"


class AlreadyIn(Refusal):
    """The person has a live sign-up in this shift."""

    code = "already_in"


def versions_of(activity_id: int) -> tuple[str, ...]:
    """Page versions that a change of places makes stale."""
    return ("places", f"activity:{activity_id}")


class integrity_as_refusal:
    """The database's own rules caught what the checks could not see (a writer outside the lock):
    the person gets a sentence, not a 500. Wraps the transaction, which has then rolled back."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, tb: object) -> None:
        if isinstance(error, IntegrityError):
            text = str(error)
            if "signup_no_overlap" in text:
                raise Clash("您在这个时间已经有别的班次了，请先查看“我的”。") from error
            if "signup_live_once" in text or "volunteer_id" in text:
                raise AlreadyIn("您已经报过这一班了，不用重复报名。") from error
            if "place_never_oversold" in text:
                raise Full("刚刚满员了。") from error


def lock(volunteer_id: int) -> Volunteer:
    """First of the lock order: the person, until the end of the transaction."""
    return Volunteer.objects.select_for_update().get(pk=volunteer_id)


def lock_with_place(volunteer_id: int, shift_id: int, role: str) -> hot.Locked:
    """The person, locked, and the place they ask for (not locked). Raises Refusal: no such one."""
    locked = hot.lock(volunteer_id, shift_id, role)
    if locked is None:
        raise Refusal("没有找到这个班次，请刷新页面再试。")
    return locked


def place_by_id(place_id: int) -> ShiftPlace:
    """The place with its shift and activity."""
    return ShiftPlace.objects.select_related("shift__activity").get(pk=place_id)


def check_open(place: ShiftPlace, now: datetime) -> None:
    """Raises Refusal unless people may sign up for this shift now."""
    shift = place.shift
    if shift.activity.state != Activity.State.PUBLISHED or shift.state != Shift.State.OPEN:
        raise Refusal(
            f"{span(shift.starts_at, shift.ends_at)} 这一班现在不能报名，请看看别的班次。"
        )
    if shift.starts_at <= now:
        raise Refusal("这一班已经开始，不能再报名。已经到场的话，请找队长补登。")


def check_person(person: Volunteer, place: ShiftPlace, *, allow_clash: bool = False) -> int | None:
    """One read for both rules; returns the id of an accepted clash. Half-open: back-to-back is
    no clash unless settings.LZ_REST_MINUTES asks for rest."""
    shift = place.shift
    rest = timedelta(minutes=settings.LZ_REST_MINUTES)
    others = hot.others(person, shift.pk, shift.starts_at - rest, shift.ends_at + rest)
    clash: int | None = None
    for other in others:
        if other.shift_id == shift.pk:
            raise AlreadyIn("您已经报过这一班了，不用重复报名。")
        if not allow_clash:
            raise Clash(
                f"与您已报名的“{other.shift.activity.title}”"
                f"（{span(other.starts_at, other.ends_at)}）时间冲突。"
                "如果想换成这一班，请先取消那一班。"
            )
        clash = other.pk
    return clash


def add(
    person: Volunteer,
    place: ShiftPlace,
    state: SignUp.State,
    source: SignUp.Source,
    now: datetime,
    *,
    clash_accepted: bool = False,
    reason: str = "",
) -> SignUp:
    """Write the promise. The database refuses a second one and an overlap (IntegrityError)."""
    return insert(
        SignUp(
            place=place,
            shift=place.shift,
            starts_at=place.shift.starts_at,
            ends_at=place.shift.ends_at,
            volunteer=person,
            state=state,
            source=source,
            clash_accepted=clash_accepted,
            reason=reason,
            created_at=now,
        )
    )


def take(place: ShiftPlace, writes: Writes | None = None, *, over: bool = False) -> None:
    """The guarded UPDATE: the last statement before the commit, sent with `writes`. With `over`,
    staff's own door past the capacity; otherwise a free place that no queue waits for."""
    versions.bump(*versions_of(place.shift.activity_id))
    if over:
        ShiftPlace.objects.filter(pk=place.pk).update(
            taken=F("taken") + 1, over=Greatest(F("taken") + 1 - F("capacity"), F("over"), 0)
        )
        return
    if not hot.take(place.pk, writes or Writes()):
        raise Full(
            f"{span(place.shift.starts_at, place.shift.ends_at)} 这一班刚刚报满了。"
            "可以选“候补”，有空位会按顺序通知您。"
        )


def inform(
    kind: str,
    signup: SignUp,
    place: ShiftPlace,
    *,
    reason: str = "",
    into: Writes | None = None,
) -> None:
    """Tell the person once what became of this sign-up."""
    activity = place.shift.activity
    tell.send(
        kind,
        to=signup.volunteer,
        key=f"{kind}:{signup.pk}",
        context={
            "signup": signup.pk,
            "activity": activity.pk,
            "title": activity.title,
            "when": span(signup.starts_at, signup.ends_at),
            "place": activity.meeting_point or activity.place,
            "reason": reason,
        },
        into=into,
    )


def checked_reason(reason: str) -> str:
    """A reason is asked of staff, since the person reads it."""
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明原因，本人会看到。", field="reason")
    if len(reason) > 200:
        raise Refusal("原因请控制在 200 字以内。", field="reason")
    return reason
