"""From ticked shifts to a place: signing in on the way, the confirm page, what came of it."""

from datetime import timedelta
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.activities.models import Activity, Shift, SignUp
from events.activities.services import capacity
from tests import factories as make
from volunteers.foundation import outbox
from volunteers.foundation.models import Act

pytestmark = pytest.mark.django_db


def take_url(activity):
    """Address that asks and takes."""
    return f"/activities/{activity.pk}/take/"


def text(response):
    """The body as text."""
    return response.content.decode()


@pytest.fixture
def shift():
    """A shift with two places."""
    return make.shift(capacity=2)


@pytest.fixture
def person():
    """A volunteer with an account."""
    return make.volunteer()


def state_of(person, shift):
    """State of the person's newest sign-up in the shift."""
    found = SignUp.objects.filter(volunteer=person, shift=shift).order_by("-id").first()
    return found and found.state


# --- on the way -----------------------------------------------------------------------------


def test_who_is_not_signed_in_comes_back_to_the_chosen_shifts(client, shift):
    where = f"{take_url(shift.activity)}?shift={shift.pk}"
    answer = client.get(where)
    assert answer.status_code == 302
    entry = urlsplit(answer.url)
    assert entry.path == "/accounts/"
    assert parse_qs(entry.query)["next"] == [where]


def test_a_post_without_a_session_becomes_the_question_after_sign_in(client, shift):
    answer = client.post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [
        f"{take_url(shift.activity)}?shift={shift.pk}"
    ]
    assert not SignUp.objects.exists()


def test_a_newcomer_is_led_to_say_who_they_are_and_back(signed_in, shift):
    where = f"{take_url(shift.activity)}?shift={shift.pk}&wait=0"
    answer = signed_in(make.user()).get(where)
    start = urlsplit(answer.url)
    assert start.path == "/me/start/"
    assert parse_qs(start.query)["next"] == [where]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_ticked_nothing_is_sent_back_with_a_word(client, shift, method):
    answer = getattr(client, method)(take_url(shift.activity), follow=True)
    assert answer.redirect_chain == [(f"/activities/{shift.activity_id}/?choose=1", 302)]
    assert "请至少选一班" in text(answer)


@pytest.mark.parametrize("typed", ["abc", "-1", "1\x00", "９", "1" * 30, "1.5"])
def test_odd_shifts_are_a_404(signed_in, person, shift, typed):
    for method in ("get", "post"):
        ask = getattr(signed_in(person), method)
        answer = ask(take_url(shift.activity), {"shift": typed, "read": "1"})
        assert answer.status_code == 404


def test_a_shift_of_another_activity_is_a_404_and_nothing_is_written(signed_in, person, shift):
    other = make.shift()
    answer = signed_in(person).post(take_url(shift.activity), {"shift": other.pk, "read": "1"})
    assert answer.status_code == 404
    assert not SignUp.objects.exists()


def test_too_many_shifts_at_once_is_a_sentence(signed_in, person, shift):
    answer = signed_in(person).get(take_url(shift.activity), {"shift": list(range(1, 30))})
    assert answer.status_code == 409
    assert "一次最多选 20 班" in text(answer)


# --- the question ---------------------------------------------------------------------------


def test_the_question_shows_time_place_points_and_risks_once(signed_in, person):
    activity = make.activity(meeting_point="南门岗亭")
    make.rule("patrol")
    chosen = [make.shift(activity, starts_at=timezone.now() + timedelta(days=n)) for n in (1, 2)]
    answer = signed_in(person).get(take_url(activity), {"shift": [each.pk for each in chosen]})
    body = text(answer)
    assert body.count("南门岗亭") == 2
    assert body.count("2 小时 · 20 分") == 2
    assert body.count(activity.risk_notice) == 1
    assert body.count('name="read"') == 1
    for each in chosen:
        assert f'name="shift" value="{each.pk}" checked' in body
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_nobody_is_queued_for_what_they_thought_was_free(signed_in, person, shift):
    for _ in "ab":
        capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    body = text(signed_in(person).get(take_url(shift.activity), {"shift": shift.pk}))
    assert f'name="wait" value="{shift.pk}">' in body  # offered, not ticked
    body = text(signed_in(person).get(take_url(shift.activity), {"wait": shift.pk}))
    assert f'name="wait" value="{shift.pk}" checked' in body


def test_the_question_names_the_clash_instead_of_asking(signed_in, person, shift):
    other = make.shift(make.activity(title="调解值班"), starts_at=shift.starts_at)
    capacity.sign_up(person, other.pk, actor=None)
    body = text(signed_in(person).get(take_url(shift.activity), {"shift": shift.pk}))
    assert "与您“调解值班”时间冲突" in body
    assert "确认报名</button>" not in body


def test_the_risk_notice_must_be_read(signed_in, person, shift):
    answer = signed_in(person).post(take_url(shift.activity), {"shift": shift.pk})
    body = text(answer)
    assert answer.status_code == 200
    assert "有 1 处需要修改" in body
    assert "请先看完风险提示" in body
    assert f'name="shift" value="{shift.pk}" checked' in body  # what was chosen stays
    assert not SignUp.objects.exists()


def test_what_was_unticked_stays_on_the_page_unticked(signed_in, person):
    activity = make.activity()
    kept, dropped = (
        make.shift(activity, starts_at=timezone.now() + timedelta(days=n)) for n in (1, 2)
    )
    where = f"{take_url(activity)}?shift={kept.pk}&shift={dropped.pk}"
    client = signed_in(person)
    assert f'action="{where.replace("&", "&amp;")}"' in text(client.get(where))
    body = text(client.post(where, {"shift": kept.pk}))
    assert f'name="shift" value="{kept.pk}" checked' in body
    assert f'name="shift" value="{dropped.pk}">' in body


# --- what came of it ------------------------------------------------------------------------


def test_taking_two_shifts_ends_on_a_page_that_says_when_and_where(signed_in, person):
    activity = make.activity(meeting_point="南门岗亭")
    chosen = [make.shift(activity, starts_at=timezone.now() + timedelta(days=n)) for n in (1, 2)]
    answer = signed_in(person).post(
        take_url(activity), {"shift": [each.pk for each in chosen], "read": "1"}, follow=True
    )
    assert [code for _, code in answer.redirect_chain] == [302]
    body = text(answer)
    assert "报名成功" in body
    assert body.count("南门岗亭") >= 2
    assert activity.contact_phone in body
    assert {state_of(person, each) for each in chosen} == {SignUp.State.CONFIRMED}


def test_a_double_tap_ends_on_the_same_page(signed_in, person, shift):
    client = signed_in(person)
    first, second = (
        client.post(take_url(shift.activity), {"shift": shift.pk, "read": "1"}) for _ in "ab"
    )
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert SignUp.objects.count() == 1


def test_who_waits_already_and_asks_again_still_waits(signed_in, person, shift):
    for _ in "ab":
        capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    client = signed_in(person)
    for _ in "ab":
        answer = client.post(take_url(shift.activity), {"wait": shift.pk, "read": "1"}, follow=True)
    body = text(answer)
    assert "候补第 1 位" in body
    assert "报名成功" not in body  # Trial 26: waiting is no confirmation
    assert SignUp.objects.filter(volunteer=person).count() == 1


def test_full_is_said_with_the_queue_as_a_button(signed_in, person, shift):
    for _ in "ab":
        capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    client = signed_in(person)
    answer = client.post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert answer.status_code == 409
    body = text(answer)
    assert "刚刚报满了" in body
    assert f'<input type="hidden" name="wait" value="{shift.pk}">' in body
    assert not SignUp.objects.filter(volunteer=person).exists()
    client.post(take_url(shift.activity), {"wait": shift.pk, "read": "1"})
    assert state_of(person, shift) == SignUp.State.WAITING


def test_of_two_shifts_one_is_taken_and_the_clash_is_named(signed_in, person):
    activity = make.activity()
    free = make.shift(activity, starts_at=timezone.now() + timedelta(days=1))
    late = make.shift(activity, starts_at=timezone.now() + timedelta(days=2))
    other = make.shift(make.activity(title="调解值班"), starts_at=late.starts_at)
    capacity.sign_up(person, other.pk, actor=None)
    answer = signed_in(person).post(take_url(activity), {"shift": [free.pk, late.pk], "read": "1"})
    body = text(answer)
    assert answer.status_code == 200
    assert "“调解值班”" in body
    assert f'href="/activities/{other.activity_id}/"' in body
    assert "看看已报上的班次" in body
    assert state_of(person, free) == SignUp.State.CONFIRMED
    assert state_of(person, late) is None


@pytest.mark.parametrize("minutes_ago", [1, 24 * 60])
def test_a_shift_that_began_is_refused_by_direct_request_too(signed_in, person, minutes_ago):
    """Trial 11."""
    shift = make.shift(starts_at=timezone.now() - timedelta(minutes=minutes_ago))
    answer = signed_in(person).post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert answer.status_code == 409
    assert "已经开始" in text(answer)
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    ("activity", "shift_state"),
    [("draft", "planned"), ("submitted", "planned"), ("cancelled", "open")],
)
def test_what_is_not_published_cannot_be_taken(signed_in, person, activity, shift_state):
    shift = make.shift(
        make.activity(state=activity, published_at=None), state=Shift.State(shift_state)
    )
    answer = signed_in(person).post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert answer.status_code in (404, 409)
    assert not SignUp.objects.exists()


def test_a_free_place_in_the_queue_is_offered_and_says_until_when(signed_in, person, shift):
    answer = signed_in(person).post(
        take_url(shift.activity), {"wait": shift.pk, "read": "1"}, follow=True
    )
    assert "为您保留到" in text(answer)
    assert state_of(person, shift) == SignUp.State.OFFERED


def test_the_done_page_shows_nothing_of_others(signed_in, person, shift):
    other = capacity.sign_up(make.volunteer(), shift.pk, actor=None)
    client = signed_in(person)
    done = f"/activities/{shift.activity_id}/done/"
    for query in ("", f"?signup={other.pk}", "?signup=abc", f"?signup={'9' * 40}", "?signup=%00"):
        assert client.get(done + query).status_code == 404


def test_a_merged_double_takes_the_place_as_the_person_it_became(signed_in, shift):
    person = make.volunteer()
    double = make.volunteer(merged_into=person)
    client = signed_in(double)
    done = client.post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert SignUp.objects.get().volunteer == person
    assert client.get(done.url).status_code == 200  # it is theirs, also to leave
    client.post(reverse("activities:leave", args=[SignUp.objects.get().pk]))
    assert SignUp.objects.get().state == SignUp.State.WITHDRAWN


def test_the_act_keeps_that_the_risks_were_read(signed_in, person, shift):
    signed_in(person).post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert Act.objects.get(verb="signup.confirm").new["risks_read"] is True


def test_an_unknown_activity_is_a_404(signed_in, person):
    answer = signed_in(person).get("/activities/999999/take/?shift=1")
    assert answer.status_code == 404


def test_other_methods_are_refused(client, shift):
    assert client.put(take_url(shift.activity)).status_code == 405


# --- the hot path ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_taking_one_shift_needs_ten_statements(signed_in, settings, monkeypatch):
    """Session and person included, BEGIN and COMMIT too. Ten is the goal."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    shift, person = make.shift(), make.volunteer()
    client = signed_in(person)
    monkeypatch.setattr(outbox, "_asked_at", monotonic())  # a worker has been asked just now
    with CaptureQueriesContext(connection) as statements:
        answer = client.post(take_url(shift.activity), {"shift": shift.pk, "read": "1"})
    assert answer.status_code == 302
    assert answer.url == f"/activities/{shift.activity_id}/done/?signup={SignUp.objects.get().pk}"
    # what goes in one message is counted one by one
    said = [one for statement in statements for one in statement["sql"].split(";\n")]
    assert len(said) <= 10, said
    assert [s for s in said if s.startswith(("BEGIN", "COMMIT"))] == [
        next(s for s in said if s.startswith("BEGIN")), "COMMIT",
    ]  # fmt: skip
    assert said[-2].startswith('UPDATE "activities_shiftplace"')  # the place is locked last


def test_a_form_of_another_site_takes_nothing(person, shift):
    """Without the token of the question's page the request is refused, with it it is taken."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person.user)
    assert client.post(take_url(shift.activity), {"shift": shift.pk}).status_code == 403
    client.get(take_url(shift.activity), {"shift": shift.pk})
    token = client.cookies["csrftoken"].value
    answer = client.post(
        take_url(shift.activity),
        {"shift": shift.pk, "read": "1", "csrfmiddlewaretoken": token},
    )
    assert answer.status_code == 302
    assert Activity.objects.get().shifts.get().signups.count() == 1
