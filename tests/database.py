"""The test database as production has it: the owner migrates and flushes, the code under test
runs as the runtime role (ARCHITECTURE decision 6)."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import testcases

from volunteers.foundation import triggers
from volunteers.foundation.dbroles import as_owner


def create(worker: str) -> None:
    """A fresh, migrated database for this pytest process."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        path = settings.VAR / f"test-{worker}.sqlite3"
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        _point_to(str(path))
    else:
        name = f"test_lianzhi_{worker}"
        with as_owner():
            connection.settings_dict["NAME"] = "postgres"
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                cursor.execute(f"CREATE DATABASE {name}")
        _point_to(name)
    call_command("migrate", verbosity=0, interactive=False)


def destroy() -> None:
    """Remove this process's database."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        with as_owner():
            connection.settings_dict["NAME"] = "postgres"
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _point_to(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def flush_as_owner(self: Any) -> None:
    """TransactionTestCase's teardown, for a runtime role that may not empty append-only tables."""
    with as_owner():
        connection = connections["default"]
        if connection.vendor == "sqlite":
            triggers.drop_append_only()
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            allow_cascade=True,
            inhibit_post_migrate=False,
        )
        if connection.vendor == "sqlite":
            triggers.install()


testcases.TransactionTestCase._fixture_teardown = flush_as_owner  # type: ignore[method-assign]
