"""Encrypted texts open with their key and context only; keys can be turned over and destroyed."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from volunteers.foundation.crypto import (
    KEY_CONTEXT,
    DecryptionError,
    decrypt,
    encrypt,
    keyed_hash,
    new_key,
    rotate,
)

OLD = base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = base64.urlsafe_b64encode(b"\xff" * 32).decode()
IDENTITY = "321003190001010011"


@given(st.text())
def test_what_was_encrypted_comes_back(text: str) -> None:
    with override_settings(LZ_FIELD_KEYS=[OLD]):
        assert decrypt(encrypt(text, context="a"), context="a") == text


@override_settings(LZ_FIELD_KEYS=[OLD])
def test_a_token_shows_nothing_of_the_text_and_differs_each_time() -> None:
    first, second = encrypt(IDENTITY), encrypt(IDENTITY)
    assert first != second
    assert IDENTITY not in first
    assert first.isascii()
    assert len(first) < 100


@override_settings(LZ_FIELD_KEYS=[OLD])
def test_a_token_copied_to_another_place_does_not_open() -> None:
    token = encrypt(IDENTITY, context="volunteer:1")
    with pytest.raises(DecryptionError):
        decrypt(token, context="volunteer:2")


@override_settings(LZ_FIELD_KEYS=[OLD])
def test_every_change_of_a_token_is_caught() -> None:
    token = encrypt("陈芳")
    for place, char in enumerate(token[:-1]):  # the last one has spare bits that carry nothing
        changed = token[:place] + ("A" if char != "A" else "B") + token[place + 1 :]
        with pytest.raises(DecryptionError):
            decrypt(changed)


@override_settings(LZ_FIELD_KEYS=[OLD])
@pytest.mark.parametrize(
    "token", ["", "lz1", "lz1.x.", "lz1.0000.AAAA", "中文", "lz2.a.b", "lz1..\x00"]
)
def test_what_is_no_token_raises_one_error_that_does_not_quote_it(token: str) -> None:
    with pytest.raises(DecryptionError) as caught:
        decrypt(token)
    assert not token or token not in str(caught.value)


def test_a_ring_reads_old_tokens_and_writes_with_the_first_key() -> None:
    with override_settings(LZ_FIELD_KEYS=[OLD]):
        old = encrypt("陈芳", context="c")
    with override_settings(LZ_FIELD_KEYS=[NEW, OLD]):
        assert decrypt(old, context="c") == "陈芳"
        new = rotate(old, context="c")
        assert rotate(new, context="c") == new
    with override_settings(LZ_FIELD_KEYS=[NEW]):
        assert decrypt(new, context="c") == "陈芳"
        with pytest.raises(DecryptionError):
            decrypt(old, context="c")


def test_a_persons_texts_survive_rotation_and_die_with_the_key() -> None:
    with override_settings(LZ_FIELD_KEYS=[OLD]):
        key, other = new_key(), new_key()
        token = encrypt("陈芳", context="act", key=key)
        assert decrypt(token, context="act", key=key) == "陈芳"
        for without in ("", other):
            with pytest.raises(DecryptionError):
                decrypt(token, context="act", key=without)
    with override_settings(LZ_FIELD_KEYS=[NEW, OLD]):
        key = rotate(key, context=KEY_CONTEXT)
    with override_settings(LZ_FIELD_KEYS=[NEW]):
        assert decrypt(token, context="act", key=key) == "陈芳"


@override_settings(LZ_FIELD_KEYS=[OLD])
def test_an_ordinary_text_cannot_be_used_as_a_key() -> None:
    with pytest.raises(DecryptionError):
        encrypt("陈芳", key=encrypt(OLD))


@pytest.mark.parametrize(
    "keys", [[], ["short"], ["!" * 44], [base64.b64encode(b"x" * 16).decode()]]
)
def test_a_missing_or_bad_key_is_told_to_the_operator(keys: list[str]) -> None:
    with override_settings(LZ_FIELD_KEYS=keys), pytest.raises(ImproperlyConfigured) as caught:
        encrypt("陈芳")
    assert "LZ_FIELD_KEYS" in str(caught.value)
    assert all(key not in str(caught.value) for key in keys)


@override_settings(LZ_HASH_KEY="k" * 32)
def test_a_hash_is_stable_and_parted_by_purpose_and_key() -> None:
    found = keyed_hash(IDENTITY, "identity")
    assert found == keyed_hash(IDENTITY, "identity")
    assert len(found) == 64
    assert found != keyed_hash(IDENTITY, "phone")
    assert keyed_hash("b", "a") != keyed_hash("", "ab")
    with override_settings(LZ_HASH_KEY="j" * 32):
        assert keyed_hash(IDENTITY, "identity") != found


@override_settings(LZ_HASH_KEY="k" * 32)
def test_the_hash_is_the_one_stored_rows_were_made_with() -> None:
    """A change of this value would lose every number already stored."""
    assert keyed_hash(IDENTITY, "identity") == (
        "4bb5cd5f388a45bdfe7a7086d672f32880489e4abe0fa5c6744ceb18478f95a9"
    )


@override_settings(LZ_HASH_KEY="short")
def test_a_short_hash_key_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="LZ_HASH_KEY"):
        keyed_hash(IDENTITY, "identity")
