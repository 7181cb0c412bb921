"""A Chromium that tests and screenshots drive."""

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import util
from pathlib import Path

from .processes import Program, ServiceError, answers

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAC_CHROMIUMS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> Program | None:
    """A Chromium that can be driven: LZ_CHROMIUM, the system's, else Playwright's own, else None.

    Nothing is downloaded. A snap's browser cannot read our temporary folders, so it does not count.
    """
    named = os.environ.get("LZ_CHROMIUM")
    if named:
        if not answers([named, "--version"]):
            raise ServiceError(f"LZ_CHROMIUM={named} does not start")
        return Program(Path(named), "Chromium of LZ_CHROMIUM")
    paths = [path for name in _CHROMIUMS if (path := shutil.which(name))]
    for path in (*paths, *_MAC_CHROMIUMS):
        if "/snap" in os.path.realpath(path):
            continue
        version = _browser_version(path)
        if version:
            return Program(Path(path), f"{version} of this machine")
    return _playwright_chromium()


def _playwright_chromium() -> Program | None:
    if not util.find_spec("playwright"):
        return None
    from playwright.sync_api import sync_playwright

    # In a thread of its own: Playwright's synchronous driver refuses a thread with an event loop.
    paths: list[str] = []

    def ask() -> None:
        with sync_playwright() as driver:
            paths.append(driver.chromium.executable_path)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    if not paths:
        return None
    version = _browser_version(paths[0])
    return Program(Path(paths[0]), f"Playwright's own {version}") if version else None


def _browser_version(path: str) -> str:
    """As 'Chromium 156.0.1.2', without who built it; empty where it does not start."""
    said = re.match(r"\D*[\d.]+", answers([path, "--version"]))
    return said[0] if said else ""


def provide_chromium() -> Program:
    """As find_chromium, and where there is none: Playwright's download, else, as root on Debian or
    Ubuntu, the distribution's package. Raises ServiceError where that fails too."""
    tries: list[list[str]] = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tries += [["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]]
    found = find_chromium()
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in tries:
        if found:
            break
        print(f"no Chromium yet, trying: {' '.join(command[-3:])}", flush=True)
        with suppress(subprocess.TimeoutExpired, OSError):
            subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=900, env=environment
            )
        found = find_chromium()
    if not found:
        raise ServiceError("no Chromium to drive: install it (apt install chromium)")
    return found
