"""What of an object goes into the index, and how it gets there cut into tokens."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import Manager, Model
from wagtail.search import index

from .segment import segment

# PostgreSQL refuses an index row of more than 1 MB; this stays below it even if every pair of
# characters is a rare one. What stands behind it in a very long document is not found.
MAX_INDEXED = 30_000


def texts(obj: Any, fields: Iterable[Any] | None = None) -> Iterator[tuple[Any, str]]:
    """(search field, plain text as written) of `obj`, fields of related objects included.

    `fields` defaults to the model's own `search_fields`. Empty values and fields that hold no
    text to find (filters) are left out.
    """
    for field in obj.get_search_fields() if fields is None else fields:
        if isinstance(field, index.RelatedFields):
            for related in _related(field.get_value(obj)):
                yield from texts(related, field.fields)
        elif isinstance(field, index.SearchField | index.AutocompleteField):
            text = _text(field.get_value(obj))
            if text:
                yield field, text


def _related(value: Any) -> Iterable[Any]:
    if value is None:
        return []
    if isinstance(value, Manager):
        return value.all()
    return [value() if callable(value) else value]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    return str(value)


class SegmentedField(index.SearchField):
    """A search field whose value is already cut into tokens."""

    def __init__(self, field: Any, text: str) -> None:
        super().__init__(field.field_name, boost=field.boost)
        self.text = text

    def get_value(self, obj: Any) -> str:
        """The tokens, whatever `obj` is."""
        return self.text


class SegmentedAutocompleteField(index.AutocompleteField):
    """An autocomplete field whose value is already cut into tokens."""

    def __init__(self, field: Any, text: str) -> None:
        super().__init__(field.field_name)
        self.text = text

    def get_value(self, obj: Any) -> str:
        """The tokens, whatever `obj` is."""
        return self.text


class SegmentedObject:
    """Stands in for a model instance before the index: same key, tokens instead of text."""

    def __init__(self, obj: Any) -> None:
        self.pk = obj.pk
        self._fields: list[SegmentedField | SegmentedAutocompleteField] = []
        left = dict.fromkeys((SegmentedField, SegmentedAutocompleteField), MAX_INDEXED)
        cut = cache(segment)  # a title is mostly both searched and completed
        for field, text in texts(obj):
            search = isinstance(field, index.SearchField)
            kind = SegmentedField if search else SegmentedAutocompleteField
            self._fields.append(kind(field, cut(text[: left[kind]])))
            left[kind] -= min(len(text), left[kind])

    def get_search_fields(self) -> list[SegmentedField | SegmentedAutocompleteField]:
        """The fields with something to find, in the model's order, related ones flattened."""
        return self._fields


class SegmentedIndex:
    """Mixin before either database's index class: everything that enters is segmented."""

    def add_items(self, model: type[Model], objs: Iterable[Any]) -> None:
        """Puts `objs`, all of `model`, into the index or refreshes their entries."""
        super().add_items(model, [SegmentedObject(obj) for obj in objs])  # type: ignore[misc]
