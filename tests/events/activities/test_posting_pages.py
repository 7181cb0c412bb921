"""An organisation writes an activity: drafts, rows of shifts, odd input, calling off."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.activities.models import Activity, Kind, Shift, SignUp
from events.activities.services import activities, capacity
from tests import factories as make
from volunteers.foundation.models import Act
from volunteers.grants.models import Role
from volunteers.organisations.models import State as OrganisationState

pytestmark = pytest.mark.django_db

State = Activity.State


def text(response):
    """The body as text."""
    return response.content.decode()


def day(ahead=3):
    """A day some days ahead, as it is typed."""
    return f"{timezone.localdate() + timedelta(days=ahead):%Y-%m-%d}"


def rows(*typed):
    """The fields of rows of shifts as a browser posts them: (day, start, end[, places])."""
    data = {"shifts-TOTAL_FORMS": len(typed), "shifts-INITIAL_FORMS": 0}
    for number, row in enumerate(typed):
        names = ("day", "start", "end", "places", "leaders")
        for name, value in zip(names, (*row, *("5", "")[len(row) - 3 :]), strict=False):
            data[f"shifts-{number}-{name}"] = value
    return data


@pytest.fixture
def filled(community):
    """Everything that a submission needs, with one shift."""
    return {
        "kind": "patrol",
        "title": "周末夜间平安巡逻",
        "area": str(community.get_children().first().pk),
        "place": "3 网格",
        "meeting_point": "党群服务中心",
        "description": "两人以上同行，由组长带队。",
        "risk_notice": "遇险先拨 110。",
        "insurance_note": "街道统保。",
        "contact_name": "林干事",
        "contact_phone": "0514-80000000",
        "team": "",
        "campaign": "",
        **rows((day(), "19:30", "21:30")),
    }


@pytest.fixture
def client(signed_in, poster):
    """Signed in as the poster."""
    return signed_in(poster)


@pytest.fixture
def new(host):
    """Address of a new activity."""
    return f"/org/{host.slug}/activities/new/"


@pytest.fixture
def own(host):
    """Address of the organisation's list."""
    return f"/org/{host.slug}/activities/"


def shifts_of(activity):
    """(day and start, minutes, places) of each shift, in street time."""
    return [
        (f"{timezone.localtime(s.starts_at):%Y-%m-%d %H:%M}", s.minutes, s.places.get().capacity)
        for s in activity.shifts.all()
    ]


# --- the way through ------------------------------------------------------------------------


def test_a_draft_needs_little_and_is_found_again(client, new, own, filled):
    little = {"act": "draft", "kind": "care", "title": "陪伴", "area": filled["area"], **rows()}
    answer = client.post(new, little, follow=True)
    activity = Activity.objects.get()
    assert answer.redirect_chain == [(f"{own}{activity.pk}/edit/", 302)]
    assert "草稿已保存" in text(answer)
    assert (activity.state, activity.title) == (State.DRAFT, "陪伴")
    body = text(client.get(own))
    assert "陪伴" in body
    assert "接着填" in body


def test_submitting_two_shifts_ends_on_the_list_and_waits_for_review(client, new, own, filled):
    typed = filled | rows((day(), "19:30", "21:30"), (day(4), "23:00", "02:00", "4"))
    answer = client.post(new, typed | {"act": "submit"}, follow=True)
    activity = Activity.objects.get()
    assert answer.redirect_chain == [(own, 302)]
    assert "待审核" in text(answer)
    assert activity.state == State.SUBMITTED
    assert shifts_of(activity) == [(f"{day()} 19:30", 120, 5), (f"{day(4)} 23:00", 180, 4)]
    assert activity.host == Activity.objects.get().host


def test_all_that_is_missing_is_said_at_once_and_what_was_typed_stays(client, new, filled):
    typed = filled | {"risk_notice": "", "insurance_note": "", "contact_phone": "找我", **rows()}
    answer = client.post(new, typed | {"act": "submit"})
    body = text(answer)
    assert answer.status_code == 200
    assert "<title>错误：" in body
    assert "有 4 处需要修改" in body
    for sentence in ("请写明风险提示", "买了什么保险", "电话请只填数字", "至少要有一个班次"):
        assert sentence in body
    for kept in ("周末夜间平安巡逻", "两人以上同行", "找我"):
        assert kept in body
    assert not Activity.objects.exists()


def test_a_returned_activity_shows_the_remark_and_is_submitted_again(
    client, own, filled, host, new, reviewer
):
    client.post(new, filled | {"act": "submit"})
    activity = Activity.objects.get()
    activities.return_with_remarks(activity, "请写清楚集合点在哪个门", actor=reviewer)
    assert "请写清楚集合点在哪个门" in text(client.get(own))
    edit = f"{own}{activity.pk}/edit/"
    body = text(client.get(edit))
    assert "请写清楚集合点在哪个门" in body
    assert 'value="19:30"' in body
    shift = activity.shifts.get()
    typed = filled | {"meeting_point": "南门", "shifts-0-shift": shift.pk, "act": "submit"}
    client.post(edit, typed)
    activity.refresh_from_db()
    assert (activity.state, activity.meeting_point) == (State.SUBMITTED, "南门")
    assert activity.shifts.get().pk == shift.pk


def test_a_saved_draft_comes_back_as_it_was_typed(client, new, own, filled, host):
    team, campaign = make.team(organisation=host), make.campaign(area=host.area.get_root())
    typed = filled | {"team": team.pk, "campaign": campaign.pk}
    typed |= rows((day(), "22:00", "24:00", "7", "1"))
    client.post(new, typed | {"act": "draft"})
    activity = Activity.objects.get()
    assert (activity.team, activity.campaign) == (team, campaign)
    body = text(client.get(f"{own}{activity.pk}/edit/"))
    for value in (day(), "22:00", "24:00", "7", "1", "党群服务中心"):
        assert f'value="{value}"' in body
    assert f'<option value="{team.pk}" selected>' in body
    assert f'<option value="{campaign.pk}" selected>' in body
    assert f'<option value="{filled["area"]}" selected>' in body


# --- rows of shifts -------------------------------------------------------------------------


def test_one_more_row_loses_nothing_and_saves_nothing(client, new, filled):
    typed = filled | {"contact_phone": "乱写", **rows((day(), "19：30", "看看再说"))}
    body = text(client.post(new, typed | {"act": "row"}))
    assert 'name="shifts-TOTAL_FORMS" value="2"' in body
    for kept in ("周末夜间平安巡逻", "乱写", "19：30", "看看再说", "遇险先拨 110。"):
        assert kept in body
    assert "需要修改" not in body
    assert not Activity.objects.exists()


def test_twenty_rows_are_enough(client, new, filled):
    typed = filled | rows(*((day(n), "19:00", "20:00") for n in range(2, 22)))
    body = text(client.post(new, typed | {"act": "row"}))
    assert "最多 20 班" in body
    assert 'name="shifts-TOTAL_FORMS" value="20"' in body


def test_empty_and_dropped_rows_are_no_shifts(client, new, filled):
    typed = filled | rows(("", "", "", "5"), (day(), "19:30", "21:30"), (day(4), "unsinn", "21:30"))
    client.post(new, typed | {"shifts-2-DELETE": "on", "act": "submit"})
    assert shifts_of(Activity.objects.get()) == [(f"{day()} 19:30", 120, 5)]


def test_the_preview_tells_minutes_and_points_before_saving(client, new, filled):
    make.rule("patrol", points_per_hour=10)
    typed = filled | rows((day(), "19:30", "21:30"), (day(4), "23:00", "0:30", "3", "1"))
    preview = client.post(new, typed | {"act": "preview"}).context["preview"]
    assert [(row["minutes"], row["points"]) for row in preview["rows"]] == [(120, 20), (90, 15)]
    assert preview["people"] == 9
    assert preview["minutes"] == 5 * 120 + 4 * 90


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("19：30", "21：30", 120),  # Trial 46: full-width colon
        ("１９:３０", "2130", 120),
        ("9点半", "11点", 90),
        ("23:00", "02:00", 180),  # past midnight
        ("22:00", "24:00", 120),
        ("08:00", "08:00", 24 * 60),  # the next day's eight o'clock
    ],
)
def test_odd_times_are_understood(client, new, filled, start, end, minutes):
    client.post(new, filled | rows((day(), start, end)) | {"act": "submit"})
    assert Activity.objects.get().shifts.get().minutes == minutes


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("2026-02-30", "19:30", "21:30"), "没有“2026-02-30”这一天"),
        (("后天", "19:30", "21:30"), "日期看不懂"),
        (("2020-01-01", "19:30", "21:30"), "开始时间已经过了"),
        (("9999-12-31", "19:30", "21:30"), "一年以后"),
        (("9999-12-31", "23:00", "02:00"), "日期太远"),
        ((day(), "25:00", "21:30"), "没有“25:00”这个时间"),
        ((day(), "晚上", "21:30"), "时间看不懂"),
        ((day(), "19:30", ""), "请填写结束时间"),
        ((day(), "19:30", "21:30", "0"), "1 到 999"),
        ((day(), "19:30", "21:30", "1000"), "1 到 999"),
        ((day(), "19:30", "21:30", "9" * 5000), "1 到 999"),
        ((day(), "19:30", "21:30", ""), "请填写队员名额"),
        ((day(), "19:30", "21:30", "5", "-1"), "0 到 9"),
        ((day(), "19:30\x00", "21:30"), "第 1 班"),
    ],
)
def test_bad_rows_get_a_sentence_that_names_the_row_and_keep_what_was_typed(
    client, new, filled, row, words
):
    answer = client.post(new, filled | rows(row) | {"act": "draft"})
    body = text(answer)
    assert answer.status_code == 200
    assert "第 1 班" in body
    assert words in body
    assert all(value.replace("\x00", "") in body.replace("\x00", "") for value in row[:3])
    assert not Activity.objects.exists()


def test_two_rows_at_the_same_time_are_refused(client, new, filled):
    typed = filled | rows((day(), "19:30", "21:30"), (day(), "19：30", "21点半"))
    assert "第 2 班：和第 1 班时间一样" in text(client.post(new, typed | {"act": "draft"}))


def test_full_width_numbers_are_numbers(client, new, filled):
    client.post(new, filled | rows((day(), "19:30", "21:30", "１２")) | {"act": "draft"})
    assert Activity.objects.get().shifts.get().places.get().capacity == 12


@pytest.mark.parametrize(
    "broken",
    [
        {"shifts-TOTAL_FORMS": "abc"},
        {"shifts-TOTAL_FORMS": ""},
        {"shifts-TOTAL_FORMS": "-5"},
        {"shifts-TOTAL_FORMS": "999999999"},
        {"area": "0"},
        {"area": "9" * 40},
        {"team": "9" * 40},
        {"campaign": "\x00"},
        {"kind": "nonsense"},
        {"title": "长" * 61},
        {"title": "有\x00空"},
        {"description": "长" * 3001},
    ],
)
def test_broken_forms_are_answered_and_save_nothing(client, new, filled, broken):
    answer = client.post(new, filled | broken | {"act": "draft"})
    assert answer.status_code == 200
    assert "需要修改" in text(answer)
    assert not Activity.objects.exists()


@pytest.mark.parametrize("act", ["row", "preview", "split", "", "nonsense"])
def test_a_broken_form_does_not_break_the_other_buttons_either(client, new, act):
    answer = client.post(new, {"act": act, "shifts-TOTAL_FORMS": "abc", "area": "\x00"})
    assert answer.status_code == 200
    assert not Activity.objects.exists()


def test_a_hidden_shift_of_another_activity_is_not_touched(client, new, filled):
    foreign = make.shift()
    for number in (foreign.pk, 10**30, "abc"):
        client.post(new, filled | {"shifts-0-shift": number, "act": "draft"})
    foreign.refresh_from_db()
    assert foreign.activity.title != filled["title"]
    assert foreign.minutes == 120


# --- cutting a day --------------------------------------------------------------------------


def split(**typed):
    """The fields of the form that cuts a day."""
    return {f"split-{name}": value for name, value in typed.items()} | {"act": "split"}


def test_a_long_day_becomes_five_rows_that_are_looked_over_before_saving(client, new, filled):
    """Trial 45: 11:30 to 22:00, changes at 14, 16, 18, 20."""
    cut = split(day=day(5), start="11：30", end="22:00", changes="14, 16，18、20", places="3")
    answer = client.post(new, filled | rows(("", "", "")) | cut)
    typed = answer.context["formset"].initial
    assert [(row["start"], row["end"]) for row in typed] == [
        ("11:30", "14:00"),
        ("14:00", "16:00"),
        ("16:00", "18:00"),
        ("18:00", "20:00"),
        ("20:00", "22:00"),
    ]
    assert not Activity.objects.exists()
    seen = [(row["day"], row["start"], row["end"], row["places"]) for row in typed]
    client.post(new, filled | rows(*seen) | {"act": "submit"})
    assert shifts_of(Activity.objects.get()) == [
        (f"{day(5)} 11:30", 150, 3),
        (f"{day(5)} 14:00", 120, 3),
        (f"{day(5)} 16:00", 120, 3),
        (f"{day(5)} 18:00", 120, 3),
        (f"{day(5)} 20:00", 120, 3),
    ]


def test_two_days_of_two_hours_each_have_the_right_lengths(client, new, filled):
    """Trial 46: 9:00, 11:00 … 21:00 over two days."""
    cut = split(
        day=day(5), last_day=day(6), start="9:00", end="21:00", changes="11 13 15 17 19", places="2"
    )
    answer = client.post(new, filled | rows() | cut)
    typed = answer.context["formset"].initial
    assert [row["day"] for row in typed] == [day(5)] * 6 + [day(6)] * 6
    seen = [(row["day"], row["start"], row["end"], row["places"]) for row in typed]
    client.post(new, filled | rows(*seen) | {"act": "draft"})
    assert {shift.minutes for shift in Shift.objects.all()} == {120}
    assert Shift.objects.count() == 12


def test_a_night_is_cut_past_midnight_onto_the_right_days(client, new, filled):
    cut = split(day=day(5), start="22:00", end="06:00", changes="0:00 3:00", places="2")
    typed = client.post(new, filled | rows() | cut).context["formset"].initial
    seen = [(row["day"], row["start"], row["end"], row["places"]) for row in typed]
    client.post(new, filled | rows(*seen) | {"act": "draft"})
    assert shifts_of(Activity.objects.get()) == [
        (f"{day(5)} 22:00", 120, 2),
        (f"{day(6)} 00:00", 180, 2),
        (f"{day(6)} 03:00", 180, 2),
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "请填写日期"),
        ({"changes": "晚上"}, "时间看不懂"),
        ({"changes": "23"}, "不在开始和结束之间"),
        ({"changes": "16, 14"}, "从早到晚"),
        ({"last_day": day(1)}, "不能早于第一天"),
        ({"day": "9999-12-31"}, "一年以后"),
        ({"places": "x"}, "1 到 999"),
    ],
)
def test_what_cannot_be_cut_is_said_and_kept(client, new, filled, typed, words):
    whole = {"day": day(5), "start": "11:30", "end": "22:00", "changes": "14", "places": "3"}
    cut = split(**(whole | typed if typed else {}))
    body = text(client.post(new, filled | cut))
    assert words in body
    assert "<details" in body
    assert " open>" in body
    assert 'name="shifts-TOTAL_FORMS" value="1"' in body
    for value in typed.values():
        assert f'value="{value}"' in body


def test_more_than_twenty_cut_shifts_are_cut_off_with_a_word(client, new, filled):
    cut = split(day=day(5), last_day=day(60), start="9:00", end="11:00", places="2")
    answer = client.post(new, filled | rows() | cut)
    assert "最多 20 班" in text(answer)
    assert len(answer.context["formset"].initial) == 20


# --- who may --------------------------------------------------------------------------------


@pytest.fixture
def draft(host, poster):
    """A draft of the organisation."""
    return make.activity(
        host=host, state=State.DRAFT, published_at=None, created_by=poster, title="草稿一份"
    )


def addresses(host, draft):
    """Every posting page."""
    base = f"/org/{host.slug}/activities/"
    return [base, f"{base}new/", f"{base}{draft.pk}/edit/", f"{base}{draft.pk}/cancel/"]


def test_only_who_posts_for_the_organisation_sees_its_pages(signed_in, host, draft, poster):
    other = make.organisation(area=host.area)
    foreign = make.user()
    make.grant(foreign, Role.ORG_MANAGER, organisation=other)
    liaison = make.user()
    make.grant(liaison, Role.LIAISON, organisation=host)
    manager = make.user()
    make.grant(manager, Role.ORG_MANAGER, organisation=host)
    for address in addresses(host, draft):
        codes = {
            name: signed_in(who).get(address).status_code
            for name, who in [
                ("poster", poster), ("manager", manager), ("foreign", foreign),
                ("resident", make.volunteer()), ("liaison", liaison),
            ]
        }  # fmt: skip
        assert codes == {
            "poster": 200, "manager": 200, "foreign": 404, "resident": 404, "liaison": 403,
        }, address  # fmt: skip


def test_another_organisations_activity_cannot_be_reached_through_ones_own(signed_in, host, poster):
    foreign = make.activity(state=State.DRAFT, published_at=None)
    client = signed_in(poster)
    for page in ("edit", "cancel"):
        for method in (client.get, client.post):
            answer = method(f"/org/{host.slug}/activities/{foreign.pk}/{page}/")
            assert answer.status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == State.DRAFT


def test_without_sign_in_one_is_asked_in(host, draft):
    for address in addresses(host, draft):
        assert Client().get(address)["Location"] == f"/accounts/?next={address}"


def test_the_list_shows_only_the_organisations_own(client, own, draft):
    make.activity(title="别人的活动")
    body = text(client.get(own))
    assert "草稿一份" in body
    assert "别人的活动" not in body


def test_area_and_team_of_others_cannot_be_chosen(client, new, filled):
    for foreign in ({"area": make.grid().pk}, {"team": make.team().pk}):
        assert "需要修改" in text(client.post(new, filled | foreign | {"act": "draft"}))
    assert not Activity.objects.exists()


def test_an_organisation_that_is_not_accepted_reads_why(client, host, own, new, filled):
    host.state = OrganisationState.SUBMITTED
    host.save()
    assert "审核通过以后才能发布活动" in text(client.get(own))
    body = text(client.post(new, filled | {"act": "submit"}))
    assert "组织还没有通过审核" in body
    assert not Activity.objects.exists()


@pytest.mark.parametrize("state", ["submitted", "published", "declined", "cancelled", "ended"])
def test_what_is_not_a_draft_any_more_is_not_edited(client, own, draft, filled, state):
    Activity.objects.filter(pk=draft.pk).update(state=state)
    for method in (client.get, client.post):
        answer = method(f"{own}{draft.pk}/edit/", filled | {"act": "draft"})
        assert answer.status_code == 409
        assert "不能修改" in text(answer)
    draft.refresh_from_db()
    assert draft.title == "草稿一份"


# --- calling off ----------------------------------------------------------------------------


def test_calling_off_asks_why_and_says_how_many_are_told(client, own, host, poster):
    activity = make.activity(host=host, created_by=poster, kind=Kind.PATROL)
    capacity.sign_up(make.volunteer(), make.shift(activity).pk, actor=None)
    address = f"{own}{activity.pk}/cancel/"
    assert "1 人会马上收到通知" in text(client.get(address))
    assert "请写明取消的原因" in text(client.post(address, {"reason": "  "}))
    activity.refresh_from_db()
    assert activity.state == State.PUBLISHED
    answer = client.post(address, {"reason": "台风"}, follow=True)
    assert answer.redirect_chain == [(own, 302)]
    activity.refresh_from_db()
    assert activity.state == State.CANCELLED
    assert SignUp.objects.get().reason == "班次取消：台风"
    assert Act.objects.get(verb="activity.cancel").actor == poster


def test_a_draft_is_thrown_away(client, own, draft):
    client.post(f"{own}{draft.pk}/cancel/", {"reason": ""})
    draft.refresh_from_db()
    assert draft.state == State.CANCELLED
    answer = client.post(f"{own}{draft.pk}/cancel/", {"reason": ""})
    assert "不能改为" in text(answer)  # a second time there is nothing to throw away


def test_the_list_needs_few_queries(client, own, host, django_assert_max_num_queries):
    for _ in range(5):
        make.shift(make.activity(host=host))
    client.get(own)
    with django_assert_max_num_queries(7):
        client.get(own)
