"""Merkle heads over append-only rows, and their signatures (RFC 6962, Ed25519).

A head speaks for all leaves before it, in order. Someone who keeps a head can later be shown
that a leaf is under it (`inclusion_proof`) and will notice any change of what was sealed; a
signature says that the house made the head. The key (`LZ_SEAL_KEY`) lives outside the database.

Leaves are bytes: the caller encodes a row's never-changing columns in one fixed way.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_SEED_BYTES = 32
HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 6962 §2.1), so that no leaf can pose as a node."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be kept of a tree to go on with it: leaf count and the roots of its full parts.

    `roots` stand from left to right, one for each 1 in the binary `size`. Sealing a batch costs
    the batch, not all before it.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise ValueError("roots do not fit the size")

    def extended(self, leaves: Iterable[bytes]) -> Self:
        """The frontier after `leaves` were put behind all that it holds."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            node = leaf_hash(leaf)
            # Each trailing 1 of the size is a full part that the new node completes.
            full = size
            while full & 1:
                node = _node_hash(roots.pop(), node)
                full >>= 1
            roots.append(node)
            size += 1
        return type(self)(size, tuple(roots))

    def head(self) -> bytes:
        """The Merkle tree head: 32 bytes; of no leaves the SHA-256 of nothing."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = _node_hash(left, node)
        return node


def tree_head(leaves: Iterable[bytes]) -> bytes:
    """The head (32 bytes) over `leaves` in order."""
    return Frontier().extended(leaves).head()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes, leaf first, that lead from `leaves[index]` to the head over `leaves`.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    proof: list[bytes] = []
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        # An odd last node moves up as it is: the same tree as RFC 6962's split at a power of 2.
        pairs = [_node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) & ~1 :]
        index //= 2
    return proof


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes
) -> bool:
    """Whether `leaf` is number `index` (from 0) of the `size` leaves under `head` (RFC 9162
    §2.1.3.2). False for any proof that is damaged, too short or too long."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf_hash(leaf), index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == head


@dataclass(frozen=True, slots=True)
class Head:
    """What is signed: the head `root` over the first `size` leaves of `tree` at `at`.

    `tree` names the table (ledger, acts), so that no head passes for another's.
    """

    tree: str
    size: int
    root: bytes
    at: datetime

    def message(self) -> bytes:
        """The signed bytes, five lines of ASCII that anyone can rebuild from the public head.

        Raises ValueError for a tree name that is no word, a root of wrong length, a naive time.
        """
        if not (self.tree.isascii() and self.tree.replace("-", "").replace("_", "").isalnum()):
            raise ValueError("tree must be one ASCII word")
        if self.size < 0 or len(self.root) != HASH_BYTES:
            raise ValueError("no head")
        if self.at.tzinfo is None:
            raise ValueError("time without zone")
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"lianzhi-seal-v1\n{self.tree}\n{self.size}\n{self.root.hex()}\n{at}\n".encode()


def sign_head(head: Head) -> bytes:
    """The 64-byte Ed25519 signature of `head`. Raises ImproperlyConfigured without a key."""
    return _private_key().sign(head.message())


def verify_head(head: Head, signature: bytes, public_key: bytes | None = None) -> bool:
    """Whether `signature` is the house's for `head`; `public_key` (32 bytes) if the head was
    signed by an earlier key, else that of the key in use."""
    try:
        raw = public_key_bytes() if public_key is None else public_key
        key = Ed25519PublicKey.from_public_bytes(raw)
        key.verify(signature, head.message())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_bytes() -> bytes:
    """The public key (32 bytes) of the key in use; kept with each head and published."""
    return _private_key().public_key().public_bytes_raw()


def public_key_pem() -> str:
    """The public key in use as PEM, for people who check a signature with other tools."""
    return (
        _private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _private_key() -> Ed25519PrivateKey:
    return _load_key(str(getattr(settings, "LZ_SEAL_KEY", "")))


@lru_cache(maxsize=4)
def _load_key(text: str) -> Ed25519PrivateKey:
    """An unencrypted PEM private key, or 32 bytes of seed as base64 of either alphabet."""
    text = text.strip()
    if not text:
        raise ImproperlyConfigured("LZ_SEAL_KEY is missing")
    if text.startswith("-----BEGIN"):
        try:
            key = serialization.load_pem_private_key(text.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ImproperlyConfigured("LZ_SEAL_KEY is no readable PEM key") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ImproperlyConfigured("LZ_SEAL_KEY is no Ed25519 key")
        return key
    try:
        seed = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise ImproperlyConfigured("LZ_SEAL_KEY is neither PEM nor base64") from None
    if len(seed) != _SEED_BYTES:
        raise ImproperlyConfigured("LZ_SEAL_KEY is not 32 bytes long")
    return Ed25519PrivateKey.from_private_bytes(seed)
