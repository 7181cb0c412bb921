"""The full-page cache: anonymous readers only, and never older than the facts on the page."""

import pytest
from django.core.cache import cache
from django.test import Client

from config import pagecache
from tests import factories
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation import versions
from volunteers.organisations.models import Kind, State
from volunteers.organisations.services import decide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit():
    street = factories.area()
    community = factories.area(AreaKind.COMMUNITY, street)
    return factories.organisation(
        kind=Kind.UNIT, name="新盛第一小学", area=community, state=State.SUBMITTED
    )


def page(client: Client, **also) -> str:
    return client.get("/units/", **also).content.decode()


def test_a_hit_asks_the_database_nothing(client, unit, django_assert_num_queries):
    first = page(client)
    with django_assert_num_queries(0):
        assert page(client) == first


def test_a_hit_carries_the_same_security_headers(client, unit):
    fresh = client.get("/units/").headers
    hit = client.get("/units/").headers
    for name in ("Content-Security-Policy", "X-Frame-Options", "Content-Type", "Referrer-Policy"):
        assert hit[name] == fresh[name]


def test_the_next_get_after_a_change_shows_it(client, unit):
    assert unit.name not in page(client)
    decide(unit, State.ACCEPTED, actor=factories.user())
    assert unit.name in page(client)


def test_a_page_made_from_old_data_is_never_stored_under_new_versions(client, unit, monkeypatch):
    """The change commits while the page is being made: the entry must be stale at once."""
    original = pagecache.PageCacheMiddleware.store

    def change_then_store(key, request, response):
        versions._set(["units"])
        original(key, request, response)

    monkeypatch.setattr(pagecache.PageCacheMiddleware, "store", staticmethod(change_then_store))
    page(client)
    monkeypatch.setattr(pagecache.PageCacheMiddleware, "store", staticmethod(original))
    unit.__class__.objects.filter(pk=unit.pk).update(state=State.ACCEPTED)
    assert unit.name in page(client)


def test_people_who_are_signed_in_neither_fill_nor_read_it(client, unit):
    person = factories.user()
    client.force_login(person)
    page(client)
    assert not [key for key in cache._cache if pagecache.PREFIX in key]
    anonymous = page(Client())
    assert "登录" in anonymous and anonymous == page(Client())
    assert page(client) != anonymous


def test_letter_sizes_have_entries_of_their_own(unit):
    plain, large = Client(), Client()
    large.cookies["lz_elder"] = "24"
    assert 'data-elder="24"' not in page(plain)
    assert 'data-elder="24"' in page(large)
    assert 'data-elder="24"' not in page(plain)


def test_a_made_up_letter_size_changes_nothing(unit):
    odd = Client()
    odd.cookies["lz_elder"] = '"><script>'
    assert "<script>" not in page(odd)


def test_a_bump_inside_a_transaction_that_fails_changes_nothing(unit):
    from django.db import transaction

    before = versions.read(["units"])
    with pytest.raises(RuntimeError), transaction.atomic():
        versions.bump("units")
        raise RuntimeError
    assert versions.read(["units"]) == before


def test_a_cookie_that_only_begins_like_a_size_cannot_fill_that_sizes_entry(unit):
    odd, large = Client(), Client()
    odd.cookies["lz_elder"] = "18x"
    large.cookies["lz_elder"] = "18"
    page(odd)
    assert 'data-elder="18"' in page(large)
