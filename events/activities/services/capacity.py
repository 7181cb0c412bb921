"""The one capacity service: who has which place. All doors (site, desk, rota, later API) use it.

Locks, in this order (ARCHITECTURE decision 2; measured in docs/capacity.md):
1. the person (`select_for_update` on Volunteer): clashes and caps race across shifts;
2. reads and checks, then the inserts;
3. the guarded UPDATE of the place, last, so that its row is locked for one round trip and the
   commit. The shift is never locked and nothing is counted without a lock.
A freed place is offered to the queue in a transaction of its own (`promote`): locking the next
person while holding the place would turn the order round. `steps` has what the acts are made of.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone

from volunteers.foundation import acts, states, tell, versions
from volunteers.foundation.errors import Refusal, WrongState
from volunteers.foundation.written import Writes
from volunteers.people.models import Volunteer

from ..models import ACTIVE_STATES, PlaceRole, Shift, ShiftPlace, SignUp
from . import steps
from .steps import AlreadyIn as AlreadyIn
from .steps import Clash as Clash
from .steps import Full as Full

if TYPE_CHECKING:
    from volunteers.accounts.models import User


# --- the person's own acts ------------------------------------------------------------------


def sign_up(
    volunteer: Volunteer,
    shift_id: int,
    *,
    actor: "User | None",
    role: str = PlaceRole.MEMBER,
    risks_read: bool = False,
    at: datetime | None = None,
) -> SignUp:
    """Take a place. Raises Full (the page then offers the waiting list), Clash, AlreadyIn, or
    Refusal (not open, begun, unknown); nothing is written then. `risks_read`: the person has
    confirmed that they read the risk notice; the act keeps it (DOMAIN §1, art. 12)."""
    now = at or timezone.now()
    new = {"shift": shift_id, "risks_read": risks_read}
    with steps.integrity_as_refusal(), transaction.atomic():
        person, place = steps.lock_with_place(volunteer.pk, shift_id, role)
        steps.check_open(place, now)
        steps.check_person(person, place)
        signup = steps.add(person, place, SignUp.State.CONFIRMED, SignUp.Source.SELF, now)
        writes = Writes()
        acts.record("signup.confirm", signup, actor=actor, new=new, at=now, into=writes)
        steps.inform("signup.confirmed", signup, place, into=writes)
        steps.take(place, writes)
    return signup


def join_queue(
    volunteer: Volunteer,
    shift_id: int,
    *,
    actor: "User | None",
    role: str = PlaceRole.MEMBER,
    risks_read: bool = False,
    at: datetime | None = None,
) -> SignUp:
    """Wait for a place, in order of asking. If a place is free after all it is offered at once
    (the queue decides, so that nobody is overtaken)."""
    now = at or timezone.now()
    new = {"shift": shift_id, "risks_read": risks_read}
    with steps.integrity_as_refusal(), transaction.atomic():
        person, place = steps.lock_with_place(volunteer.pk, shift_id, role)
        steps.check_open(place, now)
        steps.check_person(person, place)
        signup = steps.add(person, place, SignUp.State.WAITING, SignUp.Source.SELF, now)
        acts.record("signup.wait", signup, actor=actor, new=new, at=now)
        versions.bump(*steps.versions_of(place.shift.activity_id))
    promote(place.pk, at=now)
    signup.refresh_from_db()
    return signup


def accept_offer(signup: SignUp, *, actor: "User | None", at: datetime | None = None) -> None:
    """Say yes to an offered place; it is already counted. Refused when the offer has run out."""
    now = at or timezone.now()
    with transaction.atomic():
        if signup.state in (SignUp.State.APPLIED, SignUp.State.WAITING):
            raise WrongState("现在还没有空位给您。有空位会按顺序通知您，请留意消息。")
        if signup.offered_until and signup.offered_until <= now:
            raise Refusal("这个空位的保留时间已过，系统会按顺序通知下一位。您可以重新候补。")
        states.move(signup, SignUp.State.CONFIRMED, SignUp.MOVES, offered_until=None)
        acts.record("signup.accept", signup, actor=actor, at=now)
        versions.bump(*steps.versions_of(signup.shift.activity_id))


def withdraw(signup: SignUp, *, actor: "User | None", at: datetime | None = None) -> None:
    """The person leaves: a held place goes to the queue. Refused once the shift has begun."""
    now = at or timezone.now()
    if signup.starts_at <= now:
        raise Refusal("这一班已经开始，不能自行取消。请联系队长说明情况。")
    _leave(signup, SignUp.State.WITHDRAWN, "signup.withdraw", actor=actor, reason="", now=now)


# --- staff's acts ---------------------------------------------------------------------------


def add_by_hand(
    volunteer: Volunteer,
    shift_id: int,
    *,
    actor: "User",
    reason: str,
    role: str = PlaceRole.MEMBER,
    over_capacity: bool = False,
    accept_clash: bool = False,
    at: datetime | None = None,
) -> SignUp:
    """A coordinator places a person, also after the start. Going over capacity or accepting a
    clash must be said explicitly; the reason stands in the act and the person reads it."""
    now = at or timezone.now()
    reason = steps.checked_reason(reason)
    with steps.integrity_as_refusal(), transaction.atomic():
        person, place = steps.lock_with_place(volunteer.pk, shift_id, role)
        if place.shift.state not in (Shift.State.OPEN, Shift.State.ENDED):
            raise Refusal("这一班没有开放或已取消，不能安排人员。")
        clash = steps.check_person(person, place, allow_clash=accept_clash)
        signup = steps.add(
            person,
            place,
            SignUp.State.CONFIRMED,
            SignUp.Source.STAFF,
            now,
            clash_accepted=clash is not None,
            reason=reason,
        )
        acts.record(
            "signup.add_by_hand",
            signup,
            actor=actor,
            new={"shift": shift_id, "over_capacity": over_capacity, "clash": clash},
            reason=reason,
            at=now,
        )
        steps.inform("signup.added", signup, place, reason=reason)
        steps.take(place, over=over_capacity)
    return signup


def remove(
    signup: SignUp, *, actor: "User | None", reason: str, at: datetime | None = None
) -> None:
    """A coordinator (or, without an actor, the platform: the shift is cancelled) takes a person
    out; the person reads the reason."""
    now = at or timezone.now()
    reason = steps.checked_reason(reason)
    _leave(signup, SignUp.State.REMOVED, "signup.remove", actor=actor, reason=reason, now=now)


def set_capacity(
    place: ShiftPlace, capacity: int, *, actor: "User", at: datetime | None = None
) -> None:
    """Raise or lower the number of places. Nobody is dropped: too many are shown as over, and
    the queue moves only below capacity."""
    if not 0 <= capacity <= 999:
        raise Refusal("名额请填 0 到 999 之间的整数。", field="capacity")
    with transaction.atomic():
        ShiftPlace.objects.filter(pk=place.pk).update(
            capacity=capacity, over=Greatest(F("taken") - capacity, 0)
        )
        acts.record(
            "place.capacity",
            place,
            actor=actor,
            old={"capacity": place.capacity},
            new={"capacity": capacity},
            at=at,
        )
        versions.bump(*steps.versions_of(place.shift.activity_id))
    promote(place.pk, at=at)


# --- the queue ------------------------------------------------------------------------------


def promote(place_id: int, *, at: datetime | None = None) -> int:
    """Offer free places to the queue, in order, each in a transaction of its own; returns how
    many were offered. People who have meanwhile taken another shift at that time are passed
    over (they stay in the queue). No offers once the shift has begun. Safe to run twice."""
    now = at or timezone.now()
    offered = 0
    passed: list[int] = []
    while True:
        busy = SignUp.objects.filter(
            volunteer=OuterRef("volunteer"),
            state__in=ACTIVE_STATES,
            starts_at__lt=OuterRef("ends_at"),
            ends_at__gt=OuterRef("starts_at"),
        )
        next_up = (
            SignUp.objects.filter(place_id=place_id, state=SignUp.State.WAITING)
            .filter(starts_at__gt=now, shift__state=Shift.State.OPEN)
            .filter(place__taken__lt=F("place__capacity"))
            .filter(~Exists(busy))
            .exclude(pk__in=passed)
            .order_by("id")
            .first()
        )
        if next_up is None:
            return offered
        try:
            if not _offer(next_up, now):
                return offered
            offered += 1
        except (IntegrityError, Refusal):
            passed.append(next_up.pk)


def _offer(signup: SignUp, now: datetime) -> bool:
    """One offer. False: the last free place is gone. Raises WrongState or IntegrityError when
    this person cannot have it (left the queue, or took another shift at that time)."""
    until = min(now + timedelta(minutes=settings.LZ_OFFER_MINUTES), signup.starts_at)
    with transaction.atomic():
        steps.lock(signup.volunteer_id)
        place = steps.place_by_id(signup.place_id)
        states.move(signup, SignUp.State.OFFERED, SignUp.MOVES, offered_until=until)
        acts.record("signup.offer", signup, actor=None, new={"until": until.isoformat()}, at=now)
        steps.inform("signup.offered", signup, place)
        taken = ShiftPlace.objects.filter(pk=place.pk, taken__lt=F("capacity")).update(
            taken=F("taken") + 1
        )
        versions.bump(*steps.versions_of(place.shift.activity_id))
        if not taken:
            transaction.set_rollback(True)
    return bool(taken)


def expire_offers(*, at: datetime | None = None) -> int:
    """Offers that nobody answered lapse and their places go on to the next; also moves any queue
    beside a free place (what a crash between a leaving and its promotion left behind)."""
    now = at or timezone.now()
    lapsed = 0
    stale = SignUp.objects.filter(state=SignUp.State.OFFERED, offered_until__lte=now)
    for signup in stale.select_related("shift"):
        try:
            _leave(signup, SignUp.State.LAPSED, "signup.lapse", actor=None, reason="", now=now)
            lapsed += 1
        except Refusal:
            continue  # answered in this very moment: that answer stands
    waiting = SignUp.objects.filter(
        state=SignUp.State.WAITING, starts_at__gt=now, place__taken__lt=F("place__capacity")
    )
    for place_id in set(waiting.values_list("place_id", flat=True)):
        promote(place_id, at=now)
    return lapsed


def _leave(
    signup: SignUp,
    target: SignUp.State,
    verb: str,
    *,
    actor: "User | None",
    reason: str,
    now: datetime,
) -> None:
    """End a live sign-up; if it held a place, give the place back and call the queue."""
    held = signup.state in ACTIVE_STATES
    with transaction.atomic():
        steps.lock(signup.volunteer_id)
        place = steps.place_by_id(signup.place_id)
        # An accepted clash keeps its reason when the person leaves without giving one.
        also = {"reason": reason} if reason else {}
        states.move(signup, target, SignUp.MOVES, offered_until=None, **also)
        acts.record(verb, signup, actor=actor, reason=reason, at=now)
        tell.cancel(f"signup.offered:{signup.pk}")
        if target != SignUp.State.WITHDRAWN:
            steps.inform(f"signup.{target.value}", signup, place, reason=reason)
        versions.bump(*steps.versions_of(place.shift.activity_id))
        if held:
            ShiftPlace.objects.filter(pk=place.pk).update(
                taken=F("taken") - 1, over=Greatest(F("taken") - 1 - F("capacity"), 0)
            )
    if held:
        promote(place.pk, at=now)
