"""Text as both databases index it: folded, cut into overlapping pairs of characters.

Chinese has no spaces, so a database takes a whole sentence for one word and finds nothing in
it. Here 志愿者 is indexed as `志愿 愿者 者`: every character starts a token, so that two
characters are one exact token, one character is the beginning of a token, and longer words
are all of their pairs. No dictionary, no word that is missing from it.

Tokens are made of ASCII letters, digits and the ideographs that every tokenizer knows, and
nothing else. PostgreSQL's parser and SQLite's disagree about newer ideographs, accents,
punctuation and half of the world's scripts; what they never see they cannot disagree about.
"""

import re
import unicodedata
from dataclasses import dataclass
from operator import add

from volunteers.foundation.han import fold

MAX_TOKEN = 64  # characters of one word; PostgreSQL refuses words of more than 2 kB
MAX_QUERY = 255  # characters of a query that are read at all
MAX_QUERY_TOKENS = 64  # tokens asked for; a longer sentence is found by its beginning

# Ideographs: unified with extension A, compatibility, private use (rare names from old
# systems), and planes 2 and 3 whole, which hold extensions B to I and are kept for more.
HAN = (
    "\u3005\u3007\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff"
    "\U00020000-\U0003fffd\U000f0000-\U0010fffd"
)
RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")

_NAME_DOT = re.compile(rf"(?<=[{HAN}])·(?=[{HAN}])")
_ACCENTS = re.compile("[\u0300-\u036f]+")
# Known to the tokenizers of both databases (SQLite's stops at Unicode 6.1).
_FOREIGN = re.compile("[^0-9a-z\u3400-\u4db5\u4e00-\u9fcc]")

# Longer than any token of the index, so it never matches: the query for "nothing to look for".
NOTHING = "x" * (MAX_TOKEN * 8)


@dataclass(frozen=True)
class Token:
    """One thing to look up: the whole token, or any token that begins with `text`."""

    text: str
    prefix: bool = False


def clean(text: str) -> str:
    """`text` folded for search: `foundation.han.fold`, without accents and dots in names.

    买买提·吐尔逊 and 买买提吐尔逊 are one run, zhì and zhi one word.
    """
    text = unicodedata.normalize("NFD", fold(text))
    return _NAME_DOT.sub("", unicodedata.normalize("NFC", _ACCENTS.sub("", text)))


def segment(text: str) -> str:
    """`text` as it goes into the index: tokens parted by one space each."""
    tokens: list[str] = []
    for run in RUN.finditer(clean(text)):
        chars = run[0]
        if not run["han"]:
            tokens.append(_plain(chars[:MAX_TOKEN]))
            continue
        pairs = [*map(add, chars, chars[1:]), chars[-1]]
        # Looking once for what is rare, and not at each pair, halves the time of a long text.
        tokens += map(_plain, pairs) if _FOREIGN.search(chars) else pairs
    return " ".join(tokens)


def terms(query: str, *, last_is_prefix: bool = False) -> list[list[Token]]:
    """The words of `query` (parted by white space), each as the tokens it needs, all of them.

    Words without a letter, digit or ideograph are left out, so the list may be empty. With
    `last_is_prefix` the last token may be the beginning of a word that is still being typed.
    """
    found: list[list[Token]] = []
    left = MAX_QUERY_TOKENS
    for word in clean(query[:MAX_QUERY]).split(" "):
        tokens = list(dict.fromkeys(_tokens(word)))[:left]
        if tokens:
            found.append(tokens)
            left -= len(tokens)
    if found and last_is_prefix:
        last = found[-1][-1]
        found[-1][-1] = Token(last.text, prefix=True)
    return found


def _tokens(word: str) -> list[Token]:
    tokens: list[Token] = []
    for run in RUN.finditer(word):
        chars = run[0]
        if not run["han"]:
            tokens.append(Token(_plain(chars[:MAX_TOKEN])))
        elif len(chars) == 1:
            tokens.append(Token(_plain(chars), prefix=True))
        else:
            pairs = (chars[at : at + 2] for at in range(len(chars) - 1))
            tokens += (Token(_plain(pair)) for pair in pairs)
    return tokens


def _plain(token: str) -> str:
    """`token` with each character that a tokenizer might not know written as its number.

    PostgreSQL reads 12e3 as a number and would cut 12e3b in two; with letters in front it is
    a word like any other.
    """
    token = _FOREIGN.sub(lambda char: f"x{ord(char[0]):06x}", token)
    return f"xd{token}" if "0" <= token[0] <= "9" else token
