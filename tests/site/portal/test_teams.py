"""Team pages are public and name only who agreed to be named."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_team_shows_masked_leaders_areas_and_open_shifts(client, django_assert_max_num_queries):
    team = factories.team()
    grid = factories.grid()
    team.areas.add(grid)
    factories.leader(team, name="欧阳试明")
    factories.shift(factories.activity(team=team, area=grid, title="夜间巡逻"))
    with django_assert_max_num_queries(10):
        page = client.get(f"/teams/{team.pk}/").content.decode()
    assert "欧阳*" in page and "欧阳试明" not in page
    assert grid.name in page and "夜间巡逻" in page


def test_a_leader_who_agreed_is_named(client):
    team = factories.team()
    factories.leader(team, name="李试国", show_name=True)
    assert "李试国" in client.get(f"/teams/{team.pk}/").content.decode()


def test_the_list_links_every_team(client):
    team = factories.team()
    assert f"/teams/{team.pk}/" in client.get("/teams/").content.decode()


@pytest.mark.parametrize("pk", ["0", "999999999999", "99999999999999999999999"])
def test_an_unknown_team_is_not_found(client, pk):
    assert client.get(f"/teams/{pk}/").status_code == 404
