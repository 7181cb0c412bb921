"""The desk: what waits for this person, from every room."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from volunteers.foundation.access import can
from volunteers.foundation.registry import desk_queue
from volunteers.grants.frames import desk_frame


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits, oldest first; `kind` filters."""
    if not can(request.user, "grants.desk"):
        raise PermissionDenied
    items = [item for _, provider in desk_queue for item in provider(request.user)]
    items.sort(key=lambda item: item["since"])
    kinds = sorted({item["kind"] for item in items})
    chosen = request.GET.get("kind", "")
    shown = [item for item in items if item["kind"] == chosen] if chosen in kinds else items
    counts = [(kind, sum(item["kind"] == kind for item in items)) for kind in kinds]
    context = desk_frame(request.user, "queue") | {
        "items": shown,
        "total": len(items),
        "counts": counts,
        "chosen": chosen if chosen in kinds else "",
    }
    return render(request, "desk/queue.html", context)
