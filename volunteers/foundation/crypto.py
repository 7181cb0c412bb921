"""Short texts encrypted at rest, and keyed hashes that find them again.

Keys live in the settings, outside the database: `LZ_FIELD_KEYS` (urlsafe base64, 32 bytes each;
the first encrypts, all decrypt) and `LZ_HASH_KEY`. AES-256-GCM; a token names its key, so that
a ring can be turned over with `rotate`, row by row, while the house is open:

    lz1.<key id>.<nonce and ciphertext>

`context` binds a token to the place it stands in (such as "volunteer:17:identity"): copied into
another row it does not open.

A key per person (`new_key`) is itself kept as a token of the ring; destroying that token makes
everything encrypted under it unreadable, which is how erasing works on append-only rows.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What a wrapped key is bound to: no text that somebody had encrypted can be passed as a key.
KEY_CONTEXT = "key"

_VERSION = "lz1"
_NONCE_BYTES = 12
_KEY_BYTES = 32
_MIN_HASH_KEY = 16


class DecryptionError(ValueError):
    """The token is damaged, of another context, or of a key that no longer exists."""


def encrypt(text: str, *, context: str = "", key: str = "") -> str:
    """`text` as a token under the first key of the ring, or under a person's `key` (a token
    from `new_key`). The same text gives another token each time. Raises ImproperlyConfigured
    without keys, DecryptionError if `key` does not open."""
    key_id, secret = _person_key(key) if key else _ring()[0]
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(secret).encrypt(nonce, text.encode(), _bound(key_id, context))
    return f"{_VERSION}.{key_id}.{_b64(nonce + sealed)}"


def decrypt(token: str, *, context: str = "", key: str = "") -> str:
    """The text of a token made by `encrypt` with the same context and key.

    Raises DecryptionError, which never quotes the token.
    """
    key_id, body = _parts(token)
    ring = [_person_key(key)] if key else _ring()
    secret = dict(ring).get(key_id)
    if secret is None:
        raise DecryptionError("no key for this token")
    try:
        plain = AESGCM(secret).decrypt(
            body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound(key_id, context)
        )
    except InvalidTag:
        raise DecryptionError("token damaged or of another context") from None
    return plain.decode()


def rotate(token: str, *, context: str = "") -> str:
    """`token` under the first key of the ring; unchanged if it already is (safe to repeat)."""
    if _parts(token)[0] == _ring()[0][0]:
        return token
    return encrypt(decrypt(token, context=context), context=context)


def new_key() -> str:
    """A fresh key for one person, as a token of the ring, to be passed as `key=`.

    `rotate(token, context=KEY_CONTEXT)` re-wraps it; what it encrypted stays readable.
    """
    return encrypt(_b64(os.urandom(_KEY_BYTES)), context=KEY_CONTEXT)


def keyed_hash(value: str, purpose: str) -> str:
    """HMAC-SHA256 of `value` for `purpose`, 64 hex digits: finds an encrypted number again.

    The hashes of two purposes cannot be joined. Normalise `value` first. Raises
    ImproperlyConfigured without `LZ_HASH_KEY`.
    """
    root = str(getattr(settings, "LZ_HASH_KEY", "")).encode()
    if len(root) < _MIN_HASH_KEY:
        raise ImproperlyConfigured("LZ_HASH_KEY is missing or shorter than 16 characters")
    # A key per purpose, not a prefix: no pair of (purpose, value) can be read as another pair.
    secret = hmac.digest(root, f"lz-hash-v1:{purpose}".encode(), "sha256")
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def _ring() -> list[tuple[str, bytes]]:
    keys: Sequence[str] = getattr(settings, "LZ_FIELD_KEYS", ())
    return list(_parse_ring(tuple(keys)))


@lru_cache(maxsize=8)
def _parse_ring(keys: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    if not keys:
        raise ImproperlyConfigured("LZ_FIELD_KEYS is empty")
    try:
        secrets = [base64.b64decode(key.strip(), altchars=b"-_", validate=True) for key in keys]
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured("LZ_FIELD_KEYS holds a key that is no base64") from None
    if any(len(secret) != _KEY_BYTES for secret in secrets):
        raise ImproperlyConfigured("LZ_FIELD_KEYS holds a key that is not 32 bytes long")
    return tuple((_key_id(secret), secret) for secret in secrets)


def _key_id(secret: bytes) -> str:
    """Eight hex digits that name a key and tell nothing of it."""
    return hashlib.sha256(b"lz-key-id\0" + secret).hexdigest()[:8]


def _person_key(token: str) -> tuple[str, bytes]:
    secret = _unb64(decrypt(token, context=KEY_CONTEXT))
    if len(secret) != _KEY_BYTES:
        raise DecryptionError("no key of a person")
    return _key_id(secret), secret


def _bound(key_id: str, context: str) -> bytes:
    return f"{_VERSION}.{key_id}.{context}".encode()


def _parts(token: str) -> tuple[str, bytes]:
    version, _, rest = token.partition(".")
    key_id, _, body = rest.partition(".")
    if version != _VERSION:
        raise DecryptionError("no token")
    raw = _unb64(body)
    if len(raw) < _NONCE_BYTES:
        raise DecryptionError("token too short")
    return key_id, raw


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise DecryptionError("token is no base64") from None
