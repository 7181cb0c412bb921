"""The search backend for `WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend"}}`."""

from typing import Any

from django.db import connection
from modelsearch.backends import database
from modelsearch.backends.base import BaseSearchBackend


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:
    """The backend that cuts Chinese into tokens, for the database in use.

    On a SQLite without FTS5 modelsearch's own fallback answers: it compares column by column,
    which finds Chinese too, only slowly and in titles and plain columns alone.
    """
    # Each module imports what only its database has (psycopg, the FTS table), hence here.
    if connection.vendor == "postgresql":
        from .postgres import Backend as PostgresBackend

        return PostgresBackend(params)
    stock = database.SearchBackend(params)
    if connection.vendor == "sqlite" and database.USE_SQLITE_FTS:
        from .sqlite import Backend as SQLiteBackend

        return SQLiteBackend(params)
    return stock
