"""Which pages of the demo street are shown, and by whom they are looked at; run inside Django."""

from typing import Any

from cms.models import CampaignPage, NewsPage
from desks.demo.roles import PEOPLE
from events.activities.models import Shift
from events.activities.queries import open_places
from events.partnership.models import GridJoin
from tests import stage_seed
from volunteers.accounts.models import User
from volunteers.grants.models import Grant, Role


def pages() -> list[dict[str, Any]]:
    """`name`, `path` and `cookies` of each."""
    cookies = {
        person.key: stage_seed.session_of(User.objects.get(phone=person.phone)) for person in PEOPLE
    }
    activity = open_places().first()
    grid = GridJoin.objects.filter(state=GridJoin.State.ACCEPTED).first()
    running = Shift.objects.filter(
        activity__team__memberships__volunteer__user__phone=_phone("leader")
    ).order_by("-starts_at")
    leads = next((shift for shift in running if shift.attendances.exists()), running.first())
    poster = Grant.objects.filter(
        user__phone=_phone("poster"), role__in=[Role.ORG_POSTER, Role.ORG_MANAGER]
    ).first()
    assert activity and grid and leads and poster and poster.organisation
    news = NewsPage.objects.live().first()
    campaign = CampaignPage.objects.live().first()
    assert news and campaign
    wanted = [
        ("home", "/", ""),
        ("brand", "/brand/", ""),
        ("campaign", campaign.get_url(), ""),
        ("news", news.get_url(), ""),
        ("activities", "/activities/", ""),
        ("activity", f"/activities/{activity.shift.activity_id}/", ""),
        ("grids", "/grids/", ""),
        ("grid", f"/grids/{grid.grid.code}/", ""),
        ("honours", "/honours/", ""),
        ("entry", "/accounts/", ""),
        ("search", "/search/?q=巡逻", ""),
        ("me", "/me/", "volunteer"),
        ("records", "/me/records/", "volunteer"),
        ("lead", f"/activities/shifts/{leads.pk}/lead/", "leader"),
        ("rota", "/desk/rota/", "coordinator"),
        ("desk", "/desk/", "staff"),
        ("org activity", f"/org/{poster.organisation.slug}/activities/new/", "poster"),
    ]
    return [
        {"name": name, "path": path, "cookies": cookies[who] if who else {}}
        for name, path, who in wanted
    ]


def _phone(key: str) -> str:
    return next(person.phone for person in PEOPLE if person.key == key)
