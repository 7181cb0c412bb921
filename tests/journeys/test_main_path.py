"""The main job in one go: from a campaign page to points for a served shift."""

import json
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.visitor import DESK, Visitor
from tests.stage import Stage, wait_until

pytestmark = pytest.mark.journey

SEEDING = "tests.journeys.seeding"
NEWCOMER = "+8619812340001"
NAME = "沈夜行"
MASKED = "沈*"
NEW_ACTIVITY = "冬至送汤圆"


def test_from_a_campaign_page_to_points_for_a_served_shift(stage: Stage, browser: Browser) -> None:
    world = stage.python(SEEDING, "main_path")
    visitor = partial(Visitor, browser, stage)
    with visitor() as newcomer:
        read_about_the_campaign(newcomer, world)
        take_the_evening_shift_as_somebody_new(newcomer, world)
        meet_a_clash_and_a_full_shift(newcomer, stage, world)
        take_a_second_shift_and_cancel_it(newcomer, world)
        with visitor(size=DESK) as organisation:
            post_an_activity_with_two_shifts(organisation, world)
        with visitor(size=DESK) as area_staff:
            accept_it(area_staff, world)
        with visitor() as reader:
            find_it_on_the_site_and_on_the_campaign_page(reader, world)
        with visitor(size=DESK) as coordinator:
            add_and_remove_a_person(coordinator, stage, world)
        with visitor() as leader:
            serve_the_shift(leader, newcomer, stage, world)
        booked = stage.python(SEEDING, "booked", phone=NEWCOMER, shift=world["evening"])
        the_ledger_agrees_with_the_scans(stage, booked)
        my_page_follows(newcomer, booked)
    with visitor() as reader:
        honour_roll_and_home_follow(reader, booked)


# --- 1. a visitor reads ---------------------------------------------------------------------


def read_about_the_campaign(visitor: Visitor, world: dict[str, Any]) -> None:
    visitor.go("/")
    visitor.reads("人人争当志愿者", "正在招募")
    visitor.press("平安联创")
    visitor.reads("资源联享", "问题联治", "矛盾联调", "平安联创")
    visitor.press(world["campaign"]["title"])
    visitor.reads("先从东关走起", "可报名的班次")
    visitor.press("东关夜巡")
    visitor.reads("选择班次", "风险提示", "同行的人")


# --- 2. a resident signs up, meets a clash, waits, cancels ----------------------------------


def take_the_evening_shift_as_somebody_new(visitor: Visitor, world: dict[str, Any]) -> None:
    page = visitor.page
    visitor.press("报名", exact=True)
    visitor.reads("还没有选班次")
    page.get_by_label("19:30").check()
    visitor.look("a shift is chosen")
    visitor.press("报名 1 个班次")

    page.get_by_label("手机号").fill("1234")
    visitor.press("获取验证码")
    visitor.reads("有 1 处需要修改")
    expect(page.get_by_label("手机号")).to_have_value("1234")
    page.get_by_label("手机号").fill(NEWCOMER.removeprefix("+86"))
    visitor.press("获取验证码")
    right = visitor.stage.code_for(NEWCOMER)
    page.get_by_label("验证码").fill("111111" if right != "111111" else "222222")
    visitor.press("登录", exact=True)
    visitor.reads("验证码不对")
    page.get_by_label("验证码").fill(right)
    visitor.press("登录", exact=True)

    visitor.reads("怎么称呼您")
    visitor.press("好了，继续")
    visitor.reads("有 2 处需要修改")
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("所在社区").select_option("新盛社区")
    visitor.press("好了，继续")

    visitor.reads("确认报名", "夜间注意脚下")
    visitor.press("确认报名")
    visitor.reads("请先看完风险提示，再勾选这里。")
    page.get_by_label("我已看过风险提示").check()
    visitor.press("确认报名")
    visitor.reads("报名成功", "党群服务中心")
    visitor.press("看我的班次")
    visitor.reads("东关夜巡", "下一班")


def meet_a_clash_and_a_full_shift(visitor: Visitor, stage: Stage, world: dict[str, Any]) -> None:
    page = visitor.page
    visitor.go(f"/activities/{world['other']}/")
    visitor.reads("与您“东关夜巡”时间冲突")
    expect(page.get_by_label("20:00")).to_be_disabled()
    page.get_by_label("候补").check()
    visitor.press("报名 1 个班次")
    visitor.reads("这一班已满")
    page.get_by_label("我已看过风险提示").check()
    visitor.press("确认报名")
    visitor.reads("您排在候补第 1 位")

    stage.python(SEEDING, "who_had_it_leaves", signup=world["taken"])
    visitor.go("/me/")
    visitor.reads("有空位了")
    visitor.press("我来，确认")
    visitor.press("我来，确认")
    visitor.reads("已确认")
    states = {row["shift_id"]: row["state"] for row in stage.python(
        SEEDING, "signups_of", phone=NEWCOMER)}  # fmt: skip
    assert states == {world["evening"]: "confirmed", world["full"]: "confirmed"}


def take_a_second_shift_and_cancel_it(visitor: Visitor, world: dict[str, Any]) -> None:
    page = visitor.page
    visitor.go(f"/activities/{world['patrol']}/")
    page.get_by_label("22:00").check()
    visitor.press("报名 1 个班次")
    page.get_by_label("我已看过风险提示").check()
    visitor.press("确认报名")
    visitor.reads("报名成功")
    visitor.press("取消这一班")
    visitor.reads("位置马上让给候补的邻居")
    visitor.press("取消这一班")
    visitor.reads("已取消“东关夜巡”的这一班")
    expect(page.get_by_label("22:00")).to_be_enabled()


# --- 3. an organisation posts, area staff accepts -------------------------------------------


def post_an_activity_with_two_shifts(visitor: Visitor, world: dict[str, Any]) -> None:
    page = visitor.page
    visitor.enter(world["manager"], f"/org/{world['organisation']}/activities/")
    visitor.press("发布活动")
    visitor.press("提交审核")
    visitor.reads("处需要修改")
    page.get_by_label("名称").fill(NEW_ACTIVITY)
    page.get_by_label("种类").select_option("service")
    page.get_by_label("网格或社区").select_option(label="新盛社区第一网格")
    page.get_by_label("地点").fill("新盛社区食堂")
    page.get_by_label("说清做什么").fill("给独居老人送汤圆，两人一组，一小时走完一栋楼。")
    page.get_by_label("品牌活动").select_option(label="百日联巡")
    page.get_by_label("风险提示").fill("汤圆很烫，端稳再走；雨天路滑。")
    page.get_by_label("现场联系人").fill("刘组织")
    page.get_by_label("联系电话").fill("0514-80000000")
    first = page.get_by_role("group", name="第 1 班")
    _fill_shift(first, world["day"], "09:00", "11:00")
    visitor.press("再加一班")
    expect(page.get_by_label("名称")).to_have_value(NEW_ACTIVITY)
    second = page.get_by_role("group", name="第 2 班")
    _fill_shift(second, world["day"], "13:00", "15:00")
    visitor.press("预览班次和积分")
    visitor.reads("2 班，共")
    visitor.press("提交审核")
    visitor.reads(f"“{NEW_ACTIVITY}”已提交审核", "待审核")


def _fill_shift(row: Any, day: str, start: str, end: str) -> None:
    row.get_by_label("日期").fill(day)
    row.get_by_label("开始").fill(start)
    row.get_by_label("结束").fill(end)
    row.get_by_label("队员名额").fill("5")


def accept_it(visitor: Visitor, world: dict[str, Any]) -> None:
    visitor.enter(world["area_staff"], "/desk/")
    visitor.press(NEW_ACTIVITY)
    visitor.reads("新盛社区食堂", "汤圆很烫")
    visitor.press("退回修改")
    visitor.reads("处需要修改")
    visitor.press("通过，上架招募")
    visitor.reads(f"“{NEW_ACTIVITY}”已发布")


def find_it_on_the_site_and_on_the_campaign_page(reader: Visitor, world: dict[str, Any]) -> None:
    reader.go("/activities/?kind=service")
    reader.reads(NEW_ACTIVITY)
    reader.go(world["campaign"]["path"])
    reader.reads(NEW_ACTIVITY)
    reader.press(NEW_ACTIVITY)
    expect(reader.page.get_by_label("09:00")).to_be_enabled()
    expect(reader.page.get_by_label("13:00")).to_be_enabled()


# --- 4. the coordinator's week --------------------------------------------------------------


def add_and_remove_a_person(visitor: Visitor, stage: Stage, world: dict[str, Any]) -> None:
    page = visitor.page
    visitor.enter(world["coordinator"], f"/desk/rota/?from={world['board']}")
    visitor.reads("一周排班", "还没有人")
    slot = page.locator(f'a[href="/desk/rota/shifts/{world["late"]}/"]').first
    visitor.follow(slot, "the late shift")
    visitor.reads("还没有人，从下面找人加入。")
    page.get_by_label("姓名或志愿者编号").fill(NAME)
    visitor.press("查找")
    visitor.press(f"安排{NAME}")
    visitor.press("安排到这一班")
    visitor.reads("请写明原因，本人会看到。")
    page.get_by_label("原因").fill("本人打电话说能来")
    visitor.press("安排到这一班")
    visitor.reads(f"已安排 {NAME}")
    visitor.press(f"移出{NAME}")
    visitor.press("移出并告知本人")
    visitor.reads("请写明原因，本人会看到。")
    page.get_by_label("原因").fill("这一班改由民警带队")
    visitor.press("移出并告知本人")
    visitor.reads(f"已移出 {NAME}")
    outcome = stage.seed("outcome", shift=world["late"])
    assert outcome["active"] == []
    assert outcome["taken"] == 0


# --- 5. the shift is served -----------------------------------------------------------------


def serve_the_shift(
    leader: Visitor, newcomer: Visitor, stage: Stage, world: dict[str, Any]
) -> None:
    shift = world["evening"]
    stage.python(SEEDING, "begin_in", shift=shift, minutes=10)
    leader.enter(world["leader"], "/me/")
    leader.press("签到与确认")
    leader.reads("换新码", NAME)
    newcomer.go(_link_of_the_code(leader, stage, shift))
    newcomer.press("签到", exact=True)
    newcomer.reads("签到成功")

    stage.python(SEEDING, "pass_time", shift=shift, minutes=95)
    newcomer.go(_link_of_the_code(leader, stage, shift))
    newcomer.reads("现在签退计")
    newcomer.press("签退", exact=True)
    newcomer.reads("签退成功")

    leader.go(f"/activities/shifts/{shift}/lead/")
    leader.press("确认 1 人时长")
    leader.reads("已确认 1 人的时长，时长和积分已入账。")


def _link_of_the_code(leader: Visitor, stage: Stage, shift: int) -> str:
    """Where the QR code on the leader's phone leads: the drawing on the page is that of the link
    which is valid now (the code may change between page and question, then we look again)."""

    def link() -> str:
        leader.page.reload()
        code = stage.python(SEEDING, "code_of", shift=shift, site=stage.url)
        drawn = leader.page.locator("#code .qr path").last.get_attribute("d")
        return code["address"] if drawn == code["drawn"] else ""

    return wait_until(link, 20, "the leader's page shows the code of this minute")


# --- 6. figures follow ----------------------------------------------------------------------


def the_ledger_agrees_with_the_scans(stage: Stage, booked: dict[str, Any]) -> None:
    audit = json.loads(stage.manage("audit_ledger"))
    assert audit["accounts_drifting"] == []
    assert booked["record_minutes"] == booked["scanned_minutes"] == booked["transfer_minutes"]
    assert booked["record_minutes"] > 60
    assert booked["transfers"] == 1
    assert booked["balance"] == booked["transfer_points"] > 0


def my_page_follows(newcomer: Visitor, booked: dict[str, Any]) -> None:
    newcomer.go("/me/")
    assert newcomer.figure("服务小时") == booked["hours_text"]
    assert newcomer.figure("可用积分") == booked["points_text"]
    newcomer.reads(f"+{booked['transfer_points']} 分")
    newcomer.go("/me/records/")
    newcomer.reads("东关夜巡", f"{booked['record_minutes']} 分钟")


def honour_roll_and_home_follow(reader: Visitor, booked: dict[str, Any]) -> None:
    reader.go("/honours/")
    reader.reads(MASKED)
    assert NAME not in reader.text
    line = reader.page.locator("li.rank", has_text=MASKED).first.inner_text()
    assert booked["hours_text"] in line
    reader.go("/")
    assert reader.figure("服务小时") == booked["street_hours_text"]
    assert reader.figure("注册志愿者") == booked["volunteers_text"]
