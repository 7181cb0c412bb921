"""Synthetic people and things for tests. Each call makes a new one; names say what they are."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from events.activities.models import (
    Activity,
    Campaign,
    Kind,
    Pillar,
    PlaceRole,
    Shift,
    ShiftPlace,
)
from events.activities.models.activity import PILLAR_OF_KIND
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation import han
from volunteers.grants.models import Grant, Role
from volunteers.organisations.models import Kind as OrganisationKind
from volunteers.organisations.models import Organisation, State
from volunteers.people.models import Volunteer
from volunteers.points.models import Rule
from volunteers.teams.models import Kind as TeamKind
from volunteers.teams.models import Membership, Team

_count = itertools.count(1)


def area(kind: AreaKind = AreaKind.STREET, parent: Area | None = None, **also: Any) -> Area:
    """An area, below `parent` or as a root."""
    n = next(_count)
    values = {"kind": kind, "code": f"T{n:06d}", "name": f"测试{AreaKind(kind).label}{n}"} | also
    return parent.add_child(**values) if parent else Area.add_root(**values)


def community(**also: Any) -> Area:
    """A community of a new street."""
    return area(AreaKind.COMMUNITY, area(AreaKind.STREET), **also)


def grid(parent: Area | None = None, **also: Any) -> Area:
    """A grid of a community."""
    return area(AreaKind.GRID, parent or community(), **also)


def user(**also: Any) -> User:
    """A signed-up account with a verified synthetic number."""
    phone = also.pop("phone", f"+86199{next(_count):08d}")
    return User.objects.create_user(phone, phone_verified=True, **also)


def volunteer(name: str = "", **also: Any) -> Volunteer:
    """A volunteer with an account (pass user=None for one without)."""
    name = name or f"张试{next(_count)}"
    if "user" not in also:
        also["user"] = user()
    if "community" not in also:
        also["community"] = community()
    return Volunteer.objects.create(name=name, name_folded=han.fold(name), **also)


def organisation(**also: Any) -> Organisation:
    """An accepted social organisation."""
    n = next(_count)
    values: dict[str, Any] = {
        "kind": OrganisationKind.SOCIAL,
        "name": f"测试组织{n}",
        "slug": f"test-org-{n}",
        "liaison_name": "联络员",
        "liaison_phone": "+8619900000000",
        "state": State.ACCEPTED,
    } | also
    if "area" not in values:
        values["area"] = community()
    return Organisation.objects.create(**values)


def grant(person: User, role: Role, **scope: Any) -> Grant:
    """Give a role over area= or organisation=."""
    for cached in ("_live_grants",):
        person.__dict__.pop(cached, None)
    return Grant.objects.create(user=person, role=role, **scope)


def staff(role: Role, over: Area) -> User:
    """A user with one role over an area."""
    person = user()
    grant(person, role, area=over)
    return person


def team(kind: TeamKind = TeamKind.PATROL, **also: Any) -> Team:
    """A team of an organisation."""
    values = {"kind": kind, "name": f"测试队{next(_count)}"} | also
    if "organisation" not in values:
        values["organisation"] = organisation()
    return Team.objects.create(**values)


def leader(of: Team, **also: Any) -> Volunteer:
    """A volunteer who leads the team."""
    person = volunteer(**also)
    Membership.objects.create(team=of, volunteer=person, role=Membership.Role.LEADER)
    return person


def rule(code: str = "patrol", points_per_hour: int = 10, **also: Any) -> Rule:
    """A points rule in force (made once per code and version)."""
    values: dict[str, Any] = {"title": "测试规则", "points_per_hour": points_per_hour}
    values |= {"valid_from": timezone.localdate() - timedelta(days=400)} | also
    version = values.pop("version", 1)
    return Rule.objects.get_or_create(code=code, version=version, defaults=values)[0]


def campaign(**also: Any) -> Campaign:
    """A campaign that runs now."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "title": f"测试品牌活动{next(_count)}",
        "goal": "人人参与",
        "pillar": Pillar.SAFE,
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=30),
    } | also
    if "area" not in values:
        values["area"] = area()
    return Campaign.objects.create(**values)


def activity(**also: Any) -> Activity:
    """A published patrol."""
    kind = also.get("kind", Kind.PATROL)
    values: dict[str, Any] = {
        "kind": kind,
        "pillar": PILLAR_OF_KIND[kind],
        "title": f"测试巡逻{next(_count)}",
        "description": "两人以上同行，由组长带队。",
        "place": "一号门",
        "meeting_point": "党群服务中心",
        "risk_notice": "夜间注意脚下，遇险先拨 110。",
        "insurance_note": "街道统一购买意外险。",
        "contact_name": "联络员",
        "contact_phone": "+8619900000000",
        "rule_code": "patrol",
        "state": Activity.State.PUBLISHED,
        "published_at": timezone.now(),
    } | also
    if "host" not in values:
        values["host"] = organisation()
    if "area" not in values:
        values["area"] = grid(values["host"].area)
    rule(values["rule_code"])
    return Activity.objects.create(**values)


def shift(
    of: Activity | None = None,
    *,
    capacity: int = 5,
    starts_at: datetime | None = None,
    minutes: int = 120,
    role: str = PlaceRole.MEMBER,
    **also: Any,
) -> Shift:
    """An open shift with places of one role; default: starts tomorrow at this time."""
    start = starts_at or timezone.now() + timedelta(days=1)
    row = Shift.objects.create(
        activity=of or activity(),
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        **({"state": Shift.State.OPEN} | also),
    )
    ShiftPlace.objects.create(shift=row, role=role, capacity=capacity)
    return row


def place(of: Shift, role: str = PlaceRole.MEMBER) -> ShiftPlace:
    """The shift's place of a role, fresh from the database."""
    return ShiftPlace.objects.get(shift=of, role=role)
