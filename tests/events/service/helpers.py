"""A shift that was served, made through the services."""

from datetime import datetime, timedelta

from django.utils import timezone

from events.activities.models import Shift, SignUp
from events.activities.services import capacity
from events.service.models import Attendance
from events.service.services.attendance import check_in, check_out
from tests import factories
from volunteers.people.models import Volunteer

SCAN = Attendance.Method.SCAN


def local(text: str) -> datetime:
    """ "2026-03-07 19:30" in the street's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_default_timezone())


def shift(starts: str = "2026-03-07 19:30", minutes: int = 120, **also) -> Shift:
    """An open shift with a team, so that it has a leader."""
    if "of" not in also:
        also["of"] = factories.activity(team=factories.team())
    return factories.shift(starts_at=local(starts), minutes=minutes, **also)


def promise(of: Shift, person: Volunteer | None = None) -> SignUp:
    """A confirmed sign-up, taken a day before."""
    person = person or factories.volunteer()
    return capacity.sign_up(person, of.pk, actor=person.user, at=of.starts_at - timedelta(days=1))


def served(
    of: Shift, person: Volunteer | None = None, *, late: int = 0, left: int | None = 0
) -> Attendance:
    """Came `late` minutes after the start and left that many before the end (None: never)."""
    signup = promise(of, person)
    at = of.starts_at + timedelta(minutes=late)
    stamp = check_in(signup, actor=signup.volunteer.user, method=SCAN, at=at)
    if left is not None:
        out = of.ends_at - timedelta(minutes=left)
        stamp = check_out(signup, actor=signup.volunteer.user, method=SCAN, at=out)
    return Attendance.objects.get(pk=stamp.attendance.pk)


def leader_of(of: Shift, **also) -> Volunteer:
    """A volunteer who leads the shift's team."""
    team = of.activity.team
    assert team is not None
    return factories.leader(team, **also)
