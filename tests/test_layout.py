"""The layout: `site/` is a source folder beside the stdlib module of that name; pages stay home."""

import importlib.metadata
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
PATHS = ["", ".", "site", os.pathsep.join([".", "site"])]


@pytest.mark.parametrize(("path", "frozen"), [*itertools.product(PATHS, ["on", "off"])])
def test_site_stays_the_standard_library_module(path, frozen):
    """Whatever the import path and however the interpreter loads its own modules."""
    ask = "import site; print(callable(getattr(site, 'addsitedir', None)))"
    done = subprocess.run(
        [sys.executable, "-X", f"frozen_modules={frozen}", "-c", ask],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def test_site_is_a_folder_of_apps_and_no_package():
    """A .py file in it would be importable from everywhere; __init__.py would hide the stdlib."""
    assert [file.name for file in SITE.glob("*.py")] == []


def test_no_app_in_site_hides_another_package():
    """A name that is also a stdlib module or an installed package would hide it, or be hidden."""
    apps = {folder.name for folder in SITE.iterdir() if (folder / "__init__.py").exists()}
    assert {"config", "cms"} <= apps
    taken = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions())
    assert apps & taken == set()


# Who names a class may load it; who shows an address as text (a source, a licence) may not.
LOADS = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object|embed|use|image)\b[^>]*?
        \b(?:src|srcset|href|data|poster)\s*=\s*["']?\s*(?:https?:)?//
      | url\(\s*["']?(?:https?:)?//
      | @import\s+["'](?:https?:)?//""",
    re.IGNORECASE | re.VERBOSE,
)


def sources(*suffixes):
    """Our own templates, styles and scripts (vendored files are checked by their hashes)."""
    for top in (ROOT / "templates", SITE, ROOT / "volunteers", ROOT / "events"):
        for file in top.rglob("*"):
            if file.suffix in suffixes and "vendor" not in file.parts:
                yield file


@pytest.mark.parametrize(
    "loads",
    [
        '<script src="https://cdn.example/x.js">',
        "<link rel=stylesheet href=//cdn.example/x.css>",
        "a{background:url(https://cdn.example/x.png)}",
        '@import "https://cdn.example/x.css"',
        '<img alt="" src="http://cdn.example/x.png">',
    ],
)
def test_the_pattern_sees_what_loads_from_elsewhere(loads):
    """The next test would prove nothing with a pattern that finds nothing."""
    assert LOADS.search(loads)


def test_no_template_or_style_loads_from_another_host():
    """Pages work in a street hall without the open internet, and tell nobody who reads them."""
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in sources(".html", ".css", ".js", ".svg")
        for match in LOADS.finditer(file.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name):
    """An exact version each, and no index, host or folder of some machine."""
    text = (ROOT / name).read_text()
    lines = [
        line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    assert len(lines) > 20
    loose = [line for line in lines if not re.match(r"[a-z0-9._-]+==[\w.]+( ;|$)", line)]
    assert loose == []
    assert not re.search(r"://|--", text)


def test_every_pin_runs_on_the_oldest_python_we_promise():
    """Python 3.11.0, though the pins may have been compiled with a newer one."""
    refuses = [
        line
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text().splitlines()
        if (pin := re.match(r"([a-z0-9._-]+)==[^;]*$", line))
        and "3.11.0" not in SpecifierSet(requires_python(pin[1]))
    ]
    assert refuses == []


def requires_python(package):
    """What an installed package says of Python versions, as '>=3.10'; '' where it says nothing."""
    return (importlib.metadata.metadata(package).get_all("Requires-Python") or [""])[0]


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_what_is_wanted_is_what_is_pinned(kind):
    """`make requirements` was run after the last change of the .in file."""
    wanted = (ROOT / f"{kind}.in").read_text().splitlines()
    wanted_pins = {
        re.sub(r"\[.*?\]", "", line.partition(";")[0]).strip().lower()
        for line in wanted
        if line and line[0].isalnum()
    }
    pinned = {
        line.partition(";")[0].strip().lower()
        for line in (ROOT / f"{kind}.txt").read_text().splitlines()
    }
    assert wanted_pins
    assert wanted_pins - pinned == set()


def test_every_wanted_package_has_its_reason():
    """docs/dependencies.md names each line of the .in files."""
    reasons = (ROOT / "docs" / "dependencies.md").read_text().lower()
    names = [
        re.split(r"[\[=;\s]", line)[0].lower()
        for kind in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / kind).read_text().splitlines()
        if line and line[0].isalnum()
    ]
    assert [name for name in names if f"| {name}" not in reasons] == []
