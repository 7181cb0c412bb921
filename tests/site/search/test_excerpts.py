"""The words found, marked in the text around them."""

import pytest

from search.excerpts import READ, WIDTH, excerpt, mark


def test_the_word_found_is_marked() -> None:
    assert mark("社区巡逻队招募", "巡逻") == "社区<mark>巡逻</mark>队招募"
    assert mark("巡逻，再巡逻", "巡逻") == "<mark>巡逻</mark>，再<mark>巡逻</mark>"
    assert mark("党员先锋岗", "岗 党员") == "<mark>党员</mark>先锋<mark>岗</mark>"


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("学ＤＪＡＮＧＯ。", "django", "学<mark>ＤＪＡＮＧＯ</mark>。"),
        ("志願者", "志愿者", "<mark>志願者</mark>"),
        ("共㎡，㎡", "m2", "共<mark>㎡</mark>，<mark>㎡</mark>"),
        ("Café 在楼下", "cafe", "<mark>Café</mark> 在楼下"),
        ("Cafe\u0301 在楼下", "café", "<mark>Cafe</mark>\u0301 在楼下"),
        ("志\u200b愿", "志愿", "<mark>志\u200b愿</mark>"),
    ],
)
def test_the_text_stays_as_it_was_written(text: str, query: str, expected: str) -> None:
    assert mark(text, query) == expected


def test_a_word_of_letters_is_marked_whole_or_not_at_all() -> None:
    assert mark("party 和 partying", "party") == "<mark>party</mark> 和 partying"


def test_a_long_word_that_stands_apart_is_marked_by_its_pairs() -> None:
    text = "志愿者，愿者服，者服务"
    assert mark(text, "志愿者服务").count("<mark>") == 3
    assert mark("买买提·吐尔逊", "买买提吐尔逊").startswith("<mark>买买提</mark>·")


def test_pairs_that_overlap_make_one_mark() -> None:
    assert mark("社区巡逻", "社区巡 区巡逻") == "<mark>社区巡逻</mark>"


def test_markup_in_texts_and_queries_is_escaped() -> None:
    text = "<script>alert('党')</script> & <b>党员</b>"

    assert mark(text, "党") == (
        "&lt;script&gt;alert(&#x27;<mark>党</mark>&#x27;)&lt;/script&gt;"
        " &amp; &lt;b&gt;<mark>党</mark>员&lt;/b&gt;"
    )
    assert mark(text, "<b>") == (
        "&lt;script&gt;alert(&#x27;党&#x27;)&lt;/script&gt;"
        " &amp; &lt;<mark>b</mark>&gt;党员&lt;/<mark>b</mark>&gt;"
    )
    assert "<mark>" not in mark(text, "'\"><&")


def test_an_excerpt_is_cut_around_the_first_word_found() -> None:
    text = "前" * 300 + "社区巡逻" + "后" * 300

    shown = excerpt(text, "巡逻")
    assert shown.startswith("…前") and shown.endswith("后…")
    assert "社区<mark>巡逻</mark>后" in shown
    assert len(shown.replace("<mark>", "").replace("</mark>", "")) == WIDTH + 2


def test_an_excerpt_at_the_end_or_of_a_short_text_is_not_cut_more_than_needed() -> None:
    assert excerpt("短短的 巡逻\n记录", "巡逻") == "短短的 <mark>巡逻</mark> 记录"
    shown = excerpt("前" * 300 + "巡逻", "巡逻")
    assert shown.endswith("<mark>巡逻</mark>")
    assert len(shown.replace("<mark>", "").replace("</mark>", "")) == WIDTH + 1


def test_an_excerpt_without_the_word_is_the_beginning() -> None:
    assert excerpt("甲" * 500, "巡逻") == "甲" * WIDTH + "…"
    assert excerpt("", "巡逻") == ""
    assert "<mark>" not in excerpt("甲" * READ + "巡逻", "巡逻")


def test_a_mark_that_reaches_over_the_end_is_cut_with_it() -> None:
    text = "甲" * 20 + "巡逻" + "乙" * 65 + "巡逻队员"

    assert excerpt(text, "巡逻队员 巡逻").endswith("乙<mark>巡逻队</mark>…")
