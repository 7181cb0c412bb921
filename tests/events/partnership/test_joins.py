"""A unit applies, is accepted, and stands on the grid's board."""

import pytest
from django.test import Client

from events.partnership import queries, services
from events.partnership.models import GridJoin
from tests import factories
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation.errors import Refusal
from volunteers.grants.models import Role
from volunteers.organisations.models import Kind, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.area()


@pytest.fixture
def community(street):
    return factories.area(AreaKind.COMMUNITY, street)


@pytest.fixture
def grid(community):
    return factories.grid(community)


@pytest.fixture
def unit(community):
    return factories.organisation(kind=Kind.UNIT, area=community)


@pytest.fixture
def liaison(unit):
    person = factories.user()
    factories.grant(person, Role.LIAISON, organisation=unit)
    return person


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_whole_path_from_asking_to_the_board(street, grid, unit, liaison):
    client = signed_in(liaison)
    address = f"/org/{unit.slug}/grids/"
    assert grid.name in client.get(address).content.decode()
    client.post(address, {"grid": grid.pk, "offer": "每月一次义诊"})
    join = GridJoin.objects.get()
    assert queries.units_of(grid) == []
    desk = signed_in(factories.staff(Role.AREA_STAFF, street))
    assert unit.name in desk.get("/desk/").content.decode()
    desk.post(f"/desk/joins/{join.pk}/", {"decision": "accept"})
    assert queries.units_of(grid) == [unit]


def test_the_grids_own_head_may_decide_and_another_grids_head_may_not(grid, unit):
    join = services.ask_to_join(unit, grid, offer="会议室开放", actor=None)
    head = factories.staff(Role.GRID_HEAD, grid)
    other = factories.staff(Role.GRID_HEAD, factories.grid())
    assert signed_in(head).get(f"/desk/joins/{join.pk}/").status_code == 200
    assert signed_in(other).get(f"/desk/joins/{join.pk}/").status_code == 404


def test_asking_twice_is_refused_and_leaving_makes_asking_possible_again(grid, unit):
    first = services.ask_to_join(unit, grid, offer="义诊", actor=None)
    with pytest.raises(Refusal, match="不用重复"):
        services.ask_to_join(unit, grid, offer="义诊", actor=None)
    services.leave(first, actor=factories.user())
    services.ask_to_join(unit, grid, offer="义诊", actor=None)
    assert GridJoin.objects.filter(state=GridJoin.State.APPLIED).count() == 1


@pytest.mark.parametrize("state", [State.SUBMITTED, State.DECLINED, State.CLOSED])
def test_a_unit_that_is_not_accepted_joins_nothing(grid, community, state):
    unit = factories.organisation(kind=Kind.UNIT, area=community, state=state)
    with pytest.raises(Refusal, match="审核通过"):
        services.ask_to_join(unit, grid, offer="义诊", actor=None)


def test_a_no_needs_a_reason(grid, unit):
    join = services.ask_to_join(unit, grid, offer="义诊", actor=None)
    with pytest.raises(Refusal) as refusal:
        services.decide(join, False, actor=factories.user())
    assert refusal.value.field == "remark"
    assert GridJoin.objects.get().state == GridJoin.State.APPLIED


def test_another_streets_grid_cannot_be_chosen(unit, liaison):
    far = factories.grid()
    page = signed_in(liaison).post(f"/org/{unit.slug}/grids/", {"grid": far.pk, "offer": "义诊"})
    assert "请从列表里选择网格" in page.content.decode() and "义诊" in page.content.decode()
    assert not GridJoin.objects.exists()


def test_another_organisations_people_find_no_such_page(unit, grid):
    stranger = factories.user()
    factories.grant(stranger, Role.ORG_MANAGER, organisation=factories.organisation())
    assert signed_in(stranger).get(f"/org/{unit.slug}/grids/").status_code == 404
    join = services.ask_to_join(unit, grid, offer="义诊", actor=None)
    address = f"/org/{unit.slug}/grids/{join.pk}/leave/"
    assert signed_in(stranger).post(address).status_code == 404
