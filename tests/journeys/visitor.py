"""One person at one browser, who notices everything that is wrong with a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

from tests.stage import Stage

PHONE = (390, 844)
DESK = (1280, 900)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a browser itself says in the console about an answer with a status that is no success.
_STATUS_LINE = re.compile(r"the server responded with a status of (\d+)|Response Status Error Code")


class Visitor:
    """A browser context with its one page. As a context manager it fails at the end if anything
    was wrong: a console error or warning (a broken content policy is one), a script error, a
    server error, a request to another host."""

    def __init__(
        self,
        browser: Browser,
        stage: Stage,
        *,
        size: tuple[int, int] = PHONE,
        scripts: bool = True,
        cookies: dict[str, str] | None = None,
    ) -> None:
        self.stage = stage
        self.scripts = scripts
        self.problems: list[str] = []
        self._refusals_expected = 0
        self.context = browser.new_context(
            base_url=stage.url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.context.set_default_timeout(10_000)
        if cookies:
            self.context.add_cookies(
                [{"name": n, "value": v, "url": stage.url} for n, v in cookies.items()]
            )
        self.context.on("console", self._console)
        self.context.on("request", self._request)
        self.context.on("response", self._response)
        self.context.on("weberror", lambda error: self._problem(f"script error: {error.error}"))
        self.page: Page = self.context.new_page()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._keep_picture()
        self.context.close()
        if error is None:
            assert not self.problems, "\n".join(self.problems)

    # --- going about ------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Open an address of the site and look at the page."""
        answer = self.page.goto(path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"
        self.look(path)

    def look(self, what: str = "") -> None:
        """Nothing is wrong with the page as it is now: axe finds nothing, the console is empty.

        Called on load and after each interaction. The back office is Wagtail's own and is not
        asked for the site's rules; axe itself is a script and needs scripts.
        """
        where = f"{what or self.page.title()} ({urlsplit(self.page.url).path})"
        if self.scripts and not urlsplit(self.page.url).path.startswith("/cms/"):
            found = self._axe()
            assert found.violations_count == 0, f"{where}: {_axe_words(found.response)}"
        assert not self.problems, f"{where}: " + "\n".join(self.problems)

    def press(self, name: str, *, exact: bool = False, stays: bool = False) -> None:
        """Press the button or follow the link that a person would call by this name, and look at
        where it leads; `stays` where no page is loaded for it. Spaces in names do not count."""
        page = self.page
        words = r"\s*".join(map(re.escape, "".join(name.split())))
        called = re.compile(rf"^\s*{words}\s*$" if exact else words)
        target = page.get_by_role("button", name=called).or_(page.get_by_role("link", name=called))
        target = target.filter(visible=True).first
        if stays:
            target.click()
            self.look(f"after 「{name}」")
        else:
            self.follow(target, name)

    def follow(self, target: Locator, name: str) -> None:
        """Press what leads to another page, and look at that."""
        with self.page.expect_navigation():
            target.click()
        self.look(f"after 「{name}」")

    def reads(self, *texts: str) -> None:
        """The page's main part shows each of these texts."""
        main = self.page.locator("main")
        for text in texts:
            main.get_by_text(text).first.wait_for()

    def figure(self, label: str) -> str:
        """The number that stands above this label."""
        stat = self.page.locator(".stat", has=self.page.get_by_text(label, exact=True)).first
        return stat.locator("b").inner_text().strip()

    @property
    def text(self) -> str:
        """What the main part of the page says, spaces as one."""
        return " ".join(self.page.locator("main").inner_text().split())

    def enter(self, phone: str, next_path: str = "") -> None:
        """Sign in (or up) by number and code, as the entry asks."""
        if next_path:
            self.go(f"/accounts/?next={next_path}")
        self.page.get_by_label("手机号").fill(phone.removeprefix("+86"))
        self.press("获取验证码")
        self.page.get_by_label("验证码").fill(self.stage.code_for(phone))
        self.press("登录", exact=True)

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Inside, a page that says no (a status in the 400s) is what is wanted."""
        self._refusals_expected += 1
        yield
        self._refusals_expected -= 1

    def sideways(self) -> list[str]:
        """What makes the page wider than the window; empty as it should be."""
        wide, window = self.page.evaluate(
            "[document.scrollingElement.scrollWidth, window.innerWidth]"
        )
        if wide <= window:
            return []
        return [f"{self.page.url}: {wide} px of {window}: {self.page.evaluate(_WIDEST)}"]

    def _axe(self) -> AxeResults:
        """What axe finds. The window is as tall as the page meanwhile: what a fixed bar happens to
        cover can be scrolled out from under it and is no fault. What moves or fades is awaited."""
        size = self.page.viewport_size
        assert size is not None
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(tall, size["height"])})
        self.page.evaluate(_STILL)
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options)
        self.page.set_viewport_size(size)
        return found

    # --- noticing ---------------------------------------------------------------------------

    def _problem(self, text: str) -> None:
        self.problems.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if self._in_back_office(message.page) and message.type == "warning":
            return
        status = _STATUS_LINE.search(message.text)
        if status and (self._refusals_expected or not status.group(1)):
            return
        self._problem(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if f"{parts.scheme}://{parts.netloc}" != self.stage.url:
            self._problem(f"a request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._problem(f"{response.status} for {response.request.method} {response.url}")

    @staticmethod
    def _in_back_office(page: Page | None) -> bool:
        return page is not None and urlsplit(page.url).path.startswith("/cms/")

    def _keep_picture(self) -> None:
        """A picture of where it went wrong, in build/failures/."""
        from tools.services import ROOT

        folder = ROOT / "build" / "failures"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", urlsplit(self.page.url).path).strip("-") or "home"
        try:
            self.page.screenshot(path=folder / f"{name}.png", full_page=True, timeout=5000)
        except Exception:  # noqa: BLE001 - the test's own failure is what counts
            return


_STILL = """
Promise.all(document.getAnimations()
  .filter(a => a.effect && a.effect.getComputedTiming().endTime !== Infinity)
  .map(a => a.finished.catch(() => null))).then(() => null)
"""
_WIDEST = """
[...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120))
"""


def _axe_words(response: dict[str, Any]) -> str:
    """Each violation in a line: the rule, what it means, where."""
    lines = []
    for violation in response["violations"]:
        nodes = [
            node["html"][:200] + " ← " + node.get("failureSummary", "").replace("\n", " ")
            for node in violation["nodes"][:3]
        ]
        lines.append(f"{violation['id']}: {violation['help']}: " + " | ".join(nodes))
    return "\n".join(lines)
