"""Chinese text as people type it: folding for search, pinyin, and names of people.

Two rules stand behind this module. A name is stored as typed or refused, never altered in
silence (so `clean_name` only strips outer spaces). And what is folded is used to *find* only:
two people whose names fold alike (於 and 于) are still two people.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

MAX_NAME_LENGTH = 50

# Dots that stand between the parts of a name (阿依古丽·买买提): each keyboard has its own.
# U+FF65 becomes U+30FB and U+0387 becomes U+00B7 under NFKC, so they need no entry.
_DOTS = {ord(dot): "·" for dot in "•‧・∙⋅"}

# Invisible characters that come along when text is pasted: zero-width, marks of direction,
# soft hyphen, variation selectors. They make equal names unequal, so `fold` drops them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
                        "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")  # fmt: skip
_SPACES = re.compile(r"\s+")
_DOT_SPACES = re.compile(r" ?· ?")

# How surnames are read where the usual reading of the character is another one.
_SURNAME_READINGS = {
    "单": "shan", "單": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao",
    "查": "zha", "区": "ou", "區": "ou", "缪": "miao", "繆": "miao", "乐": "yue", "樂": "yue",
    "召": "shao", "秘": "bi", "翟": "zhai", "种": "chong", "员": "yun", "員": "yun",
    "覃": "qin", "折": "she", "黑": "he", "繁": "po", "重": "chong", "么": "yao", "洗": "xian",
    "能": "nai", "盖": "ge", "蓋": "ge", "尉迟": "yu chi", "尉遲": "yu chi", "万俟": "mo qi",
    "萬俟": "mo qi", "长孙": "zhang sun", "長孫": "zhang sun", "澹台": "tan tai",
    "澹臺": "tan tai", "宿六": "su lu", "单于": "chan yu", "單于": "chan yu",
}  # fmt: skip

# Characters of names that pypinyin does not read, and one that is read alike.
_READ_AS = str.maketrans({"𠮷": "吉"})


@cache
def _simplified() -> dict[int, str]:
    """The table of `data/t2s.txt` (its head names source and licence) for `str.translate`."""
    text = Path(__file__).with_name("data").joinpath("t2s.txt").read_text(encoding="utf-8")
    pairs = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(pair[0]): pair[1] for pair in pairs}


def fold(text: str) -> str:
    """`text` in the one form in which things are compared and searched.

    Width (ＡＢＣ１２ → abc12), traditional → simplified, dots between names, upper case,
    runs of white space and invisible characters no longer matter. Folding twice gives the
    same as folding once.
    """
    text = _INVISIBLE.sub("", text)
    # NFKC_Casefold needs the second pass: casefold can leave what NFKC would compose.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFKC", text.casefold())
    text = text.translate(_DOTS).translate(_simplified())
    text = _SPACES.sub(" ", text).strip()
    return _DOT_SPACES.sub("·", text)


def pinyin(text: str, *, person: bool = False) -> str:
    """Toneless pinyin, syllables parted by one space: 陈芳 → "chen fang", 吕 → "lv".

    With `person=True` the surname is read as one (单, 曾, 尉迟). What has no reading (letters,
    digits, a character unknown to pypinyin) stays as it is, folded. Sorting by this string
    sorts as a Chinese reader expects.
    """
    # pypinyin brings some 40 MB of readings: only processes that need it load it.
    from pypinyin import lazy_pinyin

    text = unicodedata.normalize("NFKC", text).translate(_DOTS).translate(_READ_AS).strip()
    head = ""
    if person:
        for length in (2, 1):
            if text[:length] in _SURNAME_READINGS:
                head, text = _SURNAME_READINGS[text[:length]], text[length:]
                break
    return " ".join(fold(" ".join([head, *lazy_pinyin(text)])).replace("·", " ").split())


def initials(text: str, *, person: bool = False) -> str:
    """First letters of the syllables: 陈芳 → "cf", for a search box that takes two keys."""
    return "".join(syllable[0] for syllable in pinyin(text, person=person).split())


def clean_name(text: str) -> str:
    """`text` as the name of a person: as typed, without outer white space.

    Raises ValueError with a sentence for the person when it is empty, longer than 50
    characters, holds invisible or control characters, or no letter at all.
    """
    name = text.strip()
    if not name:
        raise ValueError("请填写姓名。")
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError(f"姓名最多{MAX_NAME_LENGTH}个字，现在有{len(name)}个字。")
    if any(_is_hidden(char) for char in name):
        raise ValueError("姓名里有看不见的特殊字符（比如换行），请删掉后重新输入。")
    if not any(_is_letter(char) for char in name):
        if any(char.isdigit() for char in name):
            raise ValueError("姓名不能全是数字，请填写真实姓名。")
        raise ValueError("姓名里至少要有一个字，请填写真实姓名。")
    return name


def warns_private_use(text: str) -> str:
    """A sentence if `text` holds private-use characters, else "".

    Old systems gave rare characters private code points; on other machines they show as
    another character or a box. They are kept as typed, the person is only told.
    """
    if any(unicodedata.category(char) == "Co" for char in text):
        return (
            "姓名里有个别生僻字用的是自造字，在别的设备上可能显示不出来；如能输入标准字，请改一下。"
        )
    return ""


def _is_hidden(char: str) -> bool:
    """Control, format, line separator, lone surrogate: nothing that a name is written with."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _is_letter(char: str) -> bool:
    # Co: rare characters typed as private use. Cn: ideographs newer than this Python's tables.
    return unicodedata.category(char)[0] == "L" or unicodedata.category(char) in {"Co", "Cn"}
