"""Committees, social organisations, resident units in their grids, and service teams."""

from datetime import datetime, timedelta

from events.partnership import services as partnership
from volunteers.areas.models import Area
from volunteers.foundation import acts, versions
from volunteers.grants.models import Role
from volunteers.organisations import services as organisations
from volunteers.organisations.models import Kind, Organisation, State
from volunteers.people.models import Volunteer
from volunteers.teams.models import Kind as TeamKind
from volunteers.teams.models import Membership, Team

from . import names, roles
from .world import Squad, World

SOCIETIES = (
    ("新盛阳光社会工作服务中心", "陪伴长辈、照看孩子、组织社区活动的专业社工机构。"),
    ("新盛邻里互助志愿者协会", "把愿意出力的邻居组织起来，做便民服务和清洁行动。"),
    ("新盛平安守望志愿服务队", "和社区民警、网格员一起做夜间巡逻和消防宣传。"),
)
MEDIATION = ("新盛街道人民调解委员会", "调解员和法律工作者轮流值班，小事不出网格。")
COMMITTEE_INTRO = "{}的居民自治组织，下设{}个网格。"

# (name, first characters of its code, what it offers to a grid); {} is the community's short name
UNITS = (
    ("{}实验学校", "12", "周末开放操场，学生画巡逻路线图"),
    ("{}康宁医院", "12", "每月一次义诊，敲门随访独居老人"),
    ("{}农贸市场管理处", "91", "打烊前巡查消防通道，开放停车位"),
    ("{}科创园物业服务中心", "91", "提供会议室，园区青年加入夜巡"),
    ("{}商业街商户联盟", "51", "沿街商户多亮半小时门灯"),
    ("{}幼儿园", "12", "放学后开放活动场地"),
    ("{}社区卫生服务站", "12", "量血压测血糖，建健康档案"),
    ("好邻居超市{}店", "92", "积分兑换点，冬天供热水"),
    ("平安物业{}服务处", "91", "开放工具间，电工每周上门半天"),
    ("运河农商银行{}支行", "91", "每季度一场反诈课"),
    ("同心律师事务所{}工作站", "31", "每周二下午坐班法律咨询"),
    ("{}派出所警务室", "11", "民警每周入格两次，带队夜巡"),
    ("{}消防救援站", "11", "开放营区，教居民用灭火器"),
    ("顺达供电所{}服务点", "91", "检查楼道线路，装充电插座"),
    ("绿源环卫{}班组", "91", "大件垃圾每周清运一次"),
    ("{}骑手驿站", "91", "骑手随手拍隐患"),
    ("书香书店{}店", "92", "开放阅读角，周末绘本故事会"),
    ("暖阳养老服务站{}店", "52", "助餐、助浴，认知症照护培训"),
    ("惠民大药房{}店", "92", "过期药品回收，代煎中药"),
    ("匠心理发店{}店", "92", "每月为行动不便老人上门理发"),
)
TEAM_NAMES = {
    TeamKind.PATROL: "{}平安巡逻队",
    TeamKind.MEDIATION: "{}“老娘舅”调解队",
    TeamKind.SERVICE: "{}便民服务队",
}
TEAM_INTROS = {
    TeamKind.PATROL: "两人以上同行，由组长带队，看消防通道、看充电车棚、看独居老人的灯。",
    TeamKind.MEDIATION: "邻里、家庭、物业的小矛盾，坐下来慢慢说。调解员经司法所培训后上岗。",
    TeamKind.SERVICE: "义诊、理发、磨刀、教手机，每个周末在党群服务中心门口。",
}
JOINS_WAITING = 2  # of the units' applications wait on the desk


def make_organisations(world: World) -> None:
    """Committees of the communities, three social organisations, one mediation committee."""
    for community in world.communities:
        count = sum(grid.code.startswith(community.code) for grid in world.grids)
        world.committees[community.pk] = _accepted(
            world,
            Kind.COMMITTEE,
            community.name if community.name.endswith("会") else f"{community.name}居委会",
            community,
            "54",
            COMMITTEE_INTRO.format(names.short(community), count),
        )
    world.societies = [
        _accepted(world, Kind.SOCIAL, name, world.street, "52", intro) for name, intro in SOCIETIES
    ]
    name, intro = MEDIATION
    world.mediation = _accepted(world, Kind.MEDIATION, name, world.street, "54", intro)
    roles.grant_in(world, "poster", Role.ORG_POSTER, world.societies[0])
    world.say(f"组织 {len(world.committees) + len(world.societies) + 1}")


def make_units(world: World) -> None:
    """Resident units, each in one grid or two; the last applications still wait."""
    for number in range(world.size.units):
        place = number % len(world.communities)
        community = world.communities[place]
        name, kind, offer = UNITS[(number + number // len(UNITS)) % len(UNITS)]
        unit = _accepted(
            world,
            Kind.UNIT,
            name.format(names.short(community)),
            community,
            kind,
            f"{offer}。",
            age=20,
        )
        world.units.append(unit)
        grids = [grid for grid in world.grids if grid.code.startswith(community.code)]
        chosen = world.rng.sample(grids, min(len(grids), 1 + number % 3 % 2))
        for grid in chosen:
            at = world.before_all(15)
            join = partnership.ask_to_join(unit, grid, offer=offer, actor=None, at=at)
            partnership.decide(join, True, actor=world.staff["staff"], at=at)
    roles.grant_in(world, "liaison", Role.LIAISON, world.units[0])
    for unit in world.units[:JOINS_WAITING]:
        _ask_once_more(world, unit)
    world.say(f"单位 {len(world.units)}")


def make_teams(world: World) -> None:
    """Each team serves around one community, with leaders and members from there if possible."""
    free = [v for v in world.volunteers if v.pk not in {p.pk for p in world.people.values()}]
    world.rng.shuffle(free)
    plan = (
        [TeamKind.PATROL] * world.size.patrols
        + [TeamKind.MEDIATION] * world.size.mediations
        + [TeamKind.SERVICE] * world.size.services
    )
    crew = min(10, len(free) // len(plan))
    for number, kind in enumerate(plan):
        community = world.communities[number % len(world.communities)]
        free.sort(
            key=lambda v: (v.community_id != community.pk, v.created_at > world.before_all(0))
        )
        people, free = free[:crew], free[crew:]
        with_phone = [v for v in people if v.user_id and v.created_at < world.before_all(0)]
        leaders = with_phone[:2]
        members = [v for v in people if v not in leaders]
        if number == 0:
            leaders = [world.people["leader"], *leaders[:1]]
            members.insert(0, world.people["volunteer"])
        _team(world, kind, community, leaders, members, number)
    world.say(f"队伍 {len(world.squads)}")


def _accepted(
    world: World,
    kind: Kind,
    name: str,
    area: Area,
    code: str,
    intro: str,
    *,
    age: int = 28,
) -> Organisation:
    number = Organisation.objects.filter(is_demo=True).count() + 1
    at = world.before_all(age)
    row = organisations.apply(
        kind=kind,
        name=name,
        area=area,
        liaison_name=names.person(world.rng, set()),
        liaison_phone=names.phone(names.FIRST_LIAISON_PHONE + number),
        actor=None,
        uscc=names.uscc(code, number),
        intro=intro,
        at=at,
        is_demo=True,
    )
    organisations.decide(row, State.ACCEPTED, actor=world.staff["staff"], at=at)
    return row


def _ask_once_more(world: World, unit: Organisation) -> None:
    """An application for the first grid where the unit is not yet; it waits for an answer."""
    joined = set(unit.grid_joins.values_list("grid_id", flat=True))
    for grid in world.grids:
        if grid.pk not in joined:
            at = world.now - timedelta(hours=20)
            partnership.ask_to_join(
                unit, grid, offer="愿意出人参加夜巡，每周一晚", actor=None, at=at
            )
            return


def _team(
    world: World,
    kind: TeamKind,
    community: Area,
    leaders: list[Volunteer],
    members: list[Volunteer],
    number: int,
) -> None:
    """No service makes teams yet: rows and act as one would."""
    host = world.committees[community.pk]
    if kind == TeamKind.MEDIATION and world.mediation is not None:
        host = world.mediation
    elif kind == TeamKind.SERVICE or number % 4 == 3:
        host = world.societies[number % len(world.societies)]
    at = world.before_all(8)
    team = Team.objects.create(
        kind=kind,
        name=TEAM_NAMES[kind].format(names.short(community)),
        organisation=host,
        intro=TEAM_INTROS[kind],
        is_demo=True,
    )
    grids = [grid for grid in world.grids if grid.code.startswith(community.code)]
    team.areas.set([community, *grids])
    acts.record("teams.add", team, actor=world.staff["coordinator"], at=at)
    Membership.objects.bulk_create(
        [
            Membership(team=team, volunteer=person, role=role, joined_at=_since(person, at))
            for role, people in (
                (Membership.Role.LEADER, leaders),
                (Membership.Role.MEMBER, members),
            )
            for person in people
        ]
    )
    versions.bump("figures")
    world.squads.append(Squad(team, community, grids, leaders, members))


def _since(person: Volunteer, at: datetime) -> datetime:
    return max(person.created_at, at)
