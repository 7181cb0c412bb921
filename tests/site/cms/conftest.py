"""A site with its standing pages, and editors to work on it."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image

from cms import services
from cms.models import CampaignPage, HomePage, NewsIndexPage, NewsPage, PlatformImage
from tests import factories
from volunteers.accounts.models import User

Make = Callable[..., Any]  # a fixture that makes things: pages, pictures


@pytest.fixture
def home(db: Any) -> HomePage:
    """The home page of a site that has just been set up."""
    return services.set_up_site()


@pytest.fixture
def news_index(home: HomePage) -> NewsIndexPage:
    """The page under which articles stand."""
    return NewsIndexPage.objects.get()


@pytest.fixture
def article(news_index: NewsIndexPage) -> Callable[..., NewsPage]:
    """Makes published articles."""

    def make(title: str = "测试新闻", *, live: bool = True, **also: Any) -> NewsPage:
        page = NewsPage(title=title, live=live, **also)
        news_index.refresh_from_db()
        news_index.add_child(instance=page)
        revision = page.save_revision()
        if live:
            revision.publish()
            page.refresh_from_db()
        return page

    return make


@pytest.fixture
def campaign_page(home: HomePage) -> Callable[..., CampaignPage]:
    """Makes published campaign pages."""

    def make(title: str = "百日夜巡", **also: Any) -> CampaignPage:
        brand = home.get_children().get(slug="brand")
        also.setdefault("campaign", factories.campaign())
        page = CampaignPage(title=title, **also)
        brand.add_child(instance=page)
        page.save_revision().publish()
        page.refresh_from_db()
        return page

    return make


@pytest.fixture
def image(db: Any, settings: Any, tmp_path: Any) -> Callable[..., PlatformImage]:
    """Makes pictures of the library, files in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)

    def make(title: str = "夜巡", size: tuple[int, int] = (480, 300)) -> PlatformImage:
        data = io.BytesIO()
        Image.new("RGB", size, "#8f1822").save(data, "PNG")
        data.seek(0)
        file = ImageFile(data, name=f"{title}.png")
        return PlatformImage.objects.create(
            title=title, file=file, description="三名志愿者在楼下夜巡", credit="新盛街道供图"
        )

    return make


def member(group: str) -> User:
    """An account of one of the back office's groups."""
    person = factories.user(first_name="何编辑")
    person.groups.add(Group.objects.get(name=group))
    return person


@pytest.fixture
def editor_client(home: HomePage) -> Iterator[Client]:
    """A browser in which an editor is signed in."""
    client = Client()
    client.force_login(member(services.EDITORS))
    yield client


@pytest.fixture
def admin_client(home: HomePage) -> Iterator[Client]:
    """A browser in which a platform administrator is signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("+8619912345678", first_name="管理员"))
    yield client
