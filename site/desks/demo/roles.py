"""The demo people whom a newcomer signs in as: one for each role, with fixed numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group

from cms.services import EDITORS
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.foundation import acts
from volunteers.grants import services as grants
from volunteers.grants.models import Role
from volunteers.organisations.models import Organisation
from volunteers.people import services as people
from volunteers.people.models import Volunteer

from . import names
from .world import World


@dataclass(frozen=True)
class Person:
    """`key` is how the demo names them, `role` and `task` are what is printed."""

    key: str
    role: str
    name: str
    task: str
    home: int = 0  # which community
    volunteer: bool = True

    @property
    def phone(self) -> str:
        """Fixed: the place in the list."""
        return names.phone(PEOPLE.index(self) + 1)


PEOPLE = (
    Person("resident", "居民", "周晓芸", "刚注册的志愿者，报了两个班次", 1),
    Person("volunteer", "志愿者", "陈芳", "有服务记录和积分，现在这一班可签到", 0),
    Person("leader", "巡逻队长", "李建安", "带的班正在进行：亮签到码、确认时长", 0),
    Person("poster", "组织发布员", "林晓晴", "替社会组织发布活动", 2),
    Person("staff", "街道审核员", "孙文静", "审核活动和单位进网格", 3),
    Person("coordinator", "协调员", "王志明", "看排班周表，加人、减人", 4),
    Person("liaison", "单位联络员", "许慧敏", "替单位申请进网格", 5),
    Person("editor", "网站编辑", "何思远", "在 /cms/ 写新闻、定时发布", 6),
    Person("grid_head", "网格长", "沈国平", "审核进自己网格的单位", 0),
    Person("admin", "平台管理员", "平台管理员", "什么都能看，什么都能改", 0, volunteer=False),
)


def add_account(phone: str, name: str, at: datetime, *, admin: bool = False) -> User:
    """An account that signs in by code only."""
    make = User.objects.create_superuser if admin else User.objects.create_user
    fields: dict[str, Any] = {"first_name": name, "is_demo": True, "date_joined": at}
    if not admin:
        fields["phone_verified"] = True
    user = make(phone, **fields)
    acts.record("accounts.open", user, actor=user, at=at)
    return user


def make_staff(world: World) -> None:
    """Everybody of PEOPLE, with their roles over the street; roles in organisations follow when
    these exist (`grant_in`)."""
    at = world.before_all(30)
    for person in PEOPLE:
        joined = at if person.key != "resident" else world.now - timedelta(hours=2)
        user = add_account(person.phone, person.name, joined, admin=person.key == "admin")
        world.staff[person.key] = user
        if person.volunteer:
            home = world.communities[person.home % len(world.communities)]
            world.people[person.key] = people.register_volunteer(
                user, person.name, home, actor=user, at=joined, is_demo=True
            )
    _show(world.people["volunteer"], world)
    admin = world.staff["admin"]
    for key, role in (
        ("staff", Role.AREA_STAFF),
        ("coordinator", Role.COORDINATOR),
        ("editor", Role.EDITOR),
    ):
        grants.grant(world.staff[key], role, actor=admin, area=world.street, at=at)
    grants.grant(world.staff["grid_head"], Role.GRID_HEAD, actor=admin, area=world.grids[0], at=at)


def grant_in(world: World, key: str, role: Role, organisation: Organisation) -> None:
    """A role in an organisation."""
    grants.grant(
        world.staff[key],
        role,
        actor=world.staff["admin"],
        organisation=organisation,
        at=world.before_all(25),
    )


def join_editors(world: World) -> None:
    """The editor enters the back office; the groups are made with the site."""
    editor = world.staff["editor"]
    editor.groups.add(Group.objects.get(name=EDITORS))
    acts.record("account.change", editor, actor=world.staff["admin"], new={"groups": [EDITORS]})


def make_volunteers(world: World) -> None:
    """The rest of the 300: most long ago, some in these weeks, a tenth of them elders without a
    phone whom the coordinator enters; two thirds show their name."""
    rng, size = world.rng, world.size
    taken = {person.name for person in PEOPLE}
    world.volunteers = list(world.people.values())
    span = size.weeks * 7
    for number in range(size.volunteers - len(world.volunteers)):
        name = names.person(rng, taken)
        home = world.communities[number % len(world.communities)]
        age = rng.randrange(span + 1, span + 90) if rng.random() < 0.75 else rng.randrange(3, span)
        joined = world.moment(world.today, 10, rng.randrange(60)) - timedelta(days=age)
        volunteer = _person(world, number, name, home, joined)
        if rng.random() < 2 / 3:
            _show(volunteer, world)
        world.volunteers.append(volunteer)
    world.say(f"志愿者 {len(world.volunteers)}")


def _person(world: World, number: int, name: str, home: Area, joined: datetime) -> Volunteer:
    if number % 10 == 9:
        coordinator = world.staff["coordinator"]
        return people.add_volunteer(name, home, actor=coordinator, at=joined, is_demo=True)
    phone = names.phone(names.FIRST_VOLUNTEER_PHONE + number)
    user = add_account(phone, name, joined)
    return people.register_volunteer(user, name, home, actor=user, at=joined, is_demo=True)


def _show(volunteer: Volunteer, world: World) -> None:
    """Consent to the full name in public lists, given a while after joining."""
    people.update_volunteer(
        volunteer,
        name=volunteer.name,
        community=volunteer.community,
        show_name=True,
        actor=volunteer.user or world.staff["coordinator"],
        at=volunteer.created_at,
    )
