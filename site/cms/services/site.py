"""The site's skeleton: its root, its standing pages, and the groups that work on them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.permissions import policy_registry

from events.activities.models import Campaign
from volunteers.foundation import versions
from volunteers.points.models import Rule

from ..models import BrandPage, HomePage, NewsIndexPage, StandardPage
from ..models.base import BasePage
from . import texts

EDITORS = "编辑"
REVIEWERS = "审稿人"
PLATFORM_STAFF = "平台工作人员"

# Wagtail's first migration brings two groups; they become ours, the workflow with them.
_STOCK_GROUPS = {"Editors": EDITORS, "Moderators": REVIEWERS}
_WRITE = ("add_page", "change_page")
_ALL = (*_WRITE, "publish_page", "bulk_delete_page", "lock_page", "unlock_page")


@transaction.atomic
def set_up_site(*, at: datetime | None = None) -> HomePage:
    """Make what is missing of the site's skeleton and return its home page.

    Safe to run again: what exists is left as editors made it. `at` is when the pages count as
    published (default now). Works on a database whose initial rows are gone, too.
    """
    when = at or timezone.now()
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = _home(when)
    _site(home)
    _page(home, BrandPage(title="党建品牌", slug="brand", lead=texts.BRAND_LEAD,
                          pillars=texts.pillars()), when)  # fmt: skip
    news = _page(home, NewsIndexPage(title="品牌动态", slug="news"), when)
    day = timezone.localdate(when)
    for title, slug, text in (
        ("无障碍声明", "accessibility", texts.ACCESSIBILITY),
        ("隐私说明", "privacy", texts.PRIVACY),
    ):
        page = StandardPage(title=title, slug=slug, body=texts.article(text), reviewed_on=day)
        _page(home, page, when)
    _groups(home, news)
    return home


def _home(when: datetime) -> HomePage:
    existing = HomePage.objects.first()
    if existing is not None:
        return existing
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    welcome = root.get_children().filter(slug="home").first()
    if welcome is not None:
        # Wagtail's welcome page; the site that points to it goes with it and is made anew.
        welcome.delete()
        root.refresh_from_db()
    home: HomePage = _page(root, HomePage(title="首页", slug="home"), when)
    return home


def _site(home: HomePage) -> None:
    """One default site: whatever the host name, it is this home page."""
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    before = (site.hostname, site.port, site.root_page_id, site.site_name)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.root_page = home
    site.site_name = settings.LZ_SITE_NAME
    if before != (site.hostname, site.port, site.root_page_id, site.site_name):
        site.save()


def _page(parent: Page, page: BasePage, when: datetime) -> Any:
    """The live page of that type and slug below `parent`, made if it is missing."""
    existing = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if existing is not None:
        return existing
    page.locale = Locale.get_default()
    page.first_published_at = page.last_published_at = when
    parent.add_child(instance=page)
    versions.bump("cms")
    return page


def _groups(home: HomePage, news: NewsIndexPage) -> None:
    """编辑 write everywhere and publish news; 审稿人 publish everything and lock pages;
    平台工作人员 keep campaigns and points rules."""
    for old, new in _STOCK_GROUPS.items():
        if not Group.objects.filter(name=new).exists():
            Group.objects.filter(name=old).update(name=new)
    editors, reviewers, staff = (
        Group.objects.get_or_create(name=name)[0] for name in (EDITORS, REVIEWERS, PLATFORM_STAFF)
    )
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for group in (editors, reviewers, staff):
        group.permissions.add(access)
    staff.permissions.add(
        *_permissions(Campaign, "add", "change", "view"), *_permissions(Rule, "add", "view")
    )
    # The stock groups may write anywhere, even beside our home page: ours begin at it.
    GroupPagePermission.objects.filter(group__in=(editors, reviewers), page__depth=1).delete()
    _may(editors, home, _WRITE)
    _may(editors, news, ("publish_page",))
    _may(reviewers, home, _ALL)
    library = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for model in (get_image_model(), get_document_model()):
        # The rights to our image model are those of Wagtail's own, whose policy says so.
        owner = policy_registry.get_by_type(model).auth_model
        for group in (editors, reviewers):
            for permission in _permissions(owner, "add", "change", "choose"):
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=library, permission=permission
                )
    _workflow(reviewers, home)


def _may(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=codenames
    )
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _permissions(model: Any, *actions: str) -> list[Permission]:
    codenames = [f"{action}_{model._meta.model_name}" for action in actions]
    return list(
        Permission.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            codename__in=codenames,
        )
    )


def _workflow(reviewers: Group, home: HomePage) -> None:
    """What an editor may not publish goes to the reviewers."""
    task = GroupApprovalTask.objects.filter(groups=reviewers).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name="审稿")
        task.groups.add(reviewers)
    elif task.name.endswith("approval"):
        task.name = "审稿"
        task.save()
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name="发布审核")
        WorkflowTask.objects.create(workflow=workflow, task=task)
    elif workflow.name.endswith("approval"):
        workflow.name = "发布审核"
        workflow.save()
    if not WorkflowPage.objects.filter(workflow=workflow).exists():
        WorkflowPage.objects.create(workflow=workflow, page=home)
