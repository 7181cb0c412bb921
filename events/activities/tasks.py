"""Celery entry points."""

from celery import shared_task

from .services import capacity, shifts


@shared_task(name="activities.expire_offers")
def expire_offers() -> None:
    """Lapse unanswered offers and move queues; nobody stays in a cancelled shift."""
    shifts.clear_cancelled()
    capacity.expire_offers()


@shared_task(name="activities.end_shifts")
def end_shifts() -> None:
    """Shifts whose time is over become ended."""
    shifts.end_due()
