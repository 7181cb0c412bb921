"""Masking what is shown in public, and finding personal data in free text.

Masks follow what public notices use (陈*, 138****0000, 321***********0011). Finding serves two
places: a person sees before posting what would be masked, and pages are checked before they
are published. It looks for numbers that name a person for sure; it is no proof of absence.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from volunteers.foundation.han import fold
from volunteers.foundation.identity import InvalidIdentity, citizen_id

# Compound surnames, simplified, two characters each; a name that begins with one is masked
# after it.
_COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲"
    "公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙南荣东里东宫仲长子书子桑即墨达奚褚师"
    "纳兰归海完颜耶律叶赫富察西陵东门北宫单于贺兰贺若哥舒斛律"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[i : i + 2] for i in range(0, len(_COMPOUND), 2))

_MAX_STARS = 3


class Span(NamedTuple):
    """One find: `kind` is phone, identity, card or plate; `text[start:end]` is what was typed."""

    kind: str
    start: int
    end: int
    text: str


def mask_name(name: str) -> str:
    """A name for public lists: surname and a star a character (陈*, 陈**, 欧阳*).

    Names with a middle dot and Latin names keep their first letter (阿*, J*): their parts are
    telling. Never more than three stars; an empty name stays empty, one character becomes *.
    """
    name = name.strip()
    if len(name) < 2:
        return "*" if name else ""
    folded = fold(name)
    if "·" in folded or not _is_han(name[0]):
        return name[0] + "*"
    kept = 2 if len(name) > 2 and fold(name[:2]) in COMPOUND_SURNAMES else 1
    hidden = "".join(name[kept:].split())
    return name[:kept] + "*" * min(max(len(hidden), 1), _MAX_STARS)


def mask_phone(phone: str) -> str:
    """138****0000 for a mobile number in any stored or typed form; of others the last two."""
    digits = re.sub(r"[^0-9]", "", _plain(phone))
    if len(digits) > 11 and digits[-11] == "1" and digits[:-11] in {"86", "0086"}:
        digits = digits[-11:]
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[7:]}"
    return "****" + digits[-2:] if len(digits) > 4 else "****" if phone.strip() else ""


def mask_id(number: str) -> str:
    """321***********0011 for an identity number; of shorter papers first and last character."""
    number = "".join(number.split())
    head, tail = (3, 4) if len(number) >= 15 else (1, 1) if len(number) >= 6 else (0, 0)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def find_personal(text: str) -> list[Span]:
    """Mobile numbers, identity numbers, bank cards and number plates in `text`, in order.

    Full-width digits, +86 and spaces, dashes or points between digits are seen through. Identity
    numbers count only with a right check digit and date, cards (16 to 19 digits) only when
    they pass the Luhn sum. Spans never overlap; the longer kind of number wins.
    """
    plain = _plain(text)
    taken = [False] * len(text)
    spans: list[Span] = []
    for kind, pattern, holds in _KINDS:
        position = 0
        while match := pattern.search(plain, position):
            start, end = match.span()
            if any(taken[start:end]) or not holds(match[0]):
                # What does not hold must not hide a number that begins inside it.
                position = start + 1
                continue
            taken[start:end] = [True] * (end - start)
            spans.append(Span(kind, start, end, text[start:end]))
            position = end
    return sorted(spans, key=lambda span: span.start)


def redact(text: str) -> str:
    """`text` with every find of `find_personal` masked; the rest stays as typed."""
    parts: list[str] = []
    done = 0
    for span in find_personal(text):
        parts += [text[done : span.start], _mask(span)]
        done = span.end
    return "".join([*parts, text[done:]])


def _mask(span: Span) -> str:
    plain = _compact(_plain(span.text))
    if span.kind == "phone":
        return mask_phone(plain)
    if span.kind == "identity":
        return mask_id(plain)
    if span.kind == "card":
        return "*" * (len(plain) - 4) + plain[-4:]
    return plain[:2] + "*" * (len(plain) - 2)


def _plain(text: str) -> str:
    """`text` with every kind of digit, letter width and blank made ASCII, place for place."""
    return "".join(_plain_char(char) for char in text)


def _plain_char(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= char <= "\uff5e":  # full-width forms stand 0xFEE0 above ASCII
        return chr(ord(char) - 0xFEE0)
    if char in "‐‑‒–—―−－":
        return "-"
    return " " if char in "\u00a0\u3000\u2002\u2003\u2009" else char


# Up to three blanks, dashes or points may stand between two digits.
_GAP = r"[ \t.-]{0,3}"
# No digit or star before: a number begins here, and it is not the rest of a masked one.
_BEGIN = r"(?<![0-9*])"


def _digits(count: str) -> str:
    return rf"(?:{_GAP}[0-9]){{{count}}}"


def _compact(plain: str) -> str:
    return re.sub(r"[ \t·•.-]", "", plain)


def _groups(plain: str) -> list[int]:
    return [len(group) for group in re.split(r"[ \t.-]+", plain) if group]


def _is_phone(plain: str) -> bool:
    """Grouped as people group a number, so that runs of dates and amounts are left alone."""
    rest = re.sub(rf"^(?:\+|00)?86{_GAP}(?=1)", "", plain)
    groups = _groups(rest)
    return min(groups) >= 3 or max(groups) == 1 or groups == [2, 3, 3, 3]


def _is_identity(plain: str) -> bool:
    try:
        citizen_id(_compact(plain))
    except InvalidIdentity:
        return False
    return True


def _is_card(plain: str) -> bool:
    """Luhn sum right, and grouped as on a card: not at all, in fours, as 6 and the rest.

    Cards of more than 16 digits begin with 6 or 9 (UnionPay), which leaves alone the slip in an
    identity number that the Luhn sum happens to fit.
    """
    *heads, last = _groups(plain)
    grouped = not heads or heads == [6] or (last <= 4 and set(heads) == {4}) or max(heads) == 1
    if not grouped or (len(_compact(plain)) > 16 and plain[0] not in "69"):
        return False
    total = 0
    for place, digit in enumerate(reversed(_compact(plain))):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_plate(plain: str) -> bool:
    return sum(char in "0123456789" for char in plain) >= 3


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_Kind = tuple[str, re.Pattern[str], Callable[[str], bool]]
_KINDS: tuple[_Kind, ...] = (
    (
        "identity",
        re.compile(rf"{_BEGIN}[1-9]{_digits('16')}{_GAP}[0-9Xx](?![0-9A-Za-z])"),
        _is_identity,
    ),
    # Longest first: a spaced card of 19 digits is not read as one of 16 and three more.
    *(
        ("card", re.compile(rf"{_BEGIN}[2-9]{_digits(str(count - 1))}(?![0-9])"), _is_card)
        for count in (19, 18, 17, 16)
    ),
    (
        "phone",
        re.compile(rf"{_BEGIN}(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9]{_digits('9')}(?![0-9])"),
        _is_phone,
    ),
    (
        "plate",
        re.compile(
            rf"[{_PROVINCES}][A-Za-z][·•・. -]?[0-9A-HJ-NP-Za-hj-np-z]{{4,5}}"
            r"(?:[0-9A-HJ-NP-Za-hj-np-z]|[挂学警港澳])(?![0-9A-Za-z])"
        ),
        _is_plate,
    ),
)


def _is_han(char: str) -> bool:
    """Whether `char` is written with other Han characters (private use: typed rare ones)."""
    return unicodedata.category(char) in {"Lo", "Co", "Cn"}
