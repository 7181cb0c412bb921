"""`make shots`: pictures of the main pages of the demo street, into build/shots/."""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.stage import Stage, opened
from tests.stage_fixtures import CHROMIUM_FLAGS
from tools import services
from tools.services import ROOT

OUT = ROOT / "build" / "shots"
SIZES = {390: 844, 1280: 900}


def pages(stage: Stage) -> list[tuple[str, str, dict[str, str]]]:
    """Name of the picture, address, cookies of the person who looks."""
    shown = stage.python("tests.shots_seed", "pages")
    return [(row["name"], row["path"], row["cookies"]) for row in shown]


def take(stage: Stage, browser: Browser, folder: Path) -> int:
    """One picture a page and width; returns how many."""
    taken = 0
    for name, path, cookies in pages(stage):
        for width, height in SIZES.items():
            context = browser.new_context(
                base_url=stage.url,
                viewport={"width": width, "height": height},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            context.add_cookies(
                [{"name": n, "value": v, "url": stage.url} for n, v in cookies.items()]
            )
            page = context.new_page()
            answer = page.goto(path, wait_until="networkidle")
            assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"
            file = folder / f"{re.sub(r'[^a-z0-9]+', '-', name)}-{width}.png"
            # The whole page in one window, so that bars at its edges are drawn at its edges.
            whole = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(whole, height)})
            page.screenshot(path=file)
            context.close()
            taken += 1
            print(file.relative_to(ROOT))
    return taken


def main() -> int:
    """Start the product with its demo street, take the pictures."""
    services.end_on_signals()
    try:
        program = services.provide_chromium()
        OUT.mkdir(parents=True, exist_ok=True)
        with opened(environment={"LZ_DEMO": ""}) as stage, sync_playwright() as driver:
            stage.manage("load_demo")
            browser = driver.chromium.launch(
                executable_path=os.fspath(program.path), args=CHROMIUM_FLAGS
            )
            print(f"{take(stage, browser, OUT)} pictures in {OUT.relative_to(ROOT)}/")
            browser.close()
    except services.ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
