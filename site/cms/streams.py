"""What pages are made of: which blocks may stand where, and in which order."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.rich_text import RichText

from . import blocks as parts

HEADING = re.compile(r"<h([2-6])\b")


class OrderedStream(blocks.StreamBlock):
    """Abstract: refuses sub-headings that skip a level, which readers by ear get lost in."""

    def clean(self, value: Any) -> Any:
        """The cleaned value; raises StreamBlockValidationError at the block that skips."""
        cleaned = super().clean(value)
        level = 1
        wrong: dict[int, ValidationError] = {}
        for at, child in enumerate(cleaned):
            for found in _headings(child.value):
                if found > level + 1:
                    wrong[at] = ValidationError("小标题跳了一级：请先用大一级的标题。")
                level = found
        if wrong:
            raise StreamBlockValidationError(block_errors=wrong)
        return cleaned


class ArticleStream(OrderedStream):
    """What an article is made of."""

    text = parts.TextBlock()
    picture = parts.PictureBlock()
    quote = parts.QuoteBlock()
    figures = parts.FiguresBlock()
    timeline = parts.TimelineBlock()
    answers = parts.AnswersBlock()
    action = parts.ActionBlock()


class StoryStream(OrderedStream):
    """What a campaign's story is made of."""

    text = parts.TextBlock()
    picture = parts.PictureBlock()
    figures = parts.FiguresBlock()
    timeline = parts.TimelineBlock()
    quote = parts.QuoteBlock()
    answers = parts.AnswersBlock()
    people = parts.PeopleBlock()
    activities = parts.ActivitiesBlock()
    action = parts.ActionBlock()

    class Meta:
        block_counts = {"activities": {"max_num": 1}}  # each is a query


class PillarStream(blocks.StreamBlock):
    """The four pillars, each once."""

    pillar = parts.PillarBlock()

    def clean(self, value: Any) -> Any:
        """The cleaned value; raises StreamBlockValidationError at a pillar that comes twice."""
        cleaned = super().clean(value)
        seen: set[str] = set()
        wrong: dict[int, ValidationError] = {}
        for at, child in enumerate(cleaned):
            if child.value["pillar"] in seen:
                wrong[at] = ValidationError("这个板块上面已经有了，每个板块只写一次。")
            seen.add(child.value["pillar"])
        if wrong:
            raise StreamBlockValidationError(block_errors=wrong)
        return cleaned


def _headings(value: Any) -> list[int]:
    """Levels of the headings that a block brings, in order."""
    if isinstance(value, RichText):
        return [int(level) for level in HEADING.findall(value.source)]
    if isinstance(value, blocks.StructValue) and value.get("heading"):
        return [2]
    return []
