"""Fixtures of the whole suite."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from tests import database
from volunteers.foundation import outbox

# No deadline: two cores are shared with browsers. Derandomised: a failure comes back.
hypothesis_settings.register_profile("lianzhi", deadline=None, derandomize=True)
hypothesis_settings.load_profile("lianzhi")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Our own database per pytest process (see tests/database.py)."""
    worker = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        database.create(worker)
    yield
    with django_db_blocker.unblock():
        database.destroy()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits, sessions, page versions and the last nudge of one test never reach another."""
    cache.clear()
    outbox._asked_at = float("-inf")
    yield
