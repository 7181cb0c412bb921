"""Our additions to Wagtail's Chinese: compiled, complete, and about words that Wagtail says."""

import ast
import gettext
import re
from pathlib import Path

import pytest
import wagtail
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(
    r'^msgid (?P<one>(?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?'
    r'msgstr(?:\[0\])? (?P<said>(?:".*"\n)+)',
    re.MULTILINE,
)


def text(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.splitlines())


def entries(path: Path) -> dict[str, str]:
    found = ENTRY.finditer(path.read_text(encoding="utf-8") + "\n")
    return {text(m["one"]): text(m["said"]) for m in found if text(m["one"])}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_says_what_the_source_says(domain: str) -> None:
    source = entries(FOLDER / f"{domain}.po")
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    said = {key[0] if isinstance(key, tuple) else key: value for key, value in compiled.items()}
    said.pop("")
    assert said == source
    assert len(source) > 10


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_entry_is_something_wagtail_says(domain: str) -> None:
    root = Path(wagtail.__file__).parent
    known: set[str] = set()
    for path in root.glob(f"**/locale/en/LC_MESSAGES/{domain}.po"):
        found = re.findall(r'^msgid ((?:".*"\n)+)', path.read_text(encoding="utf-8"), re.MULTILINE)
        known |= {text(quoted) for quoted in found}
    assert set(entries(FOLDER / f"{domain}.po")) - known == set()


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_placeholders_are_kept(domain: str) -> None:
    marks = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+")
    for source, said in entries(FOLDER / f"{domain}.po").items():
        assert set(marks.findall(source)) - set(marks.findall(said)) == set(), source
