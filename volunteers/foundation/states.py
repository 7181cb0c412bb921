"""The table-driven move: a table beside each model says which moves exist, all others raise."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from .errors import WrongState

Table = Mapping[str, frozenset[str]]


def table(moves: Mapping[str, Iterable[str]]) -> Table:
    """A move table: state → states it may become."""
    return {state: frozenset(targets) for state, targets in moves.items()}


def check(current: str, target: str, moves: Table, words: Mapping[str, str]) -> None:
    """Raise WrongState unless `moves` has current → target. `words`: state → Chinese word."""
    if target not in moves.get(current, frozenset()):
        raise WrongState(
            f"现在是“{words.get(current, current)}”，不能改为“{words.get(target, target)}”。"
            "请刷新页面看看最新情况。"
        )


def move(obj: models.Model, target: str, moves: Table, **also: Any) -> None:
    """Move `obj.state` to `target` by a guarded UPDATE, setting the fields of `also` with it.

    The WHERE on the old state makes two movers safe without a lock: the second one raises
    WrongState and changes nothing.
    """
    current: str = obj.state  # type: ignore[attr-defined]
    field = obj._meta.get_field("state")
    words = {str(k): str(v) for k, v in (field.flatchoices or [])}  # type: ignore[union-attr]
    check(current, target, moves, words)
    manager = type(obj)._default_manager
    changed = manager.filter(pk=obj.pk, state=current).update(state=target, **also)
    if not changed:
        raise WrongState("刚刚已经有人处理过了，请刷新页面看看最新情况。")
    obj.state = target  # type: ignore[attr-defined]
    for name, value in also.items():
        setattr(obj, name, value)
