"""Points rules, three campaigns, and what each team offers: a rhythm of shifts from the first day
to two weeks ahead, posted and accepted in time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from events.activities.models import Activity, Campaign, Kind, Pillar, Shift
from events.activities.services import activities
from events.activities.services.activities import ActivityDraft
from events.activities.services.shifts import ShiftDraft
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.foundation import acts, versions
from volunteers.organisations.models import Organisation
from volunteers.points.services import add_rule_version
from volunteers.teams.models import Kind as TeamKind

from . import names
from .world import Squad, World

RULES = (
    (Kind.PATROL, "联勤巡逻", 10),
    (Kind.MEDIATION, "矛盾调解", 10),
    (Kind.SERVICE, "便民服务", 8),
    (Kind.ENVIRONMENT, "环境清洁", 8),
    (Kind.CARE, "助老护幼", 10),
    (Kind.TRAINING, "培训", 5),
)
# key → (title, goal, pillar, days gone, days in all)
CAMPAIGNS = {
    "walk": ("百日夜巡，万家灯火", "一百个夜晚，每个网格都有人走一圈", Pillar.SAFE, 42, 100),
    "talk": (
        "邻里说事，有话好好说",
        "每个社区都有固定的调解值班，小事不出网格",
        Pillar.MEDIATE,
        60,
        120,
    ),
    "share": (
        "一格一清单，资源送到家",
        "把单位和邻居的好东西摆上清单，送到需要的人手里",
        Pillar.SHARE,
        75,
        150,
    ),
}
SERIES_DAYS = 42  # an activity has at most 20 shifts: a series is six weeks


@dataclass(frozen=True)
class Slot:
    """One shift a week: weekday (0 Monday), start, length in minutes."""

    weekday: int
    hour: int
    minute: int
    minutes: int


@dataclass(frozen=True)
class Offer:
    """What a team does, in words and numbers."""

    kind: Kind
    title: str
    description: str
    place: str
    meeting_point: str
    risk: str
    insurance: str
    campaign: str
    capacity: int
    leaders: int


PATROL_WORDS = (
    "和邻居一起走两小时：看消防通道有没有堵，看电动车有没有进楼道充电，看独居老人窗口的灯。\n"
    "请提前十分钟到集合点，领马甲、手电和对讲机；结束后在集合点交回，组长当场确认时长。"
)
PATROL_RISK = (
    "夜间路滑，请穿平底鞋，注意台阶和来车。两人以上同行，只劝阻、只上报，不执法、不追赶。"
    "遇到险情先拨 110 或 119，再告诉组长。身体不舒服请随时说。"
)
INSURANCE = "街道为每位志愿者统一购买意外险，签到后生效。"


def make_rules(world: World) -> None:
    """One version of each rule, in force before the first service."""
    first = world.first_day - timedelta(days=60)
    for kind, title, points in RULES:
        add_rule_version(
            kind.value,
            title=title,
            points_per_hour=points,
            valid_from=first,
            actor=world.staff["admin"],
            at=world.before_all(60),
        )


def make_campaigns(world: World) -> None:
    """No service of `events` makes campaigns (editors do, in the back office): rows and acts."""
    for key, (title, goal, pillar, gone, days) in CAMPAIGNS.items():
        start = world.today - timedelta(days=gone)
        campaign = Campaign.objects.create(
            title=title,
            goal=goal,
            pillar=pillar,
            area=world.street,
            starts_on=start,
            ends_on=start + timedelta(days=days - 1),
            is_demo=True,
        )
        acts.record("campaign.add", campaign, actor=world.staff["admin"], at=world.before_all())
        world.campaigns[key] = campaign
    versions.bump("cms", "activities")


def make_activities(world: World) -> list[Shift]:
    """Every activity of every team, published; all their shifts by start."""
    count = 0
    for number, squad in enumerate(world.squads):
        for area, slots, offer in _programme(number, squad):
            for first, last in _series(world):
                count += _publish(
                    world, squad, area, offer, _drafts(world, slots, offer, first, last)
                )
    shifts = list(
        Shift.objects.filter(activity__is_demo=True)
        .select_related("activity__campaign", "activity__team")
        .prefetch_related("places")
        .order_by("starts_at", "pk")
    )
    world.say(f"活动 {count}，班次 {len(shifts)}")
    return shifts


def publish_running(world: World) -> Shift:
    """The shift that goes on now, so that check-in can be tried: it began 20 minutes ago and ends
    in 100. The demo leader's team serves it."""
    squad = world.squads[0]
    start = world.now.replace(second=0, microsecond=0) - timedelta(minutes=20)
    offer = _patrol(squad, squad.grids[0], title="{}重点时段平安巡逻", capacity=5)
    draft = ShiftDraft(start, start + timedelta(minutes=120), offer.capacity, offer.leaders)
    activity = _post(world, squad, squad.grids[0], offer, [draft], start - timedelta(days=2))
    return activity.shifts.select_related("activity").prefetch_related("places").get()


def leave_waiting(world: World) -> None:
    """One activity of the demo poster that area staff has not answered yet."""
    host, day = world.societies[0], world.today + timedelta(days=9)
    draft = ActivityDraft(
        kind=Kind.CARE,
        title="冬至包饺子，送给独居长辈",
        area=world.communities[2],
        description=(
            "上午一起和面、拌馅、包饺子，中午按名单送到楼上，陪长辈吃一顿热的。\n"
            "材料由中心准备，请自带围裙；会不会包都欢迎。"
        ),
        place=f"{names.short(world.communities[2])}党群服务中心一楼厨房",
        meeting_point="党群服务中心门口",
        risk_notice="用火用水请听组长安排；送餐两人同行，不单独进门。身体不适请先休息。",
        contact_name="林晓晴",
        contact_phone=names.phone(names.FIRST_LIAISON_PHONE),
    )
    shifts = [
        ShiftDraft(world.moment(on, 9), world.moment(on, 12), 10, 1)
        for on in (day, day + timedelta(days=1))
    ]
    at = world.now - timedelta(hours=3)
    activities.post(draft, shifts, host=host, actor=world.staff["poster"], at=at)


def _programme(number: int, squad: Squad) -> list[tuple[Area, list[Slot], Offer]]:
    """(where, when, what) of a team; teams differ by number so that every night has patrols."""
    community = squad.area
    if squad.team.kind == TeamKind.PATROL:
        first, second = squad.grids[0], squad.grids[number % len(squad.grids)]
        days = ((0, 4), (1, 5), (2, 6), (3, 5))[number % 4]
        early = [Slot(day, 19, 30, 120) for day in days]
        late = [Slot((days[0] + 2) % 7, 21 if number % 2 else 20, 30, 120)]
        evening = _patrol(squad, first, title="{}夜间平安巡逻", capacity=3)
        weekly = _patrol(squad, second, title="{}安全隐患夜查", capacity=3)
        return [(first, early, evening), (second, late, weekly)]
    if squad.team.kind == TeamKind.MEDIATION:
        days = ((1, 3), (2, 4))[number % 2]
        slots = [*(Slot(day, 14, 0, 180) for day in days), Slot(5, 9, 0, 180)]
        return [(community, slots, _mediation(squad))]
    slots = [Slot(5 if number % 2 else 6, 8, 30, 180), Slot(2 if number % 2 else 3, 14, 0, 120)]
    return [
        (community, slots[:1], _market(squad)),
        (community, slots[1:], _phones(squad) if number % 2 else _cleaning(squad)),
    ]


def _series(world: World) -> list[tuple[date, date]]:
    """First days (in) and last days (out) of the series."""
    end = world.today + timedelta(days=world.size.days_ahead + 1)
    found, first = [], world.first_day
    while first < end:
        last = min(first + timedelta(days=SERIES_DAYS), end)
        found.append((first, last))
        first = last
    return found


def _drafts(
    world: World, slots: list[Slot], offer: Offer, first: date, last: date
) -> list[ShiftDraft]:
    drafts = []
    for ahead in range((last - first).days):
        day = first + timedelta(days=ahead)
        for slot in slots:
            if slot.weekday == day.weekday():
                start = world.moment(day, slot.hour, slot.minute)
                end = start + timedelta(minutes=slot.minutes)
                drafts.append(ShiftDraft(start, end, offer.capacity, offer.leaders))
    return drafts


def _publish(
    world: World, squad: Squad, area: Area, offer: Offer, drafts: list[ShiftDraft]
) -> bool:
    if not drafts:
        return False
    at = min(drafts[0].starts_at - timedelta(days=8), world.now - timedelta(days=2))
    _post(world, squad, area, offer, drafts, at)
    return True


def _post(
    world: World,
    squad: Squad,
    area: Area,
    offer: Offer,
    drafts: list[ShiftDraft],
    at: datetime,
) -> Activity:
    """Posted and, a day later, accepted."""
    host = squad.team.organisation
    campaign = world.campaigns[offer.campaign]
    draft = ActivityDraft(
        kind=offer.kind,
        title=offer.title,
        area=area,
        description=offer.description,
        place=offer.place,
        meeting_point=offer.meeting_point,
        risk_notice=offer.risk,
        insurance_note=offer.insurance,
        contact_name=host.liaison_name,
        contact_phone=host.liaison_phone,
        team=squad.team,
        # earlier series were there before the campaign
        campaign=campaign
        if campaign.starts_on <= timezone.localdate(drafts[0].starts_at)
        else None,
    )
    activity = activities.post(draft, drafts, host=host, actor=_poster(world, host), at=at)
    activities.accept(activity, actor=world.staff["staff"], at=at + timedelta(days=1))
    return activity


def _poster(world: World, host: Organisation) -> User | None:
    return world.staff["poster"] if host == world.societies[0] else None


def _patrol(squad: Squad, grid: Area, *, title: str, capacity: int) -> Offer:
    point = f"{names.short(squad.area)}党群服务中心"
    return Offer(
        Kind.PATROL,
        title.format(grid.name.removesuffix("专属网格")),
        PATROL_WORDS,
        f"{grid.name}楼间道路与充电车棚",
        point,
        PATROL_RISK,
        INSURANCE,
        "walk",
        capacity,
        1,
    )


def _mediation(squad: Squad) -> Offer:
    home = names.short(squad.area)
    return Offer(
        Kind.MEDIATION,
        f"{home}“老娘舅”调解值班",
        "在议事室坐一坐，听邻居说说漏水、噪声、停车、晾晒这些事，能当场说开的当场说开。\n"
        "由持证调解员主持，志愿者负责登记、倒茶和陪同，不单独下结论。",
        f"{home}社区议事室",
        f"{home}社区议事室",
        "来访的人可能情绪激动，请坐在靠门一侧，先听后说；有冲突苗头立即请社区民警。"
        "听到的家事不外传、不拍照。",
        INSURANCE,
        "talk",
        2,
        1,
    )


def _market(squad: Squad) -> Offer:
    home = names.short(squad.area)
    return Offer(
        Kind.SERVICE,
        f"{home}便民服务集市",
        "量血压、理发、磨刀、修小家电，手艺人在前，志愿者帮着排队、登记和搬桌椅。\n"
        "请八点二十到，结束后一起把场地收拾干净。",
        f"{home}党群服务中心门前广场",
        f"{home}党群服务中心门口",
        "搬桌椅请两人抬；工具由师傅本人使用。天冷注意保暖。",
        INSURANCE,
        "share",
        12,
        1,
    )


def _phones(squad: Squad) -> Offer:
    home = names.short(squad.area)
    return Offer(
        Kind.CARE,
        f"{home}长辈手机课",
        "一位志愿者陪一位长辈，半天学会三件事：出示医保码、预约挂号、识别诈骗短信。\n"
        "教材和手机支架由中心提供，请自带水杯。",
        f"{home}党群服务中心一楼活动室",
        f"{home}党群服务中心一楼",
        "接触长辈手机时，不代为输入密码、不代为转账、不保存照片和证件号。"
        "长辈身体不适立即停课并拨 120。",
        INSURANCE,
        "share",
        9,
        1,
    )


def _cleaning(squad: Squad) -> Offer:
    home = names.short(squad.area)
    return Offer(
        Kind.ENVIRONMENT,
        f"{home}河岸与楼道清洁",
        "沿河步道捡拾垃圾，再帮两个单元清理楼道堆物。夹子、手套、垃圾袋由社区准备。\n"
        "清出来的大件由环卫车当场拉走。",
        f"{home}河岸步道",
        f"{home}党群服务中心门口",
        "不下到水边，不徒手捡玻璃和针头。楼道搬运请两人一组，注意脚下。",
        INSURANCE,
        "share",
        9,
        1,
    )
