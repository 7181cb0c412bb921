"""Text as people type it is found; names stay as typed or are refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation.han import clean_name, fold, initials, pinyin, warns_private_use


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("  陳　　芳 ", "陈 芳"),
        ("阿依古麗•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽･买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("陈\u200b芳\ufe00", "陈芳"),
        ("臺灣後勤與衛生發展", "台湾后勤与卫生发展"),
        ("Straße", "strasse"),
        ("e\u0301", "é"),
        ("\uf9fc", "识"),  # a compatibility form of 識
        ("", ""),
    ],
)
def test_different_typing_folds_to_one_form(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("name", ["䶮", "𠮷田", "𬱖", "乾隆", "瞭望", "甯静", "喆", "哪吒"])
def test_rare_and_distinct_characters_survive_folding(name: str) -> None:
    assert fold(name) == name


@pytest.mark.parametrize(
    ("name", "reading", "letters"),
    [
        ("陈芳", "chen fang", "cf"),
        ("吕布", "lv bu", "lb"),
        ("單雄信", "shan xiong xin", "sxx"),
        ("曾国", "zeng guo", "zg"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("长孙明", "zhang sun ming", "zsm"),
        ("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt"),
        ("O'Neil Ｓmith", "o'neil smith", "os"),
        ("䶮", "yan", "y"),
        ("𠮷田", "ji tian", "jt"),
        ("", "", ""),
    ],
)
def test_names_are_read_with_their_surname(name: str, reading: str, letters: str) -> None:
    assert pinyin(name, person=True) == reading
    assert initials(name, person=True) == letters


def test_the_same_character_is_read_otherwise_outside_a_name() -> None:
    assert pinyin("曾经") == "ceng jing"
    assert pinyin("重庆") == "chong qing"
    assert initials("平安联创 2期") == "palc2q"


@pytest.mark.parametrize(
    "name",
    [
        "陈芳",
        "䶮",
        "𠮷田",
        "𬱖",
        "\ue123",
        "Zoë (小佐)",
        "O'Neil",
        "阿依古丽·买买提",
        "陈芳2",
        "字" * 50,
    ],
)
def test_a_name_is_kept_as_typed(name: str) -> None:
    assert clean_name(name) == name
    assert clean_name(f"\u3000 {name}\t ") == name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "请填写姓名。"),
        (" \u3000\n", "请填写姓名。"),
        ("字" * 60, "姓名最多50个字，现在有60个字。"),
        ("陈\x00芳", "姓名里有看不见的特殊字符"),
        ("陈\n芳", "姓名里有看不见的特殊字符"),
        ("陈\u202e芳", "姓名里有看不见的特殊字符"),
        ("陈\ud800芳", "姓名里有看不见的特殊字符"),
        ("138 0000", "姓名不能全是数字"),
        ("１２３", "姓名不能全是数字"),
        ("···", "姓名里至少要有一个字"),
        ("👍", "姓名里至少要有一个字"),
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(name: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        clean_name(name)


@given(st.text())
def test_a_name_is_never_altered_silently(text: str) -> None:
    try:
        assert clean_name(text) == text.strip()
    except ValueError as refusal:
        assert str(refusal).endswith("。")


def test_private_use_characters_bring_a_warning_and_others_do_not() -> None:
    assert "自造字" in warns_private_use("陈\ue123")
    assert "自造字" in warns_private_use("\U000f0001")
    assert warns_private_use("䶮𠮷𬱖") == ""
