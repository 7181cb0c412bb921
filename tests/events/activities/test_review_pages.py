"""Area staff read what an organisation submitted and decide."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.activities import queries
from events.activities.models import Activity, Kind, Shift, ShiftPlace
from events.activities.services import activities
from events.activities.services.activities import ActivityDraft
from events.activities.services.shifts import ShiftDraft
from tests import factories as make
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation.models import Act
from volunteers.foundation.registry import desk_queue
from volunteers.grants.models import Role

pytestmark = pytest.mark.django_db

State = Activity.State


def text(response):
    """The body as text."""
    return response.content.decode()


def submit(host, poster, title="夜间巡逻", **also):
    """An activity that waits for review."""
    start = timezone.now() + timedelta(days=3)
    return activities.post(
        ActivityDraft(
            kind=Kind.PATROL,
            title=title,
            area=also.get("area", host.area),
            description="两人以上同行。",
            place="3 网格",
            risk_notice="遇险先拨 110。",
            insurance_note="街道统保。",
            contact_name="林干事",
            contact_phone="0514-80000000",
        ),
        [ShiftDraft(start, start + timedelta(hours=2), 5, leaders=1)],
        host=host,
        actor=poster,
        at=also.get("at"),
    )


@pytest.fixture
def waiting(host, poster):
    """The activity that waits."""
    return submit(host, poster)


def url(activity):
    """Its review page."""
    return f"/desk/activities/{activity.pk}/"


def test_the_reviewer_reads_everything_and_accepts(signed_in, reviewer, waiting):
    client = signed_in(reviewer)
    body = text(client.get(url(waiting)))
    for words in ("夜间巡逻", "两人以上同行。", "遇险先拨 110。", "街道统保。", "林干事"):
        assert words in body
    assert "队员 5 人，组长 1 人" in body or "组长 1 人，队员 5 人" in body
    answer = client.post(url(waiting), {"decision": "accept", "remark": ""}, follow=True)
    assert "已发布" in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == State.PUBLISHED
    public = text(client.get(f"/activities/{waiting.pk}/"))
    assert "还差 5 人" in public
    assert [card.title for card in queries.open_shifts()] == ["夜间巡逻"]


@pytest.mark.parametrize(
    ("decision", "state"), [("return", State.RETURNED), ("decline", State.DECLINED)]
)
def test_a_no_needs_words_and_keeps_what_was_typed(signed_in, reviewer, waiting, decision, state):
    client = signed_in(reviewer)
    answer = client.post(url(waiting), {"decision": decision, "remark": " "})
    assert "请写明意见" in text(answer)
    answer = client.post(url(waiting), {"decision": decision, "remark": "长" * 301})
    assert "长" * 301 in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == State.SUBMITTED
    client.post(url(waiting), {"decision": decision, "remark": "请写明照明。"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.remark) == (state, "请写明照明。")
    assert Act.objects.get(verb=f"activity.{decision}").reason == "请写明照明。"


@pytest.mark.parametrize("decision", ["", "nonsense", "\x00"])
def test_a_decision_that_is_none_changes_nothing(signed_in, reviewer, waiting, decision):
    answer = signed_in(reviewer).post(url(waiting), {"decision": decision, "remark": "好"})
    assert "请选择通过、退回修改或者不通过" in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == State.SUBMITTED


def test_deciding_twice_says_what_it_is_now(signed_in, reviewer, waiting):
    client = signed_in(reviewer)
    client.post(url(waiting), {"decision": "accept"})
    answer = client.post(url(waiting), {"decision": "decline", "remark": "晚了"})
    assert "现在是“已发布”" in text(answer)
    waiting.refresh_from_db()
    assert waiting.state == State.PUBLISHED


def test_shifts_that_are_all_over_are_said_and_nothing_is_published(signed_in, reviewer, waiting):
    past = timezone.now() - timedelta(hours=3)
    Shift.objects.filter(activity=waiting).update(starts_at=past, ends_at=past + timedelta(hours=1))
    answer = signed_in(reviewer).post(url(waiting), {"decision": "accept"})
    assert "请退回让对方修改" in text(answer)
    assert "通过，上架招募" in text(answer)  # it still waits
    waiting.refresh_from_db()
    assert waiting.state == State.SUBMITTED


# --- who may --------------------------------------------------------------------------------


def test_reviewing_is_for_area_staff_of_that_area(signed_in, street, waiting, poster):
    elsewhere = make.staff(Role.AREA_STAFF, make.area(AreaKind.STREET))
    coordinator = make.staff(Role.COORDINATOR, street)
    of_community = make.staff(Role.AREA_STAFF, waiting.area)
    codes = {
        name: signed_in(who).get(url(waiting)).status_code
        for name, who in [
            ("own area", of_community), ("elsewhere", elsewhere), ("coordinator", coordinator),
            ("poster", poster), ("resident", make.volunteer()),
        ]
    }  # fmt: skip
    assert codes == {
        "own area": 200, "elsewhere": 404, "coordinator": 403, "poster": 403, "resident": 403,
    }  # fmt: skip
    answer = signed_in(elsewhere).post(url(waiting), {"decision": "accept"})
    assert answer.status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == State.SUBMITTED


def test_nobody_reviews_what_they_posted_themselves(signed_in, host, street):
    both = make.staff(Role.AREA_STAFF, street)
    make.grant(both, Role.ORG_POSTER, organisation=host)
    activity = submit(host, both)
    answer = signed_in(both).post(url(activity), {"decision": "accept"})
    assert answer.status_code == 403
    assert desk_queue.get("activities")(both) == []


def test_drafts_are_nobodys_business(signed_in, reviewer, host):
    draft = make.activity(host=host, area=host.area, state=State.DRAFT, published_at=None)
    assert signed_in(reviewer).get(url(draft)).status_code == 404


def test_without_sign_in_one_is_asked_in(client, waiting):
    assert client.get(url(waiting)).url == f"/accounts/?next={url(waiting)}"


# --- the desk's queue -----------------------------------------------------------------------


def test_the_queue_holds_what_waits_in_ones_area_longest_first(
    host, poster, reviewer, django_assert_max_num_queries
):
    now = timezone.now()
    new = submit(host, poster, "新的", at=now)
    old = submit(host, poster, "老的", at=now - timedelta(hours=5))
    foreign = make.organisation()
    submit(foreign, make.user(), "外地的")
    answered = submit(host, poster, "退回的", at=now - timedelta(hours=9))
    activities.return_with_remarks(answered, "改", actor=reviewer)
    with django_assert_max_num_queries(3):
        items = desk_queue.get("activities")(reviewer)
    assert [item["title"] for item in items] == [
        f"{host.name}申请发布“老的”", f"{host.name}申请发布“新的”",
    ]  # fmt: skip
    assert [item["url"] for item in items] == [url(old), url(new)]
    assert items[0]["since"] == now - timedelta(hours=5)
    assert {item["kind"] for item in items} == {"活动审核"}


def test_the_queue_of_others_is_empty(waiting, poster):
    assert desk_queue.get("activities")(poster) == []
    assert desk_queue.get("activities")(make.user()) == []


def test_a_published_activity_needs_its_leader_places_apart(signed_in, reviewer, waiting):
    """Leaders are not counted among members: two places rows, one card."""
    signed_in(reviewer).post(url(waiting), {"decision": "accept"})
    assert ShiftPlace.objects.filter(shift__activity=waiting).count() == 2
    [card] = queries.open_shifts()
    assert card.capacity == 5
