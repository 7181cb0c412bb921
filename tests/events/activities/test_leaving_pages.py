"""One tap leaves a shift, a queue or an offer; one tap takes an offer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.activities.models import PlaceRole, SignUp
from events.activities.services import capacity
from tests import factories as make

pytestmark = pytest.mark.django_db


def leave_url(signup):
    """Where a sign-up is given back."""
    return f"/activities/signups/{signup.pk}/leave/"


def accept_url(signup):
    """Where an offer is taken."""
    return f"/activities/signups/{signup.pk}/accept/"


def text(response):
    """The body as text."""
    return response.content.decode()


@pytest.fixture
def person():
    """A volunteer with an account."""
    return make.volunteer()


@pytest.fixture
def confirmed(person):
    """Their place in a shift."""
    return capacity.sign_up(person, make.shift(capacity=1).pk, actor=None)


@pytest.fixture
def offered(person):
    """A place that somebody gave back and that is kept for them."""
    shift = make.shift(capacity=1)
    holder = capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    signup = capacity.join_queue(person, shift.pk, actor=None)
    capacity.withdraw(holder, actor=None)
    signup.refresh_from_db()
    return signup


def state_of(signup):
    """Its state in the database."""
    return SignUp.objects.get(pk=signup.pk).state


def test_leaving_asks_first_and_then_frees_the_place(signed_in, person, confirmed):
    client = signed_in(person)
    asked = client.get(leave_url(confirmed))
    assert "取消这一班" in text(asked)
    assert state_of(confirmed) == "confirmed"
    answer = client.post(leave_url(confirmed), follow=True)
    assert answer.redirect_chain == [(f"/activities/{confirmed.shift.activity_id}/", 302)]
    assert "已取消" in text(answer)
    assert state_of(confirmed) == "withdrawn"
    assert make.place(confirmed.shift).taken == 0


def test_leaving_twice_is_as_good_as_once(signed_in, person, confirmed):
    client = signed_in(person)
    codes = [client.post(leave_url(confirmed)).status_code for _ in "ab"]
    assert codes == [302, 302]


def test_one_goes_back_to_where_one_came_from_but_never_elsewhere(signed_in, person, confirmed):
    client = signed_in(person)
    assert client.post(leave_url(confirmed), {"next": "/me/"}).url == "/me/"
    for bad in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\x00"):
        answer = client.post(leave_url(confirmed), {"next": bad})
        assert answer.url == f"/activities/{confirmed.shift.activity_id}/"


def test_after_the_start_leaving_is_refused_with_what_to_do(signed_in, person):
    """Trial 33."""
    shift = make.shift(starts_at=timezone.now() - timedelta(minutes=10))
    signup = capacity.add_by_hand(person, shift.pk, actor=make.user(), reason="补登")
    answer = signed_in(person).post(leave_url(signup))
    assert answer.status_code == 409
    assert "请联系队长" in text(answer)
    assert state_of(signup) == "confirmed"


def test_an_offer_is_taken_in_one_tap(signed_in, person, offered):
    client = signed_in(person)
    assert "为您保留到" in text(client.get(accept_url(offered)))
    for _ in "ab":  # also by a double tap
        assert client.post(accept_url(offered)).status_code == 302
    assert state_of(offered) == "confirmed"
    assert make.place(offered.shift).taken == 1


def test_an_offer_that_ran_out_is_a_sentence(signed_in, person, offered):
    SignUp.objects.filter(pk=offered.pk).update(offered_until=timezone.now())
    answer = signed_in(person).post(accept_url(offered))
    assert answer.status_code == 409
    assert "保留时间已过" in text(answer)
    assert state_of(offered) == "offered"


def test_who_waits_cannot_accept(signed_in, person):
    shift = make.shift(capacity=1)
    capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    signup = capacity.join_queue(person, shift.pk, actor=None)
    answer = signed_in(person).post(accept_url(signup))
    assert answer.status_code == 409
    assert "没有空位" in text(answer)
    assert state_of(signup) == "waiting"


def test_leaving_the_queue_has_its_own_words(signed_in, person):
    """Trial 35."""
    shift = make.shift(capacity=1)
    capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    signup = capacity.join_queue(person, shift.pk, actor=None)
    client = signed_in(person)
    assert "退出候补" in text(client.get(leave_url(signup)))
    client.post(leave_url(signup))
    assert state_of(signup) == "withdrawn"


@pytest.mark.parametrize("address", [leave_url, accept_url])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_peoples_sign_ups_do_not_exist(signed_in, confirmed, address, method):
    stranger = signed_in(make.volunteer())
    assert getattr(stranger, method)(address(confirmed)).status_code == 404
    assert state_of(confirmed) == "confirmed"


@pytest.mark.parametrize("address", [leave_url, accept_url])
def test_without_sign_in_one_is_asked_in_and_brought_back(client, confirmed, address):
    answer = client.get(address(confirmed))
    assert answer.url == f"/accounts/?next={address(confirmed)}"


def test_a_leaders_place_is_left_the_same_way(signed_in, person):
    shift = make.shift(role=PlaceRole.LEADER)
    signup = capacity.add_by_hand(
        person, shift.pk, actor=make.user(), reason="带队", role=PlaceRole.LEADER
    )
    signed_in(person).post(leave_url(signup))
    assert state_of(signup) == "withdrawn"
