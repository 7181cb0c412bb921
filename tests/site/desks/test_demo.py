"""The demo street is made by the services that serve real people, and its sums agree."""

from collections import Counter, defaultdict
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Sum
from django.utils import timezone

from desks.demo import audit
from desks.demo.roles import PEOPLE
from events.activities.models import ACTIVE_STATES, Activity, Campaign, Shift, ShiftPlace, SignUp
from events.partnership.models import GridJoin
from events.service.models import Attendance, ServiceRecord
from volunteers.accounts.models import User
from volunteers.areas.models import GRID_KINDS, Area
from volunteers.foundation import identity, phones
from volunteers.foundation.models import Act, Outgoing
from volunteers.organisations.models import Organisation
from volunteers.people.models import Volunteer
from volunteers.points.models import Account, Transfer
from volunteers.teams.models import Membership, Team


@pytest.fixture(scope="module")
def street(django_db_setup, django_db_blocker):
    """The small demo, loaded once for this module and taken back after it."""
    from django.db import transaction

    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--small", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(street, db):
    """The demo in a test's own transaction; the value is what the load has said."""
    return street


def facts():
    """How many rows there are of everything."""
    models = (Area, User, Volunteer, Organisation, Team, Membership, Campaign, Activity, Shift,
              ShiftPlace, SignUp, Attendance, ServiceRecord, Transfer, Account, GridJoin, Act,
              Outgoing)  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def test_the_load_says_how_far_it_is_and_that_all_agrees(demo):
    assert "志愿者 30" in demo and "服务记录 " in demo
    assert "核对：名额、时长、积分都对得上" in demo
    assert audit.problems() == []


def test_the_nine_real_communities_carry_the_synthetic_street(demo):
    street = Area.objects.get(code=settings.LZ_STREET_CODE)
    assert (street.name, len(street.get_children())) == ("新盛街道", 9)
    grids = Area.objects.filter(kind__in=GRID_KINDS)
    assert grids.count() == 10
    assert all(grid.duty_phone and grid.head_name for grid in grids)
    assert all(grid.outline["type"] == "Polygon" and grid.outline["demo"] for grid in grids)


def test_places_taken_are_the_active_sign_ups(demo):
    active = Counter(SignUp.objects.filter(state__in=ACTIVE_STATES).values_list("place", flat=True))
    places = list(ShiftPlace.objects.all())
    assert {p.pk: p.taken for p in places if p.taken} == dict(active)
    assert all(p.taken <= p.capacity and p.over == 0 for p in places)


def test_nobody_stands_in_two_places_at_once(demo):
    stretches = defaultdict(list)
    for signup in SignUp.objects.filter(state__in=ACTIVE_STATES):
        stretches[signup.volunteer_id].append((signup.starts_at, signup.ends_at))
    for times in stretches.values():
        times.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(times))
    assert len(stretches) > 20


def test_points_and_minutes_are_those_of_the_ledger(demo):
    confirmed = ServiceRecord.objects.filter(state=ServiceRecord.State.CONFIRMED)
    assert 150 <= confirmed.count() <= 250
    sums = Transfer.objects.aggregate(points=Sum("points"), minutes=Sum("minutes"))
    assert sums["minutes"] == confirmed.aggregate(sum=Sum("minutes"))["sum"]
    balances = Account.objects.filter(kind=Account.Kind.VOLUNTEER)
    assert sums["points"] == balances.aggregate(sum=Sum("balance"))["sum"]
    assert Account.objects.get(kind=Account.Kind.ISSUED).balance == -sums["points"]


def test_everyone_and_everything_is_marked_as_demo(demo):
    for model in (User, Volunteer, Organisation, Team, Campaign, Activity):
        assert model.objects.exists(), model
        assert not model.objects.filter(is_demo=False).exists(), model
    assert not Area.objects.filter(kind__in=GRID_KINDS, is_demo=False).exists()
    assert not Area.objects.filter(code=settings.LZ_STREET_CODE, is_demo=True).exists()


def test_no_message_has_left_the_house(demo):
    assert not settings.SMS_FILE.exists() or "1990000" not in settings.SMS_FILE.read_text()
    readers = set(Volunteer.objects.filter(user__phone__in=[p.phone for p in PEOPLE])
                  .values_list("pk", flat=True))  # fmt: skip
    due = Outgoing.objects.filter(topic="notice", done_at__isnull=True)
    assert {row.payload["volunteer"] for row in due} <= readers


def test_acts_speak_of_the_past_and_never_of_the_future(demo):
    assert not Act.objects.filter(at__gt=timezone.now()).exists()
    assert Act.objects.filter(at__lt=timezone.now() - timedelta(weeks=4)).exists()


def test_numbers_hold_their_check_digits_and_phones_their_form(demo):
    for organisation in Organisation.objects.all():
        code = organisation.uscc or ""
        assert identity.uscc(code) == code
        assert identity.uscc_warning(code) == ""
        assert phones.normalise(organisation.liaison_phone) == organisation.liaison_phone
    for user in User.objects.all():
        assert phones.normalise(user.phone or "") == user.phone


def test_elders_without_a_phone_serve_too(demo):
    elders = Volunteer.objects.filter(user=None)
    assert elders.exists()
    by_leader = Attendance.objects.filter(in_method=Attendance.Method.LEADER)
    assert by_leader.filter(volunteer__in=elders).exists()


def test_nobody_has_confirmed_their_own_minutes(demo):
    for record in ServiceRecord.objects.filter(confirmed_by__isnull=False):
        assert record.volunteer.user_id != record.confirmed_by_id


def test_the_weeks_ahead_have_full_short_and_waited_for_shifts(demo):
    now = timezone.now()
    places = list(ShiftPlace.objects.filter(shift__starts_at__gt=now, shift__state="open"))
    assert any(p.taken == p.capacity for p in places)
    assert any(p.taken < p.capacity for p in places)
    assert SignUp.objects.filter(state=SignUp.State.WAITING).exists()
    assert max(p.shift.starts_at for p in places) > now + timedelta(days=10)
    resident = User.objects.get(phone=PEOPLE[0].phone).volunteer
    assert resident.signups.filter(state="confirmed", starts_at__gt=now).count() == 2


def test_the_demo_leader_has_a_shift_that_goes_on_now(demo):
    leader = User.objects.get(phone=PEOPLE[2].phone).volunteer
    promise = leader.signups.get(starts_at__lte=timezone.now(), ends_at__gt=timezone.now())
    assert promise.attendance.state == Attendance.State.IN
    assert leader.memberships.get(team=promise.shift.activity.team).role == "leader"
    came = set(promise.shift.attendances.values_list("volunteer", flat=True))
    expected = promise.shift.signups.filter(state="confirmed").exclude(volunteer__in=came)
    assert expected.exists()


def test_an_activity_and_an_application_wait_on_the_desk(demo):
    assert Activity.objects.filter(state=Activity.State.SUBMITTED).count() == 1
    assert GridJoin.objects.filter(state=GridJoin.State.APPLIED).count() == 2


def test_loading_again_changes_nothing_and_says_so(demo):
    before = facts()
    for arguments in ([], ["--if-empty"], ["--seed", "7"]):
        said = StringIO()
        call_command("load_demo", *arguments, stdout=said)
        assert "没有改动" in said.getvalue()
    assert facts() == before


def test_demo_people_prints_one_line_each_and_where_codes_appear(demo):
    said = StringIO()
    call_command("demo_people", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == len(PEOPLE) + 2
    for line, person in zip(lines[1:], PEOPLE, strict=False):
        assert person.role in line and phones.display(person.phone) in line
    assert "sms.jsonl" in lines[-1]


def test_public_pages_of_the_demo_open(demo, client):
    for address in ("/", "/brand/", "/brand/bai-ri-ye-xun/", "/news/", "/activities/"):
        assert client.get(address).status_code == 200, address
    assert "百日夜巡" in client.get("/brand/bai-ri-ye-xun/").content.decode()
