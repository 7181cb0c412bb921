"""Celery entry points."""

import logging

from celery import shared_task

from volunteers.points import queries as ledger

from . import queries

logger = logging.getLogger(__name__)


@shared_task(name="service.audit_counters")
def audit_counters() -> bool:
    """Nightly: does every kept counter equal what it counts? An error in the log names what
    drifts; True when all is in order. Changes nothing: people decide what was right."""
    places = queries.drifting_places()
    accounts = ledger.audit().accounts_drifting
    if places:
        logger.error("places drift from their sign-ups: %s", places)
    if accounts:
        logger.error("balances drift from the ledger: %s", accounts)
    return not (places or accounts)
