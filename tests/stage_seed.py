"""What a stage is filled with and asked about, run inside Django beside the running product.

`python -m tests.stage_seed` answers one JSON question a line (tests/stage.py asks them): which
function of which module, with which arguments. People and things are synthetic.
"""

import itertools
import json
import sys
import traceback
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import django
import redis

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import close_old_connections
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils import timezone
from django.utils.crypto import get_random_string

from cms.services.site import set_up_site
from events.activities.models import ACTIVE_STATES, ShiftPlace, SignUp
from tests import factories
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.areas.models import Kind as AreaKind
from volunteers.grants.models import Role
from volunteers.people.models import Volunteer

STREET = "新盛街道"
_days = itertools.count(2)


def set_up() -> None:
    """The small street that every shared stage begins with: one city, street, two communities
    with a grid each, the points rules, and the standing pages of the site."""
    city = Area.add_root(kind=AreaKind.CITY, code="3210", name="扬州市")
    street = city.add_child(kind=AreaKind.STREET, code=settings.LZ_STREET_CODE, name=STREET)
    for number, name in enumerate(("新盛社区", "殷湖社区"), start=1):
        code = f"{settings.LZ_STREET_CODE}{number:03d}"
        community = street.add_child(kind=AreaKind.COMMUNITY, code=code, name=name)
        community.add_child(kind=AreaKind.GRID, code=f"{code}01", name=f"{name}第一网格")
    for rule in ("patrol", "mediation"):
        factories.rule(rule)
    set_up_site()


def street() -> Area:
    """The street of the stage."""
    return Area.objects.get(code=settings.LZ_STREET_CODE)


def first_grid() -> Area:
    """The first grid of the street."""
    return street().get_descendants().filter(kind=AreaKind.GRID).order_by("code").first()


# --- people ---------------------------------------------------------------------------------


def account(person: Volunteer) -> User:
    """The account of a volunteer who has one."""
    assert person.user is not None
    return person.user


def session_of(user: User) -> dict[str, str]:
    """The cookies of a browser in which `user` has signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return {
        settings.SESSION_COOKIE_NAME: str(store.session_key),
        settings.CSRF_COOKIE_NAME: get_random_string(CSRF_SECRET_LENGTH),
    }


def volunteers(count: int) -> list[dict[str, Any]]:
    """So many signed-in volunteers: id, phone and the cookies of their browsers."""
    community = first_grid().get_parent()
    made = [factories.volunteer(community=community) for _ in range(count)]
    return [
        {"id": one.pk, "phone": account(one).phone, "cookies": session_of(account(one))}
        for one in made
    ]


def staff(role: str) -> dict[str, Any]:
    """A person with a role over the whole street, signed in; also a volunteer."""
    person = factories.volunteer(community=first_grid().get_parent())
    factories.grant(account(person), Role(role), area=street())
    return {"id": person.pk, "phone": account(person).phone, "cookies": session_of(account(person))}


# --- shifts to race for ---------------------------------------------------------------------


def shifts(count: int, capacity: int, *, minutes_apart: int = 0) -> list[dict[str, int]]:
    """So many open shifts of one patrol: a day each, from the day after tomorrow on, or so many
    minutes after one another. Those of two questions never lie on the same day."""
    patrol = factories.activity(area=first_grid())
    today = timezone.now().replace(minute=0, second=0, microsecond=0)
    first = today + timedelta(days=next(_days))
    starts = [first + timedelta(minutes=minutes_apart * number) for number in range(count)]
    if not minutes_apart:
        starts = [first, *(today + timedelta(days=next(_days)) for _ in range(count - 1))]
    made = [factories.shift(patrol, capacity=capacity, starts_at=start) for start in starts]
    forget_pages()
    return [{"activity": patrol.pk, "shift": one.pk} for one in made]


def outcome(shift: int) -> dict[str, Any]:
    """Who is in a shift by its rows, and what its counter says."""
    place = ShiftPlace.objects.get(shift_id=shift)
    rows = SignUp.objects.filter(shift_id=shift)
    return {
        "taken": place.taken,
        "capacity": place.capacity,
        "over": place.over,
        "active": list(rows.filter(state__in=ACTIVE_STATES).values_list("volunteer_id", flat=True)),
        "rows": rows.count(),
    }


def forget_pages() -> None:
    """Rows were made behind the services' backs: no cached page may hide them."""
    if not settings.REDIS_URL:
        cache.clear()
        return
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(match="*lz:page:*"):
            client.delete(key)


# --- answering ------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go as JSON")


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """One question's answer, or the traceback under "error"."""
    try:
        module = import_module(question["module"])
        result = getattr(module, question["function"])(**question["arguments"])
        return {"answer": result}
    except Exception:  # noqa: BLE001 - whatever happened goes to the one who asked
        return {"error": traceback.format_exc()}
    finally:
        close_old_connections()


def main() -> None:
    """Answer until standard input ends."""
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        out.write(json.dumps(answer(json.loads(line)), ensure_ascii=False, default=_plain) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
