"""One entry for sign-in and sign-up; holds our process to the pinned allauth."""

import json

import pytest
from django.conf import settings

from tests import factories
from volunteers.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "13800138000"


@pytest.fixture(autouse=True)
def _no_old_codes():
    settings.SMS_FILE.unlink(missing_ok=True)


def codes(phone: str) -> list[str]:
    """Codes sent to a number, oldest first."""
    if not settings.SMS_FILE.exists():
        return []
    lines = [json.loads(line) for line in settings.SMS_FILE.read_text("utf-8").splitlines()]
    return [line["params"]["code"] for line in lines if line["phone"] == phone]


def ask(client, phone=NEW, **also):
    return client.post("/accounts/", {"phone": phone} | also)


def test_a_new_number_gets_a_code_and_an_account_only_when_it_is_right(client):
    assert ask(client).headers["Location"] == "/accounts/code/"
    assert not User.objects.filter(phone="+8613800138000").exists()
    (code,) = codes("+8613800138000")
    response = client.post("/accounts/code/", {"code": code})
    assert response.status_code == 302
    user = User.objects.get(phone="+8613800138000")
    assert user.phone_verified and client.session["_auth_user_id"] == str(user.pk)


def test_a_known_number_signs_in_and_sees_the_same_screens(client):
    person = factories.user(phone="+8613900139000")
    first = ask(client, "139 0013 9000")
    assert first.status_code == 302 and first.headers["Location"] == "/accounts/code/"
    answer = client.post("/accounts/code/", {"code": codes("+8613900139000")[0]}, follow=True)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert "登录成功。" in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["+86 138 0013 8000", "0086-13800138000", "１３８００１３８０００"]
)
def test_a_number_may_be_typed_in_any_usual_way(client, typed):
    ask(client, typed)
    assert len(codes("+8613800138000")) == 1


def test_a_landline_is_refused_at_its_field_and_stays_typed(client):
    page = ask(client, "0514-87654321").content.decode()
    assert "0514-87654321" in page and 'aria-invalid="true"' in page
    assert codes("+8613800138000") == []


def test_only_the_newest_code_is_valid(client, monkeypatch):
    ask(client)
    (old,) = codes("+8613800138000")
    monkeypatch.setattr("volunteers.accounts.entry.ratelimit.consume", lambda *a, **k: True)
    client.post("/accounts/code/resend/")
    new = codes("+8613800138000")[-1]
    if old != new:
        assert "验证码不对" in client.post("/accounts/code/", {"code": old}).content.decode()
    assert client.post("/accounts/code/", {"code": new}).status_code == 302


def test_a_second_code_within_half_a_minute_is_refused_with_a_sentence(client):
    ask(client)
    page = ask(client)
    assert page.status_code == 200 and "请等 30 秒" in page.content.decode()
    assert len(codes("+8613800138000")) == 1


def test_five_wrong_codes_end_the_attempt(client):
    ask(client)
    (right,) = codes("+8613800138000")
    wrong = "000000" if right != "000000" else "111111"
    pages = [client.post("/accounts/code/", {"code": wrong}).content.decode() for _ in range(5)]
    assert "还可以试 4 次" in pages[0] and "已失效" in pages[4]
    assert client.post("/accounts/code/", {"code": right}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_way_on_is_kept_but_never_leads_to_another_host(client):
    ask(client, next="/activities/")
    (code,) = codes("+8613800138000")
    assert client.post("/accounts/code/", {"code": code}).headers["Location"] == "/activities/"
    client.logout()
    factories.user(phone="+8613900139000")
    ask(client, "13900139000", next="https://evil.example/")
    (code,) = codes("+8613900139000")
    location = client.post("/accounts/code/", {"code": code}).headers["Location"]
    assert location == settings.LOGIN_REDIRECT_URL


@pytest.mark.parametrize("typed", ["", "\x00", "1" * 500, "'; DROP TABLE", "😀" * 30])
def test_hostile_numbers_get_a_sentence(client, typed):
    assert ask(client, typed).status_code == 200
