"""Writes on the area tree. Areas are renamed and closed, never deleted."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from volunteers.foundation import acts, versions
from volunteers.foundation.errors import Refusal

from .divisions import LEVELS, Division, Reading, missing_parents
from .models import Area, Kind

if TYPE_CHECKING:
    from volunteers.accounts.models import User

# DOMAIN §4: code of the community + letter of the kind + three digits
GRID_LETTERS = {Kind.GRID: "Z", Kind.EXCLUSIVE_GRID: "S", Kind.MICRO_GRID: "W"}
_GRID_CODE = re.compile(r"([0-9]{12})([ZSW])([0-9]{3})")


class BadDivisions(Refusal):
    """Rows of a division file are wrong; `problems` has one line for each, nothing is loaded."""

    code = "bad_divisions"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"有 {len(problems)} 处问题，没有导入任何内容。")
        self.problems = problems


@transaction.atomic
def load_divisions(
    reading: Reading, *, actor: "User | None", at: datetime | None = None
) -> dict[str, int]:
    """Bring the tree to what the files say: new areas are added, renamed ones renamed, nothing is
    deleted; loading the same again changes nothing. Returns {"added", "renamed", "known"}.
    Raises BadDivisions."""
    known = {area.code: area for area in Area.objects.select_for_update()}
    problems = reading.problems + missing_parents(
        reading, {code: area.kind for code, area in known.items()}
    )
    for row in reading.rows.values():
        area = known.get(row.code)
        if area is not None and area.kind != row.kind:
            problems.append(f"{row.where}：代码 {row.code} 已经是{area.get_kind_display()}的代码。")
    if problems:
        raise BadDivisions(problems)
    city = known.get(reading.city_code)
    added = 0 if city else 1
    if city is None:
        city = Area.add_root(kind=Kind.CITY, code=reading.city_code, name=reading.city_name)
    wanted = {row.code: row.name for row in reading.rows.values()}
    wanted[city.code] = reading.city_name
    renamed = 0
    for area in known.values():
        name = wanted.get(area.code, area.name)
        if name != area.name:
            rename(area, name, actor=actor, at=at)
            renamed += 1
    for level in LEVELS:
        added += _add([row for row in reading.of(level) if row.code not in known])
    if added:
        acts.record("areas.load", city, actor=actor, new={"added": added}, at=at)
        versions.bump("areas")
    return {"added": added, "renamed": renamed, "known": len(wanted) - added - renamed}


@transaction.atomic
def rename(area: Area, name: str, *, actor: "User | None", at: datetime | None = None) -> None:
    """Give an area another name; the old one stays in the act."""
    old, area.name = area.name, name
    Area.objects.filter(pk=area.pk).update(name=name)
    acts.record("areas.rename", area, actor=actor, old={"name": old}, new={"name": name}, at=at)
    versions.bump("areas", f"grid:{area.code}")


def add_grid(
    parent: Area,
    *,
    name: str,
    kind: Kind,
    actor: "User | None",
    code: str = "",
    intro: str = "",
    head_name: str = "",
    duty_phone: str = "",
    households: int | None = None,
    outline: dict[str, Any] | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Area:
    """A grid or an exclusive grid under a community, or a micro-grid under a grid. Without `code`
    it gets the next free one. `outline`: a GeoJSON Polygon or MultiPolygon in WGS-84.
    Raises Refusal at its field."""
    wanted = Kind.COMMUNITY if kind != Kind.MICRO_GRID else Kind.GRID
    if kind not in GRID_LETTERS or parent.kind != wanted or parent.closed_at is not None:
        raise Refusal("网格要建在社区下面，微网格要建在网格下面。", field="parent")
    name = name.strip()
    if not name or len(name) > 60:
        raise Refusal("请填写网格名称，不超过 60 个字。", field="name")
    if outline is not None:
        _check_outline(outline)
    prefix = parent.code[:12] + GRID_LETTERS[kind]
    if code and (not _GRID_CODE.fullmatch(code) or not code.startswith(prefix)):
        raise Refusal(f"网格代码应是 {prefix} 加三位数字。", field="code")
    values = {
        "kind": kind,
        "name": name,
        "intro": intro,
        "head_name": head_name,
        "duty_phone": duty_phone,
        "households": households,
        "outline": outline,
        "is_demo": is_demo,
    }
    try:
        with transaction.atomic():
            # The parent's row is locked: two new children would otherwise get one path.
            row = Area.objects.select_for_update().get(pk=parent.pk)
            grid: Area = row.add_child(code=code or _next_code(prefix), **values)
            acts.record("areas.add_grid", grid, actor=actor, new={"code": grid.code}, at=at)
            versions.bump("areas", "figures")
    except IntegrityError as error:
        raise Refusal("这个网格代码已经有了，请换一个。", field="code") from error
    return grid


def close_area(
    area: Area, *, actor: "User | None", reason: str, at: datetime | None = None
) -> None:
    """An area ends (merged or split); its history stays on it. Raises Refusal without a reason,
    for one that has ended already, and while areas below it are in use."""
    reason = reason.strip()
    if not reason:
        raise Refusal("请写明停用的原因，例如并入哪个网格。", field="reason")
    now = at or timezone.now()
    with transaction.atomic():
        row = Area.objects.select_for_update().get(pk=area.pk)
        if row.get_descendants().filter(closed_at__isnull=True).exists():
            raise Refusal(f"“{row.name}”下面还有在用的网格，请先停用它们。")
        if not Area.objects.filter(pk=row.pk, closed_at__isnull=True).update(closed_at=now):
            raise Refusal(f"“{row.name}”已经停用了。")
        acts.record("areas.close", row, actor=actor, reason=reason, at=now)
        versions.bump("areas", "figures", f"grid:{row.code}")
    area.closed_at = now


def _add(rows: list[Division]) -> int:
    """Insert rows of one level under their parents, by code. treebeard inserts one at a time
    (some 20 ms each); rows that follow the parent's last child get their paths here instead."""
    parents = {a.code: a for a in Area.objects.filter(code__in={row.parent for row in rows})}
    last = _last_children(parents.values())
    new: list[Area] = []
    children: Counter[int] = Counter()
    between: list[Division] = []
    for code, group in groupby(rows, key=lambda row: row.parent):
        siblings, parent = list(group), parents[code]
        before = last.get(parent.path)
        if before is not None and before.code > siblings[0].code:
            between += siblings
            continue
        step = Area._str2int(before.path[-Area.steplen :]) if before is not None else 0
        for number, row in enumerate(siblings, start=step + 1):
            path = Area._get_path(parent.path, parent.depth + 1, number)
            new.append(
                Area(path=path, depth=parent.depth + 1, kind=row.kind, code=row.code, name=row.name)
            )
        children[parent.pk] = len(siblings)
    Area.objects.bulk_create(new, batch_size=500)
    for pk, count in children.items():
        Area.objects.filter(pk=pk).update(numchild=F("numchild") + count)
    for row in between:  # moves later siblings: few, and the parent is read anew
        Area.objects.get(code=row.parent).add_child(kind=row.kind, code=row.code, name=row.name)
    return len(rows)


def _last_children(parents: Iterable[Area]) -> dict[str, Area]:
    """Path of each parent that has children → its last child."""
    last: dict[str, Area] = {}
    paths = {parent.path for parent in parents if parent.numchild}
    for child in Area.objects.filter(depth__in={len(p) // Area.steplen + 1 for p in paths}):
        above = child.path[: -Area.steplen]
        if above in paths and (above not in last or last[above].path < child.path):
            last[above] = child
    return last


def _next_code(prefix: str) -> str:
    taken = Area.objects.filter(code__startswith=prefix).order_by("-code").values_list("code")
    newest = taken.first()
    return f"{prefix}{int(newest[0][-3:]) + 1 if newest else 1:03d}"


def _check_outline(outline: dict[str, Any]) -> None:
    """A shape that a map can draw: closed rings of [longitude, latitude]."""
    try:
        parts = {"Polygon": [outline["coordinates"]], "MultiPolygon": outline["coordinates"]}
        for ring in (ring for part in parts[outline["type"]] for ring in part):
            good = all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)
            if len(ring) < 4 or ring[0] != ring[-1] or not good:
                raise ValueError
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal("边界不是有效的 GeoJSON 多边形（WGS-84）。", field="outline") from error
