"""Clients that are signed in, and the organisation that posts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from volunteers.areas.models import Kind as AreaKind
from volunteers.grants.models import Role


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A client whose user is the given one (or the volunteer's)."""

    def sign_in(who: Any) -> Client:
        client = Client()
        client.force_login(getattr(who, "user", None) or who)
        return client

    return sign_in


@pytest.fixture
def street(db):
    """A street with one community of two grids."""
    street = make.area(AreaKind.STREET)
    community = make.area(AreaKind.COMMUNITY, street)
    make.grid(community)
    make.grid(community)
    return street


@pytest.fixture
def community(street):
    """The street's community."""
    return street.get_children().get()


@pytest.fixture
def host(community):
    """An accepted social organisation of the community."""
    return make.organisation(area=community)


@pytest.fixture
def poster(host):
    """Who posts for it."""
    person = make.user()
    make.grant(person, Role.ORG_POSTER, organisation=host)
    return person


@pytest.fixture
def reviewer(street):
    """Area staff of the street."""
    return make.staff(Role.AREA_STAFF, street)
