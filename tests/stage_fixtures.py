"""Fixtures of the tests that use the running product; imported by their conftest files. Each
process of a parallel run that meets such a test starts a product of its own."""

import os
import signal
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import stage as stages
from tools import services

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]


@pytest.fixture(scope="session")
def stage() -> Iterator[stages.Stage]:
    """The running product, shared by every test of this process that asks for it. SIGTERM ends
    it as Ctrl-C does: pytest takes down its fixtures, and no server is left behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with stages.shared() as product:
            yield product
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium of this machine. Per module: Playwright's driver leaves an event loop in
    the thread while it runs, and Django's ORM would refuse that in the tests that follow."""
    program = services.find_chromium()
    assert program, "no Chromium to drive: apt install chromium, or name one in LZ_CHROMIUM"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=os.fspath(program.path), headless=True, args=CHROMIUM_FLAGS
        )
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.hookimpl(wrapper=True)
def add_logs(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """A failed test's report ends with what the product's processes logged."""
    report = yield
    product = stages.running()
    if report.failed and product is not None:
        report.sections.append(("logs of the running product", product.logs()))
    return report
