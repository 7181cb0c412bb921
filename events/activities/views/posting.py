"""Organisations write activities: the list, the form with its shifts, calling off."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from volunteers.accounts.models import User
from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal
from volunteers.grants.frames import organisation_frame
from volunteers.grants.views import own_organisation
from volunteers.organisations.models import Organisation
from volunteers.organisations.models import State as OrganisationState
from volunteers.points.services import quotes

from .. import queries
from ..forms import ActivityForm, ReasonForm
from ..models import Activity, PlaceRole, Shift
from ..services import activities as services
from ..services.shifts import MAX_SHIFTS, ShiftDraft
from ..shift_forms import ShiftFormSet, SplitForm
from ..words import span

SPLIT = "split"  # prefix of the form that cuts a day into shifts


def _posting(request: HttpRequest, slug: str) -> Organisation:
    """The organisation for which this user posts: others' are 404, other roles 403."""
    organisation = own_organisation(request, slug)
    if not can(request.user, "activities.post", organisation):
        raise PermissionDenied
    return organisation


@never_cache
@login_required
@require_safe
def activity_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's activities with their states and the reviewers' remarks."""
    organisation = _posting(request, slug)
    context = organisation_frame(organisation, "activities") | {
        "activities": queries.of_host(organisation),
        "may_post": organisation.state == OrganisationState.ACCEPTED,
    }
    return render(request, "org/activity_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new activity."""
    return _edit(request, _posting(request, slug), None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A draft, or what came back from review."""
    organisation = _posting(request, slug)
    activity = get_object_or_404(
        Activity.objects.select_related("area", "host"), pk=pk, host=organisation
    )
    if not can(request.user, "activities.edit", activity):
        raise PermissionDenied
    if activity.state not in services.EDITABLE:
        raise Refusal(
            f"这个活动现在是“{activity.get_state_display()}”，不能修改。"
            "需要的话可以取消它，再发布一个新的。"
        )
    return _edit(request, organisation, activity)


def _edit(
    request: HttpRequest, organisation: Organisation, activity: Activity | None
) -> HttpResponse:
    """One form, four buttons: `act` is draft, submit, row (one more row), preview or split."""
    act = request.POST.get("act", "")
    for_review = act == "submit"
    if request.method != "POST":
        form = ActivityForm(host=organisation, initial=_initial(organisation, activity))
        formset = ShiftFormSet(initial=_rows(activity))
        return _form_page(request, organisation, activity, form, formset, SplitForm(prefix=SPLIT))
    if act not in ("draft", "submit"):
        return _edit_rows(request, organisation, activity, act)
    form = ActivityForm(request.POST, host=organisation, for_review=for_review)
    formset = ShiftFormSet(request.POST, for_review=for_review)
    valid = form.is_valid()  # both, so that all errors are said at once
    if formset.is_valid() and valid:
        service = services.post if for_review else services.save_draft
        try:
            saved = service(
                form.draft(),
                formset.drafts(),
                host=organisation,
                actor=_user(request),
                activity=activity,
            )
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.sentence)
        else:
            return _saved(request, organisation, saved, for_review)
    split = SplitForm(prefix=SPLIT, initial=_typed(request, SPLIT))
    return _form_page(request, organisation, activity, form, formset, split)


def _saved(
    request: HttpRequest, organisation: Organisation, saved: Activity, submitted: bool
) -> HttpResponse:
    if submitted:
        messages.success(request, f"“{saved.title}”已提交审核，结果会显示在这里。")
        return redirect("activities:org_list", slug=organisation.slug)
    messages.success(request, "草稿已保存，可以接着填，也可以改天再来。")
    return redirect("activities:org_edit", slug=organisation.slug, pk=saved.pk)


def _edit_rows(
    request: HttpRequest, organisation: Organisation, activity: Activity | None, act: str
) -> HttpResponse:
    """Add a row, cut a day into rows, or just look: nothing is saved, nothing typed is lost."""
    form = ActivityForm(host=organisation, initial=_typed(request))
    posted = ShiftFormSet(request.POST)
    typed = posted.typed()
    split = SplitForm(prefix=SPLIT, initial=_typed(request, SPLIT))
    added: list[dict[str, Any]] = []
    if act == "row":
        added = [{}]
    elif act == SPLIT:
        split = SplitForm(request.POST, prefix=SPLIT)
        if split.is_valid():
            added = split.rows()
            typed = [row for row in typed if row.get("day") or row.get("start") or row.get("end")]
    if len(typed) + len(added) > MAX_SHIFTS:
        messages.error(request, f"一个活动最多 {MAX_SHIFTS} 班，再多请另发一个活动。")
        added = added[: max(MAX_SHIFTS - len(typed), 0)]
    formset = ShiftFormSet(initial=typed + added)
    return _form_page(request, organisation, activity, form, formset, split, act=act)


def _form_page(
    request: HttpRequest,
    organisation: Organisation,
    activity: Activity | None,
    form: ActivityForm,
    formset: Any,
    split: SplitForm,
    act: str = "",
) -> HttpResponse:
    kind = str(form["kind"].value() or "")
    context = organisation_frame(organisation, "activities") | {
        "activity": activity,
        "form": form,
        "formset": formset,
        "split": split,
        "split_open": split.is_bound or act == SPLIT,
        "jump": act in ("row", "preview", SPLIT),
        "preview": _preview(kind, formset),
        "max_shifts": MAX_SHIFTS,
        "has_errors": bool(form.errors or split.errors or (formset.is_bound and formset.errors)),
    }
    return render(request, "org/activity_form.html", context)


def _preview(kind: str, formset: Any) -> dict[str, Any]:
    """What the rows that can be read already come to: times, minutes, points, sums."""
    drafts = _readable(formset)
    rule = services.rule_of(kind) if kind in services.KINDS else ""
    lengths = [int((d.ends_at - d.starts_at).total_seconds() // 60) for d in drafts]
    points = quotes(
        [
            (rule, minutes, timezone.localdate(draft.starts_at))
            for draft, minutes in zip(drafts, lengths, strict=True)
        ]
    )
    rows = [
        {
            "when": span(draft.starts_at, draft.ends_at),
            "minutes": minutes,
            "points": worth,
            "places": draft.capacity,
            "leaders": draft.leaders,
        }
        for draft, minutes, worth in zip(drafts, lengths, points, strict=True)
    ]
    return {
        "rows": rows,
        "rule": rule,
        "people": sum(draft.capacity + draft.leaders for draft in drafts),
        "minutes": sum(
            m * (draft.capacity + draft.leaders) for m, draft in zip(lengths, drafts, strict=True)
        ),
    }


def _readable(formset: Any) -> list[ShiftDraft]:
    """The shifts of the rows that make sense, also of a formset that only shows."""
    if formset.is_bound:
        return formset.drafts()
    data = {"shifts-TOTAL_FORMS": str(formset.total_form_count()), "shifts-INITIAL_FORMS": "0"}
    for number, row in enumerate(formset.initial or []):
        data |= {f"shifts-{number}-{name}": str(value or "") for name, value in row.items()}
    return ShiftFormSet(data).drafts()


def _typed(request: HttpRequest, prefix: str = "") -> dict[str, Any]:
    """What was posted for the form of that prefix, as first values of a form that only shows."""
    start = f"{prefix}-" if prefix else ""
    return {
        name.removeprefix(start): value
        for name, value in request.POST.items()
        if name.startswith(start)
    }


def _initial(organisation: Organisation, activity: Activity | None) -> dict[str, Any]:
    if activity is None:
        return {
            "contact_name": organisation.liaison_name,
            "contact_phone": "",
            "area": str(organisation.area_id),
        }
    names = [*ActivityForm.base_fields]
    return {name: getattr(activity, name) for name in names} | {"area": str(activity.area_id)}


def _rows(activity: Activity | None) -> list[dict[str, Any]]:
    """The planned shifts as rows; a new activity starts with one empty row."""
    if activity is None:
        return [{"places": "5"}]
    rows = []
    planned = activity.shifts.filter(state=Shift.State.PLANNED).prefetch_related("places")
    for shift in planned:
        starts_at, ends_at = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
        places = {place.role: place.capacity for place in shift.places.all()}
        midnight = ends_at.date() > starts_at.date() and ends_at.time() == ends_at.time().min
        rows.append(
            {
                "shift": shift.pk,
                "day": f"{starts_at:%Y-%m-%d}",
                "start": f"{starts_at:%H:%M}",
                "end": "24:00" if midnight else f"{ends_at:%H:%M}",
                "places": places.get(PlaceRole.MEMBER, ""),
                "leaders": places.get(PlaceRole.LEADER, ""),
            }
        )
    return rows


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Call an activity off, or throw a draft away: GET asks, POST does."""
    organisation = _posting(request, slug)
    activity = get_object_or_404(
        Activity.objects.select_related("area", "host"), pk=pk, host=organisation
    )
    if not can(request.user, "activities.cancel", activity):
        raise Http404("not yours")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(activity, form.cleaned_data["reason"], actor=_user(request))
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"已取消“{activity.title}”。")
            return redirect("activities:org_list", slug=slug)
    context = organisation_frame(organisation, "activities") | {
        "activity": activity,
        "form": form,
        "people": queries.count_coming_people(activity),
        "possible": Activity.State.CANCELLED in Activity.MOVES.get(activity.state, ()),
    }
    return render(request, "org/activity_cancel.html", context)


def _user(request: HttpRequest) -> User:
    assert request.user.is_authenticated
    return request.user
