"""A changing code holds for its minute and the next, for its subject and purpose only."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation.codes import (
    Code,
    CodeError,
    ExpiredCode,
    check_number,
    issue,
    subject_of,
    verify,
)

AT = datetime(2026, 3, 5, 11, 0, 20, tzinfo=UTC)
WINDOW_START = datetime(2026, 3, 5, 11, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def code(at: datetime = AT, subject: int = 4711, purpose: str = "check-in", key: str = "") -> Code:
    return issue(purpose, subject, key, at)


def test_a_fresh_code_names_its_subject() -> None:
    assert verify(code().token, "check-in", AT) == 4711
    assert check_number(code().number, "check-in", 4711, AT)


def test_a_code_is_short_and_fits_a_link() -> None:
    assert len(code(subject=2**40).token) <= 30
    assert set(code().token) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
    assert len(code().number) == 6
    assert code().number.isdecimal()


def test_the_code_stays_within_its_window_and_changes_with_it() -> None:
    assert code(WINDOW_START) == code(WINDOW_START + 59 * SECOND)
    assert code(WINDOW_START + MINUTE).token != code(WINDOW_START).token
    assert code().until == WINDOW_START + MINUTE
    numbers = {code(AT + n * MINUTE).number for n in range(10)}
    assert len(numbers) > 5


def test_a_screenshot_dies_after_the_next_window() -> None:
    shown = code(WINDOW_START)
    last = WINDOW_START + 2 * MINUTE - SECOND
    assert verify(shown.token, "check-in", last) == 4711
    assert check_number(shown.number, "check-in", 4711, last)
    with pytest.raises(ExpiredCode, match="已过期"):
        verify(shown.token, "check-in", last + SECOND)
    assert not check_number(shown.number, "check-in", 4711, last + SECOND)


def test_without_skew_a_code_dies_with_its_window() -> None:
    shown = code(WINDOW_START)
    assert verify(shown.token, "check-in", WINDOW_START + 59 * SECOND, 0) == 4711
    with pytest.raises(ExpiredCode):
        verify(shown.token, "check-in", WINDOW_START + MINUTE, 0)


def test_a_code_of_the_future_is_not_taken() -> None:
    later = code(AT + MINUTE)
    with pytest.raises(CodeError, match="还没到时间"):
        verify(later.token, "check-in", AT)
    assert not check_number(later.number, "check-in", 4711, AT)


def test_a_code_serves_one_purpose_subject_key_and_period_only() -> None:
    shown = code(key="k1")
    assert verify(shown.token, "check-in", AT, key="k1") == 4711
    assert check_number(shown.number, "check-in", 4711, AT, key="k1")
    with pytest.raises(CodeError, match="无效"):
        verify(shown.token, "check-out", AT, key="k1")
    with pytest.raises(CodeError, match="无效"):
        verify(shown.token, "check-in", AT, key="k2")
    with pytest.raises(CodeError, match="无效"):
        verify(shown.token, "check-in", AT, key="k1", period=30)
    assert not check_number(shown.number, "check-out", 4711, AT, key="k1")
    assert not check_number(shown.number, "check-in", 4712, AT, key="k1")
    assert not check_number(shown.number, "check-in", 4711, AT, key="k2")


def test_parts_do_not_run_into_one_another() -> None:
    assert issue("ab", 1, "c", AT).token != issue("a", 1, "bc", AT).token


def test_a_code_of_another_secret_is_not_taken() -> None:
    with override_settings(SECRET_KEY="another" * 8):
        foreign = code()
    with pytest.raises(CodeError, match="无效"):
        verify(foreign.token, "check-in", AT)
    assert not check_number(foreign.number, "check-in", 4711, AT)


def test_the_zone_of_the_clock_does_not_matter() -> None:
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert code(shanghai) == code(AT)
    assert verify(code().token, "check-in", shanghai) == 4711


def test_the_claimed_subject_can_be_read_to_look_up_its_key() -> None:
    assert subject_of(code(subject=0).token) == 0
    assert subject_of(code(subject=2**63).token) == 2**63


@given(st.data())
def test_any_changed_character_of_a_token_is_caught(data: st.DataObject) -> None:
    token = code().token
    place = data.draw(st.integers(0, len(token) - 1))
    char = data.draw(st.sampled_from("AZaz09-_").filter(lambda c: c != token[place]))
    with pytest.raises(CodeError):
        verify(token[:place] + char + token[place + 1 :], "check-in", AT)


@given(st.text(max_size=80))
def test_hostile_text_gets_a_sentence_and_no_other_error(text: str) -> None:
    with pytest.raises(CodeError) as caught:
        verify(text, "check-in", AT)
    assert str(caught.value).endswith("。")
    assert check_number(text, "check-in", 4711, AT) is False


@pytest.mark.parametrize(
    "token", ["", "A", "A" * 22, "A" * 5000, "=" * 8, "中文", "a b", "\x00", "\ud800"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    for read in (lambda: verify(token, "check-in", AT), lambda: subject_of(token)):
        with pytest.raises(CodeError, match="无效"):
            read()
    assert not check_number(token, "check-in", 4711, AT)


def test_six_digits_may_be_typed_in_full_width_and_with_a_space() -> None:
    number = code().number
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert check_number(f" {number[:3]} {number[3:]} ", "check-in", 4711, AT)
    assert check_number(wide, "check-in", 4711, AT)
    assert not check_number(number[:5], "check-in", 4711, AT)
    assert not check_number("0" + number, "check-in", 4711, AT)


def test_a_careless_caller_is_told() -> None:
    for bad in (
        lambda: code(datetime(2026, 3, 5)),
        lambda: code(subject=-1),
        lambda: issue("check-in", 1, "", AT, period=0),
    ):
        with pytest.raises(ValueError, match=r"zone|negative|period"):
            bad()
