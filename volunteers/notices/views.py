"""The inbox."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from volunteers.people.queries import of_user

from . import queries
from .services import mark_read

PER_PAGE = 20


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told. Opening the page is reading it: what was new is marked once more
    as new here, and no longer counted on the next page."""
    volunteer = of_user(request.user)
    if volunteer is None:
        return redirect(f"{reverse('people:start')}?{urlencode({'next': request.path})}")
    page = Paginator(queries.inbox(volunteer), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    if request.method == "GET" and any(notice.read_at is None for notice in page.object_list):
        mark_read(volunteer)
    context: dict[str, Any] = {"page": page, "nav": "me"}
    return render(request, "notices/inbox.html", context)
