"""Changing signed codes, such as the one a team leader's phone shows for checking in.

Each window of `period` seconds has a token (in a link, as a QR code) and six digits (to be
typed). Both are made from the project's secret and stored nowhere. A picture of the code passed
on to somebody at home dies with its window and the next.

The caller limits how often six digits may be tried: the code itself cannot count.
"""

import base64
import binascii
import hmac
import struct
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.crypto import salted_hmac

PERIOD_SECONDS = 60
_SALT = "volunteers.foundation.codes"
_MAC_BYTES = 12
_MAX_TOKEN = 64
_WINDOW = struct.Struct(">I")


class CodeError(ValueError):
    """The code does not hold; the message is a sentence for the person who used it."""


class ExpiredCode(CodeError):
    """The code was ours and its time is over."""


class Code(NamedTuple):
    """`token` for a link (URL-safe), `number` of six digits, both until `until` (UTC; a verifier
    with the usual skew takes them one window longer)."""

    token: str
    number: str
    until: datetime


def issue(
    purpose: str, subject_id: int, key: str, at: datetime, period: int = PERIOD_SECONDS
) -> Code:
    """The code of `subject_id` (such as a shift) for the window that holds `at`.

    `purpose` parts uses from one another (check-in, check-out). `key` is a secret of the
    subject, "" if it has none: changing it kills codes already shown. Raises ValueError for a
    naive `at`, a negative subject, a period below one second.
    """
    window = _window(at, period)
    subject = _subject_bytes(subject_id)
    body = _WINDOW.pack(window) + subject
    token = base64.urlsafe_b64encode(_mac(purpose, key, period, body) + body).rstrip(b"=")
    until = datetime.fromtimestamp((window + 1) * period, UTC)
    return Code(token.decode(), _number(purpose, subject_id, key, window, period), until)


def subject_of(token: str) -> int:
    """The subject that `token` claims, to look up its key. Proves nothing; raises CodeError."""
    return int.from_bytes(_parts(token)[2])


def verify(
    token: str,
    purpose: str,
    at: datetime,
    skew: int = 1,
    *,
    key: str = "",
    period: int = PERIOD_SECONDS,
) -> int:
    """The subject of `token`, if it was issued with the same purpose, key and period and its
    window is that of `at` or one of the `skew` before.

    Raises ExpiredCode when it is ours and too old, CodeError for all else.
    """
    mac, window, subject = _parts(token)
    body = _WINDOW.pack(window) + subject
    if not hmac.compare_digest(mac, _mac(purpose, key, period, body)):
        raise CodeError("这个码无效，请扫负责人手机上正在显示的码。")
    age = _window(at, period) - window
    if age > skew:
        raise ExpiredCode("这个码已过期，请扫负责人手机上最新的码。")
    if age < 0:
        raise CodeError("这个码还没到时间，请稍后再扫。")
    return int.from_bytes(subject)


def check_number(
    number: str,
    purpose: str,
    subject_id: int,
    at: datetime,
    skew: int = 1,
    *,
    key: str = "",
    period: int = PERIOD_SECONDS,
) -> bool:
    """Whether `number`, as typed (full width and spaces forgiven), is the six digits of
    `subject_id` in the window of `at` or one of the `skew` before."""
    typed = "".join(unicodedata.normalize("NFKC", number[:20]).split()).encode(errors="replace")
    now = _window(at, period)
    found = False
    for window in range(max(now - skew, 0), now + 1):
        right = _number(purpose, subject_id, key, window, period).encode()
        # No early end: the time taken tells nothing.
        found |= hmac.compare_digest(typed, right)
    return found


def _window(at: datetime, period: int) -> int:
    if at.tzinfo is None:
        raise ValueError("time without zone")
    if period < 1:
        raise ValueError("period below one second")
    return int(at.timestamp()) // period


def _subject_bytes(subject_id: int) -> bytes:
    if subject_id < 0:
        raise ValueError("negative subject")
    return subject_id.to_bytes((subject_id.bit_length() + 7) // 8 or 1)


def _mac(purpose: str, key: str, period: int, body: bytes) -> bytes:
    return _digest("token", purpose, key, period, body)[:_MAC_BYTES]


def _number(purpose: str, subject_id: int, key: str, window: int, period: int) -> str:
    body = _WINDOW.pack(window) + _subject_bytes(subject_id)
    digest = _digest("number", purpose, key, period, body)
    return f"{int.from_bytes(digest) % 1_000_000:06}"


def _digest(use: str, purpose: str, key: str, period: int, body: bytes) -> bytes:
    """HMAC-SHA256 from SECRET_KEY; each part has its length, so none runs into the next."""
    parts = (use.encode(), purpose.encode(), key.encode(), str(period).encode(), body)
    message = b"".join(struct.pack(">I", len(part)) + part for part in parts)
    return salted_hmac(_SALT, message, algorithm="sha256").digest()


def _parts(token: str) -> tuple[bytes, int, bytes]:
    """MAC, window and subject of a token in its one spelling; raises CodeError."""
    refusal = CodeError("这个码无效，请扫负责人手机上正在显示的码。")
    if len(token) > _MAX_TOKEN:
        raise refusal
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise refusal from None
    mac, window, subject = raw[:_MAC_BYTES], raw[_MAC_BYTES : _MAC_BYTES + 4], raw[_MAC_BYTES + 4 :]
    if not subject or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise refusal
    return mac, _WINDOW.unpack(window)[0], subject
