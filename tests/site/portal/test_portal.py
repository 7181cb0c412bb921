"""My page and the public pages that join rooms."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from events.activities.models import SignUp
from events.activities.services import capacity
from events.partnership.models import GridJoin
from events.service.models import Attendance
from events.service.services.attendance import check_in, check_out
from events.service.services.records import confirm, revoke
from tests import factories
from tests.events.service.helpers import SCAN, leader_of
from volunteers.foundation import outbox
from volunteers.grants.models import Role
from volunteers.organisations.models import Kind as OrganisationKind
from volunteers.points import services as points

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def shift(starts_in=DAY, **also):
    also.setdefault("of", factories.activity(team=factories.team()))
    return factories.shift(starts_at=timezone.now() + starts_in, **also)


def promise(of, person):
    return capacity.sign_up(person, of.pk, actor=person.user, at=of.starts_at - DAY)


def serve(person, minutes=120, ago=DAY, *, actor=None, of=None):
    """One served and confirmed shift."""
    of = of or shift(-ago - minutes * MINUTE, minutes=minutes)
    signup = promise(of, person)
    check_in(signup, actor=person.user, method=SCAN, at=of.starts_at)
    stamp = check_out(signup, actor=person.user, method=SCAN, at=of.ends_at)
    at = of.ends_at + MINUTE
    outcome = confirm(of, actor=actor, items=[(stamp.attendance.pk, None)], at=at)
    return (outcome.confirmed or outcome.awaiting)[0]


def text(response):
    return response.content.decode()


@pytest.fixture
def person(client):
    """Somebody signed in."""
    volunteer = factories.volunteer("陈芳")
    client.force_login(volunteer.user)
    return volunteer


# --- /me/ -----------------------------------------------------------------------------------


def test_my_page_shows_hours_points_and_times(client, person):
    serve(person, 120)
    serve(person, 90, ago=3 * DAY)
    page = text(client.get("/me/"))
    for figure, label in [("3.5", "服务小时"), ("35", "可用积分"), ("2", "参与次数")]:
        assert f"<b>{figure}</b><span>{label}</span>" in page
    assert "距一星还差 96.5 小时" in page
    assert "+20 分" in page
    assert "+15 分" in page


def test_the_next_shift_stands_first_with_its_buttons(client, person):
    far, near = promise(shift(3 * DAY), person), promise(shift(DAY), person)
    page = text(client.get("/me/"))
    assert "下一班 · 明天" in page
    assert page.index(near.shift.activity.title) < page.index(far.shift.activity.title)
    assert f"/activities/signups/{near.pk}/leave/" in page
    assert 'href="/activities/checkin/"' in page


def test_an_offered_place_can_be_taken_or_left_from_here(client, person):
    of = shift(capacity=1)
    first = promise(of, factories.volunteer())
    waiting = capacity.join_queue(person, of.pk, actor=person.user)
    assert "候补中第 1 位" in text(client.get("/me/signups/"))
    capacity.withdraw(first, actor=first.volunteer.user)
    page = text(client.get("/me/"))
    assert "有空位了，为您保留到" in page
    assert f"/activities/signups/{waiting.pk}/accept/" in page


def test_a_newcomer_is_asked_who_they_are(client):
    client.force_login(factories.user())
    for path in ("/me/", "/me/signups/", "/me/records/", "/me/inbox/"):
        assert client.get(path).url.startswith("/me/start/?next=")


def test_staff_without_a_volunteer_find_their_desks(client):
    client.force_login(factories.staff(Role.COORDINATOR, factories.community()))
    page = text(client.get("/me/"))
    assert 'href="/desk/"' in page
    assert 'href="/me/start/"' in page


def test_a_member_of_an_organisation_finds_its_room(client, person):
    organisation = factories.organisation()
    factories.grant(person.user, Role.ORG_POSTER, organisation=organisation)
    assert f'href="/org/{organisation.slug}/"' in text(client.get("/me/"))


def test_a_leader_finds_the_shifts_they_lead(client):
    of = shift(timedelta(hours=3))
    client.force_login(leader_of(of).user)
    assert f"/activities/shifts/{of.pk}/lead/" in text(client.get("/me/"))


def test_minutes_that_await_are_shown_and_not_counted(client):
    of = shift(-DAY, minutes=60)
    leader = leader_of(of)
    client.force_login(leader.user)
    serve(leader, of=of, actor=leader.user)
    page = text(client.get("/me/"))
    assert "<b>待确认</b>" in page
    assert "<b>0</b><span>服务小时</span>" in page


def test_what_was_revoked_reads_as_taken_back(client, person):
    record = serve(person)
    revoke(record, reason="没有到场", actor=factories.user())
    page = text(client.get("/me/"))
    assert "−20 分" in page
    assert "已扣回" in page


def test_a_running_shift_stays_until_one_has_checked_out(client, person):
    of = shift(-3 * timedelta(hours=1), minutes=120)
    signup = promise(of, person)
    check_in(signup, actor=person.user, method=SCAN, at=of.starts_at)
    assert "签退" in text(client.get("/me/"))
    check_out(signup, actor=person.user, method=SCAN)
    assert "下一班" not in text(client.get("/me/"))


def test_my_page_of_a_busy_leader_costs_twelve_queries(client, django_assert_max_num_queries):
    of = shift(timedelta(hours=3))
    leader = leader_of(of)
    factories.grant(leader.user, Role.COORDINATOR, area=of.activity.area)
    client.force_login(leader.user)
    for n in range(3):
        serve(leader, ago=(n + 1) * DAY)
        promise(shift((n + 2) * DAY), leader)
    client.get("/me/")
    with django_assert_max_num_queries(12):
        client.get("/me/")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "距一星还差 100 小时"), (6000, "距二星还差 200 小时"), (99999, "")],
)
def test_the_way_to_the_next_star(minutes, words):
    from portal.queries import star

    found = star(minutes)
    assert 0 <= found.percent <= 100
    if words:
        from volunteers.foundation.templatetags.lz import hours

        assert f"距{found.next_words}还差 {hours(found.left)} 小时" == words
    else:
        assert (found.goal, found.left, found.percent) == (None, 0, 100)


# --- my lists -------------------------------------------------------------------------------


def test_my_signups_show_what_comes_and_what_was(client, person):
    coming = promise(shift(DAY), person)
    record = serve(person)
    removed = promise(shift(2 * DAY), person)
    capacity.remove(removed, actor=factories.user(), reason="人员调整")
    page = text(client.get("/me/signups/"))
    head, tail = page.split("以前的")
    assert coming.shift.activity.title in head
    assert record.title in tail
    assert "已参加" in tail
    assert "已移出" in tail
    assert "原因：人员调整" in tail


def test_my_records_show_every_version_and_my_points(client, person):
    record = serve(person)
    revoke(record, reason="没有到场", actor=factories.user())
    page = text(client.get("/me/records/"))
    assert "已撤销" in page
    assert "+20 分" in page
    assert "-20 分" in page


def test_other_peoples_things_are_not_mine(client, person):
    other = factories.volunteer()
    record = serve(other)
    promise(shift(), other)
    for path in ("/me/", "/me/signups/", "/me/records/"):
        assert record.title not in text(client.get(path))


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "\x00"])
@pytest.mark.parametrize("path", ["/me/signups/", "/me/records/", "/me/inbox/"])
def test_a_page_number_that_is_none_is_the_nearest_one(client, person, path, page):
    assert client.get(path, {"page": page}).status_code == 200


def test_the_inbox_marks_what_is_new_once(client, person):
    serve(person)
    outbox.deliver_due()
    page = text(client.get("/me/"))
    assert "条未读" in page
    first = text(client.get("/me/inbox/"))
    assert "已入账：" in first
    assert '<span class="tag c-red me-1">新</span>' in first
    assert "新</span>" not in text(client.get("/me/inbox/"))
    assert "条未读" not in text(client.get("/me/"))


def test_mine_is_never_cached_and_needs_an_account(client, person):
    for path in ("/me/", "/me/signups/", "/me/records/", "/me/inbox/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
    client.logout()
    for path in ("/me/", "/me/signups/", "/me/records/", "/me/inbox/"):
        assert client.get(path).url.startswith("/accounts/")


# --- honours --------------------------------------------------------------------------------


def test_the_roll_shows_masked_names_and_hours(client):
    serve(factories.volunteer("欧阳静"), 90)
    page = text(client.get("/honours/"))
    assert "欧阳*" in page
    assert "欧阳静" not in page
    assert '<b class="d-block num">1.5</b>' in page


def test_the_roll_of_the_month_is_its_own(client):
    serve(factories.volunteer("陈芳"), 90, ago=70 * DAY)
    assert "陈*" in text(client.get("/honours/"))
    assert "陈*" not in text(client.get("/honours/", {"period": "month"}))


def test_the_roll_is_kept_and_follows_a_confirmation(
    client, django_assert_num_queries, django_capture_on_commit_callbacks
):
    serve(factories.volunteer("陈芳"), 60)
    assert "陈*" in text(client.get("/honours/"))
    with django_assert_num_queries(0):
        assert "陈*" in text(client.get("/honours/"))
    with django_capture_on_commit_callbacks(execute=True):
        serve(factories.volunteer("赵敏"), 60)
    assert "赵*" in text(client.get("/honours/"))


def test_the_roll_costs_few_queries(client, django_assert_max_num_queries):
    for n in range(3):
        serve(factories.volunteer(), 60 + n)
    with django_assert_max_num_queries(3):
        client.get("/honours/")


def test_an_empty_roll_says_what_to_do(client):
    assert "来做第一个" in text(client.get("/honours/"))


# --- grids ----------------------------------------------------------------------------------


@pytest.fixture
def grid():
    return factories.grid(name="绿杨新苑 3 网格", head_name="孙卫国", duty_phone="0514-87000000")


def join(unit, grid, **also):
    values = {"offer": "每月义诊", "state": GridJoin.State.ACCEPTED} | also
    return GridJoin.objects.create(organisation=unit, grid=grid, **values)


def test_the_board_shows_who_is_responsible_and_who_joined(client, grid):
    unit = factories.organisation(kind=OrganisationKind.UNIT, name="市第一医院")
    join(unit, grid)
    team = factories.team()
    team.areas.add(grid)
    wide = factories.team()
    wide.areas.add(grid.get_parent())
    elsewhere = factories.team()
    page = text(client.get(f"/grids/{grid.code}/"))
    for words in ("孙*", "0514-87000000", "市第一医院", "每月义诊", team.name, wide.name):
        assert words in page
    assert "孙卫国" not in page
    assert elsewhere.name not in page


def test_the_board_lists_open_shifts_of_this_grid_alone(client, grid):
    here = shift(of=factories.activity(area=grid, title="护岸清洁"))
    shift(of=factories.activity(title="别处巡逻"))
    page = text(client.get(f"/grids/{grid.code}/"))
    assert "护岸清洁" in page
    assert "别处巡逻" not in page
    assert f"/activities/{here.activity_id}/" in page


def test_the_board_counts_what_was_served_here(client, grid):
    person = factories.volunteer()
    of = shift(-DAY, minutes=90, of=factories.activity(area=grid))
    serve(person, of=of)
    serve(person, 600, ago=3 * DAY)
    page = text(client.get(f"/grids/{grid.code}/"))
    # "this year" may have begun after the shift, if the test runs on New Year's Day
    served = "1.5" if timezone.localdate(of.starts_at).year == timezone.localdate().year else "0"
    assert f"<b>{served}</b><span>今年小时</span>" in page


@pytest.mark.parametrize("path", ["none", "a" * 300, "%00", "..", "网格"])
def test_an_unknown_grid_is_not_found(client, path):
    assert client.get(f"/grids/{path}/").status_code == 404


def test_a_community_is_no_grid(client):
    assert client.get(f"/grids/{factories.community().code}/").status_code == 404


def test_a_closed_grid_keeps_its_page_and_leaves_the_list(client, grid):
    grid.closed_at = timezone.now()
    grid.save()
    assert "已经停用" in text(client.get(f"/grids/{grid.code}/"))
    assert grid.name not in text(client.get("/grids/"))


def test_the_list_shows_grids_by_community(client, grid):
    join(factories.organisation(kind=OrganisationKind.UNIT), grid)
    shift(of=factories.activity(area=grid))
    page = text(client.get("/grids/"))
    assert grid.get_parent().name in page
    assert f"/grids/{grid.code}/" in page
    assert "1 家单位" in page
    assert "1 班在招募，最近 明天" in page


def test_a_board_costs_ten_queries_and_the_list_four(client, grid, django_assert_max_num_queries):
    for _ in range(3):
        serve(factories.volunteer(), of=shift(-DAY, of=factories.activity(area=grid)))
        shift(of=factories.activity(area=grid))
        join(factories.organisation(kind=OrganisationKind.UNIT), grid)
        factories.team().areas.add(grid)
    cache.clear()
    with django_assert_max_num_queries(11):
        client.get(f"/grids/{grid.code}/")
    with django_assert_max_num_queries(4):
        client.get("/grids/")


def test_an_anonymous_reader_gets_the_kept_board_until_a_place_changes(
    client, grid, django_assert_num_queries, django_capture_on_commit_callbacks
):
    of = shift(of=factories.activity(area=grid), capacity=1)
    client.get(f"/grids/{grid.code}/")
    with django_assert_num_queries(0):
        client.get(f"/grids/{grid.code}/")
    person = factories.volunteer()
    with django_capture_on_commit_callbacks(execute=True):
        capacity.sign_up(person, of.pk, actor=person.user)
    assert SignUp.objects.filter(shift=of).exists()
    assert "满" in text(client.get(f"/grids/{grid.code}/"))


# --- help -----------------------------------------------------------------------------------


def test_help_tells_the_four_things_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = text(client.get("/help/"))
    for words in ("报名", "来不了", "签到和签退", "时长和积分"):
        assert f">{words}</h2>" in page


def test_no_page_of_ours_has_inline_style_or_script(client, person, grid):
    serve(person)
    promise(shift(), person)
    for path in (
        "/me/", "/me/signups/", "/me/records/", "/me/inbox/", "/me/edit/", "/honours/", "/grids/",
        f"/grids/{grid.code}/", "/help/", "/activities/checkin/",
    ):  # fmt: skip
        page = text(client.get(path))
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
        assert page.count("<h1") == 1


def test_points_and_records_say_the_same_at_the_end(client, person):
    """What my page shows is what the ledger and the records hold."""
    for n in range(3):
        serve(person, 60 + 30 * n, ago=(n + 1) * DAY)
    page = client.get("/me/").context
    assert page["served"].minutes == 270
    assert page["balance"] == sum(points.points_for(minutes, 10) for minutes in (60, 90, 120))
    assert page["served"].times == Attendance.objects.filter(volunteer=person).count() == 3
