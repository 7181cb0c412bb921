"""Articles are found by two characters."""

from typing import Any

import pytest
from django.test import Client

from cms.models import CampaignPage, NewsPage

from .conftest import Make

pytestmark = pytest.mark.django_db


def test_an_article_is_found_by_two_characters_of_title_summary_or_text(
    article: Make,
    client: Client,
    subtests: pytest.Subtests,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        article(
            "楼道堆物清零",
            summary="消防通道畅通了",
            body=[("text", "<h2>先敲门</h2><p>用了四十八小时。</p>")],
        )
        article("无关的一篇")
    for query in ("楼道", "清零", "敲门", "消防", "四十"):
        with subtests.test(query):
            found = NewsPage.objects.live().search(query)
            assert [page.title for page in found] == ["楼道堆物清零"]
            text = client.get("/search/", {"q": query}).content.decode()
            assert "/news/lou-dao-dui-wu-qing-ling/" in text
            assert "无关的一篇" not in text


def test_a_draft_is_not_found(
    article: Make, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        article("还没发的稿", live=False)
    assert "/news/" not in client.get("/search/", {"q": "没发"}).content.decode().split("<main")[1]


def test_words_inside_the_blocks_of_a_story_are_found(
    campaign_page: Make, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        campaign_page(body=[("quote", {"text": "心里踏实多了", "who": "沈*", "role": ""})])
    assert CampaignPage.objects.search("踏实").count() == 1


def test_titles_are_completed_while_they_are_typed(
    article: Make, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        article("楼道堆物清零")
    assert NewsPage.objects.autocomplete("堆物").count() == 1
