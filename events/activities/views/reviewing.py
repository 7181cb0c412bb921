"""Area staff read what was submitted and decide."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from volunteers.accounts.models import User
from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal
from volunteers.grants.frames import desk_frame

from .. import queries
from ..forms import RemarkForm
from ..models import Activity
from ..services import activities as services


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity as its organisation wrote it. POST `decision`: accept, return or decline."""
    if not can(request.user, "activities.review_any"):
        raise PermissionDenied
    activity = get_object_or_404(
        Activity.objects.exclude(state=Activity.State.DRAFT).select_related(
            "area", "host__area", "team", "campaign", "created_by"
        ),
        pk=pk,
    )
    if not can(request.user, "activities.review", activity):
        if activity.created_by_id == request.user.pk:
            raise PermissionDenied("nobody reviews their own")
        raise Http404("another area's")
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            words = _decide(activity, request.POST.get("decision", ""), form, _user(request))
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.sentence)
            activity.refresh_from_db(fields=["state", "remark", "published_at"])
        else:
            messages.success(request, words)
            return redirect("activities:review", pk=pk)
    context = desk_frame(request.user, "queue") | {
        "activity": activity,
        "form": form,
        "shifts": queries.review_shifts(activity),
        "waits": activity.state == Activity.State.SUBMITTED,
    }
    return render(request, "org/activity_review.html", context)


def _decide(activity: Activity, decision: str, form: RemarkForm, user: User) -> str:
    """Do it and say so; raises Refusal, also for a decision that is none."""
    remark = form.cleaned_data["remark"]
    if decision == "accept":
        services.accept(activity, actor=user)
        return f"“{activity.title}”已发布。"
    if decision == "return":
        services.return_with_remarks(activity, remark, actor=user)
        return f"“{activity.title}”已退回修改。"
    if decision == "decline":
        services.decline(activity, remark, actor=user)
        return f"“{activity.title}”审核不通过，已告知对方。"
    raise Refusal("请选择通过、退回修改或者不通过。")


def _user(request: HttpRequest) -> User:
    assert request.user.is_authenticated
    return request.user
