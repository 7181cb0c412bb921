"""Organisations sign up, look after themselves, and are reviewed."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal
from volunteers.foundation.pages import public_page
from volunteers.organisations import queries as organisation_queries
from volunteers.organisations import services as organisations
from volunteers.organisations.models import Kind, Organisation, State

from . import queries, services
from .forms import ApplyForm, DecideForm
from .frames import desk_frame, organisation_frame

DECISIONS = {"accept": State.ACCEPTED, "return": State.RETURNED, "decline": State.DECLINED}


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """A social organisation or a resident unit applies."""
    first = {
        "kind": request.GET.get("kind", ""),
        "liaison_phone": request.user.phone or "",  # type: ignore[union-attr]
    }
    form = ApplyForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.apply_for_organisation(
                actor=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
            )
            return redirect("organisation", slug=row.slug)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    return render(request, "org/apply.html", {"form": form})


def own_organisation(request: HttpRequest, slug: str) -> Organisation:
    """The organisation of this address if the user acts for it; others' answer 404."""
    row = get_object_or_404(Organisation.objects.select_related("area"), slug=slug)
    if not can(request.user, "organisations.manage", row):
        raise Http404("not yours")
    return row


@login_required
@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Overview: state of the application, what to do next."""
    row = own_organisation(request, slug)
    return render(request, "org/home.html", organisation_frame(row, "home"))


@require_safe
@public_page("units")
def units(request: HttpRequest) -> HttpResponse:
    """Public list of co-governing units. Units are not ranked."""
    rows = organisation_queries.accepted(Kind.UNIT)
    return render(request, "org/units.html", {"units": rows, "nav": "grids"})


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Area staff accept, ask for more, or decline."""
    if not can(request.user, "grants.desk"):
        raise PermissionDenied
    row = get_object_or_404(Organisation.objects.select_related("area"), pk=pk)
    if not can(request.user, "organisations.review", row):
        raise Http404("another area's")
    form = DecideForm(request.POST or None)
    target = DECISIONS.get(request.POST.get("decision", ""))
    if request.method == "POST" and form.is_valid() and target is not None:
        try:
            organisations.decide(
                row,
                target,
                actor=request.user,  # type: ignore[arg-type]
                remark=form.cleaned_data["remark"],
            )
            return redirect("/desk/")
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    managers = queries.people_of(row)
    context = desk_frame(request.user, "queue") | {
        "row": row,
        "form": form,
        "managers": managers,
        "open": row.state == State.SUBMITTED,
    }
    return render(request, "desk/organisation.html", context)
