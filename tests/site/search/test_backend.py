"""What is found, on whichever database the suite runs: the expectations are the same."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from modelsearch.backends.base import SearchFieldError
from wagtail.documents.models import Document
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.query import And, Not, Or, Phrase, PlainText

from search.indexing import MAX_INDEXED

pytestmark = pytest.mark.django_db

TITLES = [
    "新盛街道党员志愿者服务队",
    "冬夜社区巡逻招募",
    "居民生活补贴办理",
    "志愿者服务Django培训",
    "巡回放映，逻辑讲座",
    "ＤＪＡＮＧＯ 入门",
    "王䶮和李𬱖的故事",
]


@pytest.fixture
def documents() -> None:
    for title in TITLES:
        Document.objects.create(title=title, file="documents/a.txt")


def titles(found: Iterable[Any]) -> set[str]:
    return {item.title for item in found}


def search(query: Any, **options: Any) -> set[str]:
    found = Document.objects.all().search(query, **options)
    hits = titles(found)
    assert found.count() == len(hits)
    return hits


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("党", {"新盛街道党员志愿者服务队"}),
        ("队", {"新盛街道党员志愿者服务队"}),
        ("志愿", {"新盛街道党员志愿者服务队", "志愿者服务Django培训"}),
        ("志愿者", {"新盛街道党员志愿者服务队", "志愿者服务Django培训"}),
        ("志願者", {"新盛街道党员志愿者服务队", "志愿者服务Django培训"}),
        ("社区巡逻", {"冬夜社区巡逻招募"}),
        ("巡逻", {"冬夜社区巡逻招募"}),
        ("志愿者服务Django", {"志愿者服务Django培训"}),
        ("django", {"志愿者服务Django培训", "ＤＪＡＮＧＯ 入门"}),
        ("ＤＪＡＮＧＯ", {"志愿者服务Django培训", "ＤＪＡＮＧＯ 入门"}),
        ("社区 招募", {"冬夜社区巡逻招募"}),
        ("社区 党员", set()),
        ("䶮", {"王䶮和李𬱖的故事"}),
        ("李𬱖", {"王䶮和李𬱖的故事"}),
        ("𬱖的故事", {"王䶮和李𬱖的故事"}),
        ("djan", set()),
        ("暴雨", set()),
    ],
)
@pytest.mark.usefixtures("documents")
def test_words_are_found_wherever_they_stand(query: str, expected: set[str]) -> None:
    assert search(query) == expected
    assert search(PlainText(query)) == expected


@pytest.mark.usefixtures("documents")
def test_two_characters_that_stand_apart_are_no_hit() -> None:
    assert search("巡放") == set()
    assert search("逻招") == {"冬夜社区巡逻招募"}
    assert search("映逻") == set()  # a comma stands between them


@pytest.mark.usefixtures("documents")
def test_a_phrase_is_all_of_its_pairs() -> None:
    assert search(Phrase("社区巡逻")) == {"冬夜社区巡逻招募"}
    assert search(Phrase("志愿者服务")) == {"新盛街道党员志愿者服务队", "志愿者服务Django培训"}
    assert search(Phrase("服务志愿者")) == set()


@pytest.mark.usefixtures("documents")
def test_or_asks_for_any_word_and_still_for_all_of_that_word() -> None:
    assert search("社区巡逻 生活补贴", operator="or") == {"冬夜社区巡逻招募", "居民生活补贴办理"}
    assert search("社区放映 补贴", operator="or") == {"居民生活补贴办理"}
    assert search("社区 😀 补贴", operator="or") == {"冬夜社区巡逻招募", "居民生活补贴办理"}


@pytest.mark.usefixtures("documents")
def test_queries_combine() -> None:
    volunteers, training = PlainText("志愿者"), PlainText("培训")

    assert search(And([volunteers, Not(training)])) == {"新盛街道党员志愿者服务队"}
    assert search(Or([training, PlainText("补贴")])) == {
        "志愿者服务Django培训",
        "居民生活补贴办理",
    }
    assert search(Not(PlainText("志愿"))) == set(TITLES) - {
        "新盛街道党员志愿者服务队",
        "志愿者服务Django培训",
    }
    assert search(volunteers & Not(PlainText("，"))) == {
        "新盛街道党员志愿者服务队",
        "志愿者服务Django培训",
    }


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("djan", {"志愿者服务Django培训", "ＤＪＡＮＧＯ 入门"}),
        ("志愿者服务dj", {"志愿者服务Django培训"}),
        ("巡", {"冬夜社区巡逻招募", "巡回放映，逻辑讲座"}),
        ("社区巡", {"冬夜社区巡逻招募"}),
        ("入门 d", {"ＤＪＡＮＧＯ 入门"}),
        ("d 入门", set()),
    ],
)
@pytest.mark.usefixtures("documents")
def test_the_back_office_finds_a_word_while_it_is_typed(typed: str, expected: set[str]) -> None:
    assert titles(Document.objects.all().autocomplete(typed)) == expected


HOSTILE = [
    "'",
    '"',
    ":",
    "\\",
    "\0",
    "党\0员",
    "😀",
    "党😀",
    "'党' & !'员':*",
    '党" OR title:"员',
    "NEAR(党 员)",
    "%s %% %(a)s",
    "党 AND",
    "-- ; DROP TABLE",
    "{title} : 党",
    "志愿' || '",
    "\ud800党",
    "𝔻jango",
    "党" * 500,
    "".join(chr(0x4E00 + n) for n in range(500)),
    " ".join("abcdefghij"[n % 10] * (n % 7 + 1) for n in range(250)),
    "x" * 5000,
    "   ",
    "١٢٣ ½ ㎡ ﷽",
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.usefixtures("documents")
def test_nothing_typed_is_an_error(query: str) -> None:
    for asked in (query, PlainText(query, operator="or"), Phrase(query), Not(PlainText(query))):
        assert search(asked) <= set(TITLES)
    assert titles(Document.objects.all().autocomplete(query)) <= set(TITLES)
    assert search(query, fields=["title"]) <= set(TITLES)


@pytest.mark.parametrize("query", ["'", ":", "😀", "\0", "，。", "-- ;"])
@pytest.mark.usefixtures("documents")
def test_a_query_without_letters_finds_nothing(query: str) -> None:
    assert search(query) == set()
    assert search(Not(PlainText(query))) == set(TITLES)


def test_hostile_text_is_indexed_too() -> None:
    backend = get_search_backend()
    for number, text in enumerate(HOSTILE):
        # Straight into the index: some of this no database column would take.
        backend.add(Document(pk=1000 + number, title=text))
    Document.objects.create(pk=1001 + len(HOSTILE), title="平安巡查", file="documents/a.txt")

    assert search("巡查") == {"平安巡查"}


def test_a_long_document_is_indexed_up_to_the_limit() -> None:
    document = Document.objects.create(title="长文", file="documents/a.txt")
    # Rare characters take most room in the index, and no two pairs are alike.
    filler = "".join(chr(0x20000 + n * 7 % 40_000) for n in range(MAX_INDEXED - 2))
    document.title = f"开头{filler}结尾{filler}"
    get_search_backend().add(document)
    Document.objects.filter(pk=document.pk).update(title="长文")

    assert search("开头") == {"长文"}
    assert search(filler[-3:]) == {"长文"}
    assert search("结尾") == set()


def test_text_beside_the_title_is_found_and_empty_fields_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extra = [index.SearchField("body"), index.SearchField("source")]
    monkeypatch.setattr(Document, "search_fields", [*Document.search_fields, *extra])
    document = Document.objects.create(title="简报", file="documents/a.txt")
    document.body = {"lead": "昨晚，社区巡逻队上岗", "rest": ["志愿者服务Django", None]}
    document.source = None
    get_search_backend().add(document)

    for word in ("党", "None", "队志"):
        assert search(word) == set()
    for word in ("岗", "上岗", "社区巡逻", "志愿者服务Django", "简报 巡逻"):
        assert search(word) == {"简报"}


def test_fields_of_related_objects_are_found_and_saving_refreshes_the_entry() -> None:
    document = Document.objects.create(title="名单", file="documents/a.txt")
    document.tags.add("先锋岗", "平安联创")
    document.save()
    assert search("锋岗") == {"名单"}
    assert search("岗平") == set()

    document.title = "通知"
    document.save()
    assert search("名单") == set()
    assert search("通知") == {"通知"}

    document.delete()
    assert search("通知") == set()


@pytest.mark.usefixtures("documents")
def test_hits_can_be_filtered_and_ordered() -> None:
    user = get_user_model().objects.create(pk=77)
    Document.objects.filter(title__startswith="志愿者").update(uploaded_by_user=user)

    mine = Document.objects.filter(uploaded_by_user=user).search("志愿")
    assert titles(mine) == {"志愿者服务Django培训"}

    by_title = Document.objects.order_by("title").search("志愿", order_by_relevance=False)
    assert [item.title for item in by_title] == sorted(search("志愿"))
    newest = Document.objects.all().search("志愿", order_by="-id")
    assert [item.pk for item in newest] == sorted((item.pk for item in newest), reverse=True)
    assert [item.pk for item in newest[1:]] == [newest[1].pk]


def test_a_hit_in_the_title_comes_before_a_hit_in_the_text() -> None:
    in_text = Document.objects.create(title="每周简报", file="documents/a.txt")
    in_text.tags.add("巡逻")
    in_text.save()
    in_title = Document.objects.create(title="夜间巡逻", file="documents/a.txt")

    assert [item.pk for item in Document.objects.all().search("巡逻")] == [in_title.pk, in_text.pk]


@pytest.mark.usefixtures("documents")
def test_a_hit_tells_how_well_it_matches() -> None:
    found = list(Document.objects.all().search("志愿者").annotate_score("score"))

    assert len(found) == 2
    assert all(item.score for item in found)


@pytest.mark.usefixtures("documents")
def test_the_index_is_asked_once_and_not_for_each_entry() -> None:
    found = Document.objects.all().search("党")

    # "=M" is SQLite's mark for a match that is run again for a row of another table.
    plan = found.get_queryset().explain()
    assert "=M" not in plan
    assert "document" in plan


@pytest.mark.usefixtures("documents")
def test_a_search_in_named_fields_looks_into_the_columns() -> None:
    first = Document.objects.get(title="冬夜社区巡逻招募")
    first.tags.add("补贴")
    first.save()

    assert search("补贴") == {"居民生活补贴办理", "冬夜社区巡逻招募"}
    assert search("补贴", fields=["title"]) == {"居民生活补贴办理"}
    assert search("社区 逻招", fields=["title"]) == {"冬夜社区巡逻招募"}
    assert search("逻招 补贴", fields=["title"], operator="or") == {
        "居民生活补贴办理",
        "冬夜社区巡逻招募",
    }
    assert search(Not(Phrase("志愿者服务")), fields=["title"]) == set(TITLES) - {
        "新盛街道党员志愿者服务队",
        "志愿者服务Django培训",
    }
    found = Document.objects.all().autocomplete("区巡", fields=["title"])
    assert titles(found) == {"冬夜社区巡逻招募"}


def test_a_search_in_a_field_that_is_no_column_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [*Document.search_fields, index.SearchField("filename")]
    monkeypatch.setattr(Document, "search_fields", fields)

    with pytest.raises(SearchFieldError, match="filename"):
        list(Document.objects.all().search("党", fields=["filename"]))


def test_pages_are_found_by_title() -> None:
    root = Page.objects.get(depth=1)
    root.add_child(title="社区巡逻队的一夜", slug="night")
    root.add_child(title="草稿里的巡逻", slug="draft", live=False)

    assert titles(Page.objects.live().search("巡逻")) == {"社区巡逻队的一夜"}
    assert titles(Page.objects.all().search("巡逻")) == {"社区巡逻队的一夜", "草稿里的巡逻"}
    assert titles(Page.objects.live().autocomplete("一")) == {"社区巡逻队的一夜"}


@pytest.mark.usefixtures("documents")
def test_rebuilding_the_index_keeps_it_right() -> None:
    backend = get_search_backend()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Document))
    rebuilt = rebuilder.start()
    rebuilt.add_items(Document, list(Document.objects.all()))
    rebuilder.finish()

    assert search("志愿者") == {"新盛街道党员志愿者服务队", "志愿者服务Django培训"}


def test_the_backend_is_the_one_for_this_database() -> None:
    assert type(get_search_backend()).__module__ == f"search.{_module()}"


def _module() -> str:
    return {"postgresql": "postgres", "sqlite": "sqlite"}[connection.vendor]
