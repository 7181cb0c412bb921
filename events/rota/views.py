"""The coordinator's board."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from events.activities.models import LIVE_STATES, Shift, SignUp
from events.activities.services import capacity
from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal
from volunteers.grants.frames import desk_frame
from volunteers.people.models import Volunteer

from . import queries
from .forms import AddForm, RemoveForm


def _monday(text: str) -> date:
    """The Monday of the week of an ISO date; of today where the date is none."""
    try:
        day = date.fromisoformat(text)
        if not 2000 <= day.year <= 2100:
            raise ValueError
    except ValueError:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The week of the user's areas."""
    if not can(request.user, "rota.board"):
        raise PermissionDenied
    monday = _monday(request.GET.get("from", ""))
    context = desk_frame(request.user, "rota") | {
        "week": queries.week(request.user, monday),  # type: ignore[arg-type]
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "sunday": monday + timedelta(days=6),
        "today": timezone.localdate(),
    }
    return render(request, "rota/board.html", context)


def _shift(request: HttpRequest, pk: int) -> Shift:
    if not can(request.user, "rota.board"):
        raise PermissionDenied
    shift = get_object_or_404(Shift.objects.select_related("activity__area"), pk=pk)
    if not can(request.user, "activities.coordinate", shift):
        raise Http404("another area's")
    return shift


@login_required
@require_http_methods(["GET", "POST"])
def shift_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in a shift; add a person by hand."""
    shift = _shift(request, pk)
    words = request.GET.get("q", "")
    form = AddForm(request.POST or None)
    chosen = None
    wanted = request.POST.get("volunteer") or request.GET.get("volunteer") or ""
    if wanted.isdecimal() and len(wanted) < 16:
        pool = queries.candidate_people(request.user)  # type: ignore[arg-type]
        chosen = pool.filter(pk=int(wanted)).first()
    if request.method == "POST" and chosen is None:
        raise Http404("nobody chosen")
    if request.method == "POST" and chosen is not None and form.is_valid():
        try:
            _add(request, shift, chosen, form)
            return redirect("rota_shift", pk=pk)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    if chosen is not None and request.method == "GET":
        form = AddForm(initial={"volunteer": chosen.pk})
    signups = (
        SignUp.objects.filter(shift=shift, state__in=LIVE_STATES)
        .select_related("volunteer", "place")
        .order_by("place__role", "state", "id")
    )
    context = desk_frame(request.user, "rota") | {
        "shift": shift,
        "places": shift.places.order_by("id"),
        "signups": signups,
        "candidates": queries.candidates(request.user, shift, words),  # type: ignore[arg-type]
        "words": words,
        "chosen": chosen,
        "form": form,
    }
    return render(request, "rota/shift.html", context)


def _add(request: HttpRequest, shift: Shift, person: Volunteer, form: AddForm) -> None:
    data = form.cleaned_data
    capacity.add_by_hand(
        person,
        shift.pk,
        actor=request.user,  # type: ignore[arg-type]
        reason=data["reason"],
        role=data["role"],
        over_capacity=data["over_capacity"],
        accept_clash=data["accept_clash"],
    )
    messages.success(request, f"已安排 {person.name}，原因会告诉本人。")


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, signup_pk: int) -> HttpResponse:
    """Take a person out, with a reason."""
    shift = _shift(request, pk)
    signup = get_object_or_404(
        SignUp.objects.select_related("volunteer", "shift"), pk=signup_pk, shift=shift
    )
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            capacity.remove(
                signup,
                actor=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, f"已移出 {signup.volunteer.name}，原因会告诉本人。")
            return redirect("rota_shift", pk=pk)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    context = desk_frame(request.user, "rota") | {"shift": shift, "signup": signup, "form": form}
    return render(request, "rota/remove.html", context)
