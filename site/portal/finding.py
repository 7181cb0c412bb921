"""Activities among what the site's search finds."""

from django.urls import reverse
from wagtail.search.backends import get_search_backend

from events.activities.models import Activity
from search.sources import LIMIT, Hit


def find_activities(query: str) -> list[Hit]:
    """Published activities that hold every word of `query`, best first (2 queries)."""
    backend = get_search_backend()
    published = Activity.objects.filter(state=Activity.State.PUBLISHED)
    found = backend.search(query, published)[:LIMIT]
    keys = [row.pk for row in found]
    rows = Activity.objects.in_bulk(keys)
    return [
        {
            "title": rows[key].title,
            "url": reverse("activities:detail", args=[key]),
            "kind": "活动",
            "excerpt": f"{rows[key].place} {rows[key].description}",
            "date": None,
        }
        for key in keys
        if key in rows
    ]
