"""The index and the queries on PostgreSQL: modelsearch's tsvector backend over our tokens."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from wagtail.search.query import Phrase, PlainText

from .columns import ColumnSearch
from .indexing import SegmentedIndex
from .segment import NOTHING, Token, terms


class Index(SegmentedIndex, PostgresIndex):
    """Entries whose vectors are made of our tokens."""


class TokenQueries(ColumnSearch):
    """Builds the tsquery of a text from our tokens."""

    LAST_TERM_IS_PREFIX: bool

    def build_tsquery_content(
        self, query: Any, config: str | None = None, invert: bool = False
    ) -> SearchQuery:
        """`query` as a raw tsquery; And, Or and Not stay with the base class."""
        if not isinstance(query, PlainText | Phrase):
            return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]
        words = terms(query.query_string, last_is_prefix=self.LAST_TERM_IS_PREFIX)
        joiner = " | " if getattr(query, "operator", "and") == "or" else " & "
        text = joiner.join(f"({' & '.join(map(_lexeme, word))})" for word in words)
        text = text or _lexeme(Token(NOTHING))
        return SearchQuery(f"!({text})" if invert else text, search_type="raw", config=config)


def _lexeme(token: Token) -> str:
    return f"'{token.text}':*" if token.prefix else f"'{token.text}'"


class QueryCompiler(TokenQueries, PostgresSearchQueryCompiler):
    """Whole words."""


class AutocompleteQueryCompiler(TokenQueries, PostgresAutocompleteQueryCompiler):
    """The last word may be unfinished."""


class Backend(PostgresSearchBackend):
    """`WAGTAILSEARCH_BACKENDS` on PostgreSQL."""

    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler

    def __init__(self, params: dict[str, Any]) -> None:
        # Without a configuration PostgreSQL would stem our tokens by the server's language.
        super().__init__({"SEARCH_CONFIG": "simple"} | params)
