"""Grids are added below communities, and closed instead of deleted."""

import pytest

from tests import factories
from volunteers.areas import queries, services
from volunteers.areas.models import Area, Kind
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act

pytestmark = pytest.mark.django_db

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


@pytest.fixture
def community() -> Area:
    """A community of the platform's own street."""
    street = factories.area(code="321003009", name="新盛街道")
    return factories.area(Kind.COMMUNITY, street, code="321003009002", name="新盛社区")


def add(parent: Area, **also) -> Area:
    """A grid by its service."""
    values = {"name": "第一网格", "kind": Kind.GRID, "actor": None} | also
    return services.add_grid(parent, **values)


def test_grids_get_the_codes_of_their_kind_one_after_the_other(community):
    first, second = add(community), add(community, name="第二网格")
    school = add(community, name="新盛小学", kind=Kind.EXCLUSIVE_GRID)
    micro = add(first, name="1 号楼", kind=Kind.MICRO_GRID)
    assert [a.code for a in (first, second, school, micro)] == [
        "321003009002Z001",
        "321003009002Z002",
        "321003009002S001",
        "321003009002W001",
    ]
    assert micro.get_parent() == first
    assert [a.code[-4:] for a in queries.grids(community.path)] == ["S001", "Z001", "Z002"]
    assert Act.objects.filter(verb="areas.add_grid").count() == 4
    assert not any(Area.find_problems())


def test_the_street_and_its_communities_are_found_by_the_setting(community):
    assert queries.street() == community.get_parent()
    assert list(queries.communities()) == [community]


def test_before_the_divisions_are_loaded_there_is_no_street():
    assert queries.street() is None


@pytest.mark.parametrize(
    ("also", "field"),
    [
        ({"code": "321003009002S001"}, "code"),
        ({"code": "321003009002Z01"}, "code"),
        ({"code": "321003009003Z001"}, "code"),
        ({"name": "  "}, "name"),
        ({"kind": Kind.STREET}, "parent"),
        ({"kind": Kind.MICRO_GRID}, "parent"),
        ({"outline": {"type": "Point", "coordinates": [1, 2]}}, "outline"),
        ({"outline": SQUARE | {"coordinates": [[[0, 0], [1, 0], [1, 1]]]}}, "outline"),
        ({"outline": SQUARE | {"coordinates": [[[0, 0], [999, 0], [1, 1], [0, 0]]]}}, "outline"),
        ({"outline": {"coordinates": None}}, "outline"),
    ],
)
def test_what_makes_no_grid_is_refused_at_its_field(community, also, field):
    with pytest.raises(Refusal) as refusal:
        add(community, **also)
    assert refusal.value.field == field
    assert not Area.objects.filter(kind=Kind.GRID).exists()


def test_a_code_is_given_once(community):
    add(community, code="321003009002Z007", outline=SQUARE)
    with pytest.raises(Refusal, match="已经有了"):
        add(community, code="321003009002Z007")
    assert add(community).code == "321003009002Z008"


def test_a_closed_grid_leaves_the_lists_and_stays_in_the_tree(community):
    grid = add(community)
    services.close_area(grid, actor=None, reason="并入第二网格")
    assert not queries.grids(community.path).exists()
    assert Area.objects.get(pk=grid.pk).closed_at is not None
    assert Act.objects.get(verb="areas.close").reason == "并入第二网格"
    with pytest.raises(Refusal, match="已经停用"):
        services.close_area(grid, actor=None, reason="再来一次")


def test_closing_asks_for_a_reason_and_for_nothing_in_use_below(community):
    add(community)
    with pytest.raises(Refusal, match="在用的网格"):
        services.close_area(community, actor=None, reason="拆分")
    with pytest.raises(Refusal) as refusal:
        services.close_area(community, actor=None, reason=" ")
    assert refusal.value.field == "reason"
    assert not Area.objects.filter(closed_at__isnull=False).exists()
