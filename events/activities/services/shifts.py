"""The life of shifts."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from volunteers.foundation import acts, versions

from ..models import Shift


def end_due(*, at: datetime | None = None) -> int:
    """Shifts whose time is over end; returns how many. Safe to run twice."""
    now = at or timezone.now()
    with transaction.atomic():
        due = list(Shift.objects.filter(state=Shift.State.OPEN, ends_at__lte=now))
        ended = [
            shift
            for shift in due
            if Shift.objects.filter(pk=shift.pk, state=Shift.State.OPEN).update(
                state=Shift.State.ENDED
            )
        ]
        acts.record_many("shift.end", list(ended), actor=None, at=now)
        if ended:
            versions.bump("places", *{f"activity:{s.activity_id}" for s in ended})
    return len(ended)
