"""The list of shifts and the page of an activity, as everybody meets them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.activities import queries, rows
from events.activities.models import Activity, Kind, PlaceRole, Shift, ShiftPlace, SignUp
from events.activities.services import activities, capacity
from tests import factories as make
from volunteers.foundation.registry import measures

pytestmark = pytest.mark.django_db

LIST = "/activities/"


def page(activity):
    """Address of an activity."""
    return f"/activities/{activity.pk}/"


def text(response):
    """The body as text."""
    return response.content.decode()


def take(shift, **person):
    """Somebody takes a place."""
    return capacity.sign_up(make.volunteer(**person), shift.pk, actor=None)


# --- open_shifts ----------------------------------------------------------------------------


def test_a_card_says_what_one_needs_to_choose(django_assert_max_num_queries):
    activity = make.activity(title="夜间巡逻", meeting_point="南门岗亭")
    make.rule("patrol", points_per_hour=10)
    shift = make.shift(activity, capacity=3, minutes=90)
    take(shift)
    with django_assert_max_num_queries(2):
        [card] = queries.open_shifts()
    assert (card.title, card.kind_label, card.colour) == ("夜间巡逻", "联勤巡逻", "c-red")
    assert (card.place, card.minutes, card.points) == ("南门岗亭", 90, 15)
    assert (card.capacity, card.taken, card.waiting) == (3, 1, 0)
    assert card.state_words == "还差 2 人"
    assert card.url == page(activity)
    assert (card.area_name, card.host_name) == (activity.area.name, activity.host.name)


def test_only_shifts_that_can_be_taken_or_waited_for_are_listed_soonest_first():
    now = timezone.now()
    activity = make.activity()
    later = make.shift(activity, starts_at=now + timedelta(days=3))
    sooner = make.shift(activity, starts_at=now + timedelta(days=1))
    make.shift(activity, starts_at=now - timedelta(minutes=1))
    make.shift(activity, state=Shift.State.PLANNED)
    make.shift(activity, state=Shift.State.CANCELLED)
    make.shift(activity, role=PlaceRole.LEADER)
    make.shift(make.activity(state=Activity.State.CANCELLED))
    assert [card.shift_id for card in queries.open_shifts()] == [sooner.pk, later.pk]
    assert [card.shift_id for card in queries.open_shifts(limit=1)] == [sooner.pk]


def test_shifts_are_found_by_campaign_kind_and_area():
    campaign, grid = make.campaign(), make.grid()
    ours = make.shift(make.activity(campaign=campaign, area=grid))
    care = make.shift(make.activity(kind=Kind.CARE, rule_code="care"))

    def found(**by):
        return [card.shift_id for card in queries.open_shifts(**by)]

    assert found(campaign=campaign) == [ours.pk]
    assert found(kind=Kind.CARE) == [care.pk]
    assert found(area=grid) == [ours.pk]
    assert found(area=grid.get_root()) == [ours.pk]  # an area includes what lies below


# --- figures --------------------------------------------------------------------------------


def test_figures_count_what_they_say():
    full = make.shift(capacity=1)
    take(full)
    make.shift(make.activity(kind=Kind.CARE, rule_code="care"))
    assert measures.get("open_shifts")() == 1
    assert measures.get("activities")() == 2


def test_patrols_of_a_night_count_until_the_morning():
    """Trial 48: at 01:30 it is still the night that began at five in the afternoon."""
    evening = datetime(2026, 11, 28, 9, tzinfo=UTC)  # 17:00
    morning = datetime(2026, 11, 28, 22, tzinfo=UTC)  # 06:00 next day
    for at in (evening, evening + timedelta(hours=8, minutes=30), morning - timedelta(minutes=1)):
        assert queries.night_of(at) == (evening, morning)
    assert queries.night_of(morning)[0] == evening + timedelta(days=1)


def test_tonights_patrols_are_counted_once_wherever_they_end(monkeypatch):
    evening = datetime(2026, 11, 28, 9, tzinfo=UTC)
    patrol = make.activity()
    make.shift(patrol, starts_at=evening + timedelta(hours=6), minutes=180)  # 23:00–02:00
    make.shift(patrol, starts_at=evening - timedelta(hours=1))
    make.shift(patrol, starts_at=evening + timedelta(days=1))
    make.shift(make.activity(kind=Kind.CARE, rule_code="care"), starts_at=evening)
    monkeypatch.setattr(queries.timezone, "now", lambda: evening + timedelta(hours=7))
    assert queries.count_patrols_tonight() == 1


# --- the list -------------------------------------------------------------------------------


def test_the_list_filters_by_kind_with_a_plain_form(client):
    make.shift(make.activity(title="夜间巡逻"))
    make.shift(make.activity(title="陪老人看病", kind=Kind.CARE, rule_code="care"))
    assert {"夜间巡逻", "陪老人看病"} <= {c.title for c in client.get(LIST).context["cards"]}
    answer = client.get(LIST, {"kind": "care"})
    assert [card.title for card in answer.context["cards"]] == ["陪老人看病"]
    assert '<option value="care" selected>' in text(answer)


@pytest.mark.parametrize(
    "query", [{"kind": "nonsense"}, {"kind": "a\x00b"}, {"page": "-1"}, {"page": "9" * 400}]
)
def test_the_list_survives_odd_addresses(client, query):
    make.shift(make.activity(title="夜间巡逻"))
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    assert "夜间巡逻" in text(answer)


def test_an_empty_list_says_what_to_do_next(client):
    assert "过几天再来看看" in text(client.get(LIST))
    assert "看全部活动" in text(client.get(LIST, {"kind": "care"}))


def test_the_list_turns_pages_and_needs_few_queries(client, django_assert_max_num_queries):
    activity = make.activity()
    for day in range(1, 15):
        make.shift(activity, starts_at=timezone.now() + timedelta(days=day))
    with django_assert_max_num_queries(4):
        first = client.get(LIST)
    assert len(first.context["cards"]) == 12
    assert "第 1 页，共 2 页" in text(first)
    assert len(client.get(LIST, {"page": 2}).context["cards"]) == 2


# --- one activity ---------------------------------------------------------------------------


def test_the_page_tells_everything_before_one_signs_up(client):
    activity = make.activity(meeting_point="南门岗亭")
    make.shift(activity, capacity=2)
    body = text(client.get(page(activity)))
    for words in (
        activity.title, activity.risk_notice, activity.insurance_note, activity.contact_phone,
        activity.host.name, "南门岗亭", "还差 2 人", "来不了怎么办",
    ):  # fmt: skip
        assert words in body
    assert f'action="/activities/{activity.pk}/take/"' in body
    assert "csrfmiddlewaretoken" not in body  # the body is cached for everybody


@pytest.mark.parametrize(
    "state",
    ["draft", "submitted", "returned", "declined"],
)
def test_what_was_never_published_does_not_exist(client, state):
    activity = make.activity(state=state, published_at=None)
    assert client.get(page(activity)).status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 300])
def test_an_unknown_activity_is_a_404(client, pk):
    assert client.get(f"/activities/{pk}/").status_code == 404


def test_a_cancelled_activity_says_so_and_offers_nothing(client):
    activity = make.activity()
    make.shift(activity)
    activities.cancel(activity, "台风", actor=make.user())
    body = text(client.get(page(activity)))
    assert "已取消" in body
    assert "台风" in body
    assert 'name="shift"' not in body


def test_a_night_shift_is_shown_once_and_marked_as_next_day(client):
    """Trial 41."""
    activity = make.activity()
    start = timezone.localtime().replace(hour=23, minute=0, second=0, microsecond=0)
    make.shift(activity, starts_at=start + timedelta(days=1), minutes=180)
    assert text(client.get(page(activity))).count("23:00–次日02:00") == 1
    assert text(client.get(LIST)).count("23:00–次日02:00") == 1


def test_a_full_shift_offers_the_queue_by_its_own_tick(client, django_capture_on_commit_callbacks):
    activity = make.activity()
    shift = make.shift(activity, capacity=1)
    take(shift)
    body = text(client.get(page(activity)))
    assert f'name="wait" value="{shift.pk}"' in body
    assert f'name="shift" value="{shift.pk}"' not in body
    assert "已满 · 可候补" in body
    with django_capture_on_commit_callbacks(execute=True):
        capacity.join_queue(make.volunteer(), shift.pk, actor=None)
    assert "已满 · 1 人候补" in text(client.get(page(activity)))


def test_companions_are_masked_unless_they_show_their_name(client):
    team = make.team()
    activity = make.activity(team=team)
    shift = make.shift(activity, capacity=9)
    make.leader(team, name="李建国", show_name=True)
    take(shift, name="陈芳")
    take(shift, name="赵敏", show_name=True)
    capacity.withdraw(take(shift, name="钱多多"), actor=None)
    body = text(client.get(page(activity)))
    assert "李建国" in body
    assert "陈*" in body
    assert "陈芳" not in body
    assert "赵敏" in body
    assert "钱*" not in body  # only who is confirmed


def test_who_waits_is_not_shown_as_coming(client):
    """Trial 38."""
    activity = make.activity()
    shift = make.shift(activity, capacity=1)
    take(shift)
    capacity.join_queue(make.volunteer(name="孙悟空", show_name=True), shift.pk, actor=None)
    assert "孙悟空" not in text(client.get(page(activity)))


# --- as one person meets it -----------------------------------------------------------------


def row_of(shift, person):
    """The person's row of a shift."""
    found = rows.shift_rows(shift.activity, person)
    return next(row for row in found if row.shift_id == shift.pk)


def test_rows_say_what_this_person_can_do(django_assert_max_num_queries):
    activity = make.activity()
    start = timezone.now() + timedelta(days=2)
    _free, full, own, queued = (
        make.shift(activity, capacity=1, starts_at=start + timedelta(days=n)) for n in range(4)
    )
    clash = make.shift(activity, starts_at=start + timedelta(days=9))
    other = make.shift(
        make.activity(title="调解值班"), starts_at=clash.starts_at + timedelta(minutes=30)
    )
    person = make.volunteer()
    take(full)
    mine = capacity.sign_up(person, own.pk, actor=None)
    take(queued)
    capacity.join_queue(make.volunteer(), queued.pk, actor=None)
    waiting = capacity.join_queue(person, queued.pk, actor=None)
    capacity.sign_up(person, other.pk, actor=None)
    with django_assert_max_num_queries(4):
        found = rows.shift_rows(activity, person)
    assert [row.can for row in found] == ["take", "wait", "nothing", "nothing", "nothing"]
    assert [row.words for row in found] == [
        "还差 1 人", "已满 · 可候补", "已报名", "候补第 2 位", "还差 5 人",
    ]  # fmt: skip
    assert (found[2].signup_id, found[3].signup_id) == (mine.pk, waiting.pk)
    assert found[3].position == 2
    assert found[4].why == "与您“调解值班”时间冲突"
    assert found[4].clash_url == page(other.activity)


def test_the_clash_is_named_in_the_row_and_cannot_be_ticked(signed_in):
    shift = make.shift()
    other = make.shift(make.activity(title="调解值班"), starts_at=shift.starts_at)
    person = make.volunteer()
    capacity.sign_up(person, other.pk, actor=None)
    body = text(signed_in(person).get(page(shift.activity)))
    assert "与您“调解值班”时间冲突" in body
    assert f'id="shift-{shift.pk}" disabled' in body
    assert f'value="{shift.pk}"' not in body


def test_a_missing_rest_is_greyed_with_its_reason(settings):
    """Trial 8."""
    morning = make.shift(make.activity(title="早班"), minutes=120)
    evening = make.shift(starts_at=morning.ends_at + timedelta(hours=5))
    person = make.volunteer()
    capacity.sign_up(person, morning.pk, actor=None)
    assert row_of(evening, person).can == rows.Can.TAKE
    settings.LZ_REST_MINUTES = 8 * 60
    row = row_of(evening, person)
    assert (row.can, row.why) == (rows.Can.NOTHING, "与您“早班”间隔太短，休息时间不够")


def test_a_shift_under_way_says_that_it_has_begun():
    """Trial 11."""
    shift = make.shift(starts_at=timezone.now() - timedelta(minutes=1))
    row = row_of(shift, make.volunteer())
    assert (row.can, row.words) == (rows.Can.NOTHING, "已开始")
    assert "不能再报名" in row.why


def test_a_shift_that_is_over_is_not_shown():
    shift = make.shift(starts_at=timezone.now() - timedelta(days=1), minutes=60)
    assert rows.shift_rows(shift.activity, None) == []


def test_an_offer_leads_to_where_it_is_accepted(signed_in):
    shift = make.shift(capacity=1)
    holder = take(shift)
    person = make.volunteer()
    signup = capacity.join_queue(person, shift.pk, actor=None)
    capacity.withdraw(holder, actor=None)
    body = text(signed_in(person).get(page(shift.activity)))
    assert "有空位待确认" in body
    assert f"/activities/signups/{signup.pk}/accept/" in body
    assert f"/activities/signups/{signup.pk}/leave/" in body


def test_the_page_of_a_signed_in_person_needs_few_queries(
    signed_in, settings, django_assert_max_num_queries
):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    team = make.team()
    activity = make.activity(team=team, campaign=make.campaign())
    for day in range(1, 6):
        take(make.shift(activity, starts_at=timezone.now() + timedelta(days=day)))
    person = make.volunteer()
    ShiftPlace.objects.update(capacity=1)
    capacity.join_queue(person, activity.shifts.all()[0].pk, actor=None)
    client = signed_in(person)
    with django_assert_max_num_queries(10):
        body = text(client.get(page(activity)))
    assert "候补第 1 位" in body


# --- the page cache -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["list", "page"])
def test_cached_pages_show_a_sign_up_at_once(
    client, address, django_capture_on_commit_callbacks, django_assert_num_queries
):
    activity = make.activity()
    shift = make.shift(activity, capacity=2)
    where = LIST if address == "list" else page(activity)
    assert "还差 2 人" in text(client.get(where))
    with django_assert_num_queries(0):
        client.get(where)
    with django_capture_on_commit_callbacks(execute=True):
        signup = take(shift)
    assert "还差 1 人" in text(client.get(where))
    with django_capture_on_commit_callbacks(execute=True):
        capacity.withdraw(SignUp.objects.get(pk=signup.pk), actor=None)
    assert "还差 2 人" in text(client.get(where))


def test_a_cached_page_of_everybody_is_not_what_a_person_sees(signed_in):
    shift = make.shift()
    person = make.volunteer()
    capacity.sign_up(person, shift.pk, actor=None)
    Client().get(page(shift.activity))
    assert "已报名" in text(signed_in(person).get(page(shift.activity)))
    assert "已报名" not in text(Client().get(page(shift.activity)))
