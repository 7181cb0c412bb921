"""Outbox: rows written with the change, delivered after commit, and by beat after a crash."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import Outgoing
from .registry import Registry
from .written import Writes

MAX_ATTEMPTS = 8
NUDGE_SECONDS = 1.0
_asked_at = float("-inf")  # when this process last asked a worker, on the monotonic clock
# topic → deliver(payload) -> False when it is no longer valid and must be dropped
topics: Registry[Callable[[dict[str, Any]], bool]] = Registry("outbox topic")


def put(
    topic: str,
    key: str,
    payload: dict[str, Any],
    *,
    due_at: datetime | None = None,
    into: Writes | None = None,
) -> None:
    """Write one row in the running transaction (a second put with the same key is nothing) and
    ask for its delivery after commit if it is due. `into`: write it with these others."""
    topics.get(topic)
    when = due_at or timezone.now()
    row = Outgoing(topic=topic, key=key, payload=payload, due_at=when)
    if into is None:
        Outgoing.objects.bulk_create([row], ignore_conflicts=True)
    else:
        into.insert(row, once=True)
    if when <= timezone.now():
        # robust: what is committed stands; without a broker beat delivers it
        transaction.on_commit(nudge, robust=True)


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
    """Ask a worker to deliver soon after the commit. A process asks once a second at most, however
    many rows are written: a task per row would cost more than the sign-up itself. The task runs
    a second later, so a row that commits within that second is covered; beat finds the rest."""
    global _asked_at
    now = monotonic()
    if now - _asked_at >= NUDGE_SECONDS:
        from .tasks import deliver_outbox

        _asked_at = now
        deliver_outbox.apply_async(countdown=NUDGE_SECONDS)
