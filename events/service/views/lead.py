"""The leader's phone: the changing code, the list with ticks, and the confirmation of minutes."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.activities.models import Shift
from volunteers.accounts.models import User
from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal

from .. import door, qr, queries
from ..forms import ConfirmForm, CorrectForm
from ..models import Attendance, ServiceRecord
from ..queries import Line
from ..services import records
from ..services.attendance import check_in, check_out, closes_at, mark_absent, opens_at, undo_tick


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader's page of one shift. Whoever leads nothing is refused; whoever leads elsewhere
    finds no such page. htmx asks the same address for the code alone, twice a minute."""
    if not request.user.is_authenticated:
        if request.headers.get("HX-Request"):
            # A fragment must not be replaced by the sign-in page: load the whole page anew.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect_to_login(request.path)
    user = request.user
    if not can(user, "service.attendance"):
        raise PermissionDenied
    shift = get_object_or_404(Shift.objects.select_related("activity__area"), pk=pk)
    if not can(user, "activities.lead", shift):
        raise Http404("not your shift")
    now = timezone.now()
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "service/code.html", _code(request, shift, now))
    lines = queries.roster(shift, user)
    if request.method == "POST":
        return _post(request, user, shift, lines, now)
    return _page(request, user, shift, lines, now, correcting=request.GET.get("record", ""))


def _post(
    request: HttpRequest, user: User, shift: Shift, lines: list[Line], now: datetime
) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "confirm":
        return _confirm(request, user, shift, lines, now)
    if act in ("correct", "revoke"):
        return _correct(request, user, shift, lines, now, act)
    line = next((row for row in lines if str(row.signup.pk) == request.POST.get("signup")), None)
    try:
        if line is None:
            raise Refusal("名单刚刚有变化，请再看一眼。")
        _tick(request, user, line, act, now)
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    return redirect(f"{reverse('service:lead', args=[shift.pk])}#roster")


def _tick(request: HttpRequest, user: User, line: Line, act: str, now: datetime) -> None:
    """One person in, out, absent or excused, or a tick taken back."""
    name = line.signup.volunteer.name
    if act in ("absent", "excused"):
        mark_absent(line.signup, actor=user, excused=act == "excused", at=now)
        messages.success(request, f"{name} 已记为{'请假' if act == 'excused' else '缺席'}。")
        return
    if act == "undo":
        undo_tick(line.signup, actor=user, at=now)
        messages.success(request, f"已撤回 {name} 的代签。")
        return
    if act not in ("in", "out"):
        raise Refusal("没有看懂这个操作，请重新点一次。")
    service, word = (check_in, "签到") if act == "in" else (check_out, "签退")
    stamp = service(line.signup, actor=user, method=Attendance.Method.LEADER, at=now)
    at = stamp.attendance.in_at if act == "in" else stamp.attendance.out_at
    clock = f"{timezone.localtime(at):%H:%M}"
    if stamp.fresh:
        messages.success(request, f"已为 {name} {word}，{clock}。")
    else:
        messages.info(request, f"{name} 已经{word}了，时间是 {clock}。")


def _confirm(
    request: HttpRequest, user: User, shift: Shift, lines: list[Line], now: datetime
) -> HttpResponse:
    running = now < shift.ends_at
    form = ConfirmForm(request.POST, lines=lines, most=shift.minutes, running=running)
    if not form.fields:
        messages.info(request, "没有要确认的时长：签退过的队员都已经确认过了。")
        return redirect("service:lead", shift.pk)
    if form.is_valid():
        try:
            outcome = records.confirm(shift, actor=user, items=form.items(), at=now)
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.sentence)
        else:
            if outcome.confirmed:
                people = len(outcome.confirmed)
                messages.success(request, f"已确认 {people} 人的时长，时长和积分已入账。")
            if outcome.awaiting:
                messages.info(request, "您自己的时长已提交，由协调员确认后入账。")
            if outcome.already:
                messages.info(request, f"{outcome.already} 人的时长之前已经确认过，没有重复入账。")
            return redirect("service:lead", shift.pk)
    return _page(request, user, shift, lines, now, form=form)


def _correct(
    request: HttpRequest, user: User, shift: Shift, lines: list[Line], now: datetime, act: str
) -> HttpResponse:
    line = _correctable(user, shift, lines, request.POST.get("record", ""))
    if line is None:
        raise Http404("no such record")
    form = CorrectForm(request.POST, most=shift.minutes, minutes_needed=act == "correct")
    if form.is_valid():
        reason, record = form.cleaned_data["reason"], line.record
        assert record is not None
        try:
            if act == "correct":
                minutes = form.cleaned_data["minutes"]
                records.correct(record, minutes=minutes, reason=reason, actor=user, at=now)
            else:
                records.revoke(record, reason=reason, actor=user, at=now)
        except Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.sentence)
        else:
            name, word = line.signup.volunteer.name, "更正" if act == "correct" else "撤销"
            messages.success(request, f"{name} 的时长已{word}，积分随之调整。")
            return redirect("service:lead", shift.pk)
    correcting = request.POST.get("record", "")
    return _page(request, user, shift, lines, now, correcting=correcting, correct_form=form)


def _correctable(user: User, shift: Shift, lines: list[Line], wanted: str) -> Line | None:
    """The line whose confirmed record this user may correct; `wanted` is what the request says."""
    if not can(user, "service.correct", shift):
        return None
    return next(
        (
            line
            for line in lines
            if line.record is not None
            and str(line.record.pk) == wanted
            and line.record.state == ServiceRecord.State.CONFIRMED
            and not line.is_own
        ),
        None,
    )


def _page(
    request: HttpRequest,
    user: User,
    shift: Shift,
    lines: list[Line],
    now: datetime,
    *,
    form: ConfirmForm | None = None,
    correcting: str = "",
    correct_form: CorrectForm | None = None,
) -> HttpResponse:
    form = form or ConfirmForm(lines=lines, most=shift.minutes, running=now < shift.ends_at)
    line = _correctable(user, shift, lines, correcting) if correcting else None
    if line is not None and correct_form is None:
        correct_form = CorrectForm(most=shift.minutes, minutes_needed=True)
    ready = sum(1 for row in lines if row.can_confirm and row.counted is not None)
    context: dict[str, Any] = _code(request, shift, now) | {
        "lines": lines,
        "form": form if form.fields else None,
        "ready": ready,
        "correct_form": correct_form if line else None,
        "correct_line": line,
        "corrects": can(user, "service.correct", shift),
        "begun": now >= shift.starts_at,
        "counts": {
            "came": sum(row.came for row in lines),
            "late": sum(row.late > 0 for row in lines),
            "early": sum(row.early_out > 0 for row in lines),
            "missing": sum(row.state in ("expected", "absent") for row in lines),
            "excused": sum(row.state == "excused" for row in lines),
        },
        "nav": "me",
    }
    return render(request, "service/lead.html", context)


def _code(request: HttpRequest, shift: Shift, now: datetime) -> dict[str, Any]:
    """The code that is shown now, or when it will be."""
    found: dict[str, Any] = {
        "shift": shift,
        "activity": shift.activity,
        "opens_at": opens_at(shift),
        "open": queries.is_window_open(shift, now),
        "over": now >= closes_at(shift),
    }
    if found["open"]:
        code = door.show(shift, now)
        address = request.build_absolute_uri(reverse("service:scanned", args=[code.token]))
        found |= {
            "qr": qr.svg(address),
            "address": address,
            "number": f"{code.number[:3]} {code.number[3:]}",
            "until": code.until,
        }
    return found
