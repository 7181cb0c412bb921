"""Building blocks: each has a preview, and refuses what readers could not follow."""

import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks.struct_block import StructBlockValidationError

from cms import blocks, streams
from cms.models import HomePage
from tests import factories

from .conftest import Make

pytestmark = pytest.mark.django_db

STREAMS = (streams.StoryStream(), streams.ArticleStream(), streams.PillarStream())
BLOCKS = {f"{type(s).__name__}.{name}": block for s in STREAMS
          for name, block in s.child_blocks.items()}  # fmt: skip


def test_the_preview_of_each_block_renders(admin_client: Client, subtests: pytest.Subtests) -> None:
    factories.activity(title="预览里的活动")
    for name, block in BLOCKS.items():
        with subtests.test(name):
            assert block.is_previewable
            assert block.get_description()
            url = reverse("wagtailadmin_block_preview")
            response = admin_client.get(url, {"id": block.definition_prefix})
            assert response.status_code == 200
            text = response.content.decode()
            html5lib.HTMLParser(strict=True).parse(text.replace("/>", ">"))
            assert len(re.sub(r"<[^>]+>|\s", "", text.split("<main", 1)[1])) > 10


def clean(stream: Any, value: Any) -> Any:
    return stream.clean(stream.normalize(value))


@pytest.mark.parametrize(
    "body",
    [
        [("text", "<h3>先小后大</h3>")],
        [("text", "<h2>甲</h2><p>文</p>"), ("text", "<h4>跳级</h4>")],
    ],
)
def test_a_sub_heading_that_skips_a_level_is_refused(body: Any) -> None:
    with pytest.raises(ValidationError):
        clean(streams.ArticleStream(), body)


def test_sub_headings_in_order_are_accepted_across_blocks() -> None:
    body = [
        ("text", "<h2>甲</h2><h3>甲一</h3>"),
        ("quote", {"text": "话", "who": "陈*", "role": ""}),
        ("text", "<h3>甲二</h3><h2>乙</h2>"),
    ]
    assert len(clean(streams.ArticleStream(), body)) == 3


@pytest.mark.parametrize("link", ["https://example.org/", "//example.org/", "javascript:alert(1)",
                                  "activities/", ""])  # fmt: skip
def test_a_button_leads_nowhere_but_into_the_site(link: str) -> None:
    block = blocks.ActionBlock()
    value = block.normalize({"heading": "走", "text": "", "button": "选", "link": link})
    with pytest.raises(StructBlockValidationError):
        block.clean(value)


def test_a_pillar_is_written_once() -> None:
    pillar = ("pillar", {"pillar": "safe", "text": "<p>文</p>", "measures": []})
    with pytest.raises(ValidationError):
        clean(streams.PillarStream(), [pillar, pillar])


def test_a_picture_without_words_is_refused(image: Make) -> None:
    block = blocks.PictureBlock()
    picture = image()
    picture.contextual_alt_text = ""
    value = block.normalize({"image": picture, "caption": "", "credit": ""})
    with pytest.raises(StructBlockValidationError):
        block.clean(value)


def test_a_timeline_knows_what_is_over_and_what_is_to_come(
    home: HomePage, client: Client, campaign_page: Make
) -> None:
    today = timezone.localdate()
    year = timedelta(days=365)
    days = [
        {"on": today - year, "text": "启动"},
        {"on": today, "text": "夜巡"},
        {"on": today + year, "text": "收官"},
    ]
    page = campaign_page(body=[("timeline", {"heading": "路线", "moments": days})])
    text = client.get(page.url).content.decode()
    assert re.findall(r'<li class="(done|now|todo)">', text) == ["done", "now", "todo"]


def test_what_is_typed_is_shown_as_text(
    home: HomePage, client: Client, campaign_page: Make
) -> None:
    quote = {"text": "<script>x</script>", "who": '"><b>', "role": ""}
    text = client.get(campaign_page(body=[("quote", quote)]).url).content.decode()
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text
