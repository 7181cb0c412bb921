"""A resident unit applies, is accepted, joins a grid, and stands on the grid's board."""

from functools import partial

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import DESK, Visitor
from tests.stage import Stage

pytestmark = pytest.mark.journey

SEEDING = "tests.journeys.seeding"
PHONE = "+8619812340003"
UNIT = "扬州惠民口腔门诊部"
OFFER = "每月一次免费义诊"


def test_a_unit_applies_joins_a_grid_and_stands_on_its_board(
    stage: Stage, browser: Browser
) -> None:
    world = stage.python(SEEDING, "unit_path")
    visitor = partial(Visitor, browser, stage, size=DESK)
    with visitor() as liaison, visitor() as area_staff, Visitor(browser, stage) as reader:
        page = liaison.page
        liaison.go("/")
        liaison.press("单位认领网格")
        liaison.enter(PHONE)
        page.get_by_label("驻区单位").check()
        liaison.press("提交申请")
        liaison.reads("处需要修改")
        page.get_by_label("全称").fill(UNIT)
        page.get_by_label("所在社区").select_option(label=world["community"])
        page.get_by_label("联络人姓名").fill("冯联络")
        page.get_by_label("联络人手机号").fill(PHONE.removeprefix("+86"))
        liaison.press("提交申请")
        liaison.reads("申请已提交，等待审核")

        area_staff.enter(world["area_staff"], "/desk/")
        area_staff.press(UNIT)
        area_staff.press("退回补充")
        area_staff.reads("处需要修改")
        area_staff.press("通过", exact=True)
        slug = stage.python(SEEDING, "unit", name=UNIT)["slug"]

        liaison.go(f"/org/{slug}/")
        liaison.press("加入网格")
        page.get_by_label("网格", exact=True).select_option(label=world["grid"])
        page.get_by_label("能为网格做什么").fill(OFFER)
        liaison.press("提交申请")
        liaison.reads("待审核")

        area_staff.go("/desk/")
        area_staff.press(UNIT)
        area_staff.reads(OFFER)
        area_staff.press("同意加入")
        liaison.go(f"/org/{slug}/grids/")
        liaison.reads("已加入")

        reader.go("/grids/")
        reader.press(world["grid"])
        reader.reads(UNIT, OFFER)
        reader.go("/units/")
        reader.reads(UNIT)
