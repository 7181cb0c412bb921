"""Plain pages and forms do everything that a resident needs."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.visitor import Visitor
from tests.stage import Stage

pytestmark = pytest.mark.journey

SEEDING = "tests.journeys.seeding"
PHONE = "+8619812340002"


def test_a_resident_takes_a_shift_and_leaves_it_with_scripts_off(
    stage: Stage, browser: Browser
) -> None:
    world = stage.python(SEEDING, "resident_path", phone=PHONE)
    with Visitor(browser, stage, scripts=False) as resident:
        page = resident.page
        resident.go("/activities/")
        page.get_by_label("类别").select_option("patrol")
        resident.press("筛选")
        resident.press(world["title"])
        page.get_by_label("07:00").check()
        resident.press("报名", exact=True)
        page.get_by_label("手机号").fill(PHONE.removeprefix("+86"))
        resident.press("获取验证码")
        page.get_by_label("验证码").fill(stage.code_for(PHONE))
        resident.press("登录", exact=True)
        page.get_by_label("姓名").fill("何无脚本")
        page.get_by_label("所在社区").select_option("殷湖社区")
        resident.press("好了，继续")
        page.get_by_label("我已看过风险提示").check()
        resident.press("确认报名")
        resident.reads("报名成功")
        assert stage.python(SEEDING, "signups_of", phone=PHONE) == [
            {"shift_id": world["shift"], "state": "confirmed"}
        ]
        resident.go("/me/")
        resident.press("来不了，取消")
        resident.press("取消这一班")
        resident.reads(f"已取消“{world['title']}”的这一班")
        assert stage.python(SEEDING, "signups_of", phone=PHONE) == [
            {"shift_id": world["shift"], "state": "withdrawn"}
        ]
        resident.press("长辈版")
        resident.press("更大")
        expect(page.locator("html")).to_have_attribute("data-elder", "24")
