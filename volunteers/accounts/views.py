"""The entry, and leaving."""

from allauth.account.internal.flows.logout import logout as flow_logout
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from volunteers.foundation import phones
from volunteers.foundation.errors import Refusal

from .entry import EntryProcess
from .forms import CodeForm, EntryForm


def safe_next(request: HttpRequest) -> str:
    """The address to go on to, if it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if own and "\x00" not in target else ""


@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """Step 1: the number. People who are signed in go on."""
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url or settings.LOGIN_REDIRECT_URL)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            EntryProcess.start(request, form.cleaned_data["phone"], next_url)
            return redirect("accounts:code")
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    return render(request, "accounts/entry.html", {"form": form, "next": next_url})


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code; a right one signs in. An expired one sends back to step 1 with a word."""
    process = EntryProcess.resume(request)
    if process is None:
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return redirect(f"{reverse('accounts:entry')}?expired=1")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return process.finish(form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    context = {"form": form, "phone": phones.display(process.phone)}
    return render(request, "accounts/code.html", context)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send the code again."""
    process = EntryProcess.resume(request)
    if process is None:
        return redirect(f"{reverse('accounts:entry')}?expired=1")
    try:
        process.resend()
    except Refusal as refusal:
        form = CodeForm()
        context = {"form": form, "phone": phones.display(process.phone), "notice": refusal.sentence}
        return render(request, "accounts/code.html", context, status=429)
    return redirect(f"{reverse('accounts:code')}?sent=1")


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """GET asks, POST signs out."""
    if request.method == "POST":
        flow_logout(request)
        return redirect("/")
    return render(request, "accounts/leave.html")
