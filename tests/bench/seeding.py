"""Rows of the bench and its in-process measures; run inside Django by the stage."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import CampaignPage, NewsIndexPage, NewsPage, PlatformImage
from events.activities.models import Activity, Shift, SignUp
from events.activities.services import activities, capacity
from tests import factories, stage_seed
from tests.bench.bare import models as bare
from volunteers.accounts.models import User
from volunteers.foundation import han
from volunteers.people.models import Volunteer


def people(count: int) -> list[dict[str, str]]:
    """So many signed-in volunteers: the cookies of each. The bare tables know them too."""
    community = stage_seed.first_grid().get_parent()
    users = User.objects.bulk_create(
        [User(phone=f"+86177{n:08d}", phone_verified=True, password="!") for n in range(count)]
    )
    names = [f"李测{n}" for n in range(count)]
    Volunteer.objects.bulk_create(
        [
            Volunteer(user=user, name=name, name_folded=han.fold(name), community=community)
            for user, name in zip(users, names, strict=True)
        ]
    )
    cookies = [stage_seed.session_of(user) for user in users]
    persons = bare.Person.objects.bulk_create([bare.Person(name=name) for name in names])
    bare.Session.objects.bulk_create(
        [
            bare.Session(key=one["sessionid"], person_id=person.pk)
            for one, person in zip(cookies, persons, strict=True)
        ]
    )
    return cookies


def hot_shifts(count: int, capacity: int) -> list[dict[str, int]]:
    """So many shifts, a day each, with as many bare twins."""
    made = stage_seed.shifts(count, capacity)
    return [shift | {"bare": bare.Shift.objects.create(capacity=capacity).pk} for shift in made]


def bare_taken(shift: int) -> int:
    """How many places of a bare shift are taken."""
    return bare.Shift.objects.get(pk=shift).taken


def queries_of_sign_up(cookies: list[dict[str, str]], activity: int, shift: int) -> dict[str, Any]:
    """The statements of the last of these people's sign-ups (the others warm what is cached):
    how many with BEGIN and COMMIT, and their texts."""
    for one in cookies:
        client = Client(enforce_csrf_checks=True, headers={"Host": "127.0.0.1"})
        for name, value in one.items():
            client.cookies[name] = value
        fields = {"shift": shift, "read": "1", "csrfmiddlewaretoken": one["csrftoken"]}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(f"/activities/{activity}/take/", fields)
        assert answer.status_code == 302, answer.content.decode()[:2000]
    return _statements(captured)


def queries_of_page(path: str) -> dict[str, Any]:
    """The statements of a warm anonymous GET that no cached page answers."""
    for _ in range(2):
        stage_seed.forget_pages()
        client = Client(headers={"Host": "127.0.0.1"})
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        assert answer.status_code == 200, answer.content.decode()[:2000]
    return _statements(captured)


def renditions() -> int:
    """How many sizes of pictures have been made."""
    return int(PlatformImage.get_rendition_model().objects.count())


def campaign_page() -> str:
    """The path of a campaign's page of the demo street that has open shifts."""
    return str(_campaign_page().get_url())


def shown_shift() -> dict[str, int]:
    """An open shift with ten places, the soonest of all, so that every page shows it."""
    campaign = _campaign_page().campaign
    activity = factories.activity(area=stage_seed.first_grid(), campaign=campaign)
    shift = factories.shift(activity, capacity=10, starts_at=_soonest())
    stage_seed.forget_pages()
    return {"activity": activity.pk, "shift": shift.pk}


def withdraw(volunteer: int, shift: int) -> None:
    """The person leaves, by the service."""
    row = SignUp.objects.select_related("volunteer__user").get(volunteer=volunteer, shift=shift)
    capacity.withdraw(row, actor=row.volunteer.user)


def publish_activity() -> str:
    """An activity is accepted, its shift the soonest of all; returns its title."""
    campaign = _campaign_page().campaign
    activity = factories.activity(
        area=stage_seed.first_grid(),
        campaign=campaign,
        state=Activity.State.SUBMITTED,
        published_at=None,
    )
    factories.shift(activity, capacity=10, starts_at=_soonest(), state=Shift.State.PLANNED)
    activities.accept(activity, actor=None)
    return str(activity.title)


def publish_article() -> str:
    """An article of the campaign is published with a picture as its cover, and the worker makes
    the picture's sizes; returns its title."""
    title = f"今日快讯{secrets.token_hex(4)}"
    image = PlatformImage.objects.first()
    page = NewsPage(
        title=title,
        cover=image,
        cover_alt="街口的灯",
        campaign=_campaign_page().campaign,
        body=[{"type": "text", "value": "<p>今晚的班次已经排满。</p>"}],
    )
    NewsIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return title


def _campaign_page() -> CampaignPage:
    page = (
        CampaignPage.objects.live()
        .filter(campaign__ends_on__gte=timezone.localdate())
        .order_by("pk")
        .first()
    )
    assert page is not None
    return page


def _soonest() -> datetime:
    """A minute before the shift that is the soonest now, if that is still to come."""
    first = (
        Shift.objects.filter(state=Shift.State.OPEN, starts_at__gt=timezone.now())
        .order_by("starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    latest = timezone.now() + timedelta(minutes=30)
    return min(latest, first - timedelta(minutes=1)) if first else latest


def _statements(captured: CaptureQueriesContext) -> dict[str, Any]:
    """`count` counts each statement, also those that went in one message; `trips` the messages."""
    sent = [query["sql"] for query in captured.captured_queries]
    texts = [text[:300] for message in sent for text in message.split(";\n")]
    return {"count": len(texts), "trips": len(sent), "statements": texts}
