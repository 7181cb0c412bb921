"""Identity numbers and social credit codes: valid ones pass, slips of the finger do not.

All numbers are synthetic: no living person has these birth dates.
"""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from volunteers.foundation.identity import (
    InvalidIdentity,
    birth_date,
    citizen_id,
    is_male,
    uscc,
    uscc_warning,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_check(first: str, alphabet: str, accepts: object) -> str:
    """`first` with the one final character that the validator accepts."""
    assert callable(accepts)
    fitting = []
    for char in alphabet:
        try:
            fitting.append(accepts(first + char))
        except InvalidIdentity:
            continue
    assert len(fitting) == 1, f"{first} must have exactly one check character"
    return str(fitting[0])


citizen_ids = st.builds(
    lambda area, born, seq: with_check(
        f"{area:06}{born:%Y%m%d}{seq:03}", "0123456789X", citizen_id
    ),
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(2024, 12, 31)),
    st.integers(0, 999),
)
credit_codes = st.builds(
    lambda kind, area, inner: with_check(f"{kind}{area:06}{inner}", USCC_ALPHABET, uscc),
    st.sampled_from(["11", "12", "51", "52", "53", "91", "92", "93", "Y1"]),
    st.integers(110000, 659999),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("number", ["321003190001010011", "32100318991231005X"])
def test_valid_identity_numbers_pass(number: str) -> None:
    assert citizen_id(number) == number


def test_the_sample_of_the_standard_passes() -> None:
    assert citizen_id("11010519491231002X") == "11010519491231002X"


@pytest.mark.parametrize(
    "typed",
    [
        "32100318991231005x",
        " 321003 18991231 005X ",
        "３２１００３１８９９１２３１００５Ｘ",
        "321003-18991231-005x",
    ],
)
def test_other_ways_of_typing_give_one_form(typed: str) -> None:
    assert citizen_id(typed) == "32100318991231005X"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "请填写身份证号码。"),
        ("32100319000101001", "应为18位，现在有17位"),
        ("3210031900010100111", "应为18位，现在有19位"),
        ("X21003190001010011", "前17位应是数字"),
        ("32100319000101001A", "最后一位是数字或字母X"),
        ("32100319000101001\x00", "最后一位是数字或字母X"),
        ("321003190001010012", "校验位不符"),
        ("321003190002300010", "出生日期不存在"),
        ("321003190100000010", "出生日期不存在"),
        ("321003000001010010", "出生日期不存在"),
        ("321003179901010010", "出生日期太早"),
        ("321003999901010010", "出生日期还没到"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_its_reason(number: str, sentence: str) -> None:
    with pytest.raises(InvalidIdentity, match=sentence):
        citizen_id(number)


def test_someone_born_today_passes_and_tomorrow_does_not() -> None:
    number = "321003190001010011"
    assert citizen_id(number, today=date(1900, 1, 1)) == number
    with pytest.raises(InvalidIdentity, match="还没到"):
        citizen_id(number, today=date(1899, 12, 31))


def test_birth_date_and_sex_are_read_from_the_number() -> None:
    assert birth_date("32100318991231005x") == date(1899, 12, 31)
    assert is_male("321003190001010011") is True
    assert is_male("11010519491231002X") is False


@given(citizen_ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_change_of_an_identity_number_is_caught(
    number: str, place: int, char: str
) -> None:
    assume(number[place] != char)
    with pytest.raises(InvalidIdentity):
        citizen_id(number[:place] + char + number[place + 1 :])


@given(citizen_ids, st.integers(0, 16))
def test_any_swap_of_neighbours_in_an_identity_number_is_caught(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    with pytest.raises(InvalidIdentity):
        citizen_id(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@pytest.mark.parametrize("code", ["11321003AA00000180", "52321003TEXT00017A"])
def test_valid_credit_codes_pass(code: str) -> None:
    assert uscc(code) == code
    assert uscc(code.lower()) == code
    assert uscc(f" {code[:2]} {code[2:8]} {code[8:]} ") == code


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "请填写统一社会信用代码。"),
        ("11321003AA0000018", "应为18位，现在有17位"),
        ("11321003AA00000181", "校验位不符"),
        ("52231003TEXT00017A", "校验位不符"),
        ("11321003AAO0000180", "不用字母I、O、S、V、Z"),
        ("11321003AA000001中0", "只由数字和大写字母组成"),
        ("1132A003AA00000180", "应是数字"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(code: str, sentence: str) -> None:
    with pytest.raises(InvalidIdentity, match=sentence):
        uscc(code)


@given(credit_codes, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_any_single_change_of_a_credit_code_is_caught(code: str, place: int, char: str) -> None:
    assume(code[place] != char)
    with pytest.raises(InvalidIdentity):
        uscc(code[:place] + char + code[place + 1 :])


@given(credit_codes, st.integers(0, 16))
def test_any_swap_of_neighbours_in_a_credit_code_is_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    with pytest.raises(InvalidIdentity):
        uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_a_failing_inner_organisation_code_is_only_a_warning() -> None:
    assert uscc_warning("11321003AA00000180") == ""
    odd = with_check("11321003AA0000019", USCC_ALPHABET, uscc)
    assert "组织机构代码" in uscc_warning(odd)


@given(st.text(max_size=30))
def test_hostile_text_gets_a_sentence_and_no_other_error(text: str) -> None:
    for validator in (citizen_id, uscc):
        try:
            validator(text)
        except InvalidIdentity as refusal:
            assert str(refusal).endswith("。")
