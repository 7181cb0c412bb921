"""One mobile number has one form, however it is typed; what is none is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation.phones import PhoneError, display, normalise


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "008613800138000",
        "0086 138-0013-8000",
        "8613800138000",
        "86-13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138—0013—8000",
        "１３８００１３８０００",
        "＋８６１３８００１３８０００",
        "138\u30000013\u30008000",
        " 13800138000\n",
    ],
)
def test_every_way_of_typing_gives_one_form(typed: str) -> None:
    assert normalise(typed) == "+8613800138000"


@pytest.mark.parametrize("prefix", ["192", "197", "173", "165", "167", "199", "138"])
def test_new_and_virtual_prefixes_are_mobile_numbers(prefix: str) -> None:
    assert normalise(f"{prefix}00138000") == f"+86{prefix}00138000"


@pytest.mark.parametrize(
    "typed",
    ["0514-87654321", "051487654321", "+86 514 8765 4321", "010 62345678", "87654321", "8765432"],
)
def test_a_landline_is_refused_with_its_own_sentence(typed: str) -> None:
    with pytest.raises(PhoneError, match="座机号码，收不到短信验证码"):
        normalise(typed)


def test_a_foreign_number_is_refused_with_its_own_sentence() -> None:
    with pytest.raises(PhoneError, match="只支持中国大陆的手机号码"):
        normalise("+852 5123 4567")


@pytest.mark.parametrize(
    "typed",
    [
        "1380013800",
        "138001380000",
        "12345678901",
        "110",
        "4001234567",
        "138ABCDEFGH",
        "1380013800a",
        "13800138000\x00",
        "13800138000 转 1",
        "13800138000/13900139000",
        "++8613800138000",
        "+",
        "-",
        "9" * 5000,
        "٠١٢٣٤٥٦٧٨٩٠",
        "tel:13800138000",
        "+9991234567",
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(PhoneError, match="手机号码不对，请填写11位的手机号码。"):
        normalise(typed)


@pytest.mark.parametrize("typed", ["", "  ", "\u3000"])
def test_nothing_is_asked_for(typed: str) -> None:
    with pytest.raises(PhoneError, match="请填写手机号码。"):
        normalise(typed)


@given(st.text() | st.text("+0123456789 -()", max_size=20))
def test_the_stored_form_is_stable_and_hostile_text_raises_nothing_else(text: str) -> None:
    try:
        phone = normalise(text)
    except PhoneError as refusal:
        assert str(refusal).endswith("。")
    else:
        assert normalise(phone) == phone
        assert normalise(display(phone)) == phone


def test_a_stored_number_is_shown_in_groups() -> None:
    assert display("+8613800138000") == "138 0013 8000"
    assert display("未填写") == "未填写"
    assert display("") == ""
