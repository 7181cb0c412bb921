"""What counts: records of service in versions, and the points that follow them.

A confirmed record is never overwritten. A correction supersedes it by its next version; its points
are reversed and booked anew, so that ledger and records can both be read back in full.
Nobody decides about their own minutes: what a leader served waits for somebody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from events.activities.models import Shift, SignUp
from events.activities.services.steps import checked_reason
from events.activities.words import span
from volunteers.foundation import acts, states, tell, versions
from volunteers.foundation.errors import NotAllowed, Refusal
from volunteers.people.models import Volunteer
from volunteers.points import queries as ledger
from volunteers.points import services as points
from volunteers.points.models import Transfer

from ..minutes import overlap_minutes, stretch
from ..models import CAME, IN_FORCE, Attendance, ServiceRecord

if TYPE_CHECKING:
    from volunteers.accounts.models import User

State = ServiceRecord.State
BY_HAND = "分钟数由负责人填写"
NO_CHECK_OUT = "没有签退，分钟数由负责人填写"


@dataclass
class Outcome:
    """What a confirmation came to: newly confirmed records, the actor's own that now await
    somebody else, and how many were confirmed before."""

    confirmed: list[ServiceRecord] = field(default_factory=list)
    awaiting: list[ServiceRecord] = field(default_factory=list)
    already: int = 0


def key_of(record: ServiceRecord) -> str:
    """The record's key in the ledger: one record, one booking."""
    return f"record:{record.pk}"


def is_own(volunteer: Volunteer, user: "User | None") -> bool:
    """Is this person the one behind the account (also as a merged double)?"""
    if user is None:
        return False
    merged = volunteer.merged_into
    return volunteer.user_id == user.pk or (merged is not None and merged.user_id == user.pk)


def default_minutes(attendance: Attendance) -> int | None:
    """Minutes that the scans speak for; None when the check-out is missing, since then somebody
    who was there has to say."""
    if attendance.in_at is None or attendance.out_at is None:
        return None
    shift = attendance.shift
    return overlap_minutes(attendance.in_at, attendance.out_at, shift.starts_at, shift.ends_at)


def confirm(
    shift: Shift,
    *,
    actor: "User | None",
    items: Iterable[tuple[int, int | None]],
    at: datetime | None = None,
) -> Outcome:
    """Confirm the minutes of people who came: `items` are (attendance id, minutes or None for
    what the scans say). All or nothing. Confirming again is nothing, also from two pages at once.

    The actor's own record is only put down as awaiting. Raises Refusal (not begun, nobody named,
    unknown or absent person, missing or wrong minutes), points.NoRule.
    """
    now = at or timezone.now()
    wanted = dict(items)
    if not wanted:
        raise Refusal("请至少为一位到场的队员填写服务分钟数。")
    if now < shift.starts_at:
        raise Refusal("这一班还没有开始，不能确认时长。")
    with transaction.atomic():
        came = _lock_and_read(shift, wanted)
        past = _records_of(wanted)
        outcome = Outcome()
        fresh: list[ServiceRecord] = []
        for attendance in came:
            minutes, note = _minutes(attendance, wanted[attendance.pk], past)
            versions_so_far = past.get(attendance.pk, [])
            standing = next((r for r in versions_so_far if r.state in IN_FORCE), None)
            if standing is not None and standing.state == State.CONFIRMED:
                outcome.already += 1
            elif is_own(attendance.volunteer, actor):
                if standing is None:
                    standing = _draft(attendance, minutes, note, State.AWAITING, versions_so_far)
                    standing.created_at = now
                    standing.save()
                    acts.record("record.await", standing, actor=actor, at=now)
                outcome.awaiting.append(standing)
            elif standing is not None and standing.minutes == minutes:
                states.move(
                    standing,
                    State.CONFIRMED,
                    ServiceRecord.MOVES,
                    confirmed_by=actor,
                    confirmed_at=now,
                )
                outcome.confirmed.append(standing)
            else:
                record = _draft(attendance, minutes, note, State.CONFIRMED, versions_so_far)
                record.confirmed_by, record.confirmed_at = actor, now
                record.created_at = now
                if standing is not None:
                    states.move(standing, State.SUPERSEDED, ServiceRecord.MOVES)
                    record.supersedes = standing
                fresh.append(record)
        outcome.confirmed += ServiceRecord.objects.bulk_create(fresh)
        if outcome.confirmed:
            _book(shift, outcome.confirmed, actor=actor, now=now)
    return outcome


def correct(
    record: ServiceRecord,
    *,
    minutes: int,
    reason: str,
    actor: "User",
    at: datetime | None = None,
) -> ServiceRecord:
    """Another number of minutes, by a new version that the person is told of with the reason.
    Returns the version in force. Raises NotAllowed on one's own, WrongState, Refusal."""
    now = at or timezone.now()
    reason = checked_reason(reason)
    with transaction.atomic():
        record = _lock_record(record, actor)
        shift = _shift(record)
        _check_range(minutes, shift.minutes, "")
        if minutes == record.minutes:
            raise Refusal("分钟数没有变化，不用更正。", field="minutes")
        states.move(record, State.SUPERSEDED, ServiceRecord.MOVES)
        in_at = record.attendance.in_at if record.attendance else record.starts_at
        starts_at, ends_at = stretch(in_at, shift.starts_at, shift.ends_at, minutes)
        new = ServiceRecord.objects.create(
            volunteer=record.volunteer,
            attendance=record.attendance,
            shift=shift,
            title=record.title,
            starts_at=starts_at,
            ends_at=ends_at,
            minutes=minutes,
            rule_code=record.rule_code,
            version=record.version + 1,
            supersedes=record,
            state=State.CONFIRMED,
            note=reason,
            confirmed_by=actor,
            confirmed_at=now,
            created_at=now,
        )
        acts.record(
            "record.correct",
            new,
            actor=actor,
            old={"record": record.pk, "minutes": record.minutes},
            new={"minutes": minutes},
            reason=reason,
            at=now,
        )
        worth = _quote(new, shift)
        _tell("record.corrected", new, shift, worth, reason=reason)
        _take_back(record, reason, actor=actor, now=now)
        points.award_many([_award(new, shift)], actor=actor, at=now)
        versions.bump("figures", "honours")
    return new


def revoke(
    record: ServiceRecord, *, reason: str, actor: "User", at: datetime | None = None
) -> None:
    """The record does not count (the person was not there). Its points are reversed; both stay
    readable, and confirming anew makes the next version. Raises NotAllowed, WrongState, Refusal."""
    now = at or timezone.now()
    reason = checked_reason(reason)
    with transaction.atomic():
        record = _lock_record(record, actor)
        shift = _shift(record)
        states.move(record, State.REVOKED, ServiceRecord.MOVES)
        acts.record(
            "record.revoke",
            record,
            actor=actor,
            old={"minutes": record.minutes},
            reason=reason,
            at=now,
        )
        _tell("record.revoked", record, shift, 0, reason=reason)
        _take_back(record, reason, actor=actor, now=now)
        versions.bump("figures", "honours")


# --- steps ----------------------------------------------------------------------------------


def _lock_and_read(shift: Shift, wanted: dict[int, int | None]) -> list[Attendance]:
    """The attendances named, their people locked in order of id. Raises Refusal where one is
    unknown, of another shift, not confirmed any more, or did not come."""
    rows = Attendance.objects.filter(pk__in=wanted, shift=shift)
    people = rows.values_list("volunteer_id", flat=True)
    list(Volunteer.objects.select_for_update().filter(pk__in=list(people)).order_by("pk"))
    found = list(
        rows.select_related("signup", "shift__activity", "volunteer__merged_into").order_by("pk")
    )
    if len(found) != len(wanted):
        raise Refusal("名单刚刚有变化，请刷新页面再确认。")
    for attendance in found:
        name = attendance.volunteer.name
        if attendance.signup.state != SignUp.State.CONFIRMED:
            raise Refusal(f"{name} 已不在这一班的名单里，请刷新页面再确认。")
        if attendance.state not in CAME:
            raise Refusal(f"{name} 还没有签到。到场了请先代签，没到场就不用填写。")
    return found


def _records_of(wanted: Iterable[int]) -> dict[int, list[ServiceRecord]]:
    """Every version so far, oldest first, by attendance."""
    found: dict[int, list[ServiceRecord]] = {}
    rows = ServiceRecord.objects.filter(attendance__in=list(wanted)).order_by("version", "pk")
    for record in rows.select_related("volunteer"):
        found.setdefault(record.attendance_id or 0, []).append(record)
    return found


def _minutes(
    attendance: Attendance, given: int | None, past: dict[int, list[ServiceRecord]]
) -> tuple[int, str]:
    """(minutes, note). Without a number the scans decide, or what the record that awaits says."""
    counted = default_minutes(attendance)
    name = attendance.volunteer.name
    if given is None:
        awaiting = [r for r in past.get(attendance.pk, []) if r.state in IN_FORCE]
        if awaiting:
            return awaiting[0].minutes, awaiting[0].note
        if counted is None:
            raise Refusal(
                f"{name} 没有签退，请填写实际服务的分钟数。", field=f"minutes_{attendance.pk}"
            )
        return counted, ""
    _check_range(given, attendance.shift.minutes, name, field=f"minutes_{attendance.pk}")
    note = NO_CHECK_OUT if counted is None else "" if given == counted else BY_HAND
    return given, note


def _check_range(minutes: int, most: int, name: str, field: str = "minutes") -> None:
    """Capped by the planned shift: nobody serves longer than it lasted."""
    if not 0 <= minutes <= most:
        whose = f"{name} 的" if name else ""
        raise Refusal(f"{whose}分钟数请填 0 到 {most} 之间的整数（这一班的长度）。", field=field)


def _draft(
    attendance: Attendance,
    minutes: int,
    note: str,
    state: State,
    versions_so_far: list[ServiceRecord],
) -> ServiceRecord:
    """An unsaved record, booked on the shift: what crosses midnight stays with its evening."""
    shift = attendance.shift
    starts_at, ends_at = stretch(attendance.in_at, shift.starts_at, shift.ends_at, minutes)
    return ServiceRecord(
        volunteer=attendance.volunteer,
        attendance=attendance,
        shift=shift,
        title=shift.activity.title,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
        rule_code=shift.activity.rule_code,
        version=versions_so_far[-1].version + 1 if versions_so_far else 1,
        state=state,
        note=note,
    )


def _book(
    shift: Shift, records: list[ServiceRecord], *, actor: "User | None", now: datetime
) -> None:
    """Acts, notices, and last the ledger, whose shared account is locked until the commit."""
    acts.record_many("record.confirm", list(records), actor=actor, at=now)
    on = timezone.localdate(shift.starts_at)
    worth = points.quotes([(r.rule_code, r.minutes, on) for r in records])
    for record, figure in zip(records, worth, strict=True):
        _tell("record.confirmed", record, shift, figure)
    points.award_many([_award(record, shift) for record in records], actor=actor, at=now)
    versions.bump("figures", "honours")


def _award(record: ServiceRecord, shift: Shift) -> points.Award:
    """By the rule of the day on which the shift began."""
    return points.Award(
        rule_code=record.rule_code,
        volunteer=record.volunteer,
        minutes=record.minutes,
        source=acts.subject_of(record),
        key=key_of(record),
        label=record.title,
        on=timezone.localdate(shift.starts_at),
    )


def _quote(record: ServiceRecord, shift: Shift) -> int:
    return points.quote(record.rule_code, record.minutes, timezone.localdate(shift.starts_at))


def _take_back(record: ServiceRecord, reason: str, *, actor: "User", now: datetime) -> None:
    transfer: Transfer | None = ledger.find(key_of(record))
    if transfer is not None:
        points.reverse(transfer, reason=reason, actor=actor, at=now)


def _lock_record(record: ServiceRecord, actor: "User") -> ServiceRecord:
    """The record as it is now, its person locked. Raises NotAllowed on the actor's own."""
    list(Volunteer.objects.select_for_update().filter(pk=record.volunteer_id))
    now = ServiceRecord.objects.select_related(
        "volunteer__merged_into", "attendance", "shift__activity"
    ).get(pk=record.pk)
    if is_own(now.volunteer, actor):
        raise NotAllowed("自己的服务时长不能自己更正或撤销，请联系协调员。")
    return now


def _shift(record: ServiceRecord) -> Shift:
    if record.shift is None:
        raise Refusal("这条记录不属于任何班次，请联系街道管理员处理。")
    return record.shift


def _tell(kind: str, record: ServiceRecord, shift: Shift, worth: int, *, reason: str = "") -> None:
    context: dict[str, Any] = {
        "record": record.pk,
        "title": record.title,
        "when": span(shift.starts_at, shift.ends_at),
        "minutes": record.minutes,
        "points": worth,
        "reason": reason,
    }
    tell.send(kind, to=record.volunteer, key=f"{kind}:{record.pk}", context=context)
