"""The parts of a page that change with a publication alone, kept as rendered text.

A story may hold a dozen blocks with pictures, people and links between pages, and each kind costs
queries of its own. Most of it only changes when somebody publishes. So a page keeps the rendered
blocks under the version "cms" and its own revision; blocks whose Meta says `live` (figures, lists
of activities, days that pass) are rendered each time.
"""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue
from wagtail.models import Page

from . import pictures

KEY = "lz:story:"
LIFE = 3600  # seconds; a publication makes it stale at once


def render(page: Page, field: str, context: Mapping[str, Any]) -> SafeString:
    """The StreamField `field` of `page` as HTML; `context` is that of the page, with `request`.

    Previews, and requests that declared no versions, keep nothing.
    """
    stream: StreamValue = getattr(page, field)
    if not stream:
        return mark_safe("")
    watched = getattr(context["request"], "lz_watched", {})
    if context.get("preview") or "cms" not in watched:
        pictures.prepare(pictures.images_in(stream))
        return mark_safe("\n".join(child.render(context) for child in stream))
    key = f"{KEY}{watched['cms']}:{page.pk}:{page.live_revision_id}:{field}"
    kept: dict[int, str] | None = cache.get(key)
    if kept is None:
        pictures.prepare(pictures.images_in(stream))
        kept = {
            at: child.render(context) for at, child in enumerate(stream) if not _live(child.block)
        }
        cache.set(key, kept, LIFE)
    # Only what is not kept is taken out of the stream, which fetches by kind of block.
    return mark_safe(
        "\n".join(
            kept[at] if at in kept else stream[at].render(context) for at in range(len(stream))
        )
    )


def _live(block: Any) -> bool:
    return bool(getattr(block.meta, "live", False))
