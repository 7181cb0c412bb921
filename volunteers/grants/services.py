"""Giving and taking roles."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation import acts
from volunteers.organisations import services as organisations
from volunteers.organisations.models import Kind, Organisation

from .models import Grant, Role

if TYPE_CHECKING:
    from volunteers.accounts.models import User


@transaction.atomic
def grant(
    user: "User",
    role: Role,
    *,
    actor: "User | None",
    area: Area | None = None,
    organisation: Organisation | None = None,
    at: datetime | None = None,
) -> Grant:
    """Give `role` over exactly one scope; giving it again is nothing. The database refuses a
    role that does not fit its scope (IntegrityError)."""
    row, made = Grant.objects.get_or_create(
        user=user,
        role=role,
        area=area,
        organisation=organisation,
        revoked_at=None,
        defaults={"granted_at": at or timezone.now()},
    )
    if made:
        scope = acts.subject_of(area or organisation)  # type: ignore[arg-type]
        acts.record("grants.grant", row, actor=actor, new={"role": role, "scope": scope}, at=at)
    return row


@transaction.atomic
def revoke(row: Grant, *, actor: "User | None", reason: str) -> None:
    """Take a role back; history keeps it."""
    changed = Grant.objects.filter(pk=row.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    if changed:
        acts.record("grants.revoke", row, actor=actor, old={"role": row.role}, reason=reason)


def apply_for_organisation(*, actor: "User", **values: Any) -> Organisation:
    """Apply (see organisations.services.apply) and make the applicant its manager, so that they
    can follow and complete the application. Nothing can be posted before it is accepted."""
    with transaction.atomic():
        row = organisations.apply(actor=actor, **values)
        role = Role.LIAISON if row.kind == Kind.UNIT else Role.ORG_MANAGER
        grant(actor, role, actor=actor, organisation=row, at=values.get("at"))
    actor.__dict__.pop("_live_grants", None)
    return row
