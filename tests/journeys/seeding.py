"""What the journeys begin with, and what the rows say at their end; run inside Django."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from cms.models import BrandPage, CampaignPage, NewsIndexPage, NewsPage
from cms.services.site import EDITORS
from cms.tasks import publish_scheduled
from events.activities.models import SignUp
from events.activities.services import capacity
from events.service import door, qr
from events.service.models import Attendance, ServiceRecord
from tests import factories, stage_seed
from volunteers.accounts.models import User
from volunteers.foundation.templatetags.lz import hours, thousands
from volunteers.grants.models import Role
from volunteers.organisations.models import Kind, Organisation, State
from volunteers.people.models import Volunteer
from volunteers.points.models import Account, Transfer


def tomorrow(hour: int, minute: int = 0, *, days: int = 1) -> datetime:
    """A time of tomorrow (or later) by the street's clock."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def people_of_work() -> dict[str, str]:
    """Phones of staff over the street: they sign in by code as everybody does."""
    community = stage_seed.first_grid().get_parent()
    phones = {}
    for role in (Role.AREA_STAFF, Role.COORDINATOR):
        person = factories.volunteer(community=community)
        account = stage_seed.account(person)
        factories.grant(account, role, area=stage_seed.street())
        phones[role.value] = str(account.phone)
    return phones


def campaign_path(title: str, slug: str) -> dict[str, Any]:
    """A campaign of the street with its page."""
    campaign = factories.campaign(title=title, area=stage_seed.street())
    brand = BrandPage.objects.get()
    page = CampaignPage(
        title="百日联巡：把夜路走亮",
        slug=f"bai-ri-lian-xun-{campaign.pk}",  # each journey brings its own
        campaign=campaign,
        lead="邻居和民警一起，把晚上的路走一遍。",
        body=[{"type": "text", "value": "<h2>先从东关走起</h2><p>每晚两班，两人以上同行。</p>"}],
    )
    brand.add_child(instance=page)
    page.save_revision().publish()
    return {"campaign": campaign.pk, "title": page.title, "path": page.get_url()}


def main_path() -> dict[str, Any]:
    """An organisation with a patrol team, a campaign with its page, and shifts of tomorrow: one
    with places, one at the same time of another activity, one full."""
    grid = stage_seed.first_grid()
    community = grid.get_parent()
    organisation = factories.organisation(name="同心志愿服务中心", slug="tongxin", area=community)
    manager = factories.user(first_name="刘组织")
    factories.grant(manager, Role.ORG_MANAGER, organisation=organisation)
    team = factories.team(name="东关平安巡逻队", organisation=organisation)
    team.areas.add(grid)
    leader = factories.leader(team, name="周领队", community=community)
    campaign = campaign_path("百日联巡", "bai-ri-lian-xun")
    patrol = factories.activity(
        title="东关夜巡", host=organisation, team=team, area=grid, campaign_id=campaign["campaign"]
    )
    evening = factories.shift(patrol, capacity=3, starts_at=tomorrow(19, 30), minutes=120)
    late = factories.shift(patrol, capacity=3, starts_at=tomorrow(22), minutes=90)
    other = factories.activity(title="西门夜巡", host=organisation, area=grid)
    factories.shift(other, capacity=3, starts_at=tomorrow(20), minutes=120)
    full = factories.shift(other, capacity=1, starts_at=tomorrow(9, days=2), minutes=60)
    first = factories.volunteer(community=community)
    taken = capacity.sign_up(first, full.pk, actor=first.user)
    stage_seed.forget_pages()
    return {
        "organisation": organisation.slug,
        "manager": manager.phone,
        "leader": stage_seed.account(leader).phone,
        "campaign": campaign,
        "patrol": patrol.pk,
        "evening": evening.pk,
        "late": late.pk,
        "other": other.pk,
        "full": full.pk,
        "taken": taken.pk,
        "board": f"{timezone.localdate(evening.starts_at):%Y-%m-%d}",
        "day": f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}",
        **people_of_work(),
    }


def who_had_it_leaves(signup: int) -> None:
    """The person in the full shift withdraws; the queue moves."""
    row = SignUp.objects.get(pk=signup)
    capacity.withdraw(row, actor=row.volunteer.user)


def begin_in(shift: int, minutes: int) -> None:
    """Time is moved, not waited for: the shift now begins in so many minutes."""
    row = factories.Shift.objects.get(pk=shift)
    _move(shift, timezone.now() + timedelta(minutes=minutes) - row.starts_at)


def pass_time(shift: int, minutes: int) -> None:
    """So many minutes go by for a shift and for what happened in it."""
    _move(shift, timedelta(minutes=-minutes))


def _move(shift: int, by: timedelta) -> None:
    times = {"starts_at": F("starts_at") + by, "ends_at": F("ends_at") + by}
    factories.Shift.objects.filter(pk=shift).update(**times)
    SignUp.objects.filter(shift=shift).update(**times)
    Attendance.objects.filter(shift=shift).update(in_at=F("in_at") + by, out_at=F("out_at") + by)
    stage_seed.forget_pages()


def code_of(shift: int, site: str) -> dict[str, str]:
    """The link that the leader's phone shows as a code now, and how that code is drawn."""
    row = factories.Shift.objects.select_related("activity").get(pk=shift)
    token = door.show(row, timezone.now()).token
    address = f"{site}{reverse('service:scanned', args=[token])}"
    return {"address": address, "drawn": re.findall(r' d="([^"]+)"', qr.svg(address))[-1]}


def booked(phone: str, shift: int) -> dict[str, Any]:
    """What the rows say about a person and one shift they served, by themselves and summed, with
    the texts by which pages write such figures."""
    person = Volunteer.objects.get(user__phone=phone)
    records = ServiceRecord.objects.filter(volunteer=person, state="confirmed")
    record = records.get(shift=shift)
    account = Account.objects.get(volunteer=person)
    transfer = Transfer.objects.get(source=f"service.servicerecord:{record.pk}")
    attendance = Attendance.objects.get(shift=shift, volunteer=person)
    everybody = ServiceRecord.objects.filter(state="confirmed")
    assert attendance.in_at and attendance.out_at and record.shift and transfer.rule
    minutes = records.aggregate(total=Sum("minutes"))["total"]
    overlap = min(attendance.out_at, record.shift.ends_at) - max(
        attendance.in_at, record.shift.starts_at
    )
    return {
        "scanned_minutes": int(overlap.total_seconds() // 60),
        "record_minutes": record.minutes,
        "transfer_minutes": transfer.minutes,
        "transfer_points": transfer.points,
        "transfers": Transfer.objects.filter(credit=account).count(),
        "balance": account.balance,
        "rule": transfer.rule.points_per_hour,
        "hours_text": hours(minutes),
        "points_text": thousands(account.balance),
        "street_hours_text": hours(everybody.aggregate(total=Sum("minutes"))["total"]),
        "volunteers_text": thousands(
            Volunteer.objects.filter(left_at=None, merged_into=None).count()
        ),
    }


def resident_path(phone: str) -> dict[str, Any]:
    """An activity with one open shift, for somebody whose browser runs no scripts."""
    host = factories.organisation(area=stage_seed.first_grid().get_parent())
    activity = factories.activity(title="南巷晨巡", host=host, area=stage_seed.first_grid())
    shift = factories.shift(activity, capacity=2, starts_at=tomorrow(7), minutes=60)
    stage_seed.forget_pages()
    return {"activity": activity.pk, "shift": shift.pk, "title": activity.title, "phone": phone}


def signups_of(phone: str) -> list[dict[str, Any]]:
    """Shift and state of a person's sign-ups."""
    rows = SignUp.objects.filter(volunteer__user__phone=phone).order_by("id")
    return [{"shift_id": row.shift_id, "state": row.state} for row in rows]


def unit_path() -> dict[str, Any]:
    """Who decides about units, and the grid that one will join."""
    grid = stage_seed.first_grid()
    return {"grid": grid.name, "code": grid.code, "community": grid.get_parent().name} | (
        people_of_work()
    )


def unit(name: str) -> dict[str, Any]:
    """What is known of a unit by its name."""
    row = Organisation.objects.get(name=name, kind=Kind.UNIT)
    return {"slug": row.slug, "accepted": row.state == State.ACCEPTED}


def editor() -> dict[str, Any]:
    """Somebody who writes: a member of the group 编辑, with the role. `due` is this evening next
    week, as the back office takes it."""
    person: User = factories.user(first_name="文编辑")
    factories.grant(person, Role.EDITOR, area=stage_seed.street())
    person.groups.add(Group.objects.get(name=EDITORS))
    return {
        "phone": person.phone,
        "news_index": NewsIndexPage.objects.get().pk,
        "due": f"{timezone.localtime() + timedelta(days=7):%Y-%m-%d %H:%M}",
    }


def the_hour_has_come(title: str) -> None:
    """A scheduled article falls due, and beat knocks: the worker does the rest."""
    pages = NewsPage.objects.filter(title=title)
    assert not any(page.live for page in pages)
    # The back office's autosave may have left a second draft: the scheduled one is meant.
    revision = Revision.page_revisions.get(
        object_id__in=[str(page.pk) for page in pages], approved_go_live_at__isnull=False
    )
    now = timezone.now() - timedelta(minutes=1)
    revision.approved_go_live_at = now
    revision.content |= {"go_live_at": now.isoformat()}
    revision.save(update_fields=["approved_go_live_at", "content"])
    publish_scheduled.delay()
