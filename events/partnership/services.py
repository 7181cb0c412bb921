"""Units join and leave grids."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation import acts, states, versions
from volunteers.foundation.errors import Refusal
from volunteers.organisations.models import Kind, Organisation, State

from .models import GridJoin

if TYPE_CHECKING:
    from volunteers.accounts.models import User


def ask_to_join(
    unit: Organisation,
    grid: Area,
    *,
    offer: str,
    actor: "User | None",
    at: datetime | None = None,
) -> GridJoin:
    """A unit asks to co-govern a grid and says what it offers."""
    offer = offer.strip()
    if unit.kind != Kind.UNIT or unit.state != State.ACCEPTED:
        raise Refusal("单位审核通过后才能加入网格。")
    if not grid.is_grid or grid.closed_at is not None:
        raise Refusal("请从列表里选择一个网格。", field="grid")
    if not offer:
        raise Refusal("请写一句能为网格做什么，例如“每月一次义诊”。", field="offer")
    try:
        with transaction.atomic():
            row = GridJoin.objects.create(
                organisation=unit, grid=grid, offer=offer[:300], created_at=at or timezone.now()
            )
            acts.record("partnership.ask", row, actor=actor, new={"grid": grid.code}, at=at)
    except IntegrityError as error:
        raise Refusal("已经申请或加入了这个网格，不用重复申请。", field="grid") from error
    return row


def decide(
    row: GridJoin,
    accept: bool,
    *,
    actor: "User",
    remark: str = "",
    at: datetime | None = None,
) -> None:
    """The street's staff or the grid's head answers; a no needs a reason."""
    remark = remark.strip()
    if not accept and not remark:
        raise Refusal("请写明不通过的原因，单位会看到。", field="remark")
    target = GridJoin.State.ACCEPTED if accept else GridJoin.State.DECLINED
    with transaction.atomic():
        states.move(
            row, target, GridJoin.MOVES, remark=remark[:300], decided_at=at or timezone.now()
        )
        acts.record(
            "partnership.decide", row, actor=actor, new={"state": target}, reason=remark, at=at
        )
        versions.bump("units", "figures", f"grid:{row.grid.code}")


def leave(row: GridJoin, *, actor: "User", at: datetime | None = None) -> None:
    """The unit withdraws its application or leaves the grid; leaving is always possible."""
    with transaction.atomic():
        states.move(row, GridJoin.State.LEFT, GridJoin.MOVES)
        acts.record("partnership.leave", row, actor=actor, at=at)
        versions.bump("units", f"grid:{row.grid.code}")
