"""A person takes places, waits for them, says yes to an offer, leaves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from volunteers.accounts.models import User
from volunteers.foundation.access import can
from volunteers.foundation.errors import Refusal, WrongState
from volunteers.foundation.look import safe_next
from volunteers.people.models import Volunteer
from volunteers.people.queries import of_user

from .. import queries, rows
from ..forms import ReadForm
from ..models import LIVE_STATES, Activity, SignUp
from ..services import capacity, hot

MOST = 20  # shifts in one request


@dataclass(frozen=True)
class Asked:
    """Which shifts a request is about: to be taken, or to be waited for."""

    shift: tuple[int, ...]
    wait: tuple[int, ...]

    def query(self) -> str:
        """As the query of the confirm page's address."""
        return urlencode({"shift": self.shift, "wait": self.wait}, doseq=True)

    @property
    def all(self) -> tuple[int, ...]:
        """Every shift named."""
        return self.shift + self.wait


@dataclass(frozen=True)
class Outcome:
    """What became of one shift."""

    shift_id: int
    signup: SignUp | None = None
    refusal: Refusal | None = None

    @property
    def can_wait(self) -> bool:
        """Full: the page offers the queue."""
        return isinstance(self.refusal, capacity.Full)


def _asked(data: QueryDict) -> Asked:
    """Read `shift` and `wait`. Anything that is no id makes a 404: only our own pages link here.
    A shift asked both ways is taken."""

    def ids(name: str) -> tuple[int, ...]:
        typed = dict.fromkeys(data.getlist(name))
        if any(not (t.isascii() and t.isdigit() and len(t) <= 18) for t in typed):
            raise Http404("not a shift")
        return tuple(int(t) for t in typed)

    shift = ids("shift")
    return Asked(shift, tuple(pk for pk in ids("wait") if pk not in shift))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks once more, with time, place, points and the risk notice; POST takes.

    `shift` and `wait` name shifts of this activity, `read=1` says that the risk notice was read.
    POST answers 302 when every shift was taken or queued for (also when the person was in
    already: a double tap), 409 with the outcomes when none was, 200 when some were.
    """
    asked = _asked(request.POST if request.method == "POST" else request.GET)
    if len(asked.all) > MOST:
        raise Refusal(f"一次最多选 {MOST} 班，请分几次报名。")
    if not asked.all:
        return redirect(f"{reverse('activities:detail', args=[pk])}?choose=1")
    here = f"{reverse('activities:take', args=[pk])}?{asked.query()}"
    if not request.user.is_authenticated:
        return redirect_to_login(here)
    if not can(request.user, "activities.take"):
        raise PermissionDenied
    person, known = hot.person_asking(request.user, pk, list(asked.all))
    if person is None:
        return redirect(f"{reverse('people:start')}?{urlencode({'next': here})}")
    if known != len(asked.all):
        raise Http404("a shift of another activity")
    form = ReadForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _confirm_page(request, pk, person, asked, form)
    outcomes = [
        _outcome(capacity.sign_up, person, shift_id, request.user) for shift_id in asked.shift
    ] + [_outcome(capacity.join_queue, person, shift_id, request.user) for shift_id in asked.wait]
    got = [outcome.signup.pk for outcome in outcomes if outcome.signup is not None]
    if len(got) == len(outcomes):
        return redirect(_done_url(pk, got))
    return _outcomes_page(request, pk, outcomes, status=200 if got else 409)


def _done_url(pk: int, signups: Iterable[int]) -> str:
    query = urlencode({"signup": list(signups)}, doseq=True)
    return f"{reverse('activities:done', args=[pk])}?{query}"


def _outcome(
    service: Callable[..., SignUp], person: Volunteer, shift_id: int, user: User
) -> Outcome:
    """One act for one shift; the form asked for the risk notice."""
    try:
        return Outcome(shift_id, signup=service(person, shift_id, actor=user, risks_read=True))
    except capacity.AlreadyIn as refusal:
        signup = SignUp.objects.filter(
            volunteer=person, shift_id=shift_id, state__in=LIVE_STATES
        ).first()
        return Outcome(shift_id, signup=signup, refusal=None if signup else refusal)
    except Refusal as refusal:
        return Outcome(shift_id, refusal=refusal)


def _confirm_page(
    request: HttpRequest, pk: int, person: Volunteer, asked: Asked, form: ReadForm
) -> HttpResponse:
    activity = _activity(pk)
    # what was asked at first stays on the page, also when it was unticked since
    first = {*_asked(request.GET).all, *asked.all}
    shown = [row for row in rows.shift_rows(activity, person) if row.shift_id in first]
    possible = [row for row in shown if row.can != rows.Can.NOTHING]
    context = {
        "activity": activity,
        "possible": possible,
        "impossible": [row for row in shown if row.can == rows.Can.NOTHING],
        "ticked": {row.shift_id for row in possible if _ticked(row, asked)},
        "query": request.GET.urlencode() or asked.query(),
        "form": form,
        "nav": "activities",
    }
    return render(request, "activities/take.html", context)


def _ticked(row: rows.ShiftRow, asked: Asked) -> bool:
    """What was asked is ticked, but nobody is put into a queue that they did not ask for."""
    can_take = row.can == rows.Can.TAKE
    return row.shift_id in asked.wait or (can_take and row.shift_id in asked.shift)


def _outcomes_page(
    request: HttpRequest, pk: int, outcomes: list[Outcome], status: int
) -> HttpResponse:
    activity = _activity(pk)
    person = of_user(request.user)
    by_shift = {row.shift_id: row for row in rows.shift_rows(activity, person)}
    signups = [outcome.signup for outcome in outcomes if outcome.signup is not None]
    context = {
        "activity": activity,
        "outcomes": [(outcome, by_shift.get(outcome.shift_id)) for outcome in outcomes],
        "done_url": _done_url(pk, [s.pk for s in signups]) if signups else "",
        "nav": "activities",
    }
    return render(request, "activities/outcomes.html", context, status=status)


def _activity(pk: int) -> Activity:
    activity = queries.public_activity(pk)
    if activity is None:
        raise Http404("no such activity")
    return activity


@never_cache
@login_required
@require_safe
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person has now, as the database says (not as the address says)."""
    activity = _activity(pk)
    ids = [t for t in request.GET.getlist("signup")[:MOST] if t.isascii() and t.isdigit()]
    person = of_user(request.user)
    signups = list(
        SignUp.objects.filter(
            pk__in=[int(t) for t in ids if len(t) <= 18],
            volunteer=person,
            shift__activity=activity,
        )
        .select_related("place", "volunteer")
        .order_by("starts_at")
        if person is not None
        else []
    )
    mine = [signup for signup in signups if can(request.user, "activities.own_signup", signup)]
    if not mine:
        raise Http404("nothing of yours")
    positions = queries.queue_positions(mine)
    context = {
        "activity": activity,
        "signups": [(signup, positions.get(signup.pk)) for signup in mine],
        "confirmed": any(signup.state == SignUp.State.CONFIRMED for signup in mine),
        "nav": "activities",
    }
    return render(request, "activities/done.html", context)


def _own(request: HttpRequest, pk: int) -> SignUp:
    """The person's own sign-up; anybody else's does not exist for them."""
    signup = get_object_or_404(SignUp.objects.select_related("shift__activity", "volunteer"), pk=pk)
    if not can(request.user, "activities.own_signup", signup):
        raise Http404("not yours")
    return signup


def _answer(
    request: HttpRequest,
    signup: SignUp,
    act: Callable[[], None],
    reached: SignUp.State,
    words: str,
    template: str,
) -> HttpResponse:
    """GET asks on a page of its own, POST acts; having acted before is as good."""
    activity = signup.shift.activity
    back = safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    if back == "/":
        back = reverse("activities:detail", args=[activity.pk])
    context: dict[str, Any] = {"signup": signup, "activity": activity, "next": back, "nav": "me"}
    if request.method != "POST":
        return render(request, template, context)
    try:
        act()
    except Refusal as refusal:
        signup.refresh_from_db()
        if not (isinstance(refusal, WrongState) and signup.state == reached):
            return render(request, template, context | {"refusal": refusal}, status=409)
    messages.success(request, words)
    return redirect(back)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place, an offer or a place in the queue back."""
    signup = _own(request, pk)
    return _answer(
        request,
        signup,
        lambda: capacity.withdraw(signup, actor=_user(request)),
        SignUp.State.WITHDRAWN,
        f"已取消“{signup.shift.activity.title}”的这一班。",
        "activities/leave.html",
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes to an offered place."""
    signup = _own(request, pk)
    return _answer(
        request,
        signup,
        lambda: capacity.accept_offer(signup, actor=_user(request)),
        SignUp.State.CONFIRMED,
        f"已确认“{signup.shift.activity.title}”的这一班，到时见！",
        "activities/accept.html",
    )


def _user(request: HttpRequest) -> User:
    assert request.user.is_authenticated
    return request.user
