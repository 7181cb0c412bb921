"""Public pages: what they cost, what they are made of, and what is kept of them."""

import itertools
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms import services
from cms.models import Column, HomePage, NewsIndexPage, NewsPage, PlatformRendition
from config.pagecache import PageCacheMiddleware
from events.activities.services import capacity
from tests import factories
from volunteers.foundation import versions

from .conftest import Make

pytestmark = pytest.mark.django_db
BUDGET = 10


@pytest.fixture
def full_site(
    article: Make, campaign_page: Make, image: Make, django_capture_on_commit_callbacks: Any
) -> dict[str, str]:
    """A site in which every part of home, campaign and news has something to show."""
    with django_capture_on_commit_callbacks(execute=True):
        picture = image()
        campaign = factories.campaign()
        activity = factories.activity(campaign=campaign)
        for _ in range(3):
            factories.shift(activity)
        body = [
            ("text", "<h2>先敲门</h2><p>11月19日晚。</p>"),
            ("picture", {"image": picture, "caption": "清理之后", "credit": ""}),
            ("quote", {"text": "楼道是大家的。", "who": "陈*", "role": "楼栋长"}),
            (
                "answers",
                {"heading": "问答", "items": [{"question": "问？", "answer": "<p>答。</p>"}]},
            ),
        ]
        news = [
            article(
                f"七号楼清零第{n}篇", body=body, cover=picture, campaign=campaign, summary="摘要"
            )
            for n in range(6)
        ]
        today = timezone.localdate()
        story = [
            *body,
            ("figures", {"items": [{"measure": "campaign_open", "label": ""}]}),
            ("timeline", {"heading": "路线", "moments": [{"on": today, "text": "今天"}]}),
            (
                "people",
                {
                    "heading": "路上的人",
                    "people": [{"photo": picture, "name": "何*", "role": "队员", "words": "稳。"}],
                },
            ),
            ("activities", {"heading": "参加", "kind": "", "limit": 4}),
            (
                "action",
                {"heading": "一起走", "text": "两小时", "button": "选", "link": "/activities/"},
            ),
        ]
        page = campaign_page(campaign=campaign, cover=picture, lead="入冬的夜晚", body=story)
    return {"home": "/", "brand": "/brand/", "campaign": page.url, "index": "/news/",
            "news": news[2].url, "standard": "/accessibility/"}  # fmt: skip


def test_a_page_that_is_made_anew_takes_at_most_ten_queries(
    full_site: dict[str, str],
    client: Client,
    subtests: pytest.Subtests,
    django_assert_max_num_queries: Any,
) -> None:
    for name, url in full_site.items():
        with subtests.test(name):
            client.get(url)
            # What a sign-up does; and for pages that no sign-up changes, a minute that passes.
            versions._set(["places"])
            cache.delete(PageCacheMiddleware.key(client.get(url).wsgi_request))
            with django_assert_max_num_queries(BUDGET) as made:
                assert client.get(url).status_code == 200
            assert len(made) > 0


def test_a_page_that_is_kept_takes_no_query(
    full_site: dict[str, str],
    client: Client,
    subtests: pytest.Subtests,
    django_assert_num_queries: Any,
) -> None:
    for name, url in full_site.items():
        with subtests.test(name):
            first = client.get(url)
            with django_assert_num_queries(0):
                again = client.get(url)
            assert again.content == first.content


def test_a_page_is_valid_html_with_headings_in_order(
    full_site: dict[str, str], client: Client, subtests: pytest.Subtests
) -> None:
    for name, url in full_site.items():
        with subtests.test(name):
            text = client.get(url).content.decode()
            html5lib.HTMLParser(strict=True).parse(text)
            levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_a_page_has_nothing_that_the_browser_policy_forbids(
    full_site: dict[str, str], client: Client, subtests: pytest.Subtests
) -> None:
    for name, url in full_site.items():
        with subtests.test(name):
            response = client.get(url)
            text = response.content.decode()
            assert "'unsafe-inline'" not in response["Content-Security-Policy"]
            assert not re.search(r'\sstyle="|<style|\son\w+="|<script>', text)
            assert not re.search(r'(?:src|href|srcset)="(?:https?:)?//', text)


def test_a_picture_comes_in_sizes_that_were_made_before(
    article: Make, image: Make, client: Client
) -> None:
    picture = image(size=(1600, 1000))
    services.make_renditions([picture.pk])
    body = [("picture", {"image": picture, "caption": "", "credit": ""})]
    text = client.get(article(cover=picture, body=body).url).content.decode()
    assert text.count('alt="三名志愿者在楼下夜巡"') == 2  # the cover and the one in the text
    assert text.count('width="720" height="450"') == 2
    assert " 1440w" in text


def test_no_size_of_a_picture_is_made_in_a_get(
    full_site: dict[str, str], client: Client, subtests: pytest.Subtests
) -> None:
    PlatformRendition.objects.all().delete()
    versions._set(["cms"])
    for name, url in full_site.items():
        with subtests.test(name):
            assert client.get(url).status_code == 200
            assert PlatformRendition.objects.count() == 0


def test_taking_a_place_shows_on_home_and_campaign_with_the_next_get(
    home: HomePage, client: Client, campaign_page: Make, django_capture_on_commit_callbacks: Any
) -> None:
    campaign = factories.campaign()
    shift = factories.shift(factories.activity(campaign=campaign), capacity=5)
    urls = ["/", campaign_page(campaign=campaign).url]
    for url in urls:
        assert "还差 5 人" in client.get(url).content.decode()
    person = factories.volunteer()
    with django_capture_on_commit_callbacks(execute=True):
        capacity.sign_up(person, shift.pk, actor=person.user)
    for url in urls:
        assert "还差 4 人" in client.get(url).content.decode()


def test_the_campaign_page_lists_its_own_open_shifts_only(
    home: HomePage, client: Client, campaign_page: Make
) -> None:
    campaign = factories.campaign()
    factories.shift(factories.activity(title="本活动的班", campaign=campaign))
    factories.shift(factories.activity(title="别处的班"))
    text = client.get(campaign_page(campaign=campaign).url).content.decode()
    assert "本活动的班" in text
    assert "别处的班" not in text


def test_home_shows_the_newest_article_first(home: HomePage, client: Client, article: Make) -> None:
    today = timezone.localdate()
    article("上周的事", date=today - timedelta(days=7))
    article("今天的事", date=today)
    article("明天才发的事", live=False)
    text = client.get("/").content.decode()
    assert text.index("今天的事") < text.index("上周的事")
    assert "明天才发的事" not in text


def test_an_empty_site_says_so_and_what_to_do_next(home: HomePage, client: Client) -> None:
    text = client.get("/").content.decode()
    assert "眼下没有开放的班次" in text
    assert "还没有新闻" in text


def test_the_news_index_shows_one_column(
    news_index: NewsIndexPage, client: Client, article: Make
) -> None:
    article("要闻一篇", column=Column.NEWS)
    article("办结一篇", column=Column.CLOSED)
    text = client.get("/news/?column=closed").content.decode()
    assert "办结一篇" in text
    assert "要闻一篇" not in text


NONSENSE = [
    "column=nonsense", "column=%00", "page=%00", "page=-1", "page=99999999999999999999999",
    "page=x&column=", "page=1&page=2&column[]=news",
]  # fmt: skip
NOWHERE = [
    "/nothing/", "/news/nothing/", "/brand/x/y/z/", "/a" * 300 + "/", "/news/%00/", "/新闻/",
]  # fmt: skip


def test_nonsense_in_the_address_of_the_index_shows_articles(
    news_index: NewsIndexPage, client: Client, article: Make, subtests: pytest.Subtests
) -> None:
    article("一篇新闻")
    for query in NONSENSE:
        with subtests.test(query):
            response = client.get(f"/news/?{query}")
            assert response.status_code == 200
            assert "一篇新闻" in response.content.decode()


def test_an_address_without_a_page_is_not_found(
    home: HomePage, client: Client, subtests: pytest.Subtests
) -> None:
    for path in NOWHERE:
        with subtests.test(path[:20]):
            assert client.get(path).status_code == 404


def test_an_article_leads_to_its_neighbours_and_to_its_column(
    news_index: NewsIndexPage, article: Make, django_assert_num_queries: Any
) -> None:
    today = timezone.localdate()
    old = article("旧", date=today - timedelta(days=2), column=Column.CLOSED)
    here = article("中", date=today - timedelta(days=1), column=Column.CLOSED)
    same_day = article("同日", date=today - timedelta(days=1), column=Column.NEWS)
    article("新", date=today, column=Column.CLOSED)
    with django_assert_num_queries(1):
        around = here.surroundings()
    assert around["older"] == old
    assert around["newer"] == same_day
    assert [page.title for page in around["related"]] == ["新", "旧", "同日"]


def test_a_private_article_is_in_no_list_and_in_no_cache(
    news_index: NewsIndexPage,
    client: Client,
    article: Make,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = article("内部通知")
    assert "内部通知" in client.get("/news/").content.decode()
    assert client.get(page.url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert "内部通知" not in client.get("/news/").content.decode()
    assert "内部通知" not in client.get("/").content.decode()
    assert client.get(page.url).status_code == 302


def test_a_page_that_a_reader_may_not_post_to_refuses(home: HomePage) -> None:
    assert Client().post("/brand/").status_code == 405


def test_lists_do_not_fetch_the_text_of_articles(news_index: NewsIndexPage, article: Make) -> None:
    article("一篇", body=[("text", "<p>正文</p>")])
    row = NewsPage.objects.shown().get()
    assert "body" in row.get_deferred_fields()
