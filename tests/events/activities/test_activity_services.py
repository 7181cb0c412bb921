"""The life of an activity: what each move asks, writes, opens, and tells."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.activities.models import Activity, Kind, PlaceRole, Shift, ShiftPlace, SignUp
from events.activities.services import activities, capacity, shifts
from events.activities.services.activities import ActivityDraft
from events.activities.services.shifts import ShiftDraft
from tests import factories as make
from volunteers.foundation import versions
from volunteers.foundation.errors import Refusal, WrongState
from volunteers.foundation.models import Act, Outgoing
from volunteers.notices.models import Notice
from volunteers.organisations.models import State as OrganisationState

pytestmark = pytest.mark.django_db

State = Activity.State


def draft(area, **also):
    """A complete patrol."""
    return ActivityDraft(
        **{
            "kind": Kind.PATROL,
            "title": "周末夜间平安巡逻",
            "area": area,
            "description": "两人以上同行。",
            "place": "3 网格",
            "meeting_point": "党群服务中心",
            "risk_notice": "遇险先拨 110。",
            "insurance_note": "街道统保。",
            "contact_name": "林干事",
            "contact_phone": "0514-80000000",
        }
        | also
    )


def shift(days=2, hours=2, **also):
    """A shift that starts in some days."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    ends_at = start + timedelta(hours=hours)
    return ShiftDraft(start, ends_at, **({"capacity": 5} | also))


@pytest.fixture
def saved(host, poster):
    """A draft with two shifts."""
    return activities.save_draft(
        draft(host.area), [shift(2), shift(3, leaders=1)], host=host, actor=poster
    )


@pytest.fixture
def submitted(saved, poster):
    """The same, waiting for review."""
    activities.submit(saved, actor=poster)
    return saved


def places(activity):
    """(role, capacity) of each shift, in order of time."""
    return [
        sorted(s.places.values_list("role", "capacity"))
        for s in activity.shifts.order_by("starts_at")
    ]


# --- drafts ---------------------------------------------------------------------------------


def test_a_draft_is_kept_with_planned_shifts_and_nobody_sees_it(saved, poster):
    saved.refresh_from_db()
    assert (saved.state, saved.pillar, saved.rule_code) == (State.DRAFT, "safe", "patrol")
    assert saved.created_by == poster
    assert set(saved.shifts.values_list("state", flat=True)) == {Shift.State.PLANNED}
    assert places(saved) == [[("member", 5)], [("leader", 1), ("member", 5)]]
    assert Act.objects.get(verb="activity.draft").actor == poster


def test_changing_a_draft_changes_its_shifts_and_drops_what_is_not_named(saved, poster):
    first = saved.shifts.first()
    activities.save_draft(
        draft(saved.area, title="改了名"),
        [shift(2, hours=3, capacity=9, leaders=2, shift_id=first.pk), shift(5)],
        host=saved.host,
        actor=poster,
        activity=saved,
    )
    saved.refresh_from_db()
    assert saved.title == "改了名"
    assert [s.minutes for s in saved.shifts.all()] == [180, 120]
    assert saved.shifts.first().pk == first.pk
    assert places(saved) == [[("leader", 2), ("member", 9)], [("member", 5)]]
    assert Act.objects.get(verb="activity.edit").new["changed"] == ["title"]


def test_a_shift_of_another_activity_cannot_be_taken_over(saved, poster):
    foreign = make.shift()
    activities.save_draft(
        draft(saved.area), [shift(shift_id=foreign.pk)], host=saved.host, actor=poster,
        activity=saved,
    )  # fmt: skip
    foreign.refresh_from_db()
    assert foreign.activity != saved
    assert saved.shifts.count() == 1


@pytest.mark.parametrize(
    ("drafts", "words"),
    [
        ([{"hours": 0}], "时长"),
        ([{"hours": 25}], "24 小时"),
        ([{"capacity": 0}], "名额"),
        ([{"capacity": 1000}], "名额"),
        ([{"leaders": 10}], "组长"),
        ([{}, {}], "第 2 班和第 1 班"),
        ([{"days": n} for n in range(1, 22)], "最多 20 班"),
    ],
)
def test_impossible_shifts_are_refused_and_nothing_is_kept(host, poster, drafts, words):
    with pytest.raises(Refusal, match=words) as refused:
        activities.save_draft(
            draft(host.area), [shift(**each) for each in drafts], host=host, actor=poster
        )
    assert refused.value.field == "shifts"
    assert not Activity.objects.exists()
    assert not Act.objects.exists()


def test_another_organisations_team_is_refused(host, poster):
    with pytest.raises(Refusal) as refused:
        activities.save_draft(
            draft(host.area, team=make.team()), [shift()], host=host, actor=poster
        )
    assert refused.value.field == "team"


def test_sending_the_same_new_draft_twice_makes_one(host, poster):
    activities.save_draft(draft(host.area), [shift()], host=host, actor=poster)
    with pytest.raises(Refusal, match="刚刚已经存过"):
        activities.save_draft(draft(host.area), [shift()], host=host, actor=poster)
    assert Activity.objects.count() == 1


# --- review ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing",
    [*activities.NEEDED, "insurance_note"],
)
def test_what_the_public_must_know_is_asked_before_submitting(host, poster, missing):
    saved = activities.save_draft(
        draft(host.area, **{missing: "  "}), [shift()], host=host, actor=poster
    )
    with pytest.raises(Refusal) as refused:
        activities.submit(saved, actor=poster)
    assert refused.value.field == missing
    saved.refresh_from_db()
    assert saved.state == State.DRAFT


def test_only_dangerous_kinds_need_insurance(host, poster):
    saved = activities.post(
        draft(host.area, kind=Kind.SERVICE, insurance_note=""), [shift()], host=host, actor=poster
    )
    assert (saved.state, saved.pillar, saved.rule_code) == (State.SUBMITTED, "share", "service")


@pytest.mark.parametrize(("drafts", "words"), [([], "至少要有一个班次"), ([-1], "过了开始时间")])
def test_a_submission_needs_shifts_to_come(host, poster, drafts, words):
    with pytest.raises(Refusal, match=words):
        activities.post(draft(host.area), [shift(days) for days in drafts], host=host, actor=poster)
    assert not Activity.objects.exists()  # saving and submitting go together


def test_an_organisation_that_is_not_accepted_cannot_submit(host, poster, saved):
    host.state = OrganisationState.CLOSED
    host.save()
    saved.refresh_from_db()
    with pytest.raises(Refusal, match="没有通过审核"):
        activities.submit(saved, actor=poster)


def test_accepting_opens_the_shifts_and_makes_pages_stale(
    submitted, reviewer, django_capture_on_commit_callbacks
):
    names = ["places", f"activity:{submitted.pk}"]
    before = versions.read(names)
    with django_capture_on_commit_callbacks(execute=True):
        activities.accept(submitted, actor=reviewer)
    after = versions.read(names)
    assert all(before[name] != after[name] for name in names)
    submitted.refresh_from_db()
    assert submitted.state == State.PUBLISHED
    assert submitted.published_at is not None
    assert set(submitted.shifts.values_list("state", flat=True)) == {Shift.State.OPEN}
    act = Act.objects.get(verb="activity.accept")
    assert (act.actor, act.old, act.new) == (
        reviewer, {"state": "submitted"}, {"state": "published"},
    )  # fmt: skip


def test_shifts_that_began_during_the_review_are_cancelled_and_none_left_is_refused(
    submitted, reviewer
):
    first, second = submitted.shifts.order_by("starts_at")
    with pytest.raises(Refusal, match="都已经过了"):
        activities.accept(submitted, actor=reviewer, at=second.starts_at)
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED
    activities.accept(submitted, actor=reviewer, at=first.starts_at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Shift.State.CANCELLED, Shift.State.OPEN)


def test_two_reviewers_at_once_decide_once(submitted, reviewer):
    other = Activity.objects.get(pk=submitted.pk)
    activities.accept(submitted, actor=reviewer)
    with pytest.raises(WrongState):
        activities.decline(other, "重复", actor=reviewer)
    other.refresh_from_db()
    assert other.state == State.PUBLISHED


@pytest.mark.parametrize(
    ("judge", "state"),
    [(activities.return_with_remarks, State.RETURNED), (activities.decline, State.DECLINED)],
)
def test_a_no_needs_its_words(submitted, reviewer, judge, state):
    for remark, words in (("  ", "请写明意见"), ("长" * 301, "300 字")):
        with pytest.raises(Refusal, match=words) as refused:
            judge(submitted, remark, actor=reviewer)
        assert refused.value.field == "remark"
    judge(submitted, "请写明夜间照明。", actor=reviewer)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.remark) == (state, "请写明夜间照明。")
    assert set(submitted.shifts.values_list("state", flat=True)) == {Shift.State.PLANNED}


def test_a_returned_activity_is_changed_and_submitted_again(submitted, poster, reviewer):
    activities.return_with_remarks(submitted, "写清集合点", actor=reviewer)
    kept = [shift(4, shift_id=s.pk) for s in submitted.shifts.all()[:1]]
    activities.post(
        draft(submitted.area, meeting_point="南门"), kept, host=submitted.host, actor=poster,
        activity=submitted,
    )  # fmt: skip
    activities.accept(submitted, actor=reviewer)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.meeting_point, submitted.remark) == (
        State.PUBLISHED, "南门", "",
    )  # fmt: skip


def test_published_activities_are_not_edited(submitted, poster, reviewer):
    activities.accept(submitted, actor=reviewer)
    with pytest.raises(WrongState):
        activities.save_draft(
            draft(submitted.area, title="偷换"), [], host=submitted.host, actor=poster,
            activity=submitted,
        )  # fmt: skip
    submitted.refresh_from_db()
    assert submitted.title == "周末夜间平安巡逻"
    assert submitted.shifts.count() == 2


def test_a_poster_who_is_a_volunteer_is_told_and_others_are_not(submitted, poster, reviewer):
    activities.return_with_remarks(submitted, "再写清楚", actor=reviewer)
    assert not Outgoing.objects.exists()  # this poster has no Volunteer
    make.volunteer(user=poster)
    activities.submit(submitted, actor=poster)
    activities.decline(submitted, "场地不行", actor=reviewer)
    row = Outgoing.objects.get()
    assert row.payload["context"]["remark"] == "场地不行"


def test_the_posters_notice_reaches_the_inbox(
    submitted, poster, reviewer, django_capture_on_commit_callbacks
):
    make.volunteer(user=poster)
    with django_capture_on_commit_callbacks(execute=True):
        activities.accept(submitted, actor=reviewer)
    notice = Notice.objects.get()
    assert notice.title == "活动已发布：周末夜间平安巡逻"
    assert notice.url == f"/activities/{submitted.pk}/"


# --- calling off, ending --------------------------------------------------------------------


def published(**also):
    """A published activity with one shift to come and one that began an hour ago."""
    activity = make.activity(**also)
    coming = make.shift(activity)
    begun = make.shift(activity, starts_at=timezone.now() - timedelta(hours=1))
    return activity, coming, begun


def test_calling_off_tells_everybody_of_the_coming_shifts_and_leaves_the_running_one():
    activity, coming, begun = published()
    ShiftPlace.objects.filter(shift=coming).update(capacity=1)
    going, waiting, there = (make.volunteer() for _ in "abc")
    capacity.sign_up(going, coming.pk, actor=None)
    queued = capacity.join_queue(waiting, coming.pk, actor=None)
    capacity.add_by_hand(there, begun.pk, actor=make.user(), reason="到场补登")
    activities.cancel(activity, "台风红色预警", actor=make.user())
    activity.refresh_from_db()
    coming.refresh_from_db()
    begun.refresh_from_db()
    assert activity.state == State.CANCELLED
    assert (coming.state, coming.cancel_reason) == (Shift.State.CANCELLED, "台风红色预警")
    assert begun.state == Shift.State.OPEN
    signups = SignUp.objects.order_by("id")
    assert list(signups.values_list("state", flat=True)) == ["removed", "removed", "confirmed"]
    assert (make.place(coming).taken, make.place(begun).taken) == (0, 1)
    notice = Outgoing.objects.get(key=f"signup.removed:{queued.pk}")
    assert notice.payload["context"]["reason"] == "班次取消：台风红色预警"


def test_calling_a_published_activity_off_needs_a_reason():
    activity, coming, _ = published()
    with pytest.raises(Refusal) as refused:
        activities.cancel(activity, " ", actor=make.user())
    assert refused.value.field == "reason"
    coming.refresh_from_db()
    assert coming.state == Shift.State.OPEN


def test_a_draft_is_thrown_away_without_words(saved, poster):
    activities.cancel(saved, "", actor=poster)
    saved.refresh_from_db()
    assert saved.state == State.CANCELLED
    assert set(saved.shifts.values_list("state", flat=True)) == {Shift.State.CANCELLED}


def test_one_shift_is_cancelled_with_its_reason():
    activity, coming, begun = published()
    capacity.sign_up(make.volunteer(), coming.pk, actor=None)
    with pytest.raises(Refusal, match="已经开始"):
        shifts.cancel(begun, "下雨", actor=make.user())
    with pytest.raises(Refusal, match="请写明"):
        shifts.cancel(coming, "", actor=make.user())
    shifts.cancel(coming, "下雨", actor=make.user())
    activity.refresh_from_db()
    assert activity.state == State.PUBLISHED
    assert SignUp.objects.get().state == SignUp.State.REMOVED
    assert make.place(coming).taken == 0


def test_who_slipped_into_a_shift_while_it_was_cancelled_is_told_by_beat():
    _, coming, _ = published()
    capacity.sign_up(make.volunteer(), coming.pk, actor=None)
    Shift.objects.filter(pk=coming.pk).update(
        state=Shift.State.CANCELLED, cancel_reason="停水"
    )  # as if the sign-up had committed just after the sweep
    assert shifts.clear_cancelled() == 1
    assert shifts.clear_cancelled() == 0
    signup = SignUp.objects.get()
    assert (signup.state, signup.reason) == (SignUp.State.REMOVED, "班次取消：停水")


def test_shifts_end_with_their_time_and_an_activity_with_its_last_shift():
    activity, coming, begun = published()
    assert shifts.end_due(at=begun.ends_at - timedelta(seconds=1)) == 0
    assert shifts.end_due(at=begun.ends_at) == 1
    activity.refresh_from_db()
    assert activity.state == State.PUBLISHED
    assert shifts.end_due(at=coming.ends_at) == 1
    assert shifts.end_due(at=coming.ends_at) == 0
    activity.refresh_from_db()
    assert activity.state == State.ENDED
    assert Act.objects.filter(verb="activity.end").count() == 1


def test_places_of_a_role_exist_only_where_somebody_is_wanted(saved, poster):
    first = saved.shifts.first()
    activities.save_draft(
        draft(saved.area), [shift(shift_id=first.pk, leaders=1)], host=saved.host, actor=poster,
        activity=saved,
    )  # fmt: skip
    activities.save_draft(
        draft(saved.area), [shift(shift_id=first.pk)], host=saved.host, actor=poster,
        activity=saved,
    )  # fmt: skip
    assert list(first.places.values_list("role", flat=True)) == [PlaceRole.MEMBER]
