"""Named versions: what a cached page was made from. A service bumps a name on commit, and
every page that read the name before is stale at once, in every process."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache
from django.db import transaction

PREFIX = "lz:v:"
LIFE = 30 * 24 * 3600
_gathered: ContextVar[set[str] | None] = ContextVar("gathered", default=None)


def read(names: Iterable[str]) -> dict[str, str]:
    """The tokens of `names` now; a name without a token gets one (so that it can go stale)."""
    wanted = {PREFIX + name: name for name in names}
    found = cache.get_many(wanted)
    tokens = {wanted[key]: value for key, value in found.items()}
    for key, name in wanted.items():
        if name not in tokens:
            token = secrets.token_hex(8)
            # add, not set: two first readers must agree on one token
            tokens[name] = token if cache.add(key, token, LIFE) else cache.get(key, token)
    return tokens


def bump(*names: str) -> None:
    """On commit, give each name a new random token (no counter: increments could be lost)."""
    gathered = _gathered.get()
    if gathered is None:
        transaction.on_commit(lambda: _set(names))
    else:
        gathered.update(names)


@contextmanager
def together() -> Iterator[None]:
    """For one long transaction of many acts (an import): every name that is bumped within gets
    its new token once, when the transaction around this block commits."""
    gathered: set[str] = set()
    mark = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(mark)
    if gathered:
        transaction.on_commit(lambda: _set(gathered))


def _set(names: Iterable[str]) -> None:
    cache.set_many({PREFIX + name: secrets.token_hex(8) for name in names}, LIFE)
