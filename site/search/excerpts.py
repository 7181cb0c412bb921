"""The words found, marked in a title or in the piece of text around them."""

import re
from bisect import bisect_right
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .segment import RUN, clean

WIDTH = 90  # characters of an excerpt
BEFORE = 28  # of them before the first word found
READ = 20_000  # characters of a text that are looked through

Span = tuple[int, int]


def mark(text: str, query: str) -> SafeString:
    """`text` as HTML, escaped, with the words of `query` in <mark>."""
    return _render(text, _spans(text, query), 0, len(text))


def excerpt(text: str, query: str) -> SafeString:
    """About `WIDTH` characters of `text` around the first word of `query`, marked, escaped.

    The beginning of the text where no word is found in it (it stood in the title).
    """
    text = " ".join(text[:READ].split())
    spans = _spans(text, query)
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    stop = min(len(text), start + WIDTH)
    start = max(0, min(start, stop - WIDTH))
    inner = _render(text, spans, start, stop)
    return format_html("{}{}{}", "…" if start else "", inner, "…" if stop < len(text) else "")


def _render(text: str, spans: list[Span], start: int, stop: int) -> SafeString:
    html = mark_safe("")
    at = start
    for first, last in spans:
        first, last = max(first, start), min(last, stop)
        if first < last:
            html += format_html("{}<mark>{}</mark>", text[at:first], text[first:last])
            at = last
    return html + format_html("{}", text[at:stop])


def _spans(text: str, query: str) -> list[Span]:
    """Where the words of `query` stand in `text`, in order, none overlapping."""
    folded, origin = _fold(text)
    found: list[Span] = []
    for needle in _needles(query, folded):
        found += ((match.start(), match.end()) for match in needle.finditer(folded))
    merged: list[Span] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return [(origin(first), origin(last - 1) + 1) for first, last in merged]


def _needles(query: str, folded: str) -> list[re.Pattern[str]]:
    needles = []
    for run in RUN.finditer(clean(query)):
        chars = re.escape(run[0])
        if run["word"]:
            needles.append(rf"(?<![a-z0-9]){chars}(?![a-z0-9])" if run[0].isascii() else chars)
        elif run[0] in folded:
            needles.append(chars)
        else:  # found by its pairs, which stand apart in this text
            needles += (re.escape(run[0][at : at + 2]) for at in range(len(run[0]) - 1))
    return [re.compile(needle) for needle in dict.fromkeys(needles)]


@lru_cache(maxsize=20_000)
def _fold_char(char: str) -> str:
    return " " if char.isspace() else clean(char)


def _fold(text: str) -> tuple[str, "_Origin"]:
    """`text` folded character by character, and where each folded one came from."""
    parts = [_fold_char(char) for char in text]
    return "".join(parts), _Origin(parts)


class _Origin:
    """Position in the folded text → position in the text."""

    def __init__(self, parts: list[str]) -> None:
        self.plain = all(len(part) == 1 for part in parts)
        self.ends: list[int] = []
        if not self.plain:
            end = 0
            for part in parts:
                end += len(part)
                self.ends.append(end)

    def __call__(self, at: int) -> int:
        return at if self.plain else bisect_right(self.ends, at)
