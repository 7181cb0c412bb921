"""A newcomer says who they are; later they change it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from volunteers.foundation.errors import Refusal
from volunteers.foundation.han import warns_private_use
from volunteers.foundation.look import safe_next

from . import queries, services
from .forms import EditForm, PersonForm

HOME = "/me/"


def _next(request: HttpRequest) -> str:
    """Where the person was going when they were asked who they are."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    return safe_next(request, wish) if wish else HOME


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The last step of sign-up; who is a volunteer already goes on."""
    assert request.user.is_authenticated
    onward = _next(request)
    if queries.of_user(request.user) is not None:
        return redirect(onward)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            volunteer = services.register_volunteer(
                request.user, data["name"], data["community"], actor=request.user
            )
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"欢迎您，{volunteer.name}！您已经是志愿者了。")
            _warn(request, volunteer.name)
            return redirect(onward)
    return render(request, "people/start.html", {"form": form, "next": onward, "nav": "me"})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Name, community, and whether the name is public."""
    assert request.user.is_authenticated
    volunteer = queries.of_user(request.user)
    if volunteer is None:
        return redirect(f"/me/start/?next={request.path}")
    initial = {
        "name": volunteer.name,
        "community": str(volunteer.community_id),
        "show_name": volunteer.show_name,
    }
    data = request.POST if request.method == "POST" else None
    form = EditForm(data, initial=initial, also=volunteer.community)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_volunteer(volunteer, **form.cleaned_data, actor=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, "已保存。")
            _warn(request, volunteer.name)
            return redirect(HOME)
    return render(request, "people/edit.html", {"form": form, "nav": "me"})


def _warn(request: HttpRequest, name: str) -> None:
    warning = warns_private_use(name)
    if warning:
        messages.warning(request, warning)
