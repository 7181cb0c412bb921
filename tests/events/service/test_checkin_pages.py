"""Scanning and typing: what a volunteer's phone shows and does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.activities.services import capacity
from events.service import door
from events.service.models import Attendance
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def shift_now(starts_in=-10, minutes=120, **also):
    """A shift that began `-starts_in` minutes ago."""
    return factories.shift(starts_at=timezone.now() + starts_in * MINUTE, minutes=minutes, **also)


def promise(of, person=None):
    person = person or factories.volunteer()
    before = of.starts_at - timedelta(days=1)
    return capacity.sign_up(person, of.pk, actor=person.user, at=before)


def address(of, at=None):
    return reverse("service:scanned", args=[door.show(of, at or timezone.now()).token])


def text(response):
    return response.content.decode()


@pytest.fixture
def signup(client):
    """Somebody signed in, with a confirmed place in a shift of now."""
    row = promise(shift_now())
    client.force_login(row.volunteer.user)
    return row


# --- the scanned link -----------------------------------------------------------------------


def test_a_scan_shows_the_shift_and_one_button_and_does_nothing_yet(client, signup):
    response = client.get(address(signup.shift))
    assert signup.shift.activity.title in text(response)
    assert 'value="in"' in text(response)
    assert 'value="out"' not in text(response)
    assert not Attendance.objects.exists()


def test_checking_in_and_out_by_scan(client, signup):
    here = address(signup.shift)
    response = client.post(here, {"act": "in"}, follow=True)
    assert "签到成功" in text(response)
    assert "还没有结束，现在签退计 0 分钟" in text(client.get(here))
    response = client.post(here, {"act": "out"}, follow=True)
    assert "签退成功" in text(response)
    assert Attendance.objects.get().state == "out"
    assert "已签退" in text(client.get(here))


def test_a_double_tap_says_already_and_never_checks_out(client, signup):
    """Trial 71."""
    here = address(signup.shift)
    client.post(here, {"act": "in"})
    response = client.post(here, {"act": "in"}, follow=True)
    row = Attendance.objects.get()
    clock = timezone.localtime(row.in_at)
    assert f"您已经签到了，时间是 {clock:%H:%M}" in text(response)
    assert row.state == "in"


def test_an_expired_code_says_so_and_what_to_do(client, signup):
    old = address(signup.shift, timezone.now() - timedelta(minutes=10))
    for response in (client.get(old), client.post(old, {"act": "in"})):
        assert response.status_code == 410
        assert "请队长换新码" in text(response)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("token", ["a", "A" * 64, "x" * 500, "0-0_0"])
def test_a_forged_code_is_a_sentence(client, signup, token):
    response = client.get(reverse("service:scanned", args=[token]))
    assert response.status_code == 400
    assert "这个码无效" in text(response)


@pytest.mark.parametrize("path", ["%00", "a%00b", "签到", "a.b", "%2e%2e"])
def test_what_is_no_code_at_all_is_not_found(client, signup, path):
    assert client.get(f"/activities/checkin/{path}/").status_code == 404


def test_who_must_sign_in_first_comes_back_to_a_code_that_still_holds(client, monkeypatch):
    """The code on the leader's phone has changed twice while the person typed theirs."""
    signup = promise(shift_now())
    here = address(signup.shift)
    response = client.get(here)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/")
    assert here in response.url
    client.force_login(signup.volunteer.user)  # keeps the session, as signing in does
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + 4 * MINUTE)
    assert client.get(here).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: real() + 6 * MINUTE)
    assert client.get(here).status_code == 410


def test_a_newcomer_says_who_they_are_first(client):
    client.force_login(factories.user())
    response = client.get(address(shift_now()))
    assert response.status_code == 302
    assert response.url.startswith("/me/start/?next=%2Factivities%2Fcheckin%2F")


def test_who_is_not_on_the_list_is_told_what_to_do(client):
    person = factories.volunteer()
    client.force_login(person.user)
    response = client.post(address(shift_now()), {"act": "in"})
    assert response.status_code == 409
    assert "您没有报这一班" in text(response)


def test_the_code_of_another_shift_names_ones_own(client, signup):
    response = client.get(address(shift_now()))
    assert f"您现在的班次是“{signup.shift.activity.title}”" in text(response)


def test_a_wrong_act_is_a_sentence(client, signup):
    response = client.post(address(signup.shift), {"act": "in\x00"})
    assert response.status_code == 409
    assert "请点“签到”或“签退”" in text(response)


# --- six digits -----------------------------------------------------------------------------


def number(of):
    return door.show(of, timezone.now()).number


def test_six_digits_check_in_and_out(client, signup):
    page = text(client.get("/activities/checkin/"))
    assert f'value="{signup.pk}-in"' in page
    typed = " ".join(number(signup.shift))  # spaces and width are forgiven
    data = {"what": f"{signup.pk}-in", "number": typed}
    assert "签到成功" in text(client.post("/activities/checkin/", data, follow=True))
    assert Attendance.objects.get().in_method == "code"
    data = {"what": f"{signup.pk}-out", "number": number(signup.shift)}
    assert "签退成功" in text(client.post("/activities/checkin/", data, follow=True))


def test_the_same_form_sent_twice_never_checks_out(client, signup):
    data = {"what": f"{signup.pk}-in", "number": number(signup.shift)}
    client.post("/activities/checkin/", data)
    response = client.post("/activities/checkin/", data)
    assert "这一班的情况刚刚有变化" in text(response)
    assert Attendance.objects.get().state == "in"


def test_a_wrong_number_is_said_at_the_field_and_stays(client, signup):
    wrong = f"{(int(number(signup.shift)) + 1) % 10**6:06}"
    response = client.post("/activities/checkin/", {"what": f"{signup.pk}-in", "number": wrong})
    assert "数字不对或已经换新" in text(response)
    assert f'value="{wrong}"' in text(response)
    assert not Attendance.objects.exists()


def test_guessing_ends_after_a_few_tries(client, signup):
    right = number(signup.shift)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(door.TRIES):
        client.post("/activities/checkin/", {"what": f"{signup.pk}-in", "number": wrong})
    response = client.post("/activities/checkin/", {"what": f"{signup.pk}-in", "number": right})
    assert "输入次数太多" in text(response)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"what": "1-in", "number": "\x00"},
        {"what": "99999999999999999999999-in", "number": "123456"},
        {"what": "-in", "number": "１２３"},
        {"what": "x" * 5000, "number": "9" * 5000},
        {"what": "💥-out", "number": "\ud83d".encode("utf-8", "surrogatepass")},
    ],
)
def test_hostile_input_is_a_sentence(client, signup, data):
    response = client.post("/activities/checkin/", data)
    assert response.status_code == 200
    assert "需要修改" in text(response)
    assert not Attendance.objects.exists()


def test_without_a_shift_of_now_the_page_says_so(client):
    person = factories.volunteer()
    promise(shift_now(starts_in=24 * 60), person)
    client.force_login(person.user)
    assert "现在没有您的班次" in text(client.get("/activities/checkin/"))


def test_another_persons_shift_cannot_be_named(client, signup):
    other = promise(shift_now())
    data = {"what": f"{other.pk}-in", "number": number(other.shift)}
    assert "这一班的情况刚刚有变化" in text(client.post("/activities/checkin/", data))
    assert not Attendance.objects.exists()


def test_pages_of_checking_in_are_never_cached(client, signup):
    for path in (address(signup.shift), "/activities/checkin/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
