"""Celery entry points: ids in, one service call, safe to run twice."""

from celery import shared_task

from . import outbox, sealing


@shared_task(name="foundation.deliver_outbox")
def deliver_outbox() -> None:
    """Deliver what a crash or a due time left behind."""
    outbox.deliver_due()


@shared_task(name="foundation.seal_rows")
def seal_rows(everything: bool = False) -> None:
    """Seal every stream's new rows; with `everything` also what a short look-back could miss."""
    for name, _ in sealing.streams:
        sealing.seal(name, everything=everything)
