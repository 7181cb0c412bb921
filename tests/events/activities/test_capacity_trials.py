"""What broke elsewhere, restated for the capacity service: sign-up, clash, queue, offers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.activities.models import PlaceRole, Shift, ShiftPlace, SignUp
from events.activities.services import capacity
from tests import factories as make
from volunteers.foundation.errors import Refusal, WrongState
from volunteers.foundation.models import Act, Outgoing

pytestmark = pytest.mark.django_db

State = SignUp.State


def told(kind):
    """Keys of the notices of a kind that are on their way and not taken back."""
    return [
        row.key
        for row in Outgoing.objects.filter(topic="notice", dropped=False).order_by("id")
        if row.payload["kind"] == kind
    ]


def states(shift):
    """States of the shift's sign-ups, in order of asking."""
    return list(SignUp.objects.filter(shift=shift).order_by("id").values_list("state", flat=True))


def full_shift(capacity_=1, **also):
    """A shift with all its places taken, and who has them."""
    shift = make.shift(capacity=capacity_, **also)
    people = [make.volunteer() for _ in range(capacity_)]
    return shift, [capacity.sign_up(p, shift.pk, actor=p.user) for p in people]


def rows_written():
    """How much there is of what a sign-up writes."""
    return SignUp.objects.count(), Act.objects.count(), Outgoing.objects.count()


# --- sign-up and overlap --------------------------------------------------------------------


def test_the_same_time_is_refused_by_name_and_back_to_back_is_allowed():
    """Trial 3."""
    start = timezone.now() + timedelta(days=2)
    first = make.shift(starts_at=start, minutes=30)
    same = make.shift(starts_at=start, minutes=30)
    after = make.shift(starts_at=start + timedelta(minutes=30), minutes=30)
    person = make.volunteer()
    capacity.sign_up(person, first.pk, actor=person.user)
    before = rows_written()
    with pytest.raises(capacity.Clash, match=first.activity.title):
        capacity.sign_up(person, same.pk, actor=person.user)
    assert rows_written() == before
    capacity.sign_up(person, after.pk, actor=person.user)
    assert make.place(after).taken == 1


def test_morning_and_evening_go_together_unless_a_rest_is_asked_for(settings):
    """Trial 8."""
    start = timezone.now() + timedelta(days=2)
    morning = make.shift(starts_at=start, minutes=180)
    evening = make.shift(starts_at=start + timedelta(hours=10), minutes=120)
    eager, tired = make.volunteer(), make.volunteer()
    for shift in (morning, evening):
        capacity.sign_up(eager, shift.pk, actor=None)
    settings.LZ_REST_MINUTES = 8 * 60
    capacity.sign_up(tired, morning.pk, actor=None)
    with pytest.raises(capacity.Clash, match=morning.activity.title):
        capacity.sign_up(tired, evening.pk, actor=None)


@pytest.mark.parametrize("minutes_ago", [1, 24 * 60])
def test_a_shift_that_began_is_closed_but_a_coordinator_may_add_with_a_reason(minutes_ago):
    """Trial 11: began a minute ago; over since yesterday."""
    shift = make.shift(starts_at=timezone.now() - timedelta(minutes=minutes_ago), minutes=60)
    if minutes_ago > 60:
        Shift.objects.filter(pk=shift.pk).update(state=Shift.State.ENDED)
    person, staff = make.volunteer(), make.user()
    before = rows_written()
    for ask in (capacity.sign_up, capacity.join_queue):
        with pytest.raises(Refusal, match=r"开始|不能报名"):
            ask(person, shift.pk, actor=person.user)
    with pytest.raises(Refusal) as refused:
        capacity.add_by_hand(person, shift.pk, actor=staff, reason="  ")
    assert refused.value.field == "reason"
    assert rows_written() == before
    signup = capacity.add_by_hand(person, shift.pk, actor=staff, reason="到场补登")
    assert signup.state == State.CONFIRMED
    assert signup.reason == "到场补登"
    assert Act.objects.get(verb="signup.add_by_hand").reason == "到场补登"


def test_a_forced_clash_is_only_staffs_and_carries_its_reason():
    start = timezone.now() + timedelta(days=2)
    first = make.shift(starts_at=start)
    second = make.shift(starts_at=start + timedelta(minutes=30))
    person, staff = make.volunteer(), make.user()
    capacity.sign_up(person, first.pk, actor=person.user)
    with pytest.raises(capacity.Clash):
        capacity.add_by_hand(person, second.pk, actor=staff, reason="缺人")
    signup = capacity.add_by_hand(
        person, second.pk, actor=staff, reason="本人同意先后参加", accept_clash=True
    )
    assert signup.clash_accepted
    assert signup.reason == "本人同意先后参加"


def test_leaving_one_of_two_clashing_shifts_ends_exactly_that_one():
    """Trial 1: the forced one can be left too, and its reason stays for the record."""
    start = timezone.now() + timedelta(days=2)
    first = make.shift(starts_at=start)
    second = make.shift(starts_at=start + timedelta(minutes=30))
    person, staff = make.volunteer(), make.user()
    kept = capacity.sign_up(person, first.pk, actor=person.user)
    forced = capacity.add_by_hand(
        person, second.pk, actor=staff, reason="缺人，本人同意", accept_clash=True
    )
    capacity.withdraw(forced, actor=person.user)
    kept.refresh_from_db()
    forced.refresh_from_db()
    assert (kept.state, forced.state) == (State.CONFIRMED, State.WITHDRAWN)
    assert forced.reason == "缺人，本人同意"
    assert (make.place(first).taken, make.place(second).taken) == (1, 0)


@pytest.mark.parametrize("shift_id", [0, -1, 2**62])
def test_an_unknown_shift_is_a_sentence(shift_id):
    person = make.volunteer()
    with pytest.raises(Refusal, match="没有找到"):
        capacity.sign_up(person, shift_id, actor=None)


# --- capacity -------------------------------------------------------------------------------


def test_lowering_the_capacity_drops_nobody_and_promotes_nobody():
    """Trial 21: five joined, lowered to three: two over; the queue moves only below three."""
    shift, signups = full_shift(5)
    waiting = make.volunteer()
    queued = capacity.join_queue(waiting, shift.pk, actor=waiting.user)
    staff = make.user()
    capacity.set_capacity(make.place(shift), 3, actor=staff)
    place = make.place(shift)
    assert (place.capacity, place.taken, place.over) == (3, 5, 2)
    assert states(shift) == [State.CONFIRMED] * 5 + [State.WAITING]
    for number, signup in enumerate(signups[:3], 1):
        capacity.withdraw(signup, actor=None)
        queued.refresh_from_db()
        assert queued.state == (State.WAITING if number < 3 else State.OFFERED)
    place = make.place(shift)
    assert (place.taken, place.over) == (3, 0)


def test_capacity_must_be_a_sensible_number():
    shift = make.shift(capacity=5)
    for number in (-1, 1000):
        with pytest.raises(Refusal) as refused:
            capacity.set_capacity(make.place(shift), number, actor=make.user())
        assert refused.value.field == "capacity"
    assert make.place(shift).capacity == 5


def test_going_over_must_be_said_and_leaders_are_not_counted_among_members():
    """Trial 25."""
    shift, _ = full_shift(2)
    leaders = ShiftPlace.objects.create(shift=shift, role=PlaceRole.LEADER, capacity=1)
    person, leader, staff = make.volunteer(), make.volunteer(), make.user()
    before = rows_written()
    with pytest.raises(capacity.Full):
        capacity.add_by_hand(person, shift.pk, actor=staff, reason="带新人")
    assert rows_written() == before
    capacity.add_by_hand(person, shift.pk, actor=staff, reason="带新人", over_capacity=True)
    place = make.place(shift)
    assert (place.taken, place.over) == (3, 1)
    capacity.add_by_hand(leader, shift.pk, actor=staff, reason="今晚带队", role=PlaceRole.LEADER)
    place.refresh_from_db()
    leaders.refresh_from_db()
    assert (place.taken, leaders.taken) == (3, 1)


# --- the queue ------------------------------------------------------------------------------


def test_waiting_is_no_confirmation():
    """Trial 26: state waiting, no word of success."""
    shift, _ = full_shift()
    person = make.volunteer()
    signup = capacity.join_queue(person, shift.pk, actor=person.user)
    assert signup.state == State.WAITING
    assert f"signup.confirmed:{signup.pk}" not in told("signup.confirmed")
    assert make.place(shift).taken == 1


def test_who_waits_cannot_accept_what_was_not_offered():
    """A crafted request must not jump the queue past the counter."""
    shift, _ = full_shift()
    signup = capacity.join_queue(make.volunteer(), shift.pk, actor=None)
    with pytest.raises(WrongState, match="没有空位"):
        capacity.accept_offer(signup, actor=None)
    assert states(shift) == [State.CONFIRMED, State.WAITING]
    assert make.place(shift).taken == 1


def test_taking_an_offer_and_leaving_offers_to_the_next_at_once():
    """Trial 28."""
    now = timezone.now()
    shift, [holder] = full_shift()
    first, second = (
        capacity.join_queue(make.volunteer(), shift.pk, actor=None, at=now) for _ in range(2)
    )
    capacity.withdraw(holder, actor=None, at=now)
    first.refresh_from_db()
    capacity.accept_offer(first, actor=None, at=now)
    capacity.withdraw(first, actor=None, at=now + timedelta(minutes=8))
    second.refresh_from_db()
    assert states(shift) == [State.WITHDRAWN, State.WITHDRAWN, State.OFFERED]
    assert told("signup.offered")[-1] == f"signup.offered:{second.pk}"


def test_after_the_start_nobody_leaves_by_themselves_and_nobody_is_offered():
    """Trial 33: ten minutes after the start."""
    shift, [holder] = full_shift()
    queued = capacity.join_queue(make.volunteer(), shift.pk, actor=None)
    later = shift.starts_at + timedelta(minutes=10)
    with pytest.raises(Refusal, match="已经开始"):
        capacity.withdraw(holder, actor=None, at=later)
    capacity.remove(holder, actor=make.user(), reason="没有来", at=later)
    queued.refresh_from_db()
    assert queued.state == State.WAITING
    assert told("signup.offered") == []


def test_leaving_the_queue_and_leaving_an_offer_both_pass_it_on():
    """Trial 35."""
    shift, [holder] = full_shift()
    first, second, third = (
        capacity.join_queue(make.volunteer(), shift.pk, actor=None) for _ in range(3)
    )
    capacity.withdraw(first, actor=None)  # one waits no more
    capacity.withdraw(holder, actor=None)  # the place is offered to the second
    second.refresh_from_db()
    assert second.state == State.OFFERED
    capacity.withdraw(second, actor=None)  # and by the second to the third
    third.refresh_from_db()
    assert third.state == State.OFFERED
    assert make.place(shift).taken == 1


def test_five_more_places_promote_five_in_order_each_told_once():
    """Trial 40."""
    shift, [holder] = full_shift()
    queue = [capacity.join_queue(make.volunteer(), shift.pk, actor=None) for _ in range(7)]
    capacity.withdraw(queue[0], actor=None)
    capacity.set_capacity(make.place(shift), 6, actor=make.user())
    capacity.promote(make.place(shift).pk)
    capacity.expire_offers()
    assert states(shift) == (
        [State.CONFIRMED, State.WITHDRAWN] + [State.OFFERED] * 5 + [State.WAITING]
    )
    assert told("signup.offered") == [f"signup.offered:{s.pk}" for s in queue[1:6]]
    assert make.place(shift).taken == 6
    assert holder.state == State.CONFIRMED


def test_a_free_place_that_a_queue_waits_for_is_not_for_who_comes_last():
    shift, _ = full_shift()
    capacity.join_queue(make.volunteer(), shift.pk, actor=None)
    ShiftPlace.objects.filter(shift=shift).update(capacity=2)  # before the queue has moved
    with pytest.raises(capacity.Full):
        capacity.sign_up(make.volunteer(), shift.pk, actor=None)


def test_an_offer_that_runs_out_goes_to_the_next_and_cannot_be_taken_any_more(settings):
    now = timezone.now()
    shift, [holder] = full_shift()
    first, second = (capacity.join_queue(make.volunteer(), shift.pk, actor=None) for _ in "ab")
    capacity.withdraw(holder, actor=None, at=now)
    first.refresh_from_db()
    late = now + timedelta(minutes=settings.LZ_OFFER_MINUTES, seconds=1)
    with pytest.raises(Refusal, match="保留时间已过"):
        capacity.accept_offer(first, actor=None, at=late)
    assert capacity.expire_offers(at=late) == 1
    assert states(shift) == [State.WITHDRAWN, State.LAPSED, State.OFFERED]
    assert told("signup.lapsed") == [f"signup.lapsed:{first.pk}"]
    first.refresh_from_db()
    with pytest.raises(WrongState):
        capacity.accept_offer(first, actor=None, at=late)
    assert make.place(shift).taken == 1
    assert second.pk > first.pk


def test_who_took_another_shift_meanwhile_is_passed_over_and_keeps_waiting():
    start = timezone.now() + timedelta(days=2)
    shift, [holder] = full_shift(starts_at=start)
    busy, free = make.volunteer(), make.volunteer()
    first = capacity.join_queue(busy, shift.pk, actor=None)
    second = capacity.join_queue(free, shift.pk, actor=None)
    capacity.sign_up(busy, make.shift(starts_at=start).pk, actor=None)
    capacity.withdraw(holder, actor=None)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.WAITING, State.OFFERED)


def test_a_removed_person_reads_the_reason():
    shift, [holder] = full_shift()
    capacity.remove(holder, actor=make.user(), reason="名单重复")
    row = Outgoing.objects.get(key=f"signup.removed:{holder.pk}")
    assert row.payload["context"]["reason"] == "名单重复"
    assert make.place(shift).taken == 0
