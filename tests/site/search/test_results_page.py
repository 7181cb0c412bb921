"""/search/: what a visitor sees."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, PageViewRestriction, Site

from cms.models import NewsIndexPage, NewsPage
from search import sources
from search.sources import LIMIT, Hit

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    """The default site, whatever the CMS made of its home page."""
    root = Page.objects.get(depth=1)
    home = root.get_children().first() or root.add_child(title="首页", slug="home-test")
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return site


@pytest.fixture
def only_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No other room's source: what the other rooms hold is not this test's."""
    kept = {"pages": sources._sources["pages"]}
    monkeypatch.setattr(sources, "_sources", kept)
    yield


def page(site: Site, title: str, slug: str, **fields: Any) -> Page:
    return site.root_page.specific.add_child(instance=Page(title=title, slug=slug, **fields))


def text(response: Any) -> str:
    """The page as read: no tags, single spaces."""
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


def test_without_a_query_there_is_only_the_form(client: Client) -> None:
    for address in ("/search/", "/search/?q=", "/search/?q=%20%00%20"):
        response = client.get(address)
        assert "想找什么？" in text(response)
        assert "找到" not in text(response)
        assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.usefixtures("only_pages")
def test_a_page_is_found_by_two_characters_and_the_word_is_marked(
    client: Client, site: Site
) -> None:
    page(site, "冬夜社区巡逻 <招募>", "patrol")

    response = client.get("/search/", {"q": "巡逻"})

    assert "找到 1 条与“巡逻”有关的内容" in text(response)
    html = response.content.decode()
    assert "冬夜社区<mark>巡逻</mark> &lt;招募&gt;" in html
    assert 'href="/patrol/"' in html
    assert 'value="巡逻"' in html


@pytest.mark.usefixtures("only_pages")
def test_only_what_everybody_may_read_is_found(client: Client, site: Site) -> None:
    page(site, "巡逻公告", "open")
    page(site, "巡逻草稿", "draft", live=False)
    closed = page(site, "巡逻内部", "closed")
    closed.add_child(instance=Page(title="巡逻内部之下", slug="below"))
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    Page.objects.get(depth=1).add_child(instance=Page(title="巡逻站外", slug="outside"))

    shown = text(client.get("/search/", {"q": "巡逻"}))

    assert "找到 1 条" in shown
    assert "巡逻公告" in shown


@pytest.mark.usefixtures("only_pages")
def test_an_article_is_found_by_its_text_and_shows_the_place(client: Client, site: Site) -> None:
    news = site.root_page.add_child(instance=NewsIndexPage(title="动态", slug="news"))
    story = (
        "<h2>先敲门</h2><p>夜巡<b>志愿</b>者看到旧沙发</p><p>堆在拐角。</p>" + "<p>后来</p>" * 99
    )
    news.add_child(
        instance=NewsPage(
            title="48 小时清零",
            slug="clear",
            summary="楼道通了 &amp; 亮了",
            date=date(2026, 11, 22),
            body=[("text", story + "<p>后来</p>" * 99)],
        )
    )

    for query in ("志愿者", "沙发", "夜巡志愿", "清零 拐角", "通了"):
        assert "找到 1 条" in text(client.get("/search/", {"q": query})), query
    for query in ("发堆", "门夜"):  # the end of one paragraph and the beginning of the next
        assert "没有找到" in text(client.get("/search/", {"q": query})), query

    response = client.get("/search/", {"q": "志愿者"})
    assert "夜巡<mark>志愿者</mark>看到旧沙发" in response.content.decode()
    assert 'href="/news/clear/"' in response.content.decode()
    assert "新闻 2026年11月22日" in text(response)


@pytest.mark.usefixtures("only_pages")
def test_nothing_found_says_what_to_do_next(client: Client) -> None:
    response = client.get("/search/", {"q": "恐龙化石"})

    assert "没有找到与“恐龙化石”有关的内容" in text(response)
    assert 'href="/activities/"' in response.content.decode()


def test_a_query_without_letters_is_told_so(client: Client) -> None:
    assert "请输入汉字、字母或数字" in text(client.get("/search/", {"q": "！？😀"}))


@pytest.mark.usefixtures("only_pages")
def test_a_long_query_is_cut_and_told_so(client: Client, site: Site) -> None:
    page(site, "巡逻" * 50, "long")

    response = client.get("/search/", {"q": "巡逻" * 400})

    assert "只用了前 100 个字" in text(response)
    assert f'value="{"巡逻" * 50}"' in response.content.decode()
    assert "找到 1 条" in text(response)


@pytest.mark.parametrize(
    "query",
    ["'", '"', "\\", ":*", "党\0员", "<script>", "%", "党' OR 1=1 --", "𬱖", "党" * 500, "{% x %}"],
)
def test_nothing_typed_breaks_the_page(client: Client, query: str) -> None:
    response = client.get("/search/", {"q": query, "page": query, "in": query})

    assert response.status_code == 200
    kept = " ".join(query.replace("\0", "").split())[:100]
    assert f'value="{escape(kept)}"' in response.content.decode()


@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%ED%A0%80党", "q=党&q=员", "q=党&page=-1&in=x"])
def test_broken_addresses_break_nothing(client: Client, raw: str) -> None:
    assert client.get(f"/search/?{raw}").status_code == 200


def test_the_page_only_reads(client: Client) -> None:
    assert client.post("/search/", {"q": "党"}).status_code == 405
    assert client.head("/search/", {"q": "党"}).status_code == 200


@pytest.mark.usefixtures("only_pages")
def test_results_come_in_pages_of_ten(client: Client, site: Site) -> None:
    for number in range(23):
        page(site, f"巡逻日记{number:02}", f"diary-{number}")

    seen: list[str] = []
    for shown in (1, 2, 3):
        response = client.get("/search/", {"q": "巡逻", "page": shown})
        assert f"第 {shown} 页，共 3 页" in text(response)
        seen += re.findall(r'href="/(diary-\d+)/"', response.content.decode())
    assert len(seen) == len(set(seen)) == 23
    for odd in ("99", "0", "-1", "x", "9" * 5000):
        assert client.get("/search/", {"q": "巡逻", "page": odd}).status_code == 200


@pytest.mark.usefixtures("only_pages")
def test_a_page_of_results_costs_few_queries(
    client: Client, site: Site, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        page(site, f"巡逻日记{number:02}", f"diary-{number}")
    client.get("/search/", {"q": "巡逻"})  # addresses of the site are cached by the first reader

    with django_assert_max_num_queries(5):
        assert "找到 12 条" in text(client.get("/search/", {"q": "巡逻"}))


@pytest.mark.usefixtures("only_pages")
def test_another_source_has_its_own_tab(client: Client, site: Site) -> None:
    def find(query: str) -> list[Hit]:
        return [
            {
                "title": f"联合巡逻第{number}场",
                "url": f"/activities/{number}/",
                "kind": "活动",
                "excerpt": "集合后沿河步道<b>巡逻</b>" if query == "巡逻" else "",
                "date": date(2026, 11, 28),
            }
            for number in range(3)
        ]

    sources.register("activities", "活动", find, order=10)
    page(site, "巡逻日记", "diary")

    response = client.get("/search/", {"q": "巡逻"})
    shown = text(response)
    assert "全部 4 活动 3 文章和页面 1" in shown
    assert shown.index("联合巡逻第0场") < shown.index("巡逻日记")
    assert "2026年11月28日" in shown
    assert "沿河步道&lt;b&gt;<mark>巡逻</mark>&lt;/b&gt;" in response.content.decode()

    shown = text(client.get("/search/", {"q": "巡逻", "in": "pages"}))
    assert "巡逻日记" in shown
    assert "联合巡逻" not in shown


@pytest.mark.usefixtures("only_pages")
def test_too_many_hits_ask_for_another_word(client: Client) -> None:
    def find(query: str) -> list[Hit]:
        one: Hit = {"title": query, "url": "/", "kind": "活动", "excerpt": "", "date": None}
        return [one] * LIMIT

    sources.register("many", "活动", find)

    assert "多加一个词会更准" in text(client.get("/search/", {"q": "党"}))
