"""Every page of the crawl in a real browser: axe, console, other hosts, and double text."""

from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.visitor import PHONE, Visitor
from tests.stage import Stage

pytestmark = pytest.mark.journey

NARROW = (320, 640)
DOUBLE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture(scope="module")
def people(stage: Stage) -> list[tuple[str, dict[str, str], list[str]]]:
    """Everybody of the crawl: who, the cookies of their browser, the pages they open."""
    visits = stage.python("tests.crawl.visits", "build_plain")
    pages = [visit for visit in visits if visit["status"] == 200 and visit["html"]]
    found = []
    for who, own in groupby(pages, key=lambda visit: visit["who"]):
        rows: list[dict[str, Any]] = list(own)
        found.append((who, rows[0]["cookies"], [row["path"] for row in rows]))
    return found


def test_every_page_is_clean_at_390_px_and_holds_double_text_at_320(
    stage: Stage, browser: Browser, people: list[tuple[str, dict[str, str], list[str]]]
) -> None:
    wrong: list[str] = []
    for who, cookies, paths in people:
        with Visitor(browser, stage, cookies=cookies) as visitor:
            for path in paths:
                try:
                    visitor.go(path)
                except AssertionError as error:
                    wrong.append(f"{who}: {error}")
                    visitor.problems.clear()
                visitor.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
                visitor.page.evaluate(DOUBLE)
                wrong += [f"{who}: {line}" for line in visitor.sideways()]
                visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not wrong, "\n".join(wrong)


def test_the_menus_of_staff_open_and_close_with_the_keyboard(
    stage: Stage, browser: Browser
) -> None:
    cookies = stage.seed("staff", role="coordinator")["cookies"]
    with Visitor(browser, stage, cookies=cookies) as visitor:
        visitor.go("/desk/rota/")
        menu = visitor.page.locator("details[data-menu]")
        menu.locator("summary").focus()
        visitor.page.keyboard.press("Enter")
        visitor.look("the menu is open")
        assert menu.get_attribute("open") is not None
        visitor.page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None


def test_a_filter_swaps_the_list_without_a_new_page(stage: Stage, browser: Browser) -> None:
    stage.seed("shifts", count=1, capacity=3)
    with Visitor(browser, stage) as visitor:
        visitor.go("/activities/")
        visitor.page.evaluate("window.untouched = true")
        with visitor.page.expect_response(lambda answer: "kind=mediation" in answer.url):
            visitor.page.get_by_label("类别").select_option("mediation")
        visitor.page.get_by_text("现在没有可以报名的班次").wait_for()
        visitor.look("after the swap")
        assert visitor.page.evaluate("window.untouched")
