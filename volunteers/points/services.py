"""The ledger: every write on rules, accounts and transfers.

A booking inserts its transfers, then moves the balances of the people in order of their accounts,
and last the street's source account: all bookings meet in that one row, so it is locked for one
round trip and the commit. Whoever books several people in one transaction uses `award_many`;
`award` in a loop would hold that row between two people and could deadlock with another loop.

Nothing here changes or deletes a transfer. Triggers refuse it on both databases.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from volunteers.foundation import acts
from volunteers.foundation.errors import Refusal
from volunteers.people.models import Volunteer

from .models import Account, Rule, Transfer

if TYPE_CHECKING:
    from volunteers.accounts.models import User

MAX_POINTS_PER_HOUR = 1000


class NoRule(Refusal):
    """No version of the rule is in force on that day; points cannot be told."""

    code = "no_rule"


class NotReversible(Refusal):
    """A reversal is not reversed again: what was right is booked anew."""

    code = "not_reversible"


@dataclass(frozen=True)
class Award:
    """One award to be booked: whole `minutes` of service by the rule's version of day `on`
    (None: the day of booking). `source` names the fact ("service.servicerecord:17"), `key` makes
    the booking one whatever is repeated, `label` is what the person reads."""

    rule_code: str
    volunteer: Volunteer
    minutes: int
    source: str
    key: str
    label: str
    on: date | None = None


# --- rules and quotes -----------------------------------------------------------------------


def current_rule(code: str, on: date) -> Rule:
    """The version of the rule in force on a day. Raises NoRule."""
    rule = Rule.objects.filter(code=code, valid_from__lte=on).order_by("-valid_from").first()
    if rule is None:
        raise NoRule(f"积分规则“{code}”在 {on:%Y-%m-%d} 还没有生效，请联系街道管理员设置后再试。")
    return rule


def points_for(minutes: int, points_per_hour: int) -> int:
    """Whole points of whole minutes, half a point rounded up. Raises ValueError below zero."""
    if minutes < 0:
        raise ValueError("minutes below zero")
    return (minutes * points_per_hour * 2 + 60) // 120


def quote(rule_code: str, minutes: int, on: date) -> int:
    """Points that `minutes` would bring on a day; 0 where no rule is in force (a page that only
    tells the figure must not fall over it; `award` refuses)."""
    return quotes([(rule_code, minutes, on)])[0]


def quotes(wanted: Iterable[tuple[str, int, date]]) -> list[int]:
    """`quote` for many (rule code, minutes, day) in one query, in the order asked."""
    asked = list(wanted)
    versions = _versions({code for code, _, _ in asked})
    points = []
    for code, minutes, on in asked:
        rule = _in_force(versions.get(code, []), on)
        points.append(points_for(minutes, rule.points_per_hour) if rule else 0)
    return points


def add_rule_version(
    code: str,
    *,
    title: str,
    points_per_hour: int,
    valid_from: date,
    actor: "User | None",
    at: datetime | None = None,
) -> Rule:
    """A new version of a rule (or its first), in force from a day on. A later version starts
    after the one before and not in the past: what was promised for served days stands."""
    title = title.strip()
    if not title or len(title) > 60:
        raise Refusal("规则名称请填 1 到 60 个字。", field="title")
    if not 0 <= points_per_hour <= MAX_POINTS_PER_HOUR:
        raise Refusal(
            f"每小时积分请填 0 到 {MAX_POINTS_PER_HOUR} 之间的整数。", field="points_per_hour"
        )
    today = timezone.localdate(at)
    with transaction.atomic():
        last = Rule.objects.filter(code=code).order_by("-version").first()
        if last is not None and valid_from <= last.valid_from:
            raise Refusal(
                f"生效日期要晚于上一版的 {last.valid_from:%Y-%m-%d}。", field="valid_from"
            )
        if last is not None and valid_from < today:
            raise Refusal("新版规则不能从过去的日期生效，已服务的按原规则计。", field="valid_from")
        try:
            with transaction.atomic():
                rule = Rule.objects.create(
                    code=code,
                    version=last.version + 1 if last else 1,
                    title=title,
                    points_per_hour=points_per_hour,
                    valid_from=valid_from,
                )
        except IntegrityError:
            raise Refusal("刚刚有人更新了这条规则，请刷新页面看看最新版本。") from None
        new = {"version": rule.version, "points_per_hour": points_per_hour}
        old = {"version": last.version, "points_per_hour": last.points_per_hour} if last else {}
        acts.record("points.rule", rule, actor=actor, old=old, new=new, at=at)
    return rule


# --- bookings -------------------------------------------------------------------------------


def award(
    rule_code: str,
    volunteer: Volunteer,
    minutes: int,
    *,
    source: str,
    key: str,
    label: str,
    actor: "User | None",
    at: datetime | None = None,
    on: date | None = None,
) -> Transfer | None:
    """Book the points of `minutes`; None when they come to 0. A second call with the same key
    books nothing and returns the first transfer, also when both run at once. Raises NoRule."""
    wanted = Award(rule_code, volunteer, minutes, source, key, label, on)
    return award_many([wanted], actor=actor, at=at).get(key)


def award_many(
    awards: Sequence[Award], *, actor: "User | None", at: datetime | None = None
) -> dict[str, Transfer]:
    """Book several awards in one go; returns key → transfer, without those of 0 points. All or
    nothing: raises NoRule before anything is written."""
    when = at or timezone.now()
    today = timezone.localdate(when)
    versions = _versions({wanted.rule_code for wanted in awards})
    priced: list[tuple[Award, Rule, int]] = []
    for wanted in awards:
        on = wanted.on or today
        rule = _in_force(versions.get(wanted.rule_code, []), on) or current_rule(
            wanted.rule_code, on
        )
        points = points_for(wanted.minutes, rule.points_per_hour)
        if points:
            priced.append((wanted, rule, points))
    if not priced:
        return {}
    with transaction.atomic():
        issued = _issued()
        accounts = _accounts([wanted.volunteer for wanted, _, _ in priced])
        drafts = [
            Transfer(
                key=wanted.key,
                debit=issued,
                credit=accounts[wanted.volunteer.pk],
                points=points,
                rule=rule,
                minutes=wanted.minutes,
                source=wanted.source,
                label=wanted.label[:120],
                actor=actor,
                at=when,
            )
            for wanted, rule, points in priced
        ]
        return _book(drafts, "points.award", last=issued, actor=actor, at=when)


def reverse(
    transfer: Transfer, *, reason: str, actor: "User | None", at: datetime | None = None
) -> Transfer:
    """Take a transfer back by a new one the other way round; the first stays as it is. Once only:
    a second call returns the reversal that is there. The balance may fall below zero when points
    have been spent already: a debt that the next award pays. Raises NotReversible."""
    if transfer.reverses_id is not None:
        raise NotReversible("这一笔本身就是冲正，不能再冲正；需要的话请重新入账。")
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明冲正的原因，本人会看到。", field="reason")
    when = at or timezone.now()
    draft = Transfer(
        key=f"reverse:{transfer.pk}",
        debit_id=transfer.credit_id,
        credit_id=transfer.debit_id,
        points=transfer.points,
        rule_id=transfer.rule_id,
        minutes=transfer.minutes,
        source=transfer.source,
        label=f"更正：{transfer.label}"[:120],
        reverses=transfer,
        actor=actor,
        at=when,
    )
    with transaction.atomic():
        booked = _book(
            [draft], "points.reverse", last=_issued(), actor=actor, at=when, reason=reason
        )
    return booked[draft.key]


def _book(
    drafts: list[Transfer],
    verb: str,
    *,
    last: Account,
    actor: "User | None",
    at: datetime,
    reason: str = "",
) -> dict[str, Transfer]:
    """Insert what is not booked yet and move the balances by it, that of `last` at the end;
    everything booked, by key."""
    drafts.sort(key=lambda draft: draft.key)  # one order for all, or two batches could deadlock
    booked = _existing(drafts)
    fresh = [draft for draft in drafts if draft.key not in booked]
    while fresh:
        try:
            with transaction.atomic():
                Transfer.objects.bulk_create(fresh)
            break
        except IntegrityError:
            # Somebody booked one of the keys between our look and our insert; theirs counts.
            theirs = _existing(fresh)
            if not theirs:
                raise
            booked |= theirs
            fresh = [draft for draft in fresh if draft.key not in theirs]
    if len(fresh) == 1:
        acts.record(verb, fresh[0], actor=actor, reason=reason, at=at)
    elif fresh:
        acts.record_many(verb, list(fresh), actor=actor, at=at)
    _move_balances(fresh, last)
    return booked | {draft.key: draft for draft in fresh}


def _existing(drafts: list[Transfer]) -> dict[str, Transfer]:
    """Transfers already booked under the drafts' keys. Raises ValueError where a key names
    another booking: two facts must not share one."""
    wanted = {draft.key: draft for draft in drafts}
    found = {row.key: row for row in Transfer.objects.filter(key__in=wanted)}
    for key, row in found.items():
        draft = wanted[key]
        if (row.debit_id, row.credit_id, row.source) != (
            draft.debit_id,
            draft.credit_id,
            draft.source,
        ):
            raise ValueError(f"the key {key!r} belongs to another booking")
    return found


def _move_balances(transfers: list[Transfer], last: Account) -> None:
    """Guarded by F(): the database adds, so no reader's old value is ever written back."""
    deltas: Counter[int] = Counter()
    for row in transfers:
        deltas[row.credit_id] += row.points
        deltas[row.debit_id] -= row.points
    for pk in sorted(deltas, key=lambda pk: (pk == last.pk, pk)):
        if deltas[pk]:
            Account.objects.filter(pk=pk).update(balance=F("balance") + deltas[pk])


# --- accounts and versions ------------------------------------------------------------------


def _issued() -> Account:
    """The street's source account, made on first use; a second maker finds the first one's."""
    account = Account.objects.filter(kind=Account.Kind.ISSUED).first()
    if account is None:
        Account.objects.bulk_create([Account(kind=Account.Kind.ISSUED)], ignore_conflicts=True)
        account = Account.objects.get(kind=Account.Kind.ISSUED)
    return account


def _accounts(people: Iterable[Volunteer]) -> dict[int, Account]:
    """Volunteer id → account, made on first use."""
    wanted = sorted({person.pk for person in people})
    rows = Account.objects.filter(volunteer__in=wanted)
    found = {row.volunteer_id or 0: row for row in rows}
    missing = [pk for pk in wanted if pk not in found]
    if missing:
        Account.objects.bulk_create(
            [Account(kind=Account.Kind.VOLUNTEER, volunteer_id=pk) for pk in missing],
            ignore_conflicts=True,
        )
        found = {row.volunteer_id or 0: row for row in rows.all()}
    return found


def _versions(codes: set[str]) -> dict[str, list[Rule]]:
    """Every version of the rules, newest day first. One query: rules are few."""
    found: dict[str, list[Rule]] = {}
    for rule in Rule.objects.filter(code__in=codes).order_by("-valid_from"):
        found.setdefault(rule.code, []).append(rule)
    return found


def _in_force(versions: list[Rule], on: date) -> Rule | None:
    return next((rule for rule in versions if rule.valid_from <= on), None)
