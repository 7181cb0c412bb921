"""Answers `foundation.tell`: an outbox row in the caller's transaction, delivered after commit."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from volunteers.foundation import outbox
from volunteers.foundation.gateways import send_sms
from volunteers.foundation.written import Writes
from volunteers.people.models import Volunteer

from .kinds import kinds
from .models import Notice


class Notices:
    """The provider behind tell.send and tell.cancel."""

    def send(
        self,
        kind: str,
        to: Any,
        key: str,
        context: dict[str, Any],
        not_before: datetime | None,
        into: Writes | None = None,
    ) -> None:
        """`to`: a Volunteer. An unknown kind raises KeyError: words must exist before use."""
        kinds.get(kind)
        payload = {"kind": kind, "volunteer": to.pk, "key": key, "context": context}
        outbox.put("notice", key, payload, due_at=not_before, into=into)

    def cancel(self, key: str) -> None:
        """Take back what is not delivered yet."""
        outbox.cancel(key)


def deliver(payload: dict[str, Any]) -> bool:
    """Outbox topic "notice": write the inbox row once and, where the kind says so, an SMS.
    Demo people never reach a gateway. False: no longer valid, drop it."""
    kind = kinds.get(payload["kind"])
    context = payload["context"]
    if not kind.still_valid(context):
        return False
    volunteer = Volunteer.objects.select_related("user").get(pk=payload["volunteer"])
    _, made = Notice.objects.get_or_create(
        key=payload["key"],
        defaults={
            "kind": payload["kind"],
            "volunteer": volunteer,
            "title": kind.title.format(**context)[:80],
            "body": kind.body.format(**context)[:500],
            "url": kind.url.format(**context)[:200],
        },
    )
    user = volunteer.user
    if made and kind.sms and not volunteer.is_demo and user is not None and user.phone:
        send_sms(user.phone, payload["kind"], context)
    return True


@transaction.atomic
def mark_read(volunteer: Volunteer) -> int:
    """The person has opened the inbox; returns how many notices became read."""
    return Notice.objects.filter(volunteer=volunteer, read_at__isnull=True).update(
        read_at=timezone.now()
    )
