"""The leader's phone: who sees it, what it shows, what its buttons do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.activities.services import capacity
from events.service import door
from events.service.models import Attendance, ServiceRecord
from events.service.services.attendance import check_in, check_out
from events.service.services.records import confirm
from tests import factories
from tests.events.service.helpers import SCAN, leader_of
from volunteers.grants.models import Role
from volunteers.points import queries as points

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def shift(starts_in=-90, minutes=120, **also):
    activity = factories.activity(team=factories.team())
    return factories.shift(
        activity, starts_at=timezone.now() + starts_in * MINUTE, minutes=minutes, **also
    )


def promise(of, person=None):
    person = person or factories.volunteer()
    before = of.starts_at - timedelta(days=1)
    return capacity.sign_up(person, of.pk, actor=person.user, at=before)


def came(of, person=None, stayed=60):
    """Came at the start and left `stayed` minutes later (None: still there)."""
    signup = promise(of, person)
    check_in(signup, actor=None, method=SCAN, at=of.starts_at)
    if stayed is not None:
        check_out(signup, actor=None, method=SCAN, at=of.starts_at + stayed * MINUTE)
    return Attendance.objects.get(signup=signup)


def page(of):
    return reverse("service:lead", args=[of.pk])


def text(response):
    return response.content.decode()


@pytest.fixture
def of():
    return shift()


@pytest.fixture
def leader(client, of):
    """The team's leader, signed in."""
    person = leader_of(of)
    client.force_login(person.user)
    return person


# --- who ------------------------------------------------------------------------------------


def test_without_an_account_one_signs_in_first(client, of):
    assert client.get(page(of)).url.startswith("/accounts/")


def test_a_fragment_never_becomes_the_sign_in_page(client, of):
    response = client.get(page(of), headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Refresh"]) == (204, "true")


def test_who_leads_nothing_is_refused_whether_the_shift_exists_or_not(client, of):
    client.force_login(factories.volunteer().user)
    assert client.get(page(of)).status_code == 403
    assert client.get("/activities/shifts/999999/lead/").status_code == 403


def test_who_leads_elsewhere_finds_no_such_page(client, of):
    client.force_login(leader_of(shift()).user)
    assert client.get(page(of)).status_code == 404
    client.force_login(factories.staff(Role.COORDINATOR, factories.community()))
    assert client.get(page(of)).status_code == 404
    assert client.post(page(of), {"act": "confirm"}).status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 40])
def test_an_unknown_shift_is_not_found(client, leader, pk):
    assert client.get(f"/activities/shifts/{pk}/lead/").status_code == 404


def test_the_coordinator_of_the_area_sees_it(client, of):
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    assert client.get(page(of)).status_code == 200


# --- the code -------------------------------------------------------------------------------


def test_the_code_is_a_link_a_picture_and_six_digits(client, of, leader):
    shown = text(client.get(page(of)))
    code = door.show(of, timezone.now())
    assert f"{code.number[:3]} {code.number[3:]}" in shown
    assert "<svg aria-hidden" in shown
    assert 'hx-trigger="every 30s"' in shown
    assert "style=" not in shown
    assert "换新码" in shown


def test_the_scanned_link_is_absolute(client, of, leader, monkeypatch):
    drawn = []
    monkeypatch.setattr("events.service.qr.svg", lambda address: drawn.append(address) or "")
    client.get(page(of))
    token = door.show(of, timezone.now()).token
    assert drawn == [f"http://testserver/activities/checkin/{token}/"]


def test_htmx_gets_the_code_alone(client, of, leader, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        response = client.get(page(of), headers={"HX-Request": "true"})
    assert text(response).startswith('<div id="code"')
    assert "<html" not in text(response)


@pytest.mark.parametrize(
    ("starts_in", "words"), [(61 + 60, "起可以签到"), (-120 - 241, "签到签退已经结束")]
)
def test_outside_the_window_there_is_no_code(client, starts_in, words):
    of = shift(starts_in)
    client.force_login(leader_of(of).user)
    shown = text(client.get(page(of)))
    assert words in shown
    assert "hx-trigger" not in shown


# --- the list -------------------------------------------------------------------------------


def test_the_list_says_who_is_there_late_left_or_missing(client, of, leader):
    promise(of, factories.volunteer("钱丽"))
    came(of, factories.volunteer("陈芳"))
    late = promise(of, factories.volunteer("吴强"))
    check_in(late, actor=None, method=SCAN, at=of.starts_at + 12 * MINUTE)
    shown = text(client.get(page(of)))
    assert "还没到" in shown
    assert "早退 60 分" in shown
    assert "迟到 12 分" in shown
    counts = re.findall(r'<div class="stat"><b[^>]*>(\d+)</b><span>(\w+)', shown)
    assert counts == [("2", "已到"), ("1", "迟到"), ("1", "早退"), ("1", "未到"), ("0", "请假")]


def test_a_leader_ticks_in_and_out(client, of, leader):
    signup = promise(of, factories.volunteer("钱丽"))
    data = {"signup": signup.pk, "act": "in"}
    assert "已为 钱丽 签到" in text(client.post(page(of), data, follow=True))
    assert "钱丽 已经签到了" in text(client.post(page(of), data, follow=True))
    client.post(page(of), data | {"act": "out"})
    row = Attendance.objects.get()
    assert (row.state, row.in_method, row.out_method) == ("out", "leader", "leader")


def test_a_leader_takes_a_tick_back_and_sees_no_button_for_it_elsewhere(client, of, leader):
    signup = promise(of, factories.volunteer("钱丽"))
    came(of, factories.volunteer("陈芳"), stayed=None)  # by a scan of her own
    client.post(page(of), {"signup": signup.pk, "act": "in"})
    shown = text(client.get(page(of)))
    assert re.findall(r'value="undo">撤回<span[^>]*> (.*?) 的代签', shown) == ["钱丽"]
    data = {"signup": signup.pk, "act": "undo"}
    assert "已撤回 钱丽 的代签" in text(client.post(page(of), data, follow=True))
    assert Attendance.objects.get(signup=signup).state == "expected"


def test_a_leader_marks_absent_and_excused(client, of, leader):
    gone, ill = promise(of), promise(of)
    client.post(page(of), {"signup": gone.pk, "act": "absent"})
    client.post(page(of), {"signup": ill.pk, "act": "excused"})
    assert Attendance.objects.get(signup=gone).state == "absent"
    assert Attendance.objects.get(signup=ill).state == "excused"


@pytest.mark.parametrize(
    "data",
    [
        {"act": "in", "signup": "999999"},
        {"act": "in", "signup": "\x00"},
        {"act": "nonsense", "signup": "{own}"},
        {"signup": "9" * 40},
        {},
    ],
)
def test_hostile_ticks_are_a_sentence(client, of, leader, data):
    signup = promise(of)
    data = {key: value.replace("{own}", str(signup.pk)) for key, value in data.items()}
    response = client.post(page(of), data, follow=True)
    assert response.status_code == 200
    assert "请" in text(response)
    assert not Attendance.objects.filter(state="in").exists()


def test_somebody_of_another_shift_cannot_be_ticked_here(client, of, leader):
    other = promise(shift())
    client.post(page(of), {"signup": other.pk, "act": "in"})
    assert not Attendance.objects.exists()


# --- confirming -----------------------------------------------------------------------------


def test_the_leader_confirms_what_the_scans_say(client, of, leader):
    rows = [came(of), came(of, stayed=90)]
    shown = text(client.get(page(of)))
    assert "确认 2 人时长" in shown
    data = {f"minutes_{row.pk}": value for row, value in zip(rows, ("60", "90"), strict=True)}
    response = client.post(page(of), {"act": "confirm"} | data, follow=True)
    assert "已确认 2 人的时长" in text(response)
    assert [points.balance(row.volunteer) for row in rows] == [10, 15]
    again = client.post(page(of), {"act": "confirm"} | data, follow=True)
    assert "都已经确认过了" in text(again)
    assert ServiceRecord.objects.count() == 2


def test_who_is_on_duty_has_no_box_while_the_shift_runs(client, of, leader):
    row = came(of, stayed=None)
    assert f"minutes_{row.pk}" not in text(client.get(page(of)))
    client.post(page(of), {"act": "confirm", f"minutes_{row.pk}": "60"})
    assert not ServiceRecord.objects.exists()


def test_an_empty_box_is_left_for_later(client):
    of = shift(-180)
    client.force_login(leader_of(of).user)
    ready, still_there = came(of), came(of, stayed=None)
    shown = text(client.get(page(of)))
    assert "没有签退" in shown
    client.post(
        page(of),
        {"act": "confirm", f"minutes_{ready.pk}": "60", f"minutes_{still_there.pk}": ""},
    )
    assert [r.attendance for r in ServiceRecord.objects.all()] == [ready]


@pytest.mark.parametrize("typed", ["很久", "121", "-1", "1e3", "9" * 400, "60.5", "\x00"])
def test_wrong_minutes_are_said_at_the_box_and_stay(client, of, leader, typed):
    row = came(of)
    response = client.post(page(of), {"act": "confirm", f"minutes_{row.pk}": typed})
    assert response.status_code == 200
    assert "0 到 120 之间" in text(response)
    assert not ServiceRecord.objects.exists()


def test_full_width_digits_are_minutes(client, of, leader):
    row = came(of)
    client.post(page(of), {"act": "confirm", f"minutes_{row.pk}": "６０"})
    assert ServiceRecord.objects.get().minutes == 60


def test_nobody_filled_in_is_a_sentence(client, of, leader):
    row = came(of)
    response = client.post(page(of), {"act": "confirm", f"minutes_{row.pk}": ""})
    assert "请至少为一位到场的队员" in text(response)


def test_the_leaders_own_minutes_wait_for_the_coordinator(client, of, leader):
    row = came(of, leader)
    assert "自己的时长不能自己确认" in text(client.get(page(of)))
    data = {"act": "confirm", f"minutes_{row.pk}": "60"}
    assert "由协调员确认" in text(client.post(page(of), data, follow=True))
    assert points.balance(leader) == 0
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    client.post(page(of), data)
    assert points.balance(leader) == 10


# --- putting right --------------------------------------------------------------------------


@pytest.fixture
def confirmed(of):
    row = came(of)
    confirm(of, actor=leader_of(of).user, items=[(row.pk, None)])
    return ServiceRecord.objects.get()


def test_a_coordinator_corrects_with_a_reason(client, of, confirmed):
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    shown = text(client.get(page(of), {"record": confirmed.pk}))
    assert "现在记的是 60 分钟" in shown
    data = {"act": "correct", "record": confirmed.pk, "minutes": "90", "reason": "漏算"}
    assert "的时长已更正" in text(client.post(page(of), data, follow=True))
    assert points.balance(confirmed.volunteer) == 15


def test_a_coordinator_revokes_with_a_reason(client, of, confirmed):
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    data = {"act": "revoke", "record": confirmed.pk, "minutes": "", "reason": "没有到场"}
    assert "的时长已撤销" in text(client.post(page(of), data, follow=True))
    assert points.balance(confirmed.volunteer) == 0
    assert "已撤销" in text(client.get(page(of)))


@pytest.mark.parametrize("missing", ["minutes", "reason"])
def test_a_correction_without_minutes_or_reason_keeps_what_was_typed(
    client, of, confirmed, missing
):
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    data = {"act": "correct", "record": confirmed.pk, "minutes": "91", "reason": "漏算了些"}
    kept = {"minutes": "91", "reason": "漏算了些"}
    del kept[missing]
    response = client.post(page(of), data | {missing: ""})
    assert "需要修改" in text(response)
    assert all(f'value="{value}"' in text(response) for value in kept.values())
    assert ServiceRecord.objects.count() == 1


@pytest.mark.parametrize("record", ["", "0", "\x00", "9" * 50, "x"])
def test_a_record_that_is_not_here_is_not_found(client, of, confirmed, record):
    client.force_login(factories.staff(Role.COORDINATOR, of.activity.area))
    assert client.get(page(of), {"record": record}).status_code == 200  # just the list
    data = {"act": "revoke", "record": record, "reason": "错"}
    assert client.post(page(of), data).status_code == 404


def test_a_leader_does_not_correct(client, of, leader, confirmed):
    assert "更正</a>" not in text(client.get(page(of)))
    data = {"act": "revoke", "record": confirmed.pk, "reason": "错"}
    assert client.post(page(of), data).status_code == 404


def test_the_page_costs_the_same_for_many_people(client, leader, django_assert_max_num_queries):
    of = shift(capacity=9)
    client.force_login(leader_of(of).user)
    for _ in range(8):
        came(of)
    confirm(of, actor=None, items=[(row.pk, None) for row in Attendance.objects.all()])
    with django_assert_max_num_queries(10):
        client.get(page(of))
