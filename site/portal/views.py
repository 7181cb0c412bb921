"""Residents' pages: my own, and public ones that join rooms."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.activities.models import SignUp
from events.activities.queries import open_shifts, queue_positions
from events.partnership.queries import units_of
from events.service import queries as service
from volunteers.accounts.models import User
from volunteers.areas.models import GRID_KINDS, Area
from volunteers.foundation.access import can
from volunteers.foundation.pages import public_page, watch
from volunteers.grants.queries import live
from volunteers.notices.queries import unread
from volunteers.people.models import Volunteer
from volunteers.people.queries import of_user
from volunteers.points import queries as points
from volunteers.teams.queries import led_by

from . import queries

PER_PAGE = 20
GRID_SHIFTS = 6


def _user(request: HttpRequest) -> User:
    assert request.user.is_authenticated
    return request.user


def _to_start(request: HttpRequest) -> HttpResponse:
    """A newcomer says who they are first."""
    return redirect(f"{reverse('people:start')}?{urlencode({'next': request.path})}")


# --- mine -----------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My page. Staff without a volunteer of their own get the way to their desks."""
    user = _user(request)
    now = timezone.now()
    volunteer = of_user(user)
    desks = _desks(user)
    if volunteer is None:
        if not desks:
            return _to_start(request)
        return render(request, "portal/me_staff.html", {"desks": desks, "nav": "me"})
    coming = queries.coming(volunteer, now)
    confirmed = [row for row in coming if row.state == SignUp.State.CONFIRMED]
    offered = [row for row in coming if row.state == SignUp.State.OFFERED]
    served = service.totals(volunteer)
    context: dict[str, Any] = {
        "volunteer": volunteer,
        "served": served,
        "star": queries.star(served.minutes),
        "balance": points.balance(volunteer),
        "unread": unread(volunteer),
        "next": confirmed[0] if confirmed else None,
        "offered": offered,
        "others": [row for row in coming if row not in (*offered, *confirmed[:1])],
        "recent": queries.recent(volunteer),
        "desks": desks,
        "led": service.led_shifts(led_by(user), now),
        "now": now,
        "nav": "me",
    }
    return render(request, "portal/me.html", context)


def _desks(user: User) -> list[tuple[str, str]]:
    """(address, words) of the places of work that this account may enter."""
    found = []
    if can(user, "grants.desk"):
        found.append(("/desk/", "工作台"))
    names = {g.organisation.slug: g.organisation.name for g in live(user) if g.organisation}
    found += [(f"/org/{slug}/", name) for slug, name in names.items()]
    return found


def _mine(request: HttpRequest) -> Volunteer | None:
    return of_user(_user(request))


@never_cache
@login_required
@require_safe
def signups(request: HttpRequest) -> HttpResponse:
    """My sign-ups: what is to come, then what was."""
    volunteer = _mine(request)
    if volunteer is None:
        return _to_start(request)
    now = timezone.now()
    coming = queries.coming(volunteer, now)
    page = Paginator(queries.past(volunteer, now), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    for row in rows:
        row.stamp = service.stamp_of(row)
    positions = queue_positions(coming)
    for row in coming:
        row.position = positions.get(row.pk)  # type: ignore[attr-defined]
    context = {
        "coming": coming,
        "page": page,
        "rows": rows,
        "now": now,
        "nav": "me",
    }
    return render(request, "portal/signups.html", context)


@never_cache
@login_required
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """My service records in all versions, and my points."""
    volunteer = _mine(request)
    if volunteer is None:
        return _to_start(request)
    page = Paginator(service.of_person(volunteer), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "served": service.totals(volunteer),
        "balance": points.balance(volunteer),
        "history": points.history(volunteer, PER_PAGE),
        "nav": "me",
    }
    return render(request, "portal/records.html", context)


# --- public ---------------------------------------------------------------------------------


@require_safe
@public_page("honours")
def honours(request: HttpRequest) -> HttpResponse:
    """The roll of honour: who served how long, in groups of reached hours, without ranks."""
    monthly = request.GET.get("period") == "month"
    start = service.month_start() if monthly else None
    roll = service.honours(start=start)
    groups: list[dict[str, Any]] = []
    for stars in sorted({line.stars for line in roll}, reverse=True):
        members = [line for line in roll if line.stars == stars]
        words = queries.star(members[-1].minutes).reached_words
        groups.append({"words": words, "icons": range(stars), "lines": members})
    context = {
        "monthly": monthly,
        "roll": roll,
        "groups": groups,
        "month": timezone.localdate(),
        "nav": "honours",
    }
    return render(request, "portal/honours.html", context)


@require_safe
@public_page("places", "units")
def grids(request: HttpRequest) -> HttpResponse:
    """All grids by community."""
    context = {"communities": queries.grids_by_community(), "nav": "grids"}
    return render(request, "portal/grids.html", context)


@require_safe
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """The public board of one grid."""
    area = Area.objects.filter(code=code, kind__in=GRID_KINDS).first()
    if area is None:
        raise Http404("no such grid")
    # Only now: addresses that lead nowhere must not leave versions in the cache.
    watch(request, "places", "figures", f"grid:{area.code}")
    community = Area.objects.filter(path=area.path[: -Area.steplen]).first()
    context = {
        "grid": area,
        "community": community,
        "units": units_of(area),
        "teams": queries.teams_of(area),
        "shifts": open_shifts(area=area, limit=GRID_SHIFTS),
        "figures": queries.grid_figures(area),
        "year": queries.this_year(),
        "nav": "grids",
    }
    return render(request, "portal/grid.html", context)


@require_safe
@public_page("help")
def help_page(request: HttpRequest) -> HttpResponse:
    """How to sign up, check in, cancel."""
    return render(request, "portal/help.html")
