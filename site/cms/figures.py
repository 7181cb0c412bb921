"""Live figures: what every room counts (`foundation.registry.measures`), at most a minute old.

The sums are counted once a minute and kept in the cache; a service that bumps the version
"figures" has them counted anew at once. A page made from them is stale as soon as they are:
each set of sums carries a token that lives as long as the sums, and the page names it as one of
its versions. (Were the page only kept for a minute more, a figure could be two minutes old.)
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.http import HttpRequest

from events.activities.models import Pillar
from events.activities.words import COLOUR_OF_PILLAR
from volunteers.foundation import versions
from volunteers.foundation.pages import watch
from volunteers.foundation.registry import measures
from volunteers.foundation.templatetags.lz import hours, thousands

from . import queries

if TYPE_CHECKING:
    from events.activities.models import Campaign

BUMPED = "figures"  # bumped by services that change a sum
KEY = "lz:figures:"
LIFE = 60  # seconds
Values = dict[str, int]


@dataclass(frozen=True)
class Figure:
    """How a sum is called; sums of minutes are shown as hours."""

    label: str
    minutes: bool = False


# By name of the measure; an editor chooses from these. What is not registered is not offered.
PLATFORM: dict[str, Figure] = {
    "volunteers": Figure("注册志愿者"),
    "service_minutes": Figure("服务小时", minutes=True),
    "units": Figure("共治单位"),
    "teams": Figure("志愿队伍"),
    "activities": Figure("志愿活动"),
    "open_shifts": Figure("正在招募的班次"),
    "patrols_tonight": Figure("今晚巡逻班次"),
}
# Of one campaign: queries.campaign_sums
CAMPAIGN: dict[str, Figure] = {
    "campaign_shifts": Figure("已完成班次"),
    "campaign_people": Figure("参与邻居"),
    "campaign_minutes": Figure("服务小时", minutes=True),
    "campaign_open": Figure("可报名班次"),
}
ALL = PLATFORM | CAMPAIGN
HOME = ("volunteers", "service_minutes", "units")


@dataclass(frozen=True)
class Strand:
    """How a pillar of the brand is shown: icon, colour, and its one live line."""

    pillar: Pillar
    icon: str
    measure: str
    line: str  # {} is the figure

    @property
    def label(self) -> str:
        """资源联享, …"""
        return str(self.pillar.label)

    @property
    def colour(self) -> str:
        """The class of the pillar's colour."""
        return COLOUR_OF_PILLAR[self.pillar]


STRANDS = (
    Strand(Pillar.SHARE, "gift", "units", "{} 家单位参与共治"),
    Strand(Pillar.ISSUES, "megaphone", "open_shifts", "{} 班正在招募"),
    Strand(Pillar.MEDIATE, "people", "teams", "{} 支志愿队伍"),
    Strand(Pillar.SAFE, "shield-check", "patrols_tonight", "今晚 {} 班巡逻"),
)


@dataclass(frozen=True)
class Shown:
    """A figure as it stands on a page."""

    label: str
    value: str


@dataclass(frozen=True)
class StrandCard:
    """A pillar as it stands on the home page; `line` is "" while nothing is counted for it."""

    strand: Strand
    line: str


def watched(request: HttpRequest, campaign: "Campaign | None" = None) -> Values:
    """The sums by name, also those of `campaign`; the page is made to depend on them."""
    watch(request, BUMPED)
    bumped: str = request.lz_watched[BUMPED]  # type: ignore[attr-defined]
    values, token = _kept("street", bumped, street_sums)
    request.lz_watched[_name("street")] = token  # type: ignore[attr-defined]
    if campaign is not None:
        part = f"campaign-{campaign.pk}"
        own, token = _kept(part, bumped, lambda: queries.campaign_sums(campaign))
        request.lz_watched[_name(part)] = token  # type: ignore[attr-defined]
        values = values | own
    return values


def street_sums() -> Values:
    """Every registered measure, counted now (one query or so each)."""
    return {name: count() for name, count in measures}


def shown(values: Mapping[str, int], names: Iterable[str]) -> list[Shown]:
    """The figures of `names` as text; a name that is not counted is left out."""
    return [Shown(ALL[name].label, written(name, values[name])) for name in names if name in values]


def written(name: str, value: int) -> str:
    """41570 → "41,570"; minutes as hours."""
    return hours(value) if ALL[name].minutes else thousands(value)


def strand_cards(values: Mapping[str, int]) -> list[StrandCard]:
    """The four pillars with their live lines."""
    return [
        StrandCard(s, s.line.format(thousands(values[s.measure])) if s.measure in values else "")
        for s in STRANDS
    ]


def choices() -> list[tuple[str, str]]:
    """What an editor may put on a page."""
    street = [(name, figure.label) for name, figure in PLATFORM.items() if name in measures]
    return [*street, *((name, f"本活动：{figure.label}") for name, figure in CAMPAIGN.items())]


def _name(part: str) -> str:
    return f"figures:{part}"


def _kept(part: str, bumped: str, count: Callable[[], Values]) -> tuple[Values, str]:
    entry = cache.get(KEY + part)
    if entry is None or entry[0] != bumped:
        entry = (bumped, secrets.token_hex(8), count())
        cache.set(versions.PREFIX + _name(part), entry[1], LIFE)
        cache.set(KEY + part, entry, LIFE)
    return entry[2], entry[1]
