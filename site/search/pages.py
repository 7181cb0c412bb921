"""The source of hits among the pages of the CMS: live, public, below the site's root."""

from collections.abc import Sequence

from wagtail.models import Page, Site
from wagtail.search import index

from .indexing import texts
from .sources import LIMIT, Hit


class PageHits:
    """Pages found; their own type and text are fetched for the slice that is read.

    A slice costs one query and one for each page type in it.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        self.keys = [page.pk for page in pages]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, part: slice, /) -> list[Hit]:
        keys = self.keys[part]
        pages = {page.pk: page for page in Page.objects.filter(pk__in=keys).live().specific()}
        # A page may have been taken down since the keys were read: its hit is left out.
        hits = (_hit(pages[key]) for key in keys if key in pages)
        return [hit for hit in hits if hit is not None]


def find(query: str) -> PageHits:
    """At most `sources.LIMIT` pages that hold every word of `query`, best first (3 queries)."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        return PageHits([])
    visible = Page.objects.live().public().descendant_of(site.root_page, inclusive=True)
    return PageHits(visible.search(query)[:LIMIT])


def _hit(page: Page) -> Hit | None:
    url = page.get_url()
    if not url:
        return None
    body = (
        text
        for field, text in texts(page)
        if isinstance(field, index.SearchField) and field.field_name != "title"
    )
    return {
        "title": page.title,
        "url": url,
        "kind": str(page._meta.verbose_name),
        "excerpt": " ".join(body),
        # News carry the day of what they tell; other pages the day they came out.
        "date": getattr(page, "date", None) or page.first_published_at,
    }
