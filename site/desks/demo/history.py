"""Weeks of service, played shift by shift through the services: people sign up, come or do not,
leave, and their minutes are confirmed. Then two weeks ahead, some full and some short of people."""

from datetime import datetime, timedelta
from itertools import groupby

from events.activities.models import PlaceRole, Shift, ShiftPlace, SignUp
from events.activities.services import capacity
from events.activities.services import shifts as shift_services
from events.service.models import Attendance
from events.service.services import attendance, records
from volunteers.people.models import Volunteer

from .world import Squad, World

BY_PHONE = "本人没有手机，到社区登记，由协调员代报"
# Of a hundred who signed up for a past shift
ABSENT, EXCUSED, WITHDRAWN = 2, 2, 3
EVERY = 200  # a line of progress

# How the coming shifts stand, in turn: places for members left open, people waiting, a leader?
AHEAD = (
    (0, 0, True),
    (1, 0, True),
    (2, 0, True),
    (0, 2, True),
    (1, 0, False),
    (99, 0, True),
    (0, 0, True),
    (2, 0, False),
    (0, 3, True),
    (1, 0, True),
)


def play_past(world: World, shifts: list[Shift]) -> int:
    """Every shift that is over, in order; returns how many sign-ups were served."""
    squads = {squad.team.pk: squad for squad in world.squads}
    over = [shift for shift in shifts if shift.ends_at <= world.now]
    served = 0
    goal = sum(place.capacity for shift in over for place in shift.places.all())
    for week, group in groupby(over, key=lambda s: (s.starts_at - over[0].starts_at).days // 7):
        part = list(group)
        for shift in part:
            before = served
            served += _play(world, shift, squads[shift.activity.team_id or 0])
            if served // EVERY > before // EVERY:
                world.say(f"服务记录 {served}/{goal}（第 {week + 1} 周）")
        shift_services.end_due(at=part[-1].ends_at)
    shift_services.end_due(at=world.now)
    world.say(f"服务记录 {served}")
    return served


def start_running(world: World, shift: Shift) -> None:
    """The shift that goes on now: the demo leader and two others are there, the demo volunteer
    and one more are still expected."""
    squad = world.squads[0]
    others = [p for p in squad.members if p.user_id and p != world.people["volunteer"]]
    leader = capacity.sign_up(
        world.people["leader"],
        shift.pk,
        actor=world.staff["leader"],
        role=PlaceRole.LEADER,
        at=shift.starts_at - timedelta(hours=20),
    )
    world.take(world.people["leader"], shift.starts_at, shift.ends_at)
    promises = [leader]
    for person in [*others[:3], world.people["volunteer"]]:
        promises.append(_sign_up(world, person, shift, shift.starts_at - timedelta(hours=18)))
    for promise in promises[:3]:
        when = shift.starts_at + timedelta(minutes=world.rng.randrange(-15, 6))
        attendance.check_in(
            promise,
            actor=promise.volunteer.user,
            method=Attendance.Method.SCAN,
            at=when,
        )


def fill_ahead(world: World, shifts: list[Shift]) -> None:
    """Shifts that are still to come (or go on), each as AHEAD says; the demo resident and
    volunteer get theirs first."""
    squads = {squad.team.pk: squad for squad in world.squads}
    coming = [shift for shift in shifts if shift.ends_at > world.now]
    for person in (world.people["resident"], world.people["volunteer"]):
        taken = 0
        for shift in coming[3::5]:
            if taken < 2 and shift.starts_at > world.now and _free(world, person, shift):
                _sign_up(world, person, shift, _lately(world))
                taken += 1
    for number, shift in enumerate(coming):
        _fill(world, shift, squads[shift.activity.team_id or 0], AHEAD[number % len(AHEAD)])
    world.say(f"未来班次 {len(coming)}")


def _play(world: World, shift: Shift, squad: Squad) -> int:
    """One shift of the past; returns how many served."""
    promises = _promise_all(world, shift, squad)
    leader = next(
        (p.volunteer for p in promises if p.place.role == PlaceRole.LEADER), squad.leaders[0]
    )
    came = []
    for promise in promises:
        luck = world.rng.randrange(100)
        leads = promise.volunteer_id == leader.pk
        if not leads and luck < ABSENT + EXCUSED:
            excused = luck >= ABSENT
            attendance.mark_absent(
                promise,
                actor=leader.user or world.staff["coordinator"],
                excused=excused,
                reason="家里临时有事，提前说过" if excused else "",
                at=shift.starts_at + timedelta(minutes=30),
            )
        else:
            came.append(_serve(world, promise, shift, leader))
    _confirm(world, shift, leader, came)
    return len(came)


def _promise_all(world: World, shift: Shift, squad: Squad) -> list[SignUp]:
    """Who comes: a leader, then members; now and then somebody withdraws and leaves a gap."""
    promises = []
    for place in sorted(shift.places.all(), key=lambda p: p.role != PlaceRole.LEADER):
        for person in _choose(world, shift, squad, place):
            ahead = timedelta(hours=world.rng.randrange(10, 130))
            promise = _sign_up(world, person, shift, shift.starts_at - ahead, place.role)
            promise.place = place
            if place.role == PlaceRole.MEMBER and world.rng.randrange(100) < WITHDRAWN:
                at = shift.starts_at - timedelta(hours=world.rng.randrange(3, 10))
                actor = person.user or world.staff["coordinator"]
                capacity.withdraw(promise, actor=actor, at=at)
            else:
                promises.append(promise)
    return promises


def _serve(world: World, promise: SignUp, shift: Shift, leader: Volunteer) -> Attendance:
    """In a little early or late, out about at the end; the leader ticks for who has no phone."""
    rng, person = world.rng, promise.volunteer
    by_self = person.user_id is not None and rng.randrange(20) > 0
    method = Attendance.Method.SCAN if rng.randrange(8) else Attendance.Method.CODE
    actor = person.user
    if not by_self and person != leader:
        method, actor = Attendance.Method.LEADER, leader.user
    late = rng.randrange(1, 20) if rng.randrange(10) == 0 else -rng.randrange(0, 20)
    early = rng.randrange(5, 30) if rng.randrange(12) == 0 else -rng.randrange(0, 12)
    came = shift.starts_at + timedelta(minutes=late)
    left = min(shift.ends_at - timedelta(minutes=early), world.now)
    attendance.check_in(promise, actor=actor, method=method, at=came)
    return attendance.check_out(promise, actor=actor, method=method, at=left).attendance


def _confirm(world: World, shift: Shift, leader: Volunteer, came: list[Attendance]) -> None:
    """Some leaders confirm on the spot, but never themselves; the coordinator does the rest on the
    next day, so the newest records still wait."""
    left = [(one.pk, None) for one in came]
    if leader.user is not None and shift.pk % 3 == 0:
        others = [(one.pk, None) for one in came if one.volunteer_id != leader.pk]
        left = [(one.pk, None) for one in came if one.volunteer_id == leader.pk]
        if others:
            at = min(shift.ends_at + timedelta(minutes=12), world.now)
            records.confirm(shift, actor=leader.user, items=others, at=at)
    next_day = shift.ends_at + timedelta(hours=13)
    if left and next_day <= world.now:
        records.confirm(shift, actor=world.staff["coordinator"], items=left, at=next_day)


def _fill(world: World, shift: Shift, squad: Squad, standing: tuple[int, int, bool]) -> None:
    open_places, waiting, led = standing
    for place in shift.places.all():
        leads = place.role == PlaceRole.LEADER
        if leads and not led:
            continue
        taken = ShiftPlace.objects.get(pk=place.pk).taken
        wanted = place.capacity if leads else max(0, place.capacity - open_places)
        people = _choose(world, shift, squad, place, wanted=max(0, wanted - taken))
        for person in people:
            promise = _sign_up(world, person, shift, _before(world, shift), place.role)
            if shift.starts_at <= world.now and person.user is not None:
                attendance.check_in(
                    promise,
                    actor=person.user,
                    method=Attendance.Method.SCAN,
                    at=shift.starts_at - timedelta(minutes=world.rng.randrange(1, 20)),
                )
    if not waiting or shift.starts_at <= world.now:
        return
    place = next(p for p in shift.places.all() if p.role == PlaceRole.MEMBER)
    for person in _choose(world, shift, squad, place, wanted=waiting, outside=True):
        if person.user is not None:
            capacity.join_queue(person, shift.pk, actor=person.user, at=_lately(world))
            world.take(person, shift.starts_at, shift.ends_at)


def _choose(
    world: World,
    shift: Shift,
    squad: Squad,
    place: ShiftPlace,
    *,
    wanted: int | None = None,
    outside: bool = False,
) -> list[Volunteer]:
    """People for a place who are free then: leaders lead; members come from the team first, then
    from around, who has served least first. `outside`: from around only."""
    count = place.capacity if wanted is None else wanted
    if place.role == PlaceRole.LEADER:
        pool = sorted(squad.leaders, key=lambda v: world.served[v.pk])
        return [v for v in pool if _free(world, v, shift)][:count]
    of_team = [] if outside else [v for v in squad.members if _free(world, v, shift)]
    busy = {v.pk for v in (*squad.members, *squad.leaders, *world.people.values())}
    around = [v for v in world.volunteers if v.pk not in busy and _free(world, v, shift)]
    world.rng.shuffle(of_team)
    star = world.people["volunteer"]  # has a history to look at
    if star in of_team and world.rng.randrange(10) < 6:
        of_team.remove(star)
        of_team.insert(0, star)
    world.rng.shuffle(around)
    around.sort(key=lambda v: (v.community_id != squad.area.pk, world.served[v.pk]))
    from_team = of_team[: max(1, count * 2 // 3)] if count else []
    return [*from_team, *around][:count]


def _free(world: World, person: Volunteer, shift: Shift) -> bool:
    joined_before = person.created_at < shift.starts_at - timedelta(days=6)
    if shift.starts_at > world.now:
        joined_before = person.created_at < world.now
    return joined_before and world.is_free(person, shift.starts_at, shift.ends_at)


def _sign_up(
    world: World,
    person: Volunteer,
    shift: Shift,
    at: datetime,
    role: str = PlaceRole.MEMBER,
) -> SignUp:
    """Who has a phone signs up; who has none is entered by the coordinator."""
    world.take(person, shift.starts_at, shift.ends_at)
    if person.user is not None:
        promise = capacity.sign_up(person, shift.pk, actor=person.user, role=role, at=at)
    else:
        promise = capacity.add_by_hand(
            person,
            shift.pk,
            actor=world.staff["coordinator"],
            reason=BY_PHONE,
            role=role,
            at=at,
        )
    promise.volunteer = person
    return promise


def _before(world: World, shift: Shift) -> datetime:
    """A moment before now and before the start."""
    latest = min(world.now, shift.starts_at)
    return latest - timedelta(minutes=world.rng.randrange(90, 3000))


def _lately(world: World) -> datetime:
    return world.now - timedelta(minutes=world.rng.randrange(5, 80))
