"""Reads of the ledger: what a person has, what was booked, and whether balances still agree."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from volunteers.people.models import Volunteer
from volunteers.people.queries import belongs_to

from .models import Account, Transfer


@dataclass(frozen=True)
class Entry:
    """One line of a person's points: `points` is signed, `minutes` whole or None."""

    at: datetime
    label: str
    points: int
    minutes: int | None
    source: str
    is_reversal: bool


@dataclass(frozen=True)
class Audit:
    """What the rows of the ledger say, and the accounts whose kept balance says otherwise:
    {"account", "balance", "rows"} each. `minutes` and `issued` are net of reversals."""

    transfers: int
    issued: int
    minutes: int
    accounts_drifting: list[dict[str, int]]


def balance(volunteer: Volunteer) -> int:
    """Points that the person has, from the kept row (merged doubles included). One query."""
    accounts = Account.objects.filter(belongs_to(volunteer))
    return int(accounts.aggregate(total=Coalesce(Sum("balance"), 0))["total"])


def history(volunteer: Volunteer, limit: int = 20) -> list[Entry]:
    """The person's last bookings, newest first. One query."""
    mine = belongs_to(volunteer, "credit__volunteer") | belongs_to(volunteer, "debit__volunteer")
    rows = Transfer.objects.filter(mine).select_related("credit").order_by("-at", "-id")[:limit]
    return [
        Entry(
            at=row.at,
            label=row.label,
            points=row.points if row.credit.volunteer_id is not None else -row.points,
            minutes=row.minutes,
            source=row.source,
            is_reversal=row.reverses_id is not None,
        )
        for row in rows
    ]


def find(key: str) -> Transfer | None:
    """The transfer booked under a key."""
    return Transfer.objects.filter(key=key).first()


def ledger_sums() -> dict[int, int]:
    """Account id → its balance as the transfers add up. For the audit: reads every row."""
    return {
        pk: rows
        for pk, rows in Account.objects.annotate(rows=_sum_of_rows()).values_list("pk", "rows")
    }


def audit() -> Audit:
    """Compare balances with rows. Balance and rows of an account are read by one statement, so a
    booking that commits meanwhile is never taken for drift."""
    drifting = (
        Account.objects.annotate(rows=_sum_of_rows())
        .exclude(balance=F("rows"))
        .order_by("pk")
        .values_list("pk", "balance", "rows")
    )
    reversal = Q(reverses__isnull=False)
    issuing = Q(debit__kind=Account.Kind.ISSUED)
    taking = Q(credit__kind=Account.Kind.ISSUED)
    sums = Transfer.objects.aggregate(
        transfers=Count("pk"),
        issued=Coalesce(Sum("points", filter=issuing), 0)
        - Coalesce(Sum("points", filter=taking), 0),
        minutes=Coalesce(Sum("minutes", filter=~reversal), 0)
        - Coalesce(Sum("minutes", filter=reversal), 0),
    )
    return Audit(
        transfers=sums["transfers"],
        issued=sums["issued"],
        minutes=sums["minutes"],
        accounts_drifting=[
            {"account": pk, "balance": kept, "rows": rows} for pk, kept, rows in drifting
        ],
    )


def _sum(side: str) -> Coalesce:
    """Points of one side of an account (`side`: "credit" or "debit"), as a subquery."""
    rows = Transfer.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    total = Subquery(rows.annotate(total=Sum("points")).values("total"))
    return Coalesce(total, 0, output_field=BigIntegerField())


def _sum_of_rows() -> CombinedExpression:
    """What an account's balance must be."""
    return _sum("credit") - _sum("debit")
