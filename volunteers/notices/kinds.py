"""The kinds of notice: their words, and whether they are still valid when they are due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from volunteers.foundation.registry import Registry


@dataclass(frozen=True)
class Kind:
    """`title`, `body` and `url` are str.format templates over the notice's context (plain
    values). `still_valid(context)` runs just before delivery; False drops the notice."""

    title: str
    body: str
    url: str = ""
    sms: bool = False
    still_valid: Callable[[dict[str, Any]], bool] = lambda context: True


kinds: Registry[Kind] = Registry("notice kind")
