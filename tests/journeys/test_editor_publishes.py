"""An editor writes in Chinese, previews, schedules; the worker publishes; a resident finds it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.visitor import DESK, Visitor
from tests.stage import Stage, wait_until

pytestmark = pytest.mark.journey

SEEDING = "tests.journeys.seeding"
TITLE = "三村合组护村队今晚上岗"
SENTENCE = "护村队每晚两班，邻里出门心里踏实。"
TWO_CHARACTERS = "护村"


def test_an_article_is_written_previewed_scheduled_published_and_found(
    stage: Stage, browser: Browser
) -> None:
    editor = stage.python(SEEDING, "editor")
    with Visitor(browser, stage, size=DESK) as writer, Visitor(browser, stage) as reader:
        writer.enter(editor["phone"], f"/cms/pages/{editor['news_index']}/")
        write(writer)
        preview(writer)
        schedule(writer, editor["due"])
        reader.go("/news/")
        assert TITLE not in reader.text

        stage.python(SEEDING, "the_hour_has_come", title=TITLE)
        wait_until(lambda: _reads(reader, "/news/", TITLE), 20, "the worker has published")
        reader.press(TITLE)
        reader.reads(SENTENCE)
        wait_until(
            lambda: _reads(reader, f"/search/?q={TWO_CHARACTERS}", TITLE), 20, "it is indexed"
        )
        reader.go("/search/")
        reader.page.get_by_label("想找什么").fill(TWO_CHARACTERS)
        reader.follow(reader.page.locator("main").get_by_role("button", name="搜索"), "搜索")
        reader.press(TITLE)
        reader.reads(SENTENCE)


def write(writer: Visitor) -> None:
    page = writer.page
    page.locator('a[href$="/add_subpage/"]').first.click()
    page.wait_for_url("**/cms/pages/add/cms/newspage/**")
    page.get_by_role("textbox", name="标题").first.fill(TITLE)
    page.get_by_role("textbox", name="摘要").fill("三个村合组一支护村队，今晚第一班。")
    page.locator(".c-sf-add-button").first.click()
    page.get_by_role("option", name="文字").first.click()
    body = page.locator(".public-DraftEditor-content").first
    # The block unfolds and takes the focus by itself: what is typed before that is lost.
    expect(body).to_be_focused()
    page.keyboard.insert_text(SENTENCE)
    page.keyboard.press("Enter")
    # What counts is the form's own value, which the editor fills a moment later.
    expect(page.locator("[name='body-0-value']")).to_have_value(re.compile("护村队每晚两班"))
    page.wait_for_load_state("networkidle")


def preview(writer: Visitor) -> None:
    page = writer.page
    page.get_by_role("button", name="预览开关").click()
    shown = page.frame_locator("iframe#w-preview-iframe, iframe[title]").first
    expect(shown.locator("h1")).to_have_text(TITLE, timeout=20_000)
    expect(shown.locator("main")).to_contain_text(SENTENCE)
    page.get_by_role("button", name="状态开关").click()


def schedule(writer: Visitor, due: str) -> None:
    page = writer.page
    page.get_by_role("button", name="设置计划").click()
    page.locator("#id_go_live_at").fill(due)
    # By keyboard: the calendar of the box lies over the button.
    page.get_by_role("button", name="保存计划").press("Enter")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="更多动作").click()
    with page.expect_navigation():
        page.locator("[name=action-publish]").click()


def _reads(reader: Visitor, path: str, text: str) -> bool:
    reader.page.goto(path)
    return text in reader.text
