"""Two roles on PostgreSQL: the owner migrates, the application runs without its rights."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections


@contextmanager
def as_owner(using: str = "default") -> Iterator[None]:
    """Inside, the connection is the owner's (DATABASE_OWNER_URL); without one, nothing changes."""
    owner = settings.DATABASES[using].get("LZ_OWNER")
    if not owner:
        yield
        return
    connection = connections[using]
    connection.close()
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
