"""Outbox: rows written with the change, delivered after commit, and by beat after a crash."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from .models import Outgoing
from .registry import Registry

MAX_ATTEMPTS = 8
NUDGE = "lz:outbox:nudge"
# topic → deliver(payload) -> False when it is no longer valid and must be dropped
topics: Registry[Callable[[dict[str, Any]], bool]] = Registry("outbox topic")


def put(topic: str, key: str, payload: dict[str, Any], *, due_at: datetime | None = None) -> None:
    """Write one row in the running transaction (a second put with the same key is nothing) and
    ask for its delivery after commit if it is due."""
    topics.get(topic)
    when = due_at or timezone.now()
    Outgoing.objects.bulk_create(
        [Outgoing(topic=topic, key=key, payload=payload, due_at=when)], ignore_conflicts=True
    )
    if when <= timezone.now():
        transaction.on_commit(nudge)


def cancel(key: str) -> None:
    """Drop an undelivered row."""
    Outgoing.objects.filter(key=key, done_at__isnull=True).update(
        done_at=timezone.now(), dropped=True
    )


def deliver(key: str) -> bool:
    """Deliver the row once. Two workers: the row lock lets one in, the other finds it done.
    A failing delivery is kept with its error and tried again later, at most MAX_ATTEMPTS times."""
    with transaction.atomic():
        rows = Outgoing.objects.select_for_update().filter(
            key=key, done_at__isnull=True, due_at__lte=timezone.now()
        )
        row = rows.first()
        if row is None:
            return False
        row.attempts += 1
        try:
            with transaction.atomic():
                row.dropped = not topics.get(row.topic)(row.payload)
            row.done_at = timezone.now()
        except Exception as error:  # noqa: BLE001 - whatever a gateway throws is kept, not lost
            row.last_error = f"{type(error).__name__}: {error}"[:300]
            if row.attempts >= MAX_ATTEMPTS:
                row.done_at, row.dropped = timezone.now(), True
            else:
                row.due_at = timezone.now() + timedelta(seconds=15 * 2**row.attempts)
        row.save()
        return row.done_at is not None and not row.dropped


def deliver_due(limit: int = 500) -> int:
    """Deliver what is due and left behind; returns how many rows were delivered."""
    keys = list(
        Outgoing.objects.filter(done_at__isnull=True, due_at__lte=timezone.now())
        .order_by("due_at")
        .values_list("key", flat=True)[:limit]
    )
    return sum(deliver(key) for key in keys)


def nudge() -> None:
    """Ask a worker to deliver soon after the commit. One request per second at most, however
    many rows are written: a task per row would cost more than the sign-up itself. The task runs
    a second later, so a row that commits within that second is covered; beat finds the rest."""
    if cache.add(NUDGE, 1, 1):
        from .tasks import deliver_outbox

        deliver_outbox.apply_async(countdown=1)
