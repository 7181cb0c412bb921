"""The index and the queries on SQLite: modelsearch's FTS5 backend over our tokens."""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from modelsearch.backends.database.sqlite.query import (
    MatchExpression,
    SearchQueryExpression,
    normalize,
)
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    SQLiteAutocompleteQueryCompiler,
    SQLiteFTSIndexEntry,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.utils import get_descendants_content_types_pks
from wagtail.search.query import MatchAll, Not, Phrase, PlainText

from .columns import ColumnSearch
from .indexing import SegmentedIndex
from .segment import NOTHING, Token, terms


class Index(SegmentedIndex, SQLiteIndex):
    """Entries whose text is made of our tokens."""


class Score(Func):
    """How well an object matches (less is better); a hit in the title counts four times.

    The match is worked out once, in a subquery that SQLite keeps (LIMIT stops it from being
    folded into the outer one), and looked up for each object.
    """

    output_field = FloatField()

    def __init__(self, match: MatchExpression, content_types: list[int]) -> None:
        super().__init__("pk")
        self.match = match
        self.content_types = content_types

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **options: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Weights follow the columns of the FTS table: autocomplete, body, title."""
        fts, entry = SQLiteFTSIndexEntry._meta.db_table, IndexEntry._meta.db_table
        match, match_params = compiler.compile(self.match)
        key, key_params = compiler.compile(self.source_expressions[0])
        types = ", ".join(["%s"] * len(self.content_types))
        sql = (
            f"(SELECT matched.score FROM (SELECT rowid AS id, bm25({fts}, 1.0, 1.0, 4.0) AS score"
            f" FROM {fts} WHERE {match} LIMIT -1) AS matched"
            f" JOIN {entry} AS entry ON entry.id = matched.id"
            f" WHERE entry.content_type_id IN ({types})"
            f" AND entry.object_id = CAST({key} AS TEXT) LIMIT 1)"
        )
        return sql, (*match_params, *self.content_types, *key_params)


class TokenQueries(ColumnSearch):
    """Builds the FTS5 expression of a text from our tokens."""

    LAST_TERM_IS_PREFIX: bool
    FTS_TABLE_FIELDS: list[str]
    order_by_relevance: bool
    build_search_query: Callable[..., Any]  # of the base class: takes Not apart, asks for the rest

    def build_search_query_content(self, query: Any, config: str | None = None) -> Any:
        """`query` as an FTS5 expression; And, Or and Not stay with the base class."""
        if not isinstance(query, PlainText | Phrase):
            return super().build_search_query_content(query, config=config)  # type: ignore[misc]
        words = terms(query.query_string, last_is_prefix=self.LAST_TERM_IS_PREFIX)
        joiner = " OR " if getattr(query, "operator", "and") == "or" else " AND "
        text = joiner.join(f"({' AND '.join(map(_lexeme, word))})" for word in words)
        return SearchQueryExpression(Value(f"({text or _lexeme(Token(NOTHING))})"))

    def search(
        self,
        config: str | None,
        start: int,
        stop: int | None,
        score_field: str | None = None,
        **options: Any,
    ) -> QuerySet[Any]:
        """As the base class, with the match asked once instead of once for each entry.

        SQLite joins the FTS table to the entries by running the match for every entry, which
        takes seconds from a few hundred on (a prefix longer still); as a list of ids it is
        worked out once.
        """
        if self.fields:
            return super().search(config, start, stop, score_field, **options)
        query = normalize(self.query)
        negated = isinstance(query, Not)
        query = query.subquery if negated else query
        if isinstance(query, MatchAll):
            return self.queryset.none() if negated else self.queryset[start:stop]

        match = MatchExpression(
            self.FTS_TABLE_FIELDS, self.build_search_query(query, config=config)
        )
        types = get_descendants_content_types_pks(self.queryset.model)
        matched = SQLiteFTSIndexEntry.objects.filter(match).values("pk")
        entries = IndexEntry.objects.filter(content_type__in=types, pk__in=matched)
        if negated:
            queryset = self.queryset.exclude(pk__in=entries.values("object_id"))
        else:
            queryset = self.queryset.filter(pk__in=entries.values("object_id"))
            if score_field or self.order_by_relevance:
                score = score_field or "_score"
                queryset = queryset.annotate(**{score: Score(match, types)})
                if self.order_by_relevance:
                    queryset = queryset.order_by(score, "-pk")
        if not queryset.query.order_by:
            queryset = queryset.order_by("-pk")  # pages of results must not overlap
        return queryset[start:stop]


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
