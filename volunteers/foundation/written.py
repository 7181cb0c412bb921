"""For the few hot paths whose SQL is written out: rows as models, and writes in one round trip.

Under load a sign-up waits mostly for its turn: each round trip gives the interpreter away and
gets it back late. So what need not be known in between is sent together (docs/capacity.md).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def instance(model: type[Row], names: tuple[str, ...], values: Iterable[Any]) -> Row:
    """An instance as the database holds it; fields that are not named are fetched when asked for.
    `names` are columns (`shift_id`) in any order: `from_db` alone takes the model's order and
    would put values into the wrong fields without a word. ValueError: no such field."""
    by_name = dict(zip(names, values, strict=True))
    ordered = [f.attname for f in model._meta.concrete_fields if f.attname in by_name]
    if len(ordered) != len(by_name):
        raise ValueError(f"{model.__name__} has not all of {names}")
    return model.from_db(connection.alias, ordered, [by_name[name] for name in ordered])


def moment(value: datetime) -> datetime:
    """SQLite hands times out without the zone that all are stored in."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def insert(row: Row) -> Row:
    """Insert a new row now; it gets its key."""
    with connection.cursor() as cursor:
        key = row._meta.pk
        assert key is not None
        cursor.execute(f"{_insert_sql(type(row))} RETURNING {key.column}", _values(row))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


class Writes:
    """Statements whose answers nobody needs in between; `send` takes them all at once."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, tuple[Any, ...]]] = []

    def insert(self, row: models.Model, *, once: bool = False) -> None:
        """Insert a new row; `once`: unless a unique key has it already. It gets no key here."""
        end = " ON CONFLICT DO NOTHING" if once else ""
        self._waiting.append((_insert_sql(type(row)) + end, _values(row)))

    def update(self, sql: str, params: tuple[Any, ...]) -> None:
        """Any statement that answers with how many rows it changed."""
        self._waiting.append((sql, params))

    def send(self) -> list[int]:
        """Run them in their order and return how many rows each changed. PostgreSQL takes them
        in one message, SQLite has no way to go."""
        waiting, self._waiting = self._waiting, []
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                return [_run(cursor, *one) for one in waiting]
            sql = ";\n".join(sql for sql, _ in waiting)
            cursor.execute(sql, [param for _, params in waiting for param in params])
            counts = [cursor.rowcount]
            while cursor.cursor.nextset():
                counts.append(cursor.rowcount)
            return counts


def _run(cursor: Any, sql: str, params: tuple[Any, ...]) -> int:
    cursor.execute(sql, params)
    return int(cursor.rowcount)


@cache
def _insert_sql(model: type[models.Model]) -> str:
    columns = [field.column for field in _fields(model)]
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """All but the key, which the database gives."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _values(row: models.Model) -> tuple[Any, ...]:
    return tuple(
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in _fields(type(row))
    )
