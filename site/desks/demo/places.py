"""Grids of the nine communities: heads, duty phones, households and simple outlines."""

from typing import Any

from volunteers.areas import services
from volunteers.areas.models import Area, Kind

from . import names
from .world import World

ORDINALS = "一二三四五六七八九十"
# What an exclusive grid is made for: (name, head's office, introduction)
EXCLUSIVE = (
    ("{}实验学校专属网格", "校园及周边上下学时段的安全巡护，由学校与社区共同值守。"),
    ("{}康宁医院专属网格", "门诊、急诊与住院楼的秩序和便民服务，由医院与社区共同值守。"),
    ("{}农贸市场专属网格", "市场内外的消防通道、占道经营和食品安全，由市场方与社区共同值守。"),
    ("{}科创园专属网格", "园区企业的安全生产、用工纠纷和青年服务，由园区与社区共同值守。"),
    ("{}商业街专属网格", "沿街商户的门前三包和夜间秩序，由商户联盟与社区共同值守。"),
)
# The street lies west of the old town; a rough frame in WGS-84 for drawn-up outlines.
WEST, SOUTH = 119.345, 32.378
CELL_WIDTH, CELL_HEIGHT = 0.012, 0.010  # degrees, one community
COLUMNS = 3


def make(world: World) -> None:
    """Ordinary grids in turn to each community, then the exclusive ones."""
    ordinary = world.size.grids - world.size.exclusive_grids
    taken: set[str] = set()
    counts = [ordinary // len(world.communities)] * len(world.communities)
    for extra in range(ordinary % len(world.communities)):
        counts[extra] += 1
    for place, (community, count) in enumerate(zip(world.communities, counts, strict=True)):
        for number in range(count):
            _add(
                world,
                community,
                f"{names.short(community)}第{ORDINALS[number]}网格",
                Kind.GRID,
                names.person(world.rng, taken),
                outline=_cell(place, number, count),
                households=world.rng.randrange(300, 501),
                intro=_intro(world),
            )
    for number in range(world.size.exclusive_grids):
        place = number % len(world.communities)
        name, intro = EXCLUSIVE[number % len(EXCLUSIVE)]
        community = world.communities[place]
        _add(
            world,
            community,
            name.format(names.short(community)),
            Kind.EXCLUSIVE_GRID,
            names.person(world.rng, taken),
            outline=_cell(place, 1, 6),
            households=None,
            intro=intro,
        )
    world.say(f"网格 {len(world.grids)}")


def _add(
    world: World,
    community: Area,
    name: str,
    kind: Kind,
    head: str,
    *,
    outline: dict[str, Any],
    households: int | None,
    intro: str,
) -> None:
    world.grids.append(
        services.add_grid(
            community,
            name=name,
            kind=kind,
            actor=None,
            head_name=head,
            duty_phone=names.phone(names.FIRST_DUTY_PHONE + len(world.grids) + 1),
            households=households,
            outline=outline,
            intro=intro,
            at=world.before_all(40),
            is_demo=True,
        )
    )


def _intro(world: World) -> str:
    first = world.rng.randrange(1, 20)
    return (
        f"{first}–{first + world.rng.randrange(4, 9)} 号楼及楼间道路。"
        f"共 {world.rng.randrange(12, 30)} 个单元，每个单元有楼栋联络员。"
    )


def _cell(place: int, number: int, count: int) -> dict[str, Any]:
    """A strip of the community's cell: square-ish, drawn up for the demo and nobody's border."""
    west = WEST + (place % COLUMNS) * CELL_WIDTH + 0.0005
    south = SOUTH + (place // COLUMNS) * CELL_HEIGHT + 0.0005
    width = (CELL_WIDTH - 0.001) / count
    left, right = west + number * width, west + (number + 1) * width - 0.0004
    low, high = south, south + CELL_HEIGHT - 0.001
    lean = 0.0006 if number % 2 else -0.0003
    ring = [
        [left, low],
        [right, low + lean],
        [right + 0.0002, high + lean],
        [left + 0.0002, high],
        [left, low],
    ]
    return {
        "type": "Polygon",
        "coordinates": [[[round(lon, 6), round(lat, 6)] for lon, lat in ring]],
        "demo": True,
    }
