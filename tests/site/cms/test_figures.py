"""Figures on pages are those of the registry, at most a minute old."""

import re
import time
from typing import Any

import pytest
from django.test import Client

from cms import figures
from cms.models import BrandPage, HomePage
from events.activities.models import Shift
from events.service.models import ServiceRecord
from tests import factories
from volunteers.foundation import versions
from volunteers.foundation.registry import measures

from .conftest import Make

pytestmark = pytest.mark.django_db


def figure(text: str, label: str) -> str:
    """The figure that stands over a label."""
    found = re.search(rf"<b[^>]*>([^<]*)</b><span>{label}</span>", text)
    assert found, f"no figure {label}"
    return found[1]


def test_every_figure_of_home_and_pillars_is_registered() -> None:
    wanted = {*figures.HOME, *(strand.measure for strand in figures.STRANDS)}
    assert wanted - {name for name, _ in measures} == set()


def test_home_shows_exactly_what_the_registry_counts(home: HomePage, client: Client) -> None:
    for _ in range(3):
        factories.volunteer()
    factories.shift()
    text = client.get("/").content.decode()
    counted = {name: count() for name, count in measures}
    for name in figures.HOME:
        assert figure(text, figures.ALL[name].label) == figures.written(name, counted[name])
    assert counted["volunteers"] == 3
    for strand in figures.STRANDS:
        assert strand.line.format(counted[strand.measure]) in text


def test_minutes_are_shown_as_hours() -> None:
    assert figures.written("service_minutes", 2_494_200) == "41,570"
    assert figures.written("units", 1286) == "1,286"


def test_a_figure_is_counted_once_a_minute(
    home: HomePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert figure(client.get("/").content.decode(), "注册志愿者") == "0"
    factories.volunteer()
    versions._set(["places"])
    assert figure(client.get("/").content.decode(), "注册志愿者") == "0"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + figures.LIFE + 1)
    assert figure(client.get("/").content.decode(), "注册志愿者") == "1"


def test_a_kept_page_is_never_older_than_its_figures(
    home: HomePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    client.get("/brand/")  # counts
    factories.volunteer()
    monkeypatch.setattr(time, "time", lambda: now + figures.LIFE - 5)
    client.get("/")  # made, and kept, from figures that are nearly a minute old
    monkeypatch.setattr(time, "time", lambda: now + figures.LIFE + 1)
    assert figure(client.get("/").content.decode(), "注册志愿者") == "1"


def test_a_service_that_changes_a_sum_has_it_counted_at_once(
    home: HomePage, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.get("/")
    factories.volunteer()
    with django_capture_on_commit_callbacks(execute=True):
        versions.bump("figures")
    assert figure(client.get("/").content.decode(), "注册志愿者") == "1"


def test_a_campaign_shows_its_own_figures(
    home: HomePage, client: Client, campaign_page: Make
) -> None:
    campaign = factories.campaign()
    activity = factories.activity(campaign=campaign)
    factories.shift(activity)
    served = factories.shift(activity, state=Shift.State.ENDED)
    elsewhere = factories.shift(state=Shift.State.ENDED)
    person, other = factories.volunteer(), factories.volunteer()
    for shift, who in ((served, person), (served, other), (elsewhere, other)):
        ServiceRecord.objects.create(
            volunteer=who,
            shift=shift,
            title="夜巡",
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            minutes=90,
            rule_code="patrol",
            state=ServiceRecord.State.CONFIRMED,
            confirmed_at=shift.ends_at,
        )
    text = client.get(campaign_page(campaign=campaign).url).content.decode()
    assert figure(text, "已完成班次") == "1"
    assert figure(text, "参与邻居") == "2"
    assert figure(text, "服务小时") == "3"
    assert figure(text, "可报名班次") == "1"


def test_the_brand_page_shows_the_four_pillars_with_figures(home: HomePage, client: Client) -> None:
    factories.volunteer()
    text = client.get("/brand/").content.decode()
    for strand in figures.STRANDS:
        assert f'id="{strand.pillar.value}"' in text
        assert strand.label in text
    assert figure(text, "共治单位") == "0"
    assert BrandPage.objects.count() == 1


def test_a_figure_that_nobody_counts_any_more_is_left_out(
    home: HomePage, client: Client, campaign_page: Make
) -> None:
    items = [{"measure": "no_longer_counted", "label": "旧数字"},
             {"measure": "volunteers", "label": "邻居"}]  # fmt: skip
    page = campaign_page(body=[("figures", {"items": items})])
    text = client.get(page.url).content.decode()
    assert figure(text, "邻居") == "0"
    assert "旧数字" not in text
