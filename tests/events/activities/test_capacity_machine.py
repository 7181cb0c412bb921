"""The capacity service against a model of itself: whatever people and staff do in any order,
nobody is lost, nobody is in two places, nobody is overtaken, and a refusal leaves no row."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from events.activities.models import ACTIVE_STATES, LIVE_STATES, ShiftPlace, SignUp
from events.activities.services import capacity
from tests import factories as make
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act, Outgoing

PEOPLE = 5
SHIFTS = 3  # the second overlaps the first; the third follows the first at once
State = SignUp.State

people = st.integers(0, PEOPLE - 1)
shifts = st.integers(0, SHIFTS - 1)
pick = st.integers(0, 50)


class Capacity(RuleBasedStateMachine):
    """Each example in a transaction that is rolled back; time only moves by `wait`."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = timezone.now()
        start = self.now + timedelta(days=2)
        activity = make.activity()
        self.shifts = [
            make.shift(activity, capacity=1, minutes=60, starts_at=start + timedelta(minutes=late))
            for late in (0, 30, 60)
        ]
        self.people = [make.volunteer() for _ in range(PEOPLE)]
        self.staff = make.user()

    @initialize(queue=st.integers(1, PEOPLE - 2))
    def fill(self, queue):
        """Most of what can go wrong needs a full shift and some who wait."""
        capacity.sign_up(self.people[0], self.shifts[0].pk, actor=None, at=self.now)
        for person in self.people[1 : queue + 1]:
            capacity.join_queue(person, self.shifts[0].pk, actor=None, at=self.now)

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def place(self, shift):
        return ShiftPlace.objects.get(shift=self.shifts[shift])

    def act(self, service, *args, **also):
        """Call; a refusal must have written nothing and changed nothing."""
        before = self.snapshot()
        waiting = self.waiting()
        try:
            service(*args, **also)
        except Refusal as refusal:
            assert refusal.sentence
            assert self.snapshot() == before
        self.watch_order(waiting)

    def snapshot(self):
        return (
            list(SignUp.objects.order_by("id").values_list("id", "state")),
            list(ShiftPlace.objects.order_by("id").values_list("capacity", "taken", "over")),
            Act.objects.count(),
            Outgoing.objects.count(),
        )

    def waiting(self):
        return list(
            SignUp.objects.filter(state=State.WAITING).order_by("id").values_list("id", flat=True)
        )

    def watch_order(self, before):
        """Who was offered a place had nobody waiting before them who could have come."""
        offered = SignUp.objects.filter(pk__in=before, state=State.OFFERED).order_by("id")
        for signup in offered:
            for other in SignUp.objects.filter(
                place=signup.place, state=State.WAITING, pk__lt=signup.pk, pk__in=before
            ):
                assert self.busy(other), f"{other.pk} was overtaken by {signup.pk}"

    def busy(self, signup):
        return (
            SignUp.objects.filter(
                volunteer=signup.volunteer,
                state__in=ACTIVE_STATES,
                starts_at__lt=signup.ends_at,
                ends_at__gt=signup.starts_at,
            )
            .exclude(pk=signup.pk)
            .exists()
        )

    def no_free_place_stays_beside_somebody_who_could_take_it(self):
        """Once beat has knocked: who was passed over may have become free in another shift."""
        for signup in SignUp.objects.filter(state=State.WAITING).select_related("place"):
            free = signup.place.taken < signup.place.capacity
            if free and signup.starts_at > self.now:
                assert self.busy(signup)

    def one_of(self, number, *states):
        found = list(SignUp.objects.filter(state__in=states).order_by("id"))
        return found[number % len(found)] if found else None

    @rule(person=people, shift=shifts)
    def sign_up(self, person, shift):
        place = self.place(shift)
        queue = place.signups.filter(state=State.WAITING).exists()
        self.act(
            capacity.sign_up,
            self.people[person],
            self.shifts[shift].pk,
            actor=self.people[person].user,
            at=self.now,
        )
        if queue:
            assert self.place(shift).taken == place.taken, "a newcomer overtook the queue"

    @rule(person=people, shift=shifts)
    def join_queue(self, person, shift):
        self.act(
            capacity.join_queue, self.people[person], self.shifts[shift].pk, actor=None, at=self.now
        )

    @rule(number=pick)
    def withdraw(self, number):
        if signup := self.one_of(number, *ACTIVE_STATES) or self.one_of(number, *State.values):
            self.act(capacity.withdraw, signup, actor=None, at=self.now)

    @rule(number=pick)
    def accept(self, number):
        if signup := self.one_of(number, State.OFFERED) or self.one_of(number, *State.values):
            self.act(capacity.accept_offer, signup, actor=None, at=self.now)

    @rule(number=pick)
    def act_on_an_old_page(self, number):
        """The same sign-up read twice: the second act meets a state that is gone."""
        if signup := self.one_of(number, State.WAITING) or self.one_of(number, *LIVE_STATES):
            old = SignUp.objects.get(pk=signup.pk)
            self.act(capacity.withdraw, signup, actor=None, at=self.now)
            self.act(capacity.accept_offer, old, actor=None, at=self.now)
            self.act(capacity.withdraw, old, actor=None, at=self.now)

    @rule(number=pick)
    def remove(self, number):
        if signup := self.one_of(number, *LIVE_STATES):
            self.act(capacity.remove, signup, actor=self.staff, reason="调整", at=self.now)

    @rule(person=people, shift=shifts, over=st.booleans(), clash=st.booleans())
    def add_by_hand(self, person, shift, over, clash):
        self.act(
            capacity.add_by_hand,
            self.people[person],
            self.shifts[shift].pk,
            actor=self.staff,
            reason="安排",
            over_capacity=over,
            accept_clash=clash,
            at=self.now,
        )

    @rule(shift=shifts, number=st.sampled_from([-1, 0, 1, 1, 2, 2, 3]))
    def set_capacity(self, shift, number):
        self.act(capacity.set_capacity, self.place(shift), number, actor=self.staff, at=self.now)

    @rule(shift=shifts)
    def promote(self, shift):
        self.act(capacity.promote, self.place(shift).pk, at=self.now)

    @rule(minutes=st.sampled_from([1, 1, 1, 121, 121, 24 * 60]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.act(capacity.expire_offers, at=self.now)
        self.no_free_place_stays_beside_somebody_who_could_take_it()

    @invariant()
    def the_house_is_in_order(self):
        """Counters equal what they count and stay within what was allowed; nobody is in one shift
        twice, nor in two places at once unless staff said so; every offer has its time."""
        rows = list(SignUp.objects.filter(state__in=LIVE_STATES))
        active = [row for row in rows if row.state in ACTIVE_STATES]
        for place in ShiftPlace.objects.all():
            assert place.taken == sum(row.place_id == place.pk for row in active)
            assert place.taken <= place.capacity + place.over
        live = [(row.volunteer_id, row.shift_id) for row in rows]
        assert len(live) == len(set(live))
        for one, other in combinations([row for row in active if not row.clash_accepted], 2):
            assert (
                one.volunteer_id != other.volunteer_id
                or one.ends_at <= other.starts_at
                or other.ends_at <= one.starts_at
            )
        for row in active:
            if row.state == State.OFFERED:
                assert row.offered_until is not None
                assert row.offered_until <= row.starts_at


CALM = settings(max_examples=25, stateful_step_count=25, deadline=None)


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_capacity_service():
    run_state_machine_as_test(Capacity, settings=CALM)


@pytest.mark.deep
@pytest.mark.django_db
def test_no_long_order_of_acts_breaks_the_capacity_service():
    run_state_machine_as_test(
        Capacity, settings=settings(CALM, max_examples=400, stateful_step_count=60)
    )
