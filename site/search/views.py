"""The results page: /search/?q=志愿."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from . import sources
from .excerpts import excerpt, mark
from .segment import terms

MAX_QUERY = 100
PER_PAGE = 10


@dataclass(frozen=True)
class Result:
    """A hit as the page shows it: words found are marked."""

    title: SafeString
    url: str
    kind: str
    excerpt: SafeString
    date: date | None


@dataclass(frozen=True)
class Tab:
    """One kind of result with its number; the first, without a name, is all of them."""

    name: str
    label: str
    count: int
    current: bool


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that holds the words of `q`; `in` names one source, `page` a page.

    Nothing typed here is an error: what cannot be searched is said in a sentence, an unknown
    source means all, a page beyond the last means the last.
    """
    typed = " ".join(request.GET.get("q", "").replace("\0", "").split())
    query = typed[:MAX_QUERY].strip()
    context: dict[str, object] = {
        "query": query,
        "max_query": MAX_QUERY,
        "too_long": len(typed) > MAX_QUERY,
        "searchable": bool(terms(query)),
    }
    if context["searchable"]:
        context |= _results(query, request.GET.get("in", ""), request.GET.get("page", "1"))
    response = render(request, "search/results.html", context)
    response["X-Robots-Tag"] = "noindex"  # a page for each word anybody tries is no content
    return response


def _results(query: str, only: str, number: str) -> dict[str, object]:
    found = {source: source.find(query) for source in sources.registered()}
    only = only if only in {source.name for source in found} else ""
    shown = [hits for source, hits in found.items() if only in ("", source.name)]
    page: Page[sources.Hit] = Paginator(sources.Together(shown), PER_PAGE).get_page(number)
    tabs = [Tab(s.name, s.label, len(hits), s.name == only) for s, hits in found.items()]
    total = sum(tab.count for tab in tabs)
    return {
        "page": page,
        "results": [_result(hit, query) for hit in page.object_list],
        "total": total,
        "tabs": [Tab("", "全部", total, not only), *(tab for tab in tabs if tab.count)],
        "cut_short": any(len(hits) >= sources.LIMIT for hits in shown),
        "only": only,
    }


def _result(hit: sources.Hit, query: str) -> Result:
    return Result(
        title=mark(hit["title"], query),
        url=hit["url"],
        kind=hit["kind"],
        excerpt=excerpt(hit["excerpt"], query),
        date=hit["date"],
    )
