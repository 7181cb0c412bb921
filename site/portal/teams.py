"""Public pages of the service teams: who they are, where they serve, when one can join in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.activities.models import Activity
from events.activities.queries import cards, open_places
from volunteers.foundation.pages import public_page
from volunteers.teams.models import Membership, Team


@require_safe
@public_page("teams")
def team_list(request: HttpRequest) -> HttpResponse:
    """All teams by kind."""
    rows = (
        Team.objects.filter(closed_at__isnull=True)
        .select_related("organisation")
        .order_by("kind", "name")
    )
    return render(request, "portal/teams.html", {"teams": rows, "nav": "grids"})


@require_safe
@public_page("teams", "places")
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: areas, leaders, open shifts. Only leaders who agreed are named in full."""
    row = (
        Team.objects.filter(pk=pk, closed_at__isnull=True)
        .select_related("organisation")
        .prefetch_related("areas")
        .first()
    )
    if row is None:
        raise Http404("no such team")
    members = Membership.objects.filter(team=row, left_at__isnull=True).select_related("volunteer")
    everyone = list(members)
    context = {
        "team": row,
        "areas": row.areas.all(),
        "leaders": [m.volunteer for m in everyone if m.role == Membership.Role.LEADER],
        "size": len(everyone),
        "cards": cards(open_places().filter(shift__activity__team=row)[:6]),
        "activities": Activity.objects.filter(team=row, state=Activity.State.PUBLISHED)[:20],
        "nav": "grids",
    }
    return render(request, "portal/team.html", context)
