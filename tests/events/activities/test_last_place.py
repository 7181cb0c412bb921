"""Trial 20: the last place is asked for at the same moment by three doors; one wins."""

import threading
from typing import Any

import pytest
from django.db import connection

from events.activities.models import SignUp
from events.activities.services import capacity
from tests import factories as make
from volunteers.foundation.errors import Refusal


@pytest.mark.django_db(transaction=True)
def test_site_kiosk_and_coordinator_reach_for_the_last_place_and_one_gets_it():
    shift = make.shift(capacity=3)
    for _ in range(2):
        capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    resident, walk_in, placed = make.volunteer(), make.volunteer(user=None), make.volunteer()
    staff = make.user()
    doors = [
        lambda: capacity.sign_up(resident, shift.pk, actor=resident.user),
        lambda: capacity.sign_up(walk_in, shift.pk, actor=None),
        lambda: capacity.add_by_hand(placed, shift.pk, actor=staff, reason="安排"),
    ]
    results = _at_once(doors)
    assert sorted(type(result).__name__ for result in results) == ["Full", "Full", "SignUp"]
    assert make.place(shift).taken == 3
    assert SignUp.objects.filter(shift=shift).count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_tabs_gets_one_of_two_shifts_at_that_time():
    first = make.shift()
    second = make.shift(starts_at=first.starts_at)
    person = make.volunteer()
    results = _at_once(
        [lambda s=shift: capacity.sign_up(person, s.pk, actor=None) for shift in (first, second)]
    )
    assert sorted(type(result).__name__ for result in results) == ["Clash", "SignUp"]
    assert make.place(first).taken + make.place(second).taken == 1


def _at_once(doors):
    """Call each in a thread of its own with a connection of its own; results or refusals."""
    results: list[Any] = [None] * len(doors)
    gate = threading.Barrier(len(doors))

    def go(number, door):
        try:
            gate.wait()
            results[number] = door()
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=each) for each in enumerate(doors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
