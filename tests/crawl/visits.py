"""Every address of the site, who goes there, and what they meet: run inside Django.

`build` fills a street with one of everything and returns the visits; `routes` is what the URLconf
has. The two must match (tests/crawl/test_crawl.py), so a new page cannot be forgotten.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.images import ImageFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from cms.models import BrandPage, HomePage, NewsIndexPage, NewsPage, PlatformImage
from events.activities.models import Activity, SignUp
from events.activities.services import capacity
from events.partnership import services as partnership
from events.service import door
from events.service.models import Attendance
from events.service.services import attendance, records
from tests import factories, stage_seed
from tests.journeys import seeding
from volunteers.accounts.entry import SESSION_KEY
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.foundation import sealing
from volunteers.grants.models import Role
from volunteers.organisations.models import Kind, State

# Addresses that the crawl leaves out, each with its reason.
EXCEPTIONS = {
    "documents/^(\\d+)/(.*)$": "a file of the library, not a page; its view is Wagtail's",
    "documents/authenticate_with_password/<int:restriction_id>/": "Wagtail's, for files behind a "
    "password, which this site has none of",
    "media/<path:path>": "files, not pages",
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": "Wagtail's, "
    "for pages behind a password, which this site has none of",
    "_util/login/": "Wagtail's, for private pages; it leads to the entry",
}


@dataclass(frozen=True)
class Visit:
    """One request: `cookies` are the person's browser, `status` what is right. Only an answer of
    200 with `html` is a page."""

    path: str
    who: str = "anybody"
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 200
    html: bool = True


def routes() -> set[str]:
    """Every pattern of the URLconf outside /cms/, as `ResolverMatch.route` writes it."""
    return set(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith("cms/"):
            continue
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _walk(pattern, route)


def build_plain() -> list[dict[str, Any]]:
    """`build`, for the one who asks through tests/stage.py."""
    return [asdict(visit) for visit in build()]


def build() -> list[Visit]:
    """One of everything, and all visits to it. Needs the street of stage_seed.set_up."""
    world = World()
    return [
        *world.of_anybody(),
        *world.of_resident(),
        *world.of_leader(),
        *world.of_organisation(),
        *world.of_unit(),
        *world.of_area_staff(),
    ]


class World:
    """The things that the visits go to."""

    def __init__(self) -> None:
        self.grid: Area = stage_seed.first_grid()
        self.community = self.grid.get_parent()
        self.host = factories.organisation(area=self.community, intro="四邻同心，守望相助。")
        self.team = factories.team(organisation=self.host)
        self.team.areas.add(self.grid)
        self.leader = factories.leader(self.team, community=self.community)
        self.resident = factories.volunteer(community=self.community)
        self._activities()
        self._served()
        self._news()
        sealing.seal("transfers")
        stage_seed.forget_pages()

    def _activities(self) -> None:
        self.campaign = seeding.campaign_path("敲门行动", "qiao-men")
        self.activity: Activity = factories.activity(
            host=self.host,
            team=self.team,
            area=self.grid,
            campaign_id=self.campaign["campaign"],
        )
        soon = timezone.now() + timedelta(days=1)
        self.open = factories.shift(self.activity, capacity=3, starts_at=soon)
        self.mine = capacity.sign_up(self.resident, self.open.pk, actor=self.resident.user)
        self.queued = factories.shift(self.activity, capacity=1, starts_at=soon + timedelta(days=1))
        neighbour = factories.volunteer(community=self.community)
        first = capacity.sign_up(neighbour, self.queued.pk, actor=neighbour.user)
        self.offered = capacity.join_queue(self.resident, self.queued.pk, actor=self.resident.user)
        capacity.withdraw(first, actor=neighbour.user)
        self.draft: Activity = factories.activity(
            host=self.host, area=self.grid, state=Activity.State.DRAFT, published_at=None
        )
        self.submitted: Activity = factories.activity(
            host=self.host, area=self.grid, state=Activity.State.SUBMITTED, published_at=None
        )
        factories.shift(self.submitted, state="planned")

    def _served(self) -> None:
        now = timezone.now()
        running = factories.shift(
            self.activity, capacity=3, starts_at=now - timedelta(minutes=90), minutes=180
        )
        self.running = running
        self.served: SignUp = capacity.add_by_hand(
            self.resident, running.pk, actor=stage_seed.account(self.leader), reason="现场报名"
        )
        came = attendance.check_in(
            self.served,
            actor=self.resident.user,
            method=Attendance.Method.SCAN,
            at=now - timedelta(minutes=85),
        ).attendance
        attendance.check_out(
            self.served,
            actor=self.resident.user,
            method=Attendance.Method.SCAN,
            at=now - timedelta(minutes=5),
        )
        records.confirm(running, actor=self.leader.user, items=[(came.pk, None)])
        late = factories.volunteer(community=self.community)
        capacity.add_by_hand(
            late, running.pk, actor=stage_seed.account(self.leader), reason="现场报名"
        )

    def _news(self) -> None:
        index = NewsIndexPage.objects.get()
        self.news = NewsPage(
            title="新盛社区夜巡满月",
            column="news",
            summary="三十天，六十班，没有一班缺人。",
            cover=_picture(),
            cover_alt="巡逻队员在东关街口集合",
            campaign_id=self.campaign["campaign"],
            body=[{"type": "text", "value": "<h2>一个月</h2><p>邻居们走遍了每一条巷子。</p>"}],
        )
        index.add_child(instance=self.news)
        self.news.save_revision().publish()

    # --- who goes where ---------------------------------------------------------------------

    def of_anybody(self) -> list[Visit]:
        """Without signing in."""
        home = HomePage.objects.get()
        pages = [home, *home.get_descendants().live().specific()]
        cms = [Visit(page.get_url()) for page in pages]
        assert {type(page) for page in pages} >= {HomePage, BrandPage, NewsIndexPage, NewsPage}
        entered = {**_cookies_with({SESSION_KEY: _entry_state()})}
        return [
            *cms,
            Visit("/healthz", html=False),
            Visit("/readyz", html=False),
            Visit("/elder/"),
            Visit("/accounts/"),
            Visit("/accounts/code/", "somebody with a code on the way", entered),
            Visit("/accounts/code/resend/", status=405),
            Visit("/accounts/leave/"),
            Visit("/accounts/login/", status=302),
            Visit("/accounts/signup/", status=302),
            Visit("/accounts/logout/", status=302),
            Visit("/seals/"),
            Visit("/seals/key.pem", html=False),
            Visit("/activities/"),
            Visit("/activities/?kind=patrol"),
            Visit(f"/activities/{self.activity.pk}/"),
            Visit(f"/activities/{self.activity.pk}/?choose=1"),
            Visit("/units/"),
            Visit("/honours/"),
            Visit("/honours/?period=month"),
            Visit("/grids/"),
            Visit(f"/grids/{self.grid.code}/"),
            Visit("/teams/"),
            Visit(f"/teams/{self.team.pk}/"),
            Visit("/help/"),
            Visit("/search/"),
            Visit("/search/?q=夜巡"),
            Visit("/news/?column=news"),
        ]

    def of_resident(self) -> list[Visit]:
        """A volunteer with a shift, an offer and a served hour; and somebody just signed in."""
        newcomer = factories.user()
        take = f"/activities/{self.activity.pk}/take/"
        token = door.show(self.running, timezone.now()).token
        return [
            *_for(
                stage_seed.account(self.resident),
                "a resident",
                f"/activities/{self.activity.pk}/",
                f"{take}?shift={self.open.pk}",
                f"/activities/{self.activity.pk}/done/?signup={self.mine.pk}",
                f"/activities/signups/{self.mine.pk}/leave/",
                f"/activities/signups/{self.offered.pk}/accept/",
                "/activities/checkin/",
                f"/activities/checkin/{token}/",
                "/me/",
                "/me/signups/",
                "/me/records/",
                "/me/inbox/",
                "/me/edit/",
            ),
            *_for(newcomer, "somebody new", "/me/start/"),
        ]

    def of_leader(self) -> list[Visit]:
        """The leader's phone, before and after the first confirmation."""
        return _for(
            stage_seed.account(self.leader),
            "a leader",
            f"/activities/shifts/{self.running.pk}/lead/",
            "/me/",
        )

    def of_organisation(self) -> list[Visit]:
        """Who manages a social organisation."""
        manager = factories.user(first_name="刘组织")
        factories.grant(manager, Role.ORG_MANAGER, organisation=self.host)
        own = f"/org/{self.host.slug}/"
        return _for(
            manager,
            "an organisation",
            own,
            f"{own}activities/",
            f"{own}activities/new/",
            f"{own}activities/{self.draft.pk}/edit/",
            f"{own}activities/{self.activity.pk}/cancel/",
        )

    def of_unit(self) -> list[Visit]:
        """Who speaks for a resident unit, in a grid and asking for another."""
        self.unit = factories.organisation(kind=Kind.UNIT, area=self.community)
        liaison = factories.user(first_name="冯联络")
        factories.grant(liaison, Role.LIAISON, organisation=self.unit)
        self.asked = partnership.ask_to_join(
            self.unit, self.grid, offer="会议室周末开放", actor=liaison
        )
        own = f"/org/{self.unit.slug}/"
        leave = f"{own}grids/{self.asked.pk}/leave/"
        return [
            *_for(liaison, "a unit", own, f"{own}grids/", "/org/apply/"),
            Visit(leave, "a unit", stage_seed.session_of(liaison), status=405),
        ]

    def of_area_staff(self) -> list[Visit]:
        """Who reviews, and who makes the rota."""
        reviewer, coordinator = (
            factories.staff(role, stage_seed.street())
            for role in (Role.AREA_STAFF, Role.COORDINATOR)
        )
        applied = factories.organisation(area=self.community, state=State.SUBMITTED)
        shift = f"/desk/rota/shifts/{self.open.pk}/"
        return [
            *_for(
                reviewer,
                "area staff",
                "/desk/",
                f"/desk/activities/{self.submitted.pk}/",
                f"/desk/joins/{self.asked.pk}/",
                f"/desk/organisations/{applied.pk}/",
            ),
            *_for(
                coordinator,
                "a coordinator",
                "/desk/rota/",
                shift,
                f"{shift}?volunteer={self.leader.pk}",
                f"{shift}remove/{self.mine.pk}/",
                f"/activities/shifts/{self.running.pk}/lead/",
            ),
        ]


def _for(user: User, who: str, *paths: str) -> list[Visit]:
    cookies = stage_seed.session_of(user)
    return [Visit(path, who, cookies) for path in paths]


def _cookies_with(values: dict[str, Any]) -> dict[str, str]:
    """The cookies of a browser whose session holds `values`; nobody is signed in."""
    from importlib import import_module

    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(values)
    store.save()
    return {settings.SESSION_COOKIE_NAME: str(store.session_key)}


def _entry_state() -> dict[str, Any]:
    """The session of somebody who has asked for a code."""
    from volunteers.accounts.entry import EntryProcess

    state: dict[str, Any] = EntryProcess.initial_state(user=None, phone="+8619912345678")
    return state | {"code": "123456", "next": ""}


def _picture() -> Any:
    """A small picture of one colour in the library."""
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (1200, 800), "#b8860b").save(data, "JPEG")
    file = ImageFile(BytesIO(data.getvalue()), name="crawl.jpg")
    return PlatformImage.objects.create(title="街口", file=file, description="东关街口")
