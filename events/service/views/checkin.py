"""A volunteer checks in and out: by the link of the scanned code, or by its six digits."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.activities.models import ACTIVE_STATES, Shift, SignUp
from events.activities.words import span
from volunteers.foundation import codes
from volunteers.foundation.errors import Refusal
from volunteers.people.models import Volunteer
from volunteers.people.queries import belongs_to, of_user

from .. import door, queries
from ..forms import NumberForm
from ..minutes import overlap_minutes
from ..models import Attendance
from ..services.attendance import NoPlace, check_in, check_out

SEEN = "checkin_seen"  # session: shift id → when its code was scanned
ACTS = {"in": "签到", "out": "签退"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the QR code: which shift, and one big button. POST `act` is "in" or "out":
    the button says which, so that a second tap repeats the same."""
    now = timezone.now()
    try:
        shift_id = _scan(request, token, now)
    except codes.CodeError as error:
        status = 410 if isinstance(error, codes.ExpiredCode) else 400
        said = {"sentence": str(error), "nav": "me"}
        return render(request, "service/code_over.html", said, status=status)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    volunteer = of_user(request.user)
    if volunteer is None:
        return redirect(f"{reverse('people:start')}?{urlencode({'next': request.path})}")
    shift = Shift.objects.select_related("activity").filter(pk=shift_id).first()
    signup = _signup(volunteer, shift_id)
    problem: Refusal | None = None
    if shift is None or signup is None:
        problem = _no_place(volunteer, now)
    elif request.method == "POST":
        try:
            return _act(request, signup, Attendance.Method.SCAN, now)
        except Refusal as refusal:
            problem = refusal
    context: dict[str, Any] = {
        "shift": shift,
        "signup": signup,
        "problem": problem,
        "nav": "me",
    }
    if signup is not None and shift is not None:
        context |= _offer(signup, shift, now)
    return render(request, "service/scanned.html", context, status=409 if problem else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """The person's shifts of now, and a box for the six digits. Also where a scan ends."""
    assert request.user.is_authenticated
    volunteer = of_user(request.user)
    if volunteer is None:
        return redirect(f"{reverse('people:start')}?{urlencode({'next': request.path})}")
    now = timezone.now()
    rows = queries.shifts_of_now(volunteer, now)
    choices = [choice for row in rows for choice in _choices(row)]
    form = NumberForm(request.POST if request.method == "POST" else None, choices=choices)
    if request.method == "POST" and form.is_valid():
        pk, _, act = form.cleaned_data["what"].partition("-")
        signup = next(row for row in rows if row.pk == int(pk))
        try:
            door.count_try(request.user.pk)
            if not door.fits(form.cleaned_data["number"], signup.shift_id, now):
                raise Refusal(
                    "数字不对或已经换新，请看队长手机上正在显示的六位数字。", field="number"
                )
            return _act(request, signup, Attendance.Method.CODE, now, act)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    context = {"rows": rows, "form": form if choices else None, "nav": "me"}
    return render(request, "service/typed.html", context)


# --- steps ----------------------------------------------------------------------------------


def _scan(request: HttpRequest, token: str, now: datetime) -> int:
    """The shift of a token that holds, or that this browser scanned while it did. Raises
    codes.CodeError."""
    seen = request.session.get(SEEN, {})
    try:
        shift_id = door.shift_of(token, now)
    except codes.ExpiredCode:
        shift_id = codes.subject_of(token)
        then = parse_datetime(seen.get(str(shift_id), ""))
        if then is None or now - then > door.SCAN_LIFE:
            raise
        return shift_id
    request.session[SEEN] = {str(shift_id): now.isoformat()}
    return shift_id


def _signup(volunteer: Volunteer, shift_id: int) -> SignUp | None:
    """The person's sign-up in the shift: a live one before any other, the newest of those."""
    rows = (
        SignUp.objects.filter(belongs_to(volunteer), shift_id=shift_id)
        .select_related("shift__activity", "volunteer", "attendance")
        .order_by("-id")
    )
    found = list(rows)
    live = [row for row in found if row.state in ACTIVE_STATES]
    return next(iter(live or found), None)


def _no_place(volunteer: Volunteer, now: datetime) -> NoPlace:
    """The sentence for somebody who is not on this shift's list: it names their own shift."""
    own = queries.shifts_of_now(volunteer, now)
    if own:
        shift = own[0].shift
        return NoPlace(
            f"您没有报这一班。您现在的班次是“{shift.activity.title}”"
            f"（{span(shift.starts_at, shift.ends_at)}），请扫那一班队长的码。"
        )
    return NoPlace("您没有报这一班，还不能签到。已经到了现场，请协调员把您加上再扫一次。")


def _act(
    request: HttpRequest,
    signup: SignUp,
    method: Attendance.Method,
    now: datetime,
    act: str | None = None,
) -> HttpResponse:
    """Check in or out and say when; a second tap reads the first one's time."""
    act = act or request.POST.get("act", "")
    if act not in ACTS:
        raise Refusal("请点“签到”或“签退”。")
    assert request.user.is_authenticated
    service = check_in if act == "in" else check_out
    stamp = service(signup, actor=request.user, method=method, at=now)
    at = stamp.attendance.in_at if act == "in" else stamp.attendance.out_at
    clock = f"{timezone.localtime(at):%H:%M}"
    if not stamp.fresh:
        messages.info(request, f"您已经{ACTS[act]}了，时间是 {clock}。")
    elif act == "in":
        messages.success(request, f"签到成功，{clock}。离开时请再扫一次码签退。")
    else:
        messages.success(request, f"签退成功，{clock}。队长确认后，时长和积分就会入账。")
    return redirect("service:typed")


def _choices(row: SignUp) -> list[tuple[str, str]]:
    """What can be done about one shift now."""
    stamp = queries.stamp_of(row)
    state = stamp.state if stamp else Attendance.State.EXPECTED
    if state == Attendance.State.OUT:
        return []
    act = "out" if state == Attendance.State.IN else "in"
    title = row.shift.activity.title
    return [(f"{row.pk}-{act}", f"{ACTS[act]}：{title} {span(row.starts_at, row.ends_at)}")]


def _offer(signup: SignUp, shift: Shift, now: datetime) -> dict[str, Any]:
    """What the button does, and what leaving now would count."""
    stamp = queries.stamp_of(signup)
    state = stamp.state if stamp else Attendance.State.EXPECTED
    act = {Attendance.State.IN: "out", Attendance.State.OUT: ""}.get(Attendance.State(state), "in")
    found: dict[str, Any] = {"stamp": stamp, "act": act, "word": ACTS.get(act, "")}
    if act == "out" and stamp is not None and stamp.in_at is not None and now < shift.ends_at:
        found["leaving"] = overlap_minutes(stamp.in_at, now, shift.starts_at, shift.ends_at)
    return found
