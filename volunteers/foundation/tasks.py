"""Celery entry points: ids in, one service call, safe to run twice."""

from celery import shared_task

from . import outbox


@shared_task(name="foundation.deliver_outbox")
def deliver_outbox() -> None:
    """Deliver what a crash or a due time left behind."""
    outbox.deliver_due()
