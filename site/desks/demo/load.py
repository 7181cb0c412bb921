"""Loads the demo street in one transaction: all of it or nothing."""

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from volunteers.accounts.models import User
from volunteers.areas import queries as areas
from volunteers.foundation import versions
from volunteers.foundation.models import Outgoing
from volunteers.people.models import Volunteer

from . import audit, groups, history, offers, places, roles, website
from .world import FULL, SMALL, World

ARTICLES_SMALL = 2


class DemoDrifts(RuntimeError):
    """Sums of the demo do not agree: a service is wrong, nothing has been loaded."""


def is_loaded() -> bool:
    """Is there a demo street?"""
    return Volunteer.objects.filter(is_demo=True).exists()


def is_empty() -> bool:
    """Does nobody have an account or a file here?"""
    return not (User.objects.exists() or Volunteer.objects.exists())


def load(
    *,
    seed: int,
    small: bool,
    say: Callable[[str], None],
    at: datetime | None = None,
) -> None:
    """Make the demo street as of `at` (default now). The same seed and moment make the same
    street, but for numbers that are random by design (volunteers' numbers, keys).
    Raises DemoDrifts."""
    with _no_collection(), transaction.atomic(), versions.together():
        images = _make(seed, small, say, at or timezone.now())
        wrong = audit.problems()
        if wrong:
            raise DemoDrifts("\n".join(wrong))
        say("核对：名额、时长、积分都对得上")
    website.make_sizes(images)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Thousands of callbacks wait for the commit: looking through them for cycles again and again
    would take a tenth of the time and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _make(seed: int, small: bool, say: Callable[[str], None], now: datetime) -> list[int]:
    street = areas.street()
    if street is None:
        call_command("load_divisions", verbosity=0)
        street = areas.street()
    assert street is not None  # the packaged divisions hold it
    world = World(
        size=SMALL if small else FULL,
        rng=random.Random(seed),
        now=now,
        say=say,
        street=street,
        communities=list(areas.communities()),
    )
    places.make(world)
    roles.make_staff(world)
    offers.make_rules(world)
    groups.make_organisations(world)
    groups.make_units(world)
    roles.make_volunteers(world)
    groups.make_teams(world)
    offers.make_campaigns(world)
    images = website.make(world, articles=ARTICLES_SMALL if small else None)
    running = offers.publish_running(world)
    shifts = [shift for shift in offers.make_activities(world) if shift.pk != running.pk]
    history.start_running(world, running)
    history.play_past(world, shifts)
    told = Outgoing.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    history.fill_ahead(world, shifts)
    offers.leave_waiting(world)
    _settle_outbox(world, told)
    return images


def _settle_outbox(world: World, told: int) -> None:
    """What the past has told (rows up to `told`) is over, and the invented crowd reads nothing:
    only the people whom a newcomer signs in as find notices of what is still to come."""
    undelivered = Outgoing.objects.filter(topic="notice", done_at__isnull=True)
    readers = [volunteer.pk for volunteer in world.people.values()]
    coming = undelivered.filter(pk__gt=told, payload__volunteer__in=readers)
    undelivered.exclude(pk__in=coming.values("pk")).update(done_at=world.now, dropped=True)
