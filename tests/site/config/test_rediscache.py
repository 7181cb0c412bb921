"""The cache's client is kept, and is still a whole cache."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.rediscache import RedisCache
from tests.stage import own_redis


@pytest.fixture(scope="module")
def cache() -> Iterator[RedisCache]:
    with own_redis(None) as url:
        yield RedisCache(url, {})


def test_the_client_is_made_once(cache):
    assert cache._cache.get_client() is cache._cache.get_client(write=True)


def test_threads_that_share_it_never_mix_answers(cache):
    def write_and_read(number: int) -> bool:
        cache.set(f"shared:{number}", {"n": number}, 60)
        return cache.get(f"shared:{number}") == {"n": number}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_read, range(200)))
    assert cache.get_many(["shared:1", "shared:2"]) == {"shared:1": {"n": 1}, "shared:2": {"n": 2}}
