"""Units join grids; staff decide."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal
from volunteers.grants.forms import DecideForm
from volunteers.grants.frames import desk_frame, organisation_frame
from volunteers.grants.views import own_organisation
from volunteers.organisations.models import Kind, State

from . import queries, services
from .forms import JoinForm
from .models import GridJoin


@login_required
@require_http_methods(["GET", "POST"])
def joins(request: HttpRequest, slug: str) -> HttpResponse:
    """A unit's grids, and the form to ask for one more."""
    unit = own_organisation(request, slug)
    if unit.kind != Kind.UNIT:
        raise Http404("only units join grids")
    if not can(request.user, "partnership.join", unit):
        raise PermissionDenied
    form = JoinForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_join(
                unit,
                form.cleaned_data["grid"],
                offer=form.cleaned_data["offer"],
                actor=request.user,  # type: ignore[arg-type]
            )
            return redirect("grid_joins", slug=slug)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    context = organisation_frame(unit, "grids") | {
        "form": form,
        "joins": queries.joins_of(unit),
        "may_ask": unit.state == State.ACCEPTED,
    }
    return render(request, "org/grids.html", context)


@login_required
@require_POST
def leave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Withdraw an application or leave a grid."""
    unit = own_organisation(request, slug)
    if not can(request.user, "partnership.join", unit):
        raise PermissionDenied
    row = get_object_or_404(GridJoin.objects.select_related("grid"), pk=pk, organisation=unit)
    services.leave(row, actor=request.user)  # type: ignore[arg-type]
    return redirect("grid_joins", slug=slug)


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff of the area or the grid's head answers."""
    if not can(request.user, "grants.desk"):
        raise PermissionDenied
    row = get_object_or_404(GridJoin.objects.select_related("grid", "organisation__area"), pk=pk)
    if not can(request.user, "partnership.decide", row):
        raise Http404("another area's")
    form = DecideForm(request.POST or None)
    decision = request.POST.get("decision")
    if request.method == "POST" and form.is_valid() and decision in ("accept", "decline"):
        try:
            services.decide(
                row,
                decision == "accept",
                actor=request.user,  # type: ignore[arg-type]
                remark=form.cleaned_data["remark"],
            )
            return redirect("/desk/")
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    context = desk_frame(request.user, "queue") | {
        "row": row,
        "form": form,
        "open": row.state == GridJoin.State.APPLIED,
    }
    return render(request, "desk/join.html", context)
