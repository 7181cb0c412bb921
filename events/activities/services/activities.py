"""The life of an activity: drafted by an organisation, reviewed by area staff, published."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation import acts, states, tell, versions
from volunteers.foundation.errors import Refusal, WrongState
from volunteers.organisations.models import Organisation
from volunteers.organisations.models import State as OrganisationState
from volunteers.people.models import Volunteer
from volunteers.teams.models import Team

from ..models import Activity, Campaign, Kind, Shift
from ..models.activity import PILLAR_OF_KIND, RISKY_KINDS
from . import shifts as shift_services
from .shifts import ShiftDraft

if TYPE_CHECKING:
    from volunteers.accounts.models import User

KINDS = frozenset(kind.value for kind in Kind)
EDITABLE = (Activity.State.DRAFT, Activity.State.RETURNED)
DOUBLE_TAP = timedelta(minutes=2)  # the same draft again within this time is a repeated sending
MAX_REMARK = 300  # characters

# What the public and the reviewer need to know, and what to say when it is missing
NEEDED = {
    "title": "请填写活动名称。",
    "description": "请说清做什么：带什么、做什么、几点散。",
    "place": "请填写活动地点。",
    "risk_notice": "请写明风险提示，志愿者报名前会看到。",
    "contact_name": "请填写联系人。",
    "contact_phone": "请填写联系电话。",
}
INSURANCE = "这类活动可能有人身危险，请写明为志愿者买了什么保险。"
NO_SHIFT = "至少要有一个班次才能提交审核。"


@dataclass(frozen=True)
class ActivityDraft:
    """What the poster writes. Texts may be empty until the draft is submitted."""

    kind: str
    title: str
    area: Area
    description: str = ""
    place: str = ""
    meeting_point: str = ""
    risk_notice: str = ""
    insurance_note: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    team: Team | None = None
    campaign: Campaign | None = None


@transaction.atomic
def save_draft(
    draft: ActivityDraft,
    shifts: list[ShiftDraft],
    *,
    host: Organisation,
    actor: "User | None",
    activity: Activity | None = None,
    at: datetime | None = None,
) -> Activity:
    """Write a new draft of `host`, or change `activity` (draft or returned; WrongState else).

    `shifts` is the whole list: rows that name a shift change it, others are new, shifts that are
    not named go (nobody can have signed up for a planned shift). Raises Refusal when a team or
    area is not the host's own, or a shift cannot be (see services.shifts).
    """
    now = at or timezone.now()
    if draft.team is not None and draft.team.organisation_id != host.pk:
        raise Refusal("请选择本组织自己的队伍。", field="team")
    values = {field.name: getattr(draft, field.name) for field in fields(draft)} | {
        "pillar": PILLAR_OF_KIND[Kind(draft.kind)],
        "rule_code": rule_of(draft.kind),
    }
    if activity is None:
        _refuse_double_tap(draft, host, actor, now)
        activity = Activity.objects.create(
            **values, host=host, created_by=actor, created_at=now, is_demo=host.is_demo
        )
        verb, changed = "activity.draft", []
    else:
        changed = [name for name, value in values.items() if getattr(activity, name) != value]
        rows = Activity.objects.filter(pk=activity.pk, host=host, state__in=EDITABLE)
        if not rows.update(**values):
            raise WrongState("这个活动现在不能修改，请刷新页面看看最新情况。")
        for name, value in values.items():
            setattr(activity, name, value)
        verb = "activity.edit"
    shift_services.plan(activity, shifts)
    acts.record(
        verb, activity, actor=actor, new={"changed": changed, "shifts": len(shifts)}, at=now
    )
    versions.bump("places", f"activity:{activity.pk}")
    return activity


@transaction.atomic
def submit(activity: Activity, *, actor: "User | None", at: datetime | None = None) -> None:
    """Ask area staff for review. Raises Refusal with the field that is missing or wrong."""
    now = at or timezone.now()
    check_complete(activity)
    planned = list(Shift.objects.filter(activity=activity, state=Shift.State.PLANNED))
    if not planned:
        raise Refusal(NO_SHIFT, field="shifts")
    if any(shift.starts_at <= now for shift in planned):
        raise Refusal("有班次已经过了开始时间，请改成以后的时间。", field="shifts")
    _move(activity, Activity.State.SUBMITTED, "activity.submit", actor=actor, now=now)


@transaction.atomic
def post(
    draft: ActivityDraft,
    shifts: list[ShiftDraft],
    *,
    host: Organisation,
    actor: "User | None",
    activity: Activity | None = None,
    at: datetime | None = None,
) -> Activity:
    """Save and submit in one: what cannot be submitted leaves nothing behind."""
    activity = save_draft(draft, shifts, host=host, actor=actor, activity=activity, at=at)
    submit(activity, actor=actor, at=at)
    return activity


@transaction.atomic
def accept(activity: Activity, *, actor: "User | None", at: datetime | None = None) -> None:
    """Publish: planned shifts open. Those that began while the review took its time are
    cancelled; when none is left, Refusal."""
    now = at or timezone.now()
    check_complete(activity)
    _move(
        activity,
        Activity.State.PUBLISHED,
        "activity.accept",
        actor=actor,
        now=now,
        published_at=now,
        remark="",
    )
    if not shift_services.open_planned(activity, actor=actor, at=now):
        raise Refusal("班次都已经过了开始时间，请退回让对方修改。")
    _tell_poster("activity.accepted", activity, now)


@transaction.atomic
def return_with_remarks(
    activity: Activity, remark: str, *, actor: "User", at: datetime | None = None
) -> None:
    """Send back for changes; the poster reads the remark."""
    _judge(activity, Activity.State.RETURNED, "return", remark, actor=actor, at=at)


@transaction.atomic
def decline(activity: Activity, remark: str, *, actor: "User", at: datetime | None = None) -> None:
    """Say no for good; the poster reads the remark."""
    _judge(activity, Activity.State.DECLINED, "decline", remark, actor=actor, at=at)


def cancel(
    activity: Activity, reason: str, *, actor: "User | None", at: datetime | None = None
) -> None:
    """Call a draft, returned or published activity off. Shifts to come are cancelled, their
    people are told the reason; shifts that are over or under way stay as they are."""
    now = at or timezone.now()
    reason = reason.strip()
    if activity.state == Activity.State.PUBLISHED and not reason:
        raise Refusal("请写明取消的原因，已报名的人会看到。", field="reason")
    if len(reason) > shift_services.MAX_REASON:
        raise Refusal("原因请控制在 200 字以内。", field="reason")
    with transaction.atomic():
        _move(
            activity,
            Activity.State.CANCELLED,
            "activity.cancel",
            actor=actor,
            now=now,
            reason=reason,
        )
        shift_services.cancel_coming(activity, reason or "草稿作废", actor=actor, at=now)
    shift_services.clear_cancelled(activity_id=activity.pk, actor=actor, at=now)


def check_complete(activity: "Activity | ActivityDraft") -> None:
    """Raise Refusal, naming the field, for the first thing that a publishable activity lacks."""
    for field, sentence in NEEDED.items():
        if not getattr(activity, field).strip():
            raise Refusal(sentence, field=field)
    if activity.kind in RISKY_KINDS and not activity.insurance_note.strip():
        raise Refusal(INSURANCE, field="insurance_note")


def rule_of(kind: str) -> str:
    """The points rule of a kind of activity: rules carry the kind's own name as their code."""
    return str(Kind(kind).value)


# --- steps ----------------------------------------------------------------------------------


def _judge(
    activity: Activity,
    target: Activity.State,
    act: str,
    remark: str,
    *,
    actor: "User",
    at: datetime | None,
) -> None:
    remark = remark.strip()
    if not remark:
        raise Refusal("请写明意见，发布组织会看到并照着修改。", field="remark")
    if len(remark) > MAX_REMARK:
        raise Refusal(f"意见请控制在 {MAX_REMARK} 字以内。", field="remark")
    now = at or timezone.now()
    _move(activity, target, f"activity.{act}", actor=actor, now=now, reason=remark, remark=remark)
    _tell_poster(f"activity.{target.value}", activity, now)


def _move(
    activity: Activity,
    target: Activity.State,
    verb: str,
    *,
    actor: "User | None",
    now: datetime,
    reason: str = "",
    **also: Any,
) -> None:
    old = activity.state
    if target in (Activity.State.SUBMITTED, Activity.State.PUBLISHED):
        _check_host(activity.host)
    states.move(activity, target, Activity.MOVES, **also)
    acts.record(
        verb,
        activity,
        actor=actor,
        old={"state": old},
        new={"state": target.value},
        reason=reason,
        at=now,
    )
    versions.bump("places", f"activity:{activity.pk}")


def _check_host(host: Organisation) -> None:
    if host.state != OrganisationState.ACCEPTED:
        raise Refusal("组织还没有通过审核，或者已经停用，现在不能发布活动。")


def _refuse_double_tap(
    draft: ActivityDraft, host: Organisation, actor: "User | None", now: datetime
) -> None:
    """The same person sends the same new draft twice (back button, slow line): say where it is."""
    twin = Activity.objects.filter(
        host=host,
        title=draft.title,
        created_by=actor,
        created_at__gt=now - DOUBLE_TAP,
        created_at__lte=now,
        state__in=[*EDITABLE, Activity.State.SUBMITTED],
    )
    if actor is not None and twin.exists():
        raise Refusal(
            "刚刚已经存过一个同名的活动，请到活动列表里接着改，不用再存一次。", field="title"
        )


def _tell_poster(kind: str, activity: Activity, now: datetime) -> None:
    """Tell whoever wrote it, if that person is a volunteer too (others read it on the list)."""
    if activity.created_by_id is None:
        return
    poster = Volunteer.objects.filter(user_id=activity.created_by_id).first()
    if poster is None:
        return
    tell.send(
        kind,
        to=poster,
        # an activity can come back more than once: the time makes each answer one notice
        key=f"{kind}:{activity.pk}:{now:%Y%m%d%H%M%S%f}",
        context={
            "activity": activity.pk,
            "title": activity.title,
            "slug": activity.host.slug,
            "remark": activity.remark,
        },
    )
