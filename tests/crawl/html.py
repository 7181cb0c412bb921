"""What is wrong with a page's HTML: strict parsing, and nothing that the policy forbids."""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

_NAMESPACE = re.compile(r"\{.*\}")


def faults(text: str) -> list[str]:
    """Sentences about what html5lib's strict parser, or our browser policy, would refuse."""
    parser = html5lib.HTMLParser(strict=True)
    try:
        tree: Element = parser.parse(text)
    except ParseError as error:
        line, column = parser.errors[-1][0] if parser.errors else (0, 0)
        return [f"line {line}, column {column}: {error}"]
    return [fault for element in tree.iter() for fault in _element(element)] + _ids(tree)


def links(text: str) -> list[str]:
    """Paths (with query) of this site that the page's links lead to."""
    tree: Element = html5lib.parse(text)
    found = []
    for element in tree.iter():
        if _name(element) == "a" and (href := element.get("href")):
            parts = urlsplit(href)
            if not parts.scheme and not parts.netloc and parts.path:
                found.append(parts._replace(fragment="").geturl())
    return found


def _name(element: Element) -> str:
    # A comment's tag is a function.
    return _NAMESPACE.sub("", element.tag) if isinstance(element.tag, str) else ""


def _element(element: Element) -> list[str]:
    name, found = _name(element), []
    if name == "style":
        found.append("an inline <style>")
    if name == "script" and not element.get("src"):
        found.append("an inline <script>")
    for attribute, value in element.attrib.items():
        if attribute == "style" or re.fullmatch(r"on[a-z]+", attribute):
            found.append(f'<{name} {attribute}="{value}">')
        if attribute in ("src", "href", "action", "srcset", "poster") and name != "a":
            parts = urlsplit(value)
            if parts.netloc or parts.scheme not in ("", "data"):
                found.append(f'another host: <{name} {attribute}="{value}">')
    return found


def _ids(tree: Element) -> list[str]:
    seen: set[str] = set()
    double = []
    for element in tree.iter():
        name = element.get("id") if isinstance(element.tag, str) else None
        if name in seen:
            double.append(f"the id {name!r} stands twice")
        if name:
            seen.add(name)
    return double
