"""The test database as production has it: the owner migrates and empties tables, the code under
test runs as the runtime role (ARCHITECTURE decision 6).

Migrating Wagtail takes longer than most tests, so one process of a run migrates a template and
every process copies it (a SQLite template is kept for the next run too). After a test that
commits, only the tables that it filled are emptied.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import testcases

from tests import templates
from volunteers.foundation import triggers
from volunteers.foundation.dbroles import as_owner

# table → highest key that a migration put there (Wagtail's root page, site, locale, types, …)
_baseline: dict[str, int] = {}


def create(worker: str) -> None:
    """A fresh, migrated database for this pytest process."""
    with _alone():
        if connections["default"].vendor == "sqlite":
            _create_sqlite(worker)
        else:
            _create_postgresql(worker)
    _remember_baseline()


def destroy() -> None:
    """Remove this process's database (templates go with the scratch cluster or /tmp)."""
    connection = connections["default"]
    name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        _as_postgres(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    else:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process of the run at a time."""
    with (Path(tempfile.gettempdir()) / f"lianzhi-{templates.RUN}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create_sqlite(worker: str) -> None:
    template = templates.sqlite_file()
    if not template.exists():
        fresh = template.with_suffix(f".{templates.RUN}")
        fresh.unlink(missing_ok=True)
        _point_to(str(fresh))
        _migrate()
        connections["default"].close()  # the last connection folds the WAL into the file
        fresh.rename(template)
    own = settings.VAR / f"test-{worker}.sqlite3"
    own.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, own)
    _point_to(str(own))
    triggers.install()


def _create_postgresql(worker: str) -> None:
    template = templates.POSTGRESQL
    own = f"test_lianzhi_{worker}"
    if not _as_postgres(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
        _as_postgres(f"DROP DATABASE IF EXISTS {template}_fresh WITH (FORCE)")
        _as_postgres(f"CREATE DATABASE {template}_fresh")
        _point_to(f"{template}_fresh")
        _migrate()
        connections["default"].close()
        _as_postgres(f"ALTER DATABASE {template}_fresh RENAME TO {template}")
    _as_postgres(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")
    _as_postgres(f"CREATE DATABASE {own} TEMPLATE {template}")
    _point_to(own)


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _as_postgres(statement: str) -> list[Any]:
    """Run one statement as the owner in the maintenance database."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    with as_owner():
        connection.settings_dict["NAME"] = "postgres"
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    connection.settings_dict["NAME"] = before
    return rows


def _point_to(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def _tables() -> list[str]:
    connection = connections["default"]
    names = set(connection.introspection.table_names())
    virtual = ("wagtailsearch_indexentry_fts", "modelsearch_indexentry_fts")
    return sorted(n for n in names if not n.startswith(virtual) and n != "django_migrations")


def _filled() -> dict[str, int]:
    """Table → highest key (0 where the key is no number), for tables that hold rows."""
    connection = connections["default"]
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        parts = [f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in _tables()]
        for start in range(0, len(parts), 100):
            cursor.execute(" UNION ALL ".join(parts[start : start + 100]))
            for (table,) in cursor.fetchall():
                found[table] = 0
        for table in found:
            columns = connection.introspection.get_table_description(cursor, table)
            if any(column.name == "id" for column in columns):
                cursor.execute(f"SELECT max(id) FROM {table}")
                top = cursor.fetchone()[0]
                found[table] = top if isinstance(top, int) else 0
    return found


def _remember_baseline() -> None:
    _baseline.clear()
    _baseline.update(_filled())


def empty_what_the_test_filled(self: Any) -> None:
    """TransactionTestCase's teardown. The runtime role may not empty append-only tables, so the
    owner does; rows that migrations made stay."""
    with as_owner():
        connection = connections["default"]
        now = _filled()
        conditions = {
            table: "" if table not in _baseline else f" WHERE id > {_baseline[table]}"
            for table, top in now.items()
            if table not in _baseline or top > _baseline[table]
        }
        with connection.cursor() as cursor:
            triggers.lift_append_only()
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA foreign_keys = OFF")
            # PostgreSQL's foreign keys are deferred: one transaction may delete in any order
            with transaction.atomic():
                for table, where in conditions.items():
                    cursor.execute(f"DELETE FROM {table}{where}")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA foreign_keys = ON")
            triggers.install()


testcases.TransactionTestCase._fixture_teardown = (  # type: ignore[attr-defined]
    empty_what_the_test_filled
)
