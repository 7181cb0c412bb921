"""The audit trail: one append-only row for each thing a person (or the platform) does."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone

from .models import Act
from .written import Writes

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def subject_of(obj: models.Model) -> str:
    """How an act names its object: "app.model:pk"."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(
    verb: str,
    subject: models.Model,
    *,
    actor: "User | None",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
    into: Writes | None = None,
) -> Act:
    """Write one act in the running transaction (raises RuntimeError outside of one, since an
    act without its change, or a change without its act, must be impossible). `into`: write it
    with these others, which the caller sends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is written in the transaction of its change")
    act = Act(
        at=at or timezone.now(),
        actor=actor,
        verb=verb,
        subject=subject_of(subject),
        old=old or {},
        new=new or {},
        reason=reason[:500],
    )
    if into is None:
        act.save()
    else:
        into.insert(act)
    return act


def record_many(
    verb: str, subjects: list[models.Model], *, actor: "User | None", at: datetime | None = None
) -> None:
    """The same act for several subjects in one statement (imports, ends of many shifts)."""
    when = at or timezone.now()
    Act.objects.bulk_create(
        [Act(at=when, actor=actor, verb=verb, subject=subject_of(s)) for s in subjects]
    )
