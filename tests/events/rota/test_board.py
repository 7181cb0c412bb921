"""The coordinator's week: who is where, who is missing, and hand assignment with a reason."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.activities.models import PlaceRole, ShiftPlace, SignUp
from events.activities.services import capacity
from events.rota import queries
from tests import factories
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation.models import Act
from volunteers.grants.models import Role

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


@pytest.fixture
def street():
    return factories.area()


@pytest.fixture
def grid(street):
    return factories.grid(factories.area(AreaKind.COMMUNITY, street))


@pytest.fixture
def coordinator(street):
    return factories.staff(Role.COORDINATOR, street)


@pytest.fixture
def activity(grid):
    return factories.activity(area=grid)


@pytest.fixture
def client(coordinator) -> Client:
    client = Client()
    client.force_login(coordinator)
    return client


def test_a_shift_past_midnight_stands_in_both_days_and_counts_once(activity, coordinator):
    factories.shift(activity, starts_at=at(25, 23), minutes=180)
    week = queries.week(coordinator, MONDAY)
    cells = [len(cell) for cell in week.rows[0].cells]
    assert cells == [0, 0, 1, 1, 0, 0, 0]
    assert week.total == 1
    assert [cell[0].next_day for cell in week.rows[0].cells if cell] == [False, True]


def test_a_shift_that_ends_at_midnight_stays_in_its_day(activity, coordinator):
    factories.shift(activity, starts_at=at(25, 22), minutes=120)
    week = queries.week(coordinator, MONDAY)
    assert [len(cell) for cell in week.rows[0].cells] == [0, 0, 1, 0, 0, 0, 0]


def test_what_is_missing_is_counted_and_said(activity, coordinator):
    shift = factories.shift(activity, starts_at=at(24, 19), capacity=3)
    ShiftPlace.objects.create(shift=shift, role=PlaceRole.LEADER, capacity=1)
    factories.shift(activity, starts_at=at(26, 19), capacity=0)
    week = queries.week(coordinator, MONDAY)
    assert (week.full, week.total, week.missing, week.without_leader) == (1, 2, 4, 1)


def test_another_streets_shifts_are_not_on_the_board(activity):
    factories.shift(activity, starts_at=at(24, 19))
    other = factories.staff(Role.COORDINATOR, factories.area())
    assert queries.week(other, MONDAY).total == 0


def test_the_board_takes_few_queries_however_many_shifts(
    activity, client, django_assert_max_num_queries
):
    for day in range(23, 30):
        shift = factories.shift(activity, starts_at=at(day, 19))
        capacity.add_by_hand(
            factories.volunteer(community=activity.area.get_parent()),
            shift.pk,
            actor=factories.user(),
            reason="排班",
        )
    with django_assert_max_num_queries(10):
        page = client.get("/desk/rota/?from=2026-11-25")
    assert page.content.decode().count("19:00–21:00") == 7


@pytest.mark.parametrize("text", ["", "x", "2026-13-45", "9999-12-31", "0001-01-01", "\x00"])
def test_a_wrong_date_shows_this_week(client, text):
    assert client.get("/desk/rota/", {"from": text}).status_code == 200


def test_a_person_is_placed_with_a_reason_and_told(activity, client):
    shift = factories.shift(activity)
    person = factories.volunteer("陈试芳", community=activity.area.get_parent())
    address = f"/desk/rota/shifts/{shift.pk}/"
    assert "陈试芳" in client.get(address, {"q": "陈试"}).content.decode()
    data = {"volunteer": person.pk, "role": "member"}
    assert "请写明原因" in client.post(address, data).content.decode()
    assert client.post(address, data | {"reason": "顶替生病的队友"}).status_code == 302
    signup = SignUp.objects.get()
    assert (signup.state, signup.source, signup.reason) == (
        SignUp.State.CONFIRMED,
        SignUp.Source.STAFF,
        "顶替生病的队友",
    )
    assert Act.objects.get(verb="signup.add_by_hand").reason == "顶替生病的队友"


def test_a_full_shift_takes_one_more_only_when_that_is_said(activity, client):
    shift = factories.shift(activity, capacity=0)
    person = factories.volunteer(community=activity.area.get_parent())
    address = f"/desk/rota/shifts/{shift.pk}/"
    data = {"volunteer": person.pk, "role": "member", "reason": "新人跟班"}
    assert "报满" in client.post(address, data).content.decode()
    assert not SignUp.objects.exists()
    client.post(address, data | {"over_capacity": "on"})
    place = factories.place(shift)
    assert (place.taken, place.capacity, place.over) == (1, 0, 1)


def test_a_clash_is_named_and_taken_only_when_that_is_said(activity, client):
    first = factories.shift(activity)
    second = factories.shift(
        factories.activity(area=activity.area, title="调解值班"),
        starts_at=first.starts_at + timedelta(minutes=30),
    )
    person = factories.volunteer(community=activity.area.get_parent())
    capacity.sign_up(person, first.pk, actor=None)
    address = f"/desk/rota/shifts/{second.pk}/"
    data = {"volunteer": person.pk, "role": "member", "reason": "人手不够"}
    assert activity.title in client.post(address, data).content.decode()
    client.post(address, data | {"accept_clash": "on"})
    assert SignUp.objects.get(shift=second).clash_accepted


def test_removing_asks_for_a_reason_and_frees_the_place(activity, client):
    shift = factories.shift(activity)
    signup = capacity.sign_up(factories.volunteer(), shift.pk, actor=None)
    address = f"/desk/rota/shifts/{shift.pk}/remove/{signup.pk}/"
    assert "请写明原因" in client.post(address, {"reason": " "}).content.decode()
    client.post(address, {"reason": "班次调整"})
    signup.refresh_from_db()
    assert (signup.state, signup.reason) == (SignUp.State.REMOVED, "班次调整")
    assert factories.place(shift).taken == 0


def test_people_without_the_role_get_403_and_another_streets_shift_404(activity, client):
    far = factories.shift()
    assert client.get(f"/desk/rota/shifts/{far.pk}/").status_code == 404
    stranger = Client()
    stranger.force_login(factories.user())
    near = factories.shift(activity)
    assert stranger.get(f"/desk/rota/shifts/{near.pk}/").status_code == 403
    assert stranger.get("/desk/rota/").status_code == 403


def test_someone_of_another_street_cannot_be_placed(activity, client):
    shift = factories.shift(activity)
    far = factories.volunteer()
    data = {"volunteer": far.pk, "role": "member", "reason": "试"}
    assert client.post(f"/desk/rota/shifts/{shift.pk}/", data).status_code == 404
    assert not SignUp.objects.exists()
