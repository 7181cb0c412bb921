"""Searches limited to some fields (`fields=[…]`): they look into the columns themselves.

The index keeps the title apart and the rest together, so it cannot answer for one field. The
lists of the back office that ask this way are short: a plain "contains" does, alike on both
databases, without folding of width or script.
"""

import re
from functools import reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from modelsearch.backends.base import SearchFieldError
from wagtail.search import query as queries

MAX_QUERY = 100  # characters read; each word is a condition on each field
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database takes these as a parameter


class ColumnSearch:
    """Mixin before either database's query compiler: takes over where `fields` is given."""

    queryset: QuerySet[Any]
    query: queries.SearchQuery
    fields: list[str] | None

    def search(
        self,
        config: str | None,
        start: int,
        stop: int | None,
        score_field: str | None = None,
        **options: Any,
    ) -> QuerySet[Any]:
        """The hits from `start` to `stop`, best first, or newest first where columns answer."""
        if not self.fields:
            return super().search(config, start, stop, score_field, **options)  # type: ignore[misc]
        found = self.queryset.filter(contains(self.query, self.queryset.model, self.fields))
        if not found.query.order_by:
            found = found.order_by("-pk")  # pages of results must not overlap
        return found[start:stop]


def contains(query: queries.SearchQuery, model: type[Model], fields: list[str]) -> Q:
    """The condition that `fields` of `model` satisfy `query`.

    Raises SearchFieldError for a search field that is no column (a method, say).
    """
    match query:
        case queries.MatchAll():
            return Q()
        case queries.And(subqueries=parts):
            return reduce(and_, (contains(part, model, fields) for part in parts), Q())
        case queries.Or(subqueries=parts):
            return reduce(or_, (contains(part, model, fields) for part in parts), Q())
        case queries.Not(subquery=part):
            return ~contains(part, model, fields)
        case queries.PlainText(query_string=text, operator=operator):
            words = _UNSTORABLE.sub("", text)[:MAX_QUERY].split()
        case queries.Phrase(query_string=text):
            operator, words = "and", [_UNSTORABLE.sub("", text)[:MAX_QUERY].strip()]
        case _:
            raise NotImplementedError(f"{type(query).__name__} is not supported with fields")
    for name in fields:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist as error:
            message = f'Cannot search in "{name}" alone: it is no column of {model.__name__}.'
            raise SearchFieldError(message, field_name=name) from error
    conditions = [
        reduce(or_, (Q(**{f"{name}__icontains": word}) for name in fields))
        for word in words
        if word
    ]
    return reduce(or_ if operator == "or" else and_, conditions) if conditions else Q(pk__in=[])
