"""Django's Redis cache, with its client kept.

Django makes a new `redis.Redis` for every command, which takes longer than the command itself
(docs/capacity.md). A client may be shared between threads: what may not, the connection, comes
from its pool.
"""

from functools import cached_property
from typing import Any

from django.core.cache.backends import redis


class Client(redis.RedisCacheClient):
    """Of the one server that REDIS_URL names."""

    @cached_property
    def _kept(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The same client again."""
        return self._kept


class RedisCache(redis.RedisCache):
    """The cache of the whole platform."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
