"""What everybody may read: the list of shifts, and one activity."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from volunteers.foundation.pages import public_page
from volunteers.people.queries import of_user

from .. import queries, rows, words
from ..forms import FilterForm
from ..models import Activity, Pillar

PAGE_SIZE = 12


@require_safe
@public_page("places")
def shift_list(request: HttpRequest) -> HttpResponse:
    """Shifts that can be taken, soonest first; `kind` filters, `page` turns."""
    form = FilterForm(request.GET or None)
    kind = form.cleaned_data["kind"] if form.is_bound and form.is_valid() else ""
    places = queries.open_places(kind=kind)
    page = Paginator(places, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "kind": kind,
        "page": page,
        "cards": queries.cards(page.object_list),
        "nav": "activities",
    }
    return render(request, "activities/list.html", context)


@require_safe
@public_page("activity:{pk}")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity with its shifts. The form below asks, by GET, to take some of them; with
    `choose` in the address it was sent without any."""
    activity = queries.public_activity(pk)
    if activity is None:
        raise Http404("no such activity")
    person = of_user(request.user)
    shifts = rows.shift_rows(activity, person)
    companions, more = queries.companions(activity)
    context = {
        "activity": activity,
        "colour": words.COLOUR_OF_PILLAR[Pillar(activity.pillar)],
        "closed": activity.state != Activity.State.PUBLISHED,
        "rows": shifts,
        "nothing_chosen": "choose" in request.GET,
        "can_choose": any(row.can != rows.Can.NOTHING for row in shifts),
        "companions": companions,
        "more_companions": more,
        "nav": "activities",
    }
    return render(request, "activities/detail.html", context)
