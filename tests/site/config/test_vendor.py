"""What others wrote and we serve is exactly what VENDOR.toml says."""

import hashlib
import re
import tomllib
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import django_htmx
import pytest

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "site" / "config" / "static"
PACKAGES = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
SUMS = {path: digest for package in PACKAGES for path, digest in package["files"].items()}


@pytest.mark.parametrize("path", sorted(SUMS))
def test_a_vendored_file_is_the_one_that_was_recorded(path: str) -> None:
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == SUMS[path]


def test_no_vendored_file_is_unrecorded() -> None:
    found = {
        path.relative_to(STATIC).as_posix()
        for path in (STATIC / "vendor").rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert found == {path for path in SUMS if path.startswith("vendor/")}


def test_every_package_names_its_licence_and_keeps_its_text() -> None:
    for package in PACKAGES:
        assert package["licence"] and package["version"]
        assert any(path.endswith("LICENSE") for path in package["files"])


def test_source_maps_that_are_named_are_there() -> None:
    # Manifest storage refuses to collect a file whose source map is missing.
    named = 0
    for path in (STATIC / "vendor").rglob("*.min.*"):
        if path.suffix == ".map":
            continue
        for target in re.findall(r"sourceMappingURL=(\S+?)(?:\s|\*/|$)", path.read_text("utf-8")):
            named += 1
            assert (path.parent / target).is_file()
    assert named == 2


def test_the_sprite_holds_the_icons_that_are_listed() -> None:
    icons = next(package for package in PACKAGES if "sprite" in package)
    sprite = (STATIC / icons["sprite"]).read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == sorted(icons["icons"])


def test_style_and_script_of_a_page_stay_within_45_kilobytes() -> None:
    # What base.html loads, as the server compresses it (brotli at full strength).
    page = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
    names = re.findall(r"{% static '([^']+\.(?:css|js))' %}", page)
    htmx = Path(django_htmx.__file__).parent / "static"
    sizes = {}
    for name in names:
        file = STATIC / name if (STATIC / name).is_file() else htmx / name
        sizes[name] = len(brotli.compress(file.read_bytes(), quality=11))
    assert len(sizes) == 4
    assert sum(sizes.values()) <= 45_000, sizes
