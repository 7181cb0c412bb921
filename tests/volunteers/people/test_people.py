"""Who a volunteer is: registering, changing, and what public lists may show."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from tests import factories
from volunteers.areas.models import Kind
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act
from volunteers.people import queries, services
from volunteers.people.models import Volunteer

pytestmark = pytest.mark.django_db

RARE = "𠮷䶮𬱖"


@pytest.fixture
def home():
    return factories.community()


# --- services -------------------------------------------------------------------------------


def test_an_account_becomes_a_volunteer(home):
    user = factories.user()
    volunteer = services.register_volunteer(user, " 陈芳 ", home, actor=user)
    assert (volunteer.name, volunteer.user, volunteer.community) == ("陈芳", user, home)
    assert volunteer.number.startswith("LZ")
    user.refresh_from_db()
    assert user.name == "陈芳"
    assert Act.objects.get(verb="people.register").actor == user


def test_registering_twice_is_once(home):
    user = factories.user()
    first = services.register_volunteer(user, "陈芳", home, actor=user)
    assert services.register_volunteer(user, "陈芳芳", home, actor=user) == first
    assert Volunteer.objects.count() == 1
    assert Act.objects.filter(verb="people.register").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_register_one_volunteer(home):
    """At the same moment on PostgreSQL; SQLite lets one writer in at a time anyway."""
    user = factories.user()
    found, gate = [], Barrier(2)

    def work():
        try:
            gate.wait(timeout=10)
            found.append(services.register_volunteer(user, "陈芳", home, actor=user).pk)
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    else:
        found += [services.register_volunteer(user, "陈芳", home, actor=user).pk for _ in range(2)]
    assert len(found) == 2
    assert len(set(found)) == Volunteer.objects.count() == 1


@pytest.mark.parametrize("name", ["", "  ", "陈\n芳", "12345", "长" * 51, "\x00", "陈\u200b芳"])
def test_a_bad_name_is_refused_at_its_field(home, name):
    with pytest.raises(Refusal) as refusal:
        services.register_volunteer(factories.user(), name, home, actor=None)
    assert refusal.value.field == "name"
    assert not Volunteer.objects.exists()


@pytest.mark.parametrize("name", [RARE, "阿依古丽·买买提", "O'Neil-Smith", "長" * 50, "ﷺ" * 50])
def test_a_name_is_stored_as_typed(home, name):
    volunteer = services.add_volunteer(name, home, actor=None)
    volunteer.refresh_from_db()
    assert volunteer.name == name


def test_an_area_that_is_no_open_community_is_refused():
    street = factories.area(Kind.STREET)
    closed = factories.community(closed_at="2026-01-01T00:00Z")
    for area in (street, closed):
        with pytest.raises(Refusal) as refusal:
            services.add_volunteer("陈芳", area, actor=None)
        assert refusal.value.field == "community"


def test_two_people_may_share_a_name(home):
    one = services.add_volunteer("陈芳", home, actor=None)
    two = services.add_volunteer("陈芳", home, actor=None)
    assert one != two
    assert one.number != two.number


def test_the_act_of_a_change_holds_no_name(home):
    volunteer = factories.volunteer("陈芳", community=home)
    services.update_volunteer(
        volunteer, name="陈芳芳", community=home, show_name=True, actor=volunteer.user
    )
    volunteer.refresh_from_db()
    assert (volunteer.name, volunteer.name_folded, volunteer.show_name) == (
        "陈芳芳", "陈芳芳", True,
    )  # fmt: skip
    act = Act.objects.get(verb="people.update")
    assert act.new == {"community": home.pk, "show_name": True, "renamed": True}
    assert "陈" not in str([act.old, act.new])


def test_saving_without_a_change_is_nothing(home):
    volunteer = factories.volunteer("陈芳", community=home)
    services.update_volunteer(
        volunteer, name="陈芳", community=home, show_name=False, actor=volunteer.user
    )
    assert not Act.objects.filter(verb="people.update").exists()


# --- queries --------------------------------------------------------------------------------


def test_the_volunteer_of_an_account_follows_a_merge():
    person = factories.volunteer()
    double = factories.volunteer(merged_into=person)
    assert queries.of_user(double.user) == person
    assert queries.of_user(factories.user()) is None


def test_the_volunteer_is_read_once(django_assert_num_queries):
    user = factories.volunteer().user
    with django_assert_num_queries(1):
        assert queries.of_user(user).community.name
        assert queries.of_user(user)


def test_communities_are_those_of_the_street(settings):
    street = factories.area(Kind.STREET, code="321003009", name="新盛街道")
    own = factories.area(Kind.COMMUNITY, street)
    factories.area(Kind.COMMUNITY, street, closed_at="2026-01-01T00:00Z")
    factories.community()
    assert queries.communities() == [("新盛街道", [own])]


def test_without_that_street_all_are_offered_by_street():
    one, two = factories.community(), factories.community()
    assert [members for _, members in queries.communities()] == [[one], [two]]


# --- pages ----------------------------------------------------------------------------------


def text(response):
    return response.content.decode()


def test_a_newcomer_says_name_and_community_and_goes_on(client, home):
    user = factories.user()
    client.force_login(user)
    page = text(client.get("/me/start/", {"next": "/activities/"}))
    assert home.name in page
    data = {"name": "陈芳", "community": home.pk, "next": "/activities/"}
    response = client.post("/me/start/", data)
    assert response.url == "/activities/"
    assert Volunteer.objects.get().user == user
    assert client.get("/me/start/", {"next": "/help/"}).url == "/help/"  # done already


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "/\\evil", "\x00"])
def test_the_way_on_stays_on_this_site(client, home, wish):
    client.force_login(factories.user())
    response = client.post("/me/start/", {"name": "陈芳", "community": home.pk, "next": wish})
    assert response.url == "/"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "", "community": ""}, "请填写姓名"),
        ({"name": "陈\x00芳", "community": "1"}, "需要修改"),
        ({"name": "12345"}, "姓名不能全是数字"),
        ({"name": "长" * 60}, "姓名最多50个字"),
        ({"name": "陈芳", "community": "99999999999999999999"}, "请在列表里选一个社区"),
        ({"name": "陈芳", "community": "\x00"}, "请在列表里选一个社区"),
    ],
)
def test_bad_input_is_said_at_the_field_and_stays(client, home, data, words):
    client.force_login(factories.user())
    response = client.post("/me/start/", data)
    assert response.status_code == 200
    assert words in text(response)
    assert not Volunteer.objects.exists()
    if data["name"] == "12345":
        assert 'value="12345"' in text(response)


def test_a_person_changes_what_public_lists_show(client, home):
    person = factories.volunteer("陈芳", community=home)
    client.force_login(person.user)
    assert 'value="陈芳"' in text(client.get("/me/edit/"))
    data = {"name": "陈芳", "community": home.pk, "show_name": "on"}
    assert client.post("/me/edit/", data).url == "/me/"
    person.refresh_from_db()
    assert person.show_name


def test_a_community_outside_the_street_stays_choosable(client, settings):
    street = factories.area(Kind.STREET, code="321003009")
    factories.area(Kind.COMMUNITY, street)
    person = factories.volunteer("陈芳")
    client.force_login(person.user)
    data = {"name": "陈芳芳", "community": person.community_id}
    assert client.post("/me/edit/", data).url == "/me/"


def test_a_private_use_character_is_kept_with_a_warning(client, home):
    client.force_login(factories.user())
    response = client.post(
        "/me/start/", {"name": "陈\ue123", "community": home.pk, "next": "/help/"}
    )
    assert response.status_code == 302
    assert Volunteer.objects.get().name == "陈\ue123"
    assert "自造字" in text(client.get("/me/edit/"))


@pytest.mark.parametrize("path", ["/me/start/", "/me/edit/"])
def test_without_an_account_one_signs_in(client, path):
    assert client.get(path).url.startswith("/accounts/")
