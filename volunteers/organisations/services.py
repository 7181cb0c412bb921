"""Application and review of organisations."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from volunteers.areas.models import Area
from volunteers.foundation import acts, han, identity, phones, states, versions
from volunteers.foundation.errors import Refusal

from .models import MOVES, Organisation, State

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def apply(
    *,
    kind: str,
    name: str,
    area: Area,
    liaison_name: str,
    liaison_phone: str,
    actor: "User | None",
    uscc: str = "",
    intro: str = "",
    at: datetime | None = None,
    is_demo: bool = False,
) -> Organisation:
    """A new application (state submitted). Raises Refusal at its field: a code that fails its
    check digit, a phone that is none, a name that is registered in this area already."""
    try:
        code = identity.uscc(uscc) if uscc else None
    except identity.InvalidIdentity as error:
        raise Refusal(str(error), field="uscc") from error
    try:
        phone = phones.normalise(liaison_phone)
    except phones.PhoneError as error:
        raise Refusal(str(error), field="liaison_phone") from error
    if code and Organisation.objects.filter(uscc=code).exists():
        raise Refusal(
            "这个统一社会信用代码已经登记过。请联系本单位的联络员，或到党群服务中心核对。",
            field="uscc",
        )
    try:
        with transaction.atomic():
            row = Organisation.objects.create(
                kind=kind,
                name=name,
                slug=free_slug(name),
                uscc=code,
                area=area,
                intro=intro,
                liaison_name=liaison_name,
                liaison_phone=phone,
                created_at=at or timezone.now(),
                is_demo=is_demo,
            )
            acts.record("organisations.apply", row, actor=actor, new={"kind": kind}, at=at)
    except IntegrityError as error:
        raise Refusal(
            "这个区域里已经有同名的登记。请核对名称，或联系党群服务中心。", field="name"
        ) from error
    return row


def free_slug(name: str) -> str:
    """An address in pinyin that nobody has: "lü-yang-…", then "…-2"."""
    base = slugify(han.pinyin(name))[:60].strip("-") or "org"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, n = base, 1
    while slug in taken or slug in RESERVED:
        n += 1
        slug = f"{base}-{n}"
    return slug


RESERVED = frozenset({"apply", "new", "desk"})  # addresses below /org/


def decide(
    row: Organisation,
    target: State,
    *,
    actor: "User",
    remark: str = "",
    at: datetime | None = None,
) -> None:
    """Accept, return for more, or decline; the last two need a remark that the applicant reads."""
    remark = remark.strip()
    if target != State.ACCEPTED and not remark:
        raise Refusal("请写明要补充什么或不通过的原因，申请人会看到。", field="remark")
    with transaction.atomic():
        old = row.state
        states.move(row, target, MOVES, remark=remark[:300])
        acts.record(
            "organisations.decide",
            row,
            actor=actor,
            old={"state": old},
            new={"state": target},
            reason=remark,
            at=at,
        )
        versions.bump("units", "figures")
