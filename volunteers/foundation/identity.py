"""Numbers that carry a check digit: the citizen identity number and the social credit code.

Rules: GB 11643-1999 (citizen identity number) and GB 32100-2015 (unified social credit code).
A check digit shows a slip of the finger, not that the person or the organisation exists.
"""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_EARLIEST_BIRTH_YEAR = 1850

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ASCII_DIGITS = frozenset("0123456789")


class InvalidIdentity(ValueError):
    """The number cannot be right; the message is a sentence for the person who typed it."""


def citizen_id(value: str, *, today: date | None = None) -> str:
    """`value` as an 18-character citizen identity number, `x` stored as `X`.

    Full-width characters, spaces and dashes are forgiven. `today` (Shanghai's by default) is
    the latest birth date allowed. Raises InvalidIdentity.
    """
    number = _compact(value)
    if not number:
        raise InvalidIdentity("请填写身份证号码。")
    if len(number) != 18:
        raise InvalidIdentity(f"身份证号码应为18位，现在有{len(number)}位。")
    if not _ASCII_DIGITS.issuperset(number[:17]) or number[17] not in _ID_CHECKS:
        raise InvalidIdentity("身份证号码前17位应是数字，最后一位是数字或字母X。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdentity("身份证号码里的出生日期不存在，请核对第7到14位。") from None
    if born > (today or datetime.now(ZoneInfo("Asia/Shanghai")).date()):
        raise InvalidIdentity("身份证号码里的出生日期还没到，请核对第7到14位。")
    if born.year < _EARLIEST_BIRTH_YEAR:
        raise InvalidIdentity("身份证号码里的出生日期太早，请核对第7到14位。")
    if number[17] != _id_check(number):
        raise InvalidIdentity("身份证号码不对（校验位不符），请逐位核对。")
    return number


def birth_date(number: str) -> date:
    """The birth date in a citizen identity number. Raises InvalidIdentity."""
    number = citizen_id(number)
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd, which the standard gives to men. Raises InvalidIdentity."""
    return int(citizen_id(number)[16]) % 2 == 1


def uscc(value: str) -> str:
    """`value` as an 18-character unified social credit code in capitals.

    Full-width characters, spaces and dashes are forgiven. Raises InvalidIdentity.
    """
    code = _compact(value)
    if not code:
        raise InvalidIdentity("请填写统一社会信用代码。")
    if len(code) != 18:
        raise InvalidIdentity(f"统一社会信用代码应为18位，现在有{len(code)}位。")
    if any(char in "IOSVZ" for char in code):
        raise InvalidIdentity("统一社会信用代码不用字母I、O、S、V、Z，请看看是不是数字1、0、5、2。")
    if any(char not in _USCC_ALPHABET for char in code):
        raise InvalidIdentity("统一社会信用代码只由数字和大写字母组成。")
    if not _ASCII_DIGITS.issuperset(code[2:8]):
        raise InvalidIdentity("统一社会信用代码第3到8位是行政区划，应是数字。")
    if code[17] != _uscc_check(code):
        raise InvalidIdentity("统一社会信用代码不对（校验位不符），请逐位核对。")
    return code


def uscc_warning(code: str) -> str:
    """A sentence if the organisation code inside a social credit code fails, else "".

    Old codes exist that break the inner rule (GB 11714), so it is a warning and no refusal.
    Raises InvalidIdentity when `code` itself is no social credit code.
    """
    inner = uscc(code)[8:17]
    # int(…, 36) gives 0-9 for digits and 10-35 for A-Z, the values of GB 11714.
    total = sum(int(char, 36) * w for char, w in zip(inner, _ORGANISATION_WEIGHTS, strict=False))
    expected = "0123456789X0"[11 - total % 11]
    if inner[8] == expected:
        return ""
    return "代码第9到17位（组织机构代码）的校验位不符，请对照证书再看一遍。"


def _compact(value: str) -> str:
    """Width folded, white space and dashes dropped, in capitals."""
    text = unicodedata.normalize("NFKC", value).upper()
    return "".join(char for char in text if not char.isspace() and char not in "-‐‑–—")


def _id_check(number: str) -> str:
    """Check character over the first 17 digits of a citizen identity number."""
    total = sum(int(char) * w for char, w in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11]


def _uscc_check(code: str) -> str:
    """Check character over the first 17 characters of a social credit code."""
    values = (_USCC_ALPHABET.index(char) for char in code[:17])
    total = sum(value * w for value, w in zip(values, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]
