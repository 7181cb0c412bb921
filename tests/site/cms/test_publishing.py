"""Publishing by hand and by schedule, and what follows from it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.signals import page_published

from cms import services, tasks
from cms.models import HomePage, NewsPage, PlatformImage, PlatformRendition
from cms.pictures import SPECS
from volunteers.foundation import versions

from .conftest import Make

pytestmark = pytest.mark.django_db


Bumps = Callable[[Callable[[], Any]], bool]


def token() -> str:
    return versions.read(["cms"])["cms"]


@pytest.fixture
def bumps(django_capture_on_commit_callbacks: Any) -> Bumps:
    """Says whether an act makes pages of the CMS stale."""

    def does(act: Callable[[], Any]) -> bool:
        before = token()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return token() != before

    return does


@pytest.fixture
def published() -> Iterator[list[str]]:
    """Titles of pages that went live, in order."""
    titles: list[str] = []

    def note(sender: Any, instance: Any, **kwargs: Any) -> None:
        if instance.live:
            titles.append(instance.title)

    page_published.connect(note)
    yield titles
    page_published.disconnect(note)


def schedule(page: NewsPage, at: datetime) -> None:
    page.go_live_at = at
    page.save_revision().publish()


# --- what becomes stale ---------------------------------------------------------------------


def test_publishing_makes_pages_stale(article: Make, bumps: Bumps) -> None:
    page = article(live=False)
    assert bumps(lambda: page.save_revision().publish())


def test_saving_a_draft_makes_nothing_stale(article: Make, bumps: Bumps) -> None:
    page = article()
    assert not bumps(lambda: page.save_revision())


def test_taking_a_page_down_makes_pages_stale(article: Make, bumps: Bumps) -> None:
    page = article()
    assert bumps(page.unpublish)


def test_moving_a_page_makes_pages_stale(article: Make, home: HomePage, bumps: Bumps) -> None:
    page = home.get_children().get(slug="privacy")
    assert bumps(lambda: page.move(home.get_children().get(slug="brand"), pos="last-child"))


def test_deleting_a_page_makes_pages_stale(article: Make, bumps: Bumps) -> None:
    page = article()
    assert bumps(lambda: NewsPage.objects.get(pk=page.pk).delete())


def test_new_words_for_a_picture_make_pages_stale(image: Make, bumps: Bumps) -> None:
    picture = image()
    picture.description = "两名志愿者在楼下夜巡"
    assert bumps(picture.save)


def test_a_published_correction_is_read_at_once(
    article: Make, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = article("17 户到场")
    assert "17 户到场" in client.get(page.url).content.decode()
    page.title = "18 户中的 15 户到场"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    text = client.get(page.url).content.decode()
    assert "18 户中的 15 户到场" in text
    assert "17 户到场" not in text


# --- schedule -------------------------------------------------------------------------------


def test_a_scheduled_article_is_not_there_before_its_time(article: Make, client: Client) -> None:
    page = article("明早的通知", live=False)
    schedule(page, timezone.now() + timedelta(hours=8))
    tasks.publish_scheduled()
    page.refresh_from_db()
    assert not page.live
    assert client.get(page.url).status_code == 404


def test_a_scheduled_article_goes_live_exactly_once(
    article: Make, client: Client, published: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    page = article("明早的通知", live=False)
    due = timezone.now() + timedelta(hours=8)
    schedule(page, due)
    assert "明早的通知" not in client.get("/news/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.publish_scheduled(at=due - timedelta(seconds=1)) == 0
        # Wagtail itself asks the clock whether the time has come: let it be past.
        NewsPage.objects.filter(pk=page.pk).update(go_live_at=timezone.now())
        revision = page.latest_revision
        revision.content["go_live_at"] = timezone.now().isoformat()
        revision.save()
        assert services.publish_scheduled(at=due) == 1
        assert services.publish_scheduled(at=due) == 0
    page.refresh_from_db()
    assert page.live
    assert published.count("明早的通知") == 1
    logged = PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.scheduled")
    assert logged.count() == 1
    assert "明早的通知" in client.get("/news/").content.decode()


def fall_due(page: NewsPage, ago: timedelta) -> None:
    """Scheduled, and since then the time has come."""
    schedule(page, timezone.now() + timedelta(hours=1))
    when = timezone.now() - ago
    revision = page.latest_revision
    revision.content["go_live_at"] = when.isoformat()
    revision.approved_go_live_at = when
    revision.save()


def test_what_fell_due_while_nothing_ran_is_published_late(
    article: Make, published: list[str]
) -> None:
    pages = [article(f"停机第{n}天", live=False) for n in (1, 2)]
    fall_due(pages[0], timedelta(days=2))
    fall_due(pages[1], timedelta(days=1))
    tasks.publish_scheduled()
    assert published == ["停机第1天", "停机第2天"]


def test_an_article_is_taken_down_when_its_time_is_over(article: Make, bumps: Bumps) -> None:
    page = article("招募到今天为止")
    NewsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert bumps(tasks.publish_scheduled)
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    assert services.publish_scheduled() == 0


def test_a_page_that_cannot_be_published_holds_up_no_other(
    article: Make, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = article("坏的", live=False), article("好的", live=False)
    fall_due(broken, timedelta(hours=2))
    fall_due(good, timedelta(hours=1))
    revision = broken.latest_revision
    revision.content["column"] = "x" * 500
    revision.content["title"] = ""
    revision.save()
    tasks.publish_scheduled()
    good.refresh_from_db()
    broken.refresh_from_db()
    assert good.live
    assert not broken.live
    assert f"publish revision {revision.pk}" in caplog.text


# --- pictures -------------------------------------------------------------------------------


def specs(picture: PlatformImage) -> set[str]:
    return set(picture.renditions.values_list("filter_spec", flat=True))


def test_publishing_makes_the_sizes_of_all_pictures_of_a_page(
    article: Make, image: Make, django_capture_on_commit_callbacks: Any
) -> None:
    cover, inside = image("封面"), image("正文")
    body = [("picture", {"image": inside, "caption": "", "credit": ""})]
    page = article(live=False, cover=cover, body=body)
    assert PlatformRendition.objects.count() == 0
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert specs(cover) == specs(inside) == set(SPECS)


def test_sizes_are_made_once_however_often_it_is_asked(image: Make) -> None:
    picture = image()
    services.make_renditions([picture.pk])
    services.make_renditions([picture.pk])
    assert picture.renditions.count() == len(SPECS)


def test_a_lost_task_is_made_up_for(image: Make) -> None:
    picture = image()
    tasks.publish_scheduled()
    assert specs(picture) == set(SPECS)


def test_a_broken_file_holds_up_no_other(image: Make, caplog: pytest.LogCaptureFixture) -> None:
    broken, good = image("坏图"), image("好图")
    with broken.file.storage.open(broken.file.name, "wb") as file:
        file.write(b"no picture")
    services.make_renditions([broken.pk, good.pk])
    assert specs(good) == set(SPECS)
    assert f"image {broken.pk}" in caplog.text


def test_a_small_picture_is_not_blown_up(image: Make, article: Make, client: Client) -> None:
    picture = image("小图", size=(300, 200))
    services.make_renditions([picture.pk])
    widths = picture.renditions.filter(filter_spec__startswith="width-")
    assert {rendition.width for rendition in widths} == {300}
    text = client.get(article(cover=picture).url).content.decode()
    assert 'width="300" height="200"' in text


def test_a_cached_page_shows_its_picture_once_it_is_made(
    article: Make, image: Make, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = article(cover=image(size=(800, 500)))
    assert "width-720" not in client.get(page.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.make_renditions([page.cover_id])
    assert "width-720" in client.get(page.url).content.decode()


def test_stories_of_an_older_publication_are_not_shown(
    article: Make, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = article(body=[("text", "<p>第一稿</p>")])
    assert "第一稿" in client.get(page.url).content.decode()
    page.body = [("text", "<p>第二稿</p>")]
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert "第二稿" in client.get(page.url).content.decode()
    assert cache.get("lz:story:nothing") is None
