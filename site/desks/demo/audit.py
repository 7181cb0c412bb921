"""Do the demo's sums agree? The load ends with this and is undone by any sentence of it."""

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Greatest

from events.activities.models import ACTIVE_STATES, Activity, Campaign, ShiftPlace, SignUp
from events.service.models import ServiceRecord
from events.service.services.records import key_of
from volunteers.accounts.models import User
from volunteers.areas.models import GRID_KINDS, Area
from volunteers.organisations.models import Organisation
from volunteers.people.models import Volunteer
from volunteers.points import queries as points
from volunteers.points.models import Transfer
from volunteers.teams.models import Team


def problems() -> list[str]:
    """One sentence for each thing that does not agree; empty when all is well."""
    return [*_places(), *_overlaps(), *_ledger(), *_marks()]


def _places() -> list[str]:
    """`taken` is the number of active sign-ups, `over` what lies above capacity."""
    active = Count("signups", filter=Q(signups__state__in=ACTIVE_STATES))
    drifting = (
        ShiftPlace.objects.annotate(active=active)
        .exclude(taken=F("active"), over=Greatest(F("active") - F("capacity"), 0))
        .values_list("pk", "taken", "active")
    )
    return [f"place {pk}: taken {taken}, active sign-ups {n}" for pk, taken, n in drifting]


def _overlaps() -> list[str]:
    """Nobody stands in two places at once."""
    standing = SignUp.objects.filter(state__in=ACTIVE_STATES, clash_accepted=False)
    same_time = standing.filter(
        volunteer=OuterRef("volunteer"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
        pk__gt=OuterRef("pk"),
    )
    twice = standing.filter(Exists(same_time)).values_list("pk", flat=True)
    return [f"sign-up {pk} overlaps another of the same person" for pk in twice]


def _ledger() -> list[str]:
    """Balances are the sums of their rows; each confirmed record is booked once, minutes and all."""
    found = []
    report = points.audit()
    found += [f"account {d['account']} drifts: {d}" for d in report.accounts_drifting]
    confirmed = ServiceRecord.objects.filter(state=ServiceRecord.State.CONFIRMED)
    minutes = confirmed.aggregate(sum=Coalesce(Sum("minutes"), 0))["sum"]
    if minutes != report.minutes:
        found.append(f"records confirm {minutes} minutes, the ledger booked {report.minutes}")
    booked = dict(Transfer.objects.values_list("key", "minutes"))
    for record in confirmed.filter(minutes__gte=6):
        if booked.get(key_of(record)) != record.minutes:
            found.append(f"record {record.pk} of {record.minutes} minutes is not booked so")
    return found


def _marks() -> list[str]:
    """Everything of the demo is marked, so that no gateway ever sends to it."""
    found = []
    for name, rows in (
        ("user", User.objects.filter(is_demo=False)),
        ("volunteer", Volunteer.objects.filter(is_demo=False, user__is_demo=True)),
        ("organisation", Organisation.objects.filter(is_demo=False)),
        ("team", Team.objects.filter(is_demo=False, organisation__is_demo=True)),
        ("activity", Activity.objects.filter(is_demo=False, host__is_demo=True)),
        ("campaign", Campaign.objects.filter(is_demo=False)),
        ("grid", Area.objects.filter(kind__in=GRID_KINDS, is_demo=False)),
    ):
        count = rows.count()
        if count:
            found.append(f"{count} {name}(s) are not marked as demo")
    return found
