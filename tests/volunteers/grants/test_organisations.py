"""Organisations sign up and are reviewed by the staff of their area, and by nobody else."""

import pytest
from django.test import Client

from tests import factories
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation.errors import Refusal
from volunteers.foundation.models import Act
from volunteers.grants.models import Grant, Role
from volunteers.grants.services import apply_for_organisation, grant, revoke
from volunteers.organisations.models import Organisation, State
from volunteers.organisations.services import decide

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(settings):
    """A street that the site serves, with one community."""
    row = factories.area()
    settings.LZ_STREET_CODE = row.code
    return row


@pytest.fixture
def community(street):
    return factories.area(AreaKind.COMMUNITY, street)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(community, **also):
    return {
        "kind": "social",
        "name": "新盛助老服务社",
        "area": community.pk,
        "liaison_name": "周试",
        "liaison_phone": "199 0000 0001",
    } | also


def test_an_applicant_gets_a_page_of_their_own_and_waits(community):
    person = factories.user()
    client = signed_in(person)
    response = client.post("/org/apply/", form(community, uscc="52321003TEXT00017A"))
    row = Organisation.objects.get()
    assert response.headers["Location"] == f"/org/{row.slug}/"
    assert (row.state, row.uscc, row.liaison_phone) == (
        State.SUBMITTED,
        "52321003TEXT00017A",
        "+8619900000001",
    )
    assert row.slug.isascii() and "xin" in row.slug
    assert "等待审核" in client.get(f"/org/{row.slug}/").content.decode()
    assert Grant.objects.get(user=person).role == Role.ORG_MANAGER


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("uscc", "52321003TEXT00017B", "校验"),
        ("liaison_phone", "0514-87654321", "座机"),
        ("name", "", "请填写单位或组织的全称"),
        ("area", "999999", "请从列表里选择社区"),
        ("area", "\x00", "不能识别的字符"),
        ("kind", "party", "类别"),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_stays_typed(community, field, typed, sentence):
    response = signed_in(factories.user()).post("/org/apply/", form(community, **{field: typed}))
    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    if field != "kind":
        assert sentence in str(response.context["form"].errors[field])
    assert "周试" in page
    assert not Organisation.objects.exists()


def test_the_same_code_or_the_same_name_is_not_registered_twice(community):
    first = apply_for_organisation(
        actor=factories.user(), **form(community, area=community, uscc="52321003TEXT00017A")
    )
    with pytest.raises(Refusal) as by_code:
        apply_for_organisation(
            actor=factories.user(),
            **form(community, area=community, name="另一个名字", uscc="52321003TEXT00017A"),
        )
    with pytest.raises(Refusal) as by_name:
        apply_for_organisation(actor=factories.user(), **form(community, area=community))
    assert (by_code.value.field, by_name.value.field) == ("uscc", "name")
    assert list(Organisation.objects.all()) == [first]


def test_area_staff_accept_and_the_applicant_may_post(street, community):
    person = factories.user()
    row = apply_for_organisation(actor=person, **form(community, area=community))
    desk = signed_in(factories.staff(Role.AREA_STAFF, street))
    assert row.name in desk.get("/desk/").content.decode()
    assert desk.get(f"/desk/organisations/{row.pk}/").status_code == 200
    desk.post(f"/desk/organisations/{row.pk}/", {"decision": "accept"})
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert Act.objects.filter(verb="organisations.decide").count() == 1
    assert row.name not in desk.get("/desk/").content.decode()


@pytest.mark.parametrize("decision", ["return", "decline"])
def test_a_no_needs_a_reason_that_the_applicant_reads(street, community, decision):
    person = factories.user()
    row = apply_for_organisation(actor=person, **form(community, area=community))
    desk = signed_in(factories.staff(Role.AREA_STAFF, street))
    page = desk.post(f"/desk/organisations/{row.pk}/", {"decision": decision})
    assert "remark" in page.context["form"].errors
    desk.post(f"/desk/organisations/{row.pk}/", {"decision": decision, "remark": "请补登记证书"})
    page = signed_in(person).get(f"/org/{row.slug}/").content.decode()
    assert "请补登记证书" in page


def test_two_reviewers_at_once_give_one_answer(street, community):
    row = apply_for_organisation(actor=factories.user(), **form(community, area=community))
    again = Organisation.objects.get(pk=row.pk)
    decide(row, State.ACCEPTED, actor=factories.user())
    with pytest.raises(Refusal, match="刚刚"):
        decide(again, State.DECLINED, actor=factories.user(), remark="重复")
    assert Organisation.objects.get(pk=row.pk).state == State.ACCEPTED


def test_another_streets_staff_get_404_and_people_without_a_desk_403(community):
    row = apply_for_organisation(actor=factories.user(), **form(community, area=community))
    address = f"/desk/organisations/{row.pk}/"
    elsewhere = factories.staff(Role.AREA_STAFF, factories.area())
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(factories.user()).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert signed_in(elsewhere).get("/org/" + row.slug + "/").status_code == 404


def test_a_role_that_is_taken_back_opens_nothing(street, community):
    row = apply_for_organisation(actor=factories.user(), **form(community, area=community))
    person = factories.user()
    given = grant(person, Role.AREA_STAFF, actor=None, area=street)
    assert signed_in(person).get(f"/desk/organisations/{row.pk}/").status_code == 200
    revoke(given, actor=None, reason="调岗")
    assert signed_in(person).get(f"/desk/organisations/{row.pk}/").status_code == 403


def test_units_are_public_once_they_are_accepted_and_not_before(client, street, community):
    row = apply_for_organisation(
        actor=factories.user(), **form(community, area=community, kind="unit", name="新盛第一小学")
    )
    assert "新盛第一小学" not in client.get("/units/").content.decode()
    decide(row, State.ACCEPTED, actor=factories.user())
    assert "新盛第一小学" in Organisation.objects.get(pk=row.pk).name
