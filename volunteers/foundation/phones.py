"""Mobile numbers: one stored form (+8613800138000) however they were typed.

A number that can receive a code is a mobile number of the Chinese mainland; which prefixes
those are is the knowledge of `phonenumbers`, which is kept up to date.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberType

# Only what a person types between digits. Letters must not reach `phonenumbers`, which reads
# them as keys of a telephone (138ABC… would become a number).
_TYPED = re.compile(r"\+?[0-9()\s.‐‑–—·-]+")
_MAX_LENGTH = 40
_LOCAL_LANDLINE = re.compile(r"[2-8][0-9]{6,7}")
_STORED = re.compile(r"\+86([0-9]{3})([0-9]{4})([0-9]{4})")

_EMPTY = "请填写手机号码。"
_INVALID = "手机号码不对，请填写11位的手机号码。"
_FOREIGN = "目前只支持中国大陆的手机号码。"
_LANDLINE = "这是座机号码，收不到短信验证码，请填写11位的手机号码。"


class PhoneError(ValueError):
    """No mobile number; the message is a sentence for the person who typed it."""


def normalise(raw: str) -> str:
    """`raw` as "+86" and eleven digits.

    Full-width digits, spaces, dashes and the prefixes +86, 0086, 86 are understood.
    Raises PhoneError; landlines and foreign numbers have sentences of their own.
    """
    typed = unicodedata.normalize("NFKC", raw).strip()
    if not typed:
        raise PhoneError(_EMPTY)
    if len(typed) > _MAX_LENGTH or not _TYPED.fullmatch(typed):
        raise PhoneError(_INVALID)
    plus = "+" if typed.startswith("+") else ""
    digits = re.sub(r"[^0-9]", "", typed)
    if not plus and _LOCAL_LANDLINE.fullmatch(digits):
        raise PhoneError(_LANDLINE)
    try:
        number = phonenumbers.parse(plus + digits, "CN")
    except phonenumbers.NumberParseException:
        raise PhoneError(_INVALID) from None
    if number.country_code != 86:
        raise PhoneError(_FOREIGN if phonenumbers.is_valid_number(number) else _INVALID)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise PhoneError(_LANDLINE)
    if kind != PhoneNumberType.MOBILE:
        raise PhoneError(_INVALID)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def display(phone: str) -> str:
    """A stored number as people read it: "138 0013 8000". Any other text stays as it is."""
    match = _STORED.fullmatch(phone)
    return " ".join(match.groups()) if match else phone
