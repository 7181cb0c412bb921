"""Public lists mask names and numbers; personal data in free text is found and masked.

All numbers are synthetic.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation.privacy import (
    COMPOUND_SURNAMES,
    Span,
    find_personal,
    mask_id,
    mask_name,
    mask_phone,
    redact,
)

IDENTITY = "321003190001010011"
CARD = "6222020200112233446"
CARD_16 = "4111111111111111"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈芳", "陈*"),
        ("陈小芳", "陈**"),
        ("欧阳明", "欧阳*"),
        ("歐陽明月", "歐陽**"),
        ("欧阳", "欧*"),
        ("阿依古丽·买买提", "阿*"),
        ("阿依古丽•买买提", "阿*"),
        ("扎西顿珠次仁", "扎***"),
        ("John Smith", "J*"),
        ("O'Neil", "O*"),
        ("𠮷田", "𠮷*"),
        ("\ue123芳", "\ue123*"),
        ("陈 芳", "陈*"),
        ("陈", "*"),
        (" 陈芳 ", "陈*"),
        ("", ""),
    ],
)
def test_a_name_shows_its_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_the_usual_compound_surnames_are_known() -> None:
    assert {"欧阳", "上官", "诸葛", "司马", "夏侯", "尉迟", "皇甫", "令狐"} <= COMPOUND_SURNAMES
    assert len(COMPOUND_SURNAMES) >= 80
    assert all(len(surname) == 2 for surname in COMPOUND_SURNAMES)


@given(st.text(min_size=2, max_size=20))
def test_a_masked_name_never_shows_the_last_character_of_the_name(name: str) -> None:
    masked = mask_name(name)
    assert masked.endswith("*") or not name.strip()
    assert len(masked.rstrip("*")) <= 2


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613800130000", "138****0000"),
        ("13800130000", "138****0000"),
        ("0086 138 0013 0000", "138****0000"),
        ("１３８００１３００００", "138****0000"),
        ("0514-87654321", "****21"),
        ("110", "****"),
        ("", ""),
    ],
)
def test_a_phone_shows_its_first_three_and_last_four(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (IDENTITY, "321***********0011"),
        ("E12345678", "E*******8"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_an_identity_number_shows_its_ends(number: str, masked: str) -> None:
    assert mask_id(number) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138 - 0013 - 8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "13 800 138 000",
        "１３８００１３８０００",
        "138\u30000013\u30008000",
        "+8613800138000",
        "+86 138 0013 8000",
        "008613800138000",
        "8613800138000",
        "＋８６１３８００１３８０００",
    ],
)
def test_a_mobile_number_is_found_however_it_is_typed(typed: str) -> None:
    text = f"楼下王师傅，电话{typed}，晚上打。"
    start = text.index(typed)
    assert find_personal(text) == [Span("phone", start, start + len(typed), typed)]
    assert redact(text) == "楼下王师傅，电话138****8000，晚上打。"


@pytest.mark.parametrize(
    "typed",
    [
        IDENTITY,
        "321003 19000101 0011",
        "321003-19000101-0011",
        "３２１００３１９０００１０１００１１",
    ],
)
def test_an_identity_number_is_found_however_it_is_typed(typed: str) -> None:
    text = f"身份证{typed}号"
    assert find_personal(text) == [Span("identity", 3, 3 + len(typed), typed)]
    assert redact(text) == "身份证321***********0011号"


def test_an_identity_number_that_ends_with_x_is_found_in_both_cases() -> None:
    assert redact("32100318991231005x和32100318991231005X") == (
        "321***********005x和321***********005X"
    )


@pytest.mark.parametrize("typed", [CARD, "6222 0202 0011 2233 446", "622202 0200112233446"])
def test_a_bank_card_is_found_by_its_luhn_sum(typed: str) -> None:
    assert find_personal(f"卡号{typed}。") == [Span("card", 2, 2 + len(typed), typed)]
    assert redact(f"卡号{typed}。") == "卡号***************3446。"


@pytest.mark.parametrize(
    "typed",
    ["苏K12345", "苏K·12345", "苏KD12345", "苏K12345D", "苏k1a2b3", "苏K1234警", "苏Ｋ１２３４５"],
)
def test_a_number_plate_is_found(typed: str) -> None:
    spans = find_personal(f"白色轿车{typed}占道")
    assert [(span.kind, span.text) for span in spans] == [("plate", typed)]
    assert "12" not in redact(f"白色轿车{typed}占道")


def test_a_report_with_two_phones_an_identity_number_and_a_plate_is_masked_throughout() -> None:
    text = f"苏K12345堵门，车主13800138000，家属139 0013 9000，证号{IDENTITY}，卡{CARD_16}。"
    assert [span.kind for span in find_personal(text)] == [
        "plate", "phone", "phone", "identity", "card",
    ]  # fmt: skip
    assert redact(text) == (
        "苏K*****堵门，车主138****8000，家属139****9000，"
        "证号321***********0011，卡************1111。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "3号楼2单元 2026年1月15日 13:00-15:00",
        "2026.1.31-2026.12.01",
        "2026-1-31 2026-12-01",
        "15 16 17 18 19 20 21",
        "12345热线，社区电话0514-87654321",
        "行政区划代码321003009001",
        "321003190001010012",  # wrong check digit
        "321003190002300010",  # no such date
        "6222020200112233440",  # wrong Luhn sum
        "113800138000 和 138001380001",  # twelve digits are no mobile number
        "新A栋，苏州路12号，京ABCDEF",
        "订单12345678901234567890",
        "盛平安",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personal(text) == []
    assert redact(text) == text


def test_a_number_is_found_behind_others_that_are_none() -> None:
    assert redact(f"0011 {IDENTITY}") == "0011 321***********0011"
    assert redact("1 13800138000 1") == "1 138****8000 1"
    assert redact("13800138000 13900139000") == "138****8000 139****9000"
    assert redact(f"{CARD} 13800138000") == "***************3446 138****8000"
    assert redact("4111 1111 1111 1111 12") == "************1111 12"
    assert redact("0514-87654321 13800138000") == "0514-87654321 138****8000"


fragments = st.lists(
    st.sampled_from(
        ["13800138000", "138 0013 8000", IDENTITY, CARD, CARD_16, "苏K12345", "1", "380", " ", "-",
         "+86", "00", "，", "志愿者", "x", "A", "*"]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)  # fmt: skip


@given(fragments)
def test_nothing_is_left_to_find_after_redacting(text: str) -> None:
    assert find_personal(redact(text)) == []


@given(fragments)
def test_spans_are_ordered_apart_and_hold_what_was_typed(text: str) -> None:
    done = 0
    for span in find_personal(text):
        assert done <= span.start < span.end
        assert text[span.start : span.end] == span.text
        done = span.end
