"""The index and the queries on SQLite: modelsearch's FTS5 backend over our tokens."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, Func, Value
from django.db.models.sql.compiler import SQLCompiler
from modelsearch.backends.database.sqlite.query import SearchQueryExpression
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from wagtail.search.query import Phrase, PlainText

from .columns import ColumnSearch
from .indexing import SegmentedIndex
from .segment import NOTHING, Token, terms


class Index(SegmentedIndex, SQLiteIndex):
    """Entries whose text is made of our tokens."""


class Rank(Func):
    """How well an entry matches (less is better); a hit in the title counts four times."""

    output_field = FloatField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **options: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Weights follow the columns of the FTS table: autocomplete, body, title."""
        return f"bm25({SQLiteFTSIndexEntry._meta.db_table}, 1.0, 1.0, 4.0)", ()


class TokenQueries(ColumnSearch):
    """Builds the FTS5 expression of a text from our tokens."""

    LAST_TERM_IS_PREFIX: bool

    def build_search_query_content(self, query: Any, config: str | None = None) -> Any:
        """`query` as an FTS5 expression; And, Or and Not stay with the base class."""
        if not isinstance(query, PlainText | Phrase):
            return super().build_search_query_content(query, config=config)  # type: ignore[misc]
        words = terms(query.query_string, last_is_prefix=self.LAST_TERM_IS_PREFIX)
        joiner = " OR " if getattr(query, "operator", "and") == "or" else " AND "
        text = joiner.join(f"({' AND '.join(map(_lexeme, word))})" for word in words)
        return SearchQueryExpression(Value(f"({text or _lexeme(Token(NOTHING))})"))

    def _build_rank_expression(self, vectors: Any, config: str | None) -> Rank:
        return Rank()


def _lexeme(token: Token) -> str:
    return f'"{token.text}" *' if token.prefix else f'"{token.text}"'


class QueryCompiler(TokenQueries, SQLiteSearchQueryCompiler):
    """Whole words."""


class AutocompleteQueryCompiler(TokenQueries, SQLiteAutocompleteQueryCompiler):
    """The last word may be unfinished."""


class Backend(SQLiteSearchBackend):
    """`WAGTAILSEARCH_BACKENDS` on SQLite with FTS5."""

    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
