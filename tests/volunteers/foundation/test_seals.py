"""A head covers all leaves in order; each leaf can be proved under it; only our key signs it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from hypothesis import assume, given
from hypothesis import strategies as st

from volunteers.foundation.seals import (
    Frontier,
    Head,
    inclusion_proof,
    leaf_hash,
    public_key_bytes,
    public_key_pem,
    sign_head,
    tree_head,
    verify_head,
    verify_inclusion,
)

SEED = base64.b64encode(b"\xfb" * 32).decode()
OTHER = base64.b64encode(b"\x01" * 32).decode()
AT = datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)

# The eight leaves and the heads over the first n of them that RFC 6962 implementations share
# (certificate-transparency's merkletree tests).
RFC_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
RFC_HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

leaf_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_heads_equal_the_published_test_vectors(size: int) -> None:
    assert tree_head(RFC_LEAVES[:size]).hex() == RFC_HEADS[size]


def recursive_head(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    parts = recursive_head(leaves[:split]) + recursive_head(leaves[split:])
    return sha256(b"\x01" + parts).digest()


@given(leaf_lists)
def test_a_head_equals_the_definition_of_the_standard(leaves: list[bytes]) -> None:
    assert tree_head(leaves) == recursive_head(leaves)


@given(st.lists(leaf_lists, max_size=5))
def test_sealing_in_batches_gives_the_head_over_all(batches: list[list[bytes]]) -> None:
    frontier = Frontier()
    for batch in batches:
        # What a database keeps between two batches is size and roots only.
        frontier = Frontier(frontier.size, frontier.roots).extended(batch)
    every = [leaf for batch in batches for leaf in batch]
    assert frontier.size == len(every)
    assert frontier.head() == tree_head(every)


@given(leaf_lists, st.data())
def test_each_leaf_is_proved_under_the_head(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    assert len(proof) <= (len(leaves) - 1).bit_length()
    assert verify_inclusion(leaves[index], index, len(leaves), proof, tree_head(leaves))


@given(leaf_lists, st.data())
def test_a_wrong_leaf_place_or_proof_is_not_believed(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof, head = inclusion_proof(leaves, index), tree_head(leaves)
    leaf = leaves[index]
    assert not verify_inclusion(leaf + b"x", index, size, proof, head)
    assert not verify_inclusion(leaf, index, size, [*proof, bytes(32)], head)
    assert not verify_inclusion(leaf, index, size, proof, sha256(head).digest())
    for outside in (-1, size, size + 1):
        assert not verify_inclusion(leaf, outside, size, proof, head)
    if proof:
        assert not verify_inclusion(leaf, index, size, proof[:-1], head)
        place = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof[:place], sha256(proof[place]).digest(), *proof[place + 1 :]]
        assert not verify_inclusion(leaf, index, size, damaged, head)
    elsewhere = data.draw(st.integers(0, size - 1))
    assume(leaves[elsewhere] != leaf)
    assert not verify_inclusion(leaf, elsewhere, size, inclusion_proof(leaves, elsewhere), head)


@given(leaf_lists, st.data())
def test_any_change_of_the_leaves_changes_the_head(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:index], leaves[index] + b"x", *leaves[index + 1 :]]
    shortened = [*leaves[:index], *leaves[index + 1 :]]
    heads = {tree_head(leaves), tree_head(changed), tree_head(shortened)}
    assert len(heads) == 3
    if leaves != leaves[::-1]:
        assert tree_head(leaves[::-1]) != tree_head(leaves)


def test_a_node_cannot_pose_as_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert tree_head([left + right]) != tree_head([b"a", b"b"])


def test_there_is_no_proof_for_a_leaf_that_is_not_there() -> None:
    for index in (-1, 2):
        with pytest.raises(IndexError):
            inclusion_proof([b"a", b"b"], index)


def test_a_frontier_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="roots do not fit"):
        Frontier(3, (bytes(32),))


HEAD = Head("ledger", 3, tree_head([b"a", b"b", b"c"]), AT)


@override_settings(LZ_SEAL_KEY=SEED)
def test_a_signed_head_is_recognised_and_each_change_of_it_is_not() -> None:
    signature = sign_head(HEAD)
    assert len(signature) == 64
    assert verify_head(HEAD, signature)
    for changed in (
        replace(HEAD, tree="acts"),
        replace(HEAD, size=4),
        replace(HEAD, root=sha256(b"x").digest()),
        replace(HEAD, at=AT + timedelta(microseconds=1)),
        replace(HEAD, root=b"short"),
    ):
        assert not verify_head(changed, signature)
    assert not verify_head(HEAD, signature[:-1])
    assert not verify_head(HEAD, bytes(64))


@override_settings(LZ_SEAL_KEY=SEED)
def test_the_same_moment_in_another_zone_is_the_same_head() -> None:
    shanghai = replace(HEAD, at=AT.astimezone(timezone(timedelta(hours=8))))
    assert verify_head(shanghai, sign_head(HEAD))


def test_a_head_of_an_earlier_key_is_checked_with_its_public_key() -> None:
    with override_settings(LZ_SEAL_KEY=SEED):
        signature, public = sign_head(HEAD), public_key_bytes()
    with override_settings(LZ_SEAL_KEY=OTHER):
        assert not verify_head(HEAD, signature)
        assert verify_head(HEAD, signature, public)
        assert not verify_head(HEAD, signature, b"no key")
        assert not verify_head(HEAD, signature, b"")


@override_settings(LZ_SEAL_KEY=SEED)
def test_others_can_check_with_the_published_key_alone() -> None:
    key = serialization.load_pem_public_key(public_key_pem().encode())
    message = (
        b"lianzhi-seal-v1\nledger\n3\n"
        + HEAD.root.hex().encode()
        + b"\n2026-03-05T01:02:03.000000Z\n"
    )
    assert isinstance(key, Ed25519PublicKey)
    key.verify(sign_head(HEAD), message)  # raises when it does not hold


def test_pem_and_both_base64_alphabets_name_the_same_key() -> None:
    pem = (
        Ed25519PrivateKey.from_private_bytes(b"\xfb" * 32)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
    found = set()
    for key in (pem, SEED, base64.urlsafe_b64encode(b"\xfb" * 32).decode()):
        with override_settings(LZ_SEAL_KEY=key):
            found.add(public_key_bytes())
    assert len(found) == 1


def ec_pem() -> str:
    return (
        generate_private_key(SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "missing"),
        ("???", "neither PEM nor base64"),
        (base64.b64encode(b"short").decode(), "not 32 bytes"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no readable PEM"),
        (ec_pem(), "no Ed25519 key"),
    ],
)
def test_a_missing_or_bad_key_is_told_to_the_operator(key: str, reason: str) -> None:
    with override_settings(LZ_SEAL_KEY=key), pytest.raises(ImproperlyConfigured, match=reason):
        sign_head(HEAD)


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, tree="a\nb"),
        replace(HEAD, tree=""),
        replace(HEAD, size=-1),
        replace(HEAD, at=datetime(2026, 3, 5)),
    ],
)
@override_settings(LZ_SEAL_KEY=SEED)
def test_a_head_that_could_be_read_two_ways_is_not_signed(head: Head) -> None:
    with pytest.raises(ValueError, match=r"tree|head|zone"):
        sign_head(head)
