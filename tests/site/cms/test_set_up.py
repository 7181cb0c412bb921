"""The site's skeleton."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Collection, Locale, Page, Site, Workflow

from cms import services
from cms.models import HomePage, NewsIndexPage, StandardPage

pytestmark = pytest.mark.django_db


def test_the_home_page_is_the_root_of_the_site(
    home: HomePage, client: Client, settings: Any
) -> None:
    site = Site.objects.get()
    assert (site.root_page_id, site.is_default_site) == (home.pk, True)
    assert site.site_name == settings.LZ_SITE_NAME
    assert not Page.objects.filter(title__startswith="Welcome").exists()
    for path in ("/", "/brand/", "/news/", "/accessibility/", "/privacy/"):
        assert client.get(path).status_code == 200


def test_setting_up_again_changes_nothing(
    home: HomePage, django_assert_max_num_queries: Any
) -> None:
    page = StandardPage.objects.get(slug="privacy")
    page.title = "编辑改过的标题"
    page.save_revision().publish()
    before = (Page.objects.count(), Group.objects.count(), Workflow.objects.count())
    assert services.set_up_site() == home
    assert (Page.objects.count(), Group.objects.count(), Workflow.objects.count()) == before
    page.refresh_from_db()
    assert page.title == "编辑改过的标题"


def test_it_works_on_a_database_without_the_first_rows() -> None:
    Page.objects.filter(depth=2).delete()
    Site.objects.all().delete()
    Page.objects.all().delete()
    Collection.objects.all().delete()
    Workflow.objects.all().delete()
    Group.objects.all().delete()
    Locale.objects.all().delete()
    home = services.set_up_site()
    assert Site.objects.get().root_page_id == home.pk
    assert HomePage.objects.get().url == "/"


def test_editors_write_everywhere_and_publish_news(editor_client: Client, home: HomePage) -> None:
    person = Group.objects.get(name=services.EDITORS).user_set.get()
    news = NewsIndexPage.objects.get().permissions_for_user(person)
    brand = home.get_children().get(slug="brand").permissions_for_user(person)
    root = home.get_parent().permissions_for_user(person)
    assert news.can_publish_subpage()
    assert brand.can_edit()
    assert not brand.can_publish()
    assert not root.can_add_subpage()


def test_reviewers_publish_everything(home: HomePage) -> None:
    from .conftest import member

    page = home.get_children().get(slug="brand").permissions_for_user(member(services.REVIEWERS))
    assert page.can_publish()
    assert page.can_lock()


def test_the_stock_groups_and_workflow_are_ours_now(home: HomePage) -> None:
    names = set(Group.objects.values_list("name", flat=True))
    assert {"Editors", "Moderators"} & names == set()
    assert {services.EDITORS, services.REVIEWERS, services.PLATFORM_STAFF} <= names
    workflow = home.get_workflow()
    assert workflow.name == "发布审核"
    assert [group.name for task in workflow.tasks for group in task.specific.groups.all()] == [
        services.REVIEWERS
    ]
