"""Versions of pages: new ones on commit, once for an import."""

import pytest
from django.core.cache import cache
from django.db import transaction

from volunteers.foundation import versions

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_bump_shows_after_the_commit_and_never_before():
    before = versions.read(["a", "b"])
    with transaction.atomic():
        versions.bump("a")
        assert versions.read(["a", "b"]) == before
    after = versions.read(["a", "b"])
    assert (after["a"] != before["a"], after["b"]) == (True, before["b"])


def test_what_is_rolled_back_makes_nothing_stale():
    before = versions.read(["a"])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        versions.bump("a")
        raise ZeroDivisionError
    assert versions.read(["a"]) == before


def test_an_import_writes_each_name_once(monkeypatch):
    written = []
    monkeypatch.setattr(cache, "set_many", lambda values, life: written.append(sorted(values)))
    with transaction.atomic(), versions.together():
        for number in range(3):
            versions.bump("places", f"activity:{number % 2}")
        assert written == []
    assert written == [["lz:v:activity:0", "lz:v:activity:1", "lz:v:places"]]


def test_an_import_that_fails_makes_nothing_stale():
    before = versions.read(["a"])
    with pytest.raises(ZeroDivisionError), transaction.atomic(), versions.together():
        versions.bump("a")
        raise ZeroDivisionError
    assert versions.read(["a"]) == before
    with transaction.atomic():
        versions.bump("a")  # gathered by nobody any more
    assert versions.read(["a"]) != before
