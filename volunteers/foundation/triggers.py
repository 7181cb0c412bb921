"""What must hold against any writer, as triggers: append-only tables, and SQLite's stand-in for
constraints that it lacks. Installed again after every migrate, since SQLite drops a table's
triggers when it rebuilds the table."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

# "app.Model" whose rows are never changed or deleted
APPEND_ONLY = [
    "foundation.Act",
    "foundation.Seal",
    "foundation.SealedRow",
    "points.Transfer",
]


@dataclass(frozen=True)
class Trigger:
    """A vendor's own trigger: `drop` and `create` statements run in order."""

    name: str
    vendor: str
    table: str
    create: tuple[str, ...]


_extra: list[Trigger] = []


def add(trigger: Trigger) -> None:
    """Register one more trigger (from ready())."""
    _extra.append(trigger)


def tables() -> list[str]:
    """Database tables that are append-only."""
    return [apps.get_model(label)._meta.db_table for label in APPEND_ONLY]


def names(vendor: str) -> set[str]:
    """Every trigger that must exist on `vendor`; a test compares with the database."""
    append_only = {f"{t}_no_{verb}" for t in tables() for verb in ("update", "delete")}
    return append_only | {t.name for t in _extra if t.vendor == vendor}


def install(using: str = "default") -> None:
    """(Re)install every trigger whose table exists."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION lz_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$"
            )
        for table in tables():
            if table not in present:
                continue
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                if connection.vendor == "postgresql":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                        "FOR EACH ROW EXECUTE FUNCTION lz_append_only()"
                    )
                else:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {verb.upper()} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
        for trigger in _extra:
            if trigger.vendor == connection.vendor and trigger.table in present:
                on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")
                for statement in trigger.create:
                    cursor.execute(statement)


def lift_append_only(using: str = "default") -> None:
    """For retention and the tests' emptying, as the owner of the tables: without these triggers
    until install() puts them back."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in tables():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")


def grant(using: str = "default") -> None:
    """PostgreSQL with an own runtime role: give it the tables, but no UPDATE, DELETE or TRUNCATE
    on append-only ones (ARCHITECTURE decision 6). Runs as the owner."""
    connection = connections[using]
    runtime = settings.DATABASES[using].get("LZ_RUNTIME_ROLE")
    if connection.vendor != "postgresql" or not runtime:
        return
    role = connection.ops.quote_name(runtime)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == runtime:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        present = set(connection.introspection.table_names())
        for table in tables():
            if table in present:
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")


def after_migrate(using: str = "default", **_: Any) -> None:
    """post_migrate of foundation: every table that this migrate made is there by now."""
    if using == "default":
        install(using)
        grant(using)
