"""Rows of the bench and its in-process measures; run inside Django by the stage."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories, stage_seed
from tests.bench.bare.models import Person, Session, Shift
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
    persons = Person.objects.bulk_create([Person(name=name) for name in names])
    Session.objects.bulk_create(
        [
            Session(key=one["sessionid"], person_id=person.pk)
            for one, person in zip(cookies, persons, strict=True)
        ]
    )
    return cookies


def hot_shifts(count: int, capacity: int) -> list[dict[str, int]]:
    """So many shifts, a day each, with as many bare twins."""
    made = stage_seed.shifts(count, capacity)
    return [shift | {"bare": Shift.objects.create(capacity=capacity).pk} for shift in made]


def bare_taken(shift: int) -> int:
    """How many places of a bare shift are taken."""
    return Shift.objects.get(pk=shift).taken


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
    from wagtail.images import get_image_model

    return int(get_image_model().get_rendition_model().objects.count())


def activity_on_pages(campaign: int | None) -> dict[str, int]:
    """A published activity with one open shift of ten places tomorrow."""
    activity = factories.activity(area=stage_seed.first_grid(), campaign_id=campaign)
    shift = factories.shift(
        activity, capacity=10, starts_at=timezone.now() + timedelta(days=1, hours=3)
    )
    stage_seed.forget_pages()
    return {"activity": activity.pk, "shift": shift.pk}


def _statements(captured: CaptureQueriesContext) -> dict[str, Any]:
    texts = [query["sql"][:300] for query in captured.captured_queries]
    return {"count": len(texts), "statements": texts}
