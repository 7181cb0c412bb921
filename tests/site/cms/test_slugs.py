"""Addresses in pinyin, made from the title."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.models import NewsIndexPage, NewsPage
from cms.models.base import MAX_SLUG, pinyin_slug

from .conftest import Make

pytestmark = pytest.mark.django_db


def test_a_chinese_title_becomes_pinyin(article: Make) -> None:
    assert article("党建引领社区治理").slug == "dang-jian-yin-ling-she-qu-zhi-li"


def test_the_same_title_again_gets_a_number(article: Make) -> None:
    assert [article("招募公告").slug for _ in range(3)] == [
        "zhao-mu-gong-gao",
        "zhao-mu-gong-gao-2",
        "zhao-mu-gong-gao-3",
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("2026年3月志愿者招募", "2026-nian-3-yue-zhi-yuan-zhe-zhao-mu"),
        ("“四联”机制一周年：好邻居", "si-lian-ji-zhi-yi-zhou-nian-hao-lin-ju"),
        ("7 号楼道堆物，48 小时清零", "7-hao-lou-dao-dui-wu-48-xiao-shi-qing-ling"),
        ("🎉", "page"),
    ],
)
def test_digits_and_marks_in_titles(title: str, slug: str) -> None:
    assert pinyin_slug(title) == slug


def test_a_long_title_keeps_a_short_address() -> None:
    assert len(pinyin_slug("长" * 200)) <= MAX_SLUG


def form(title: str, slug: str = "") -> dict:
    return nested_form_data(
        {
            "title": title,
            "slug": slug,
            "column": "news",
            "date": "2026-11-25",
            "source": "新盛街道",
            "body": streamfield([]),
        }
    )


def test_a_draft_saved_while_its_title_is_typed_follows_the_title(
    editor_client: Client, news_index: NewsIndexPage
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news_index.pk])
    editor_client.post(add, form("七号"))
    page = NewsPage.objects.get()
    assert page.slug == "qi-hao"
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor_client.post(edit, form("七号楼清零", "qi-hao"))
    page.refresh_from_db()
    assert page.slug == "qi-hao-lou-qing-ling"


def test_an_address_that_an_editor_chose_stays(
    editor_client: Client, news_index: NewsIndexPage
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news_index.pk])
    editor_client.post(add, form("七号", "lou-dao"))
    page = NewsPage.objects.get()
    editor_client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), form("七号楼", "lou-dao")
    )
    page.refresh_from_db()
    assert page.slug == "lou-dao"


def test_a_published_address_stays_when_the_title_changes(
    editor_client: Client, article: Make
) -> None:
    page = article("七号")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor_client.post(edit, form("七号楼", "qi-hao") | {"action-publish": "1"})
    page.refresh_from_db()
    assert (page.title, page.slug) == ("七号楼", "qi-hao")
