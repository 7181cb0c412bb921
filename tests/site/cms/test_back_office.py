"""Editors and platform staff in the back office."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms import services, tasks
from cms.models import CampaignPage, HomePage, NewsIndexPage, NewsPage
from events.activities.models import Campaign
from tests import factories
from volunteers.accounts.models import User
from volunteers.foundation.models import Act
from volunteers.points.models import Rule

from .conftest import Make, member

pytestmark = pytest.mark.django_db


def news_form(title: str = "7 号楼道堆物，48 小时清零", **also: Any) -> dict:
    text = rich_text("<h2>先敲门，再动手</h2><p>网格员与楼栋长逐户敲门。</p>")
    return nested_form_data(
        {
            "title": title,
            "slug": "",
            "column": "closed",
            "date": "2026-11-22",
            "source": "绿杨新苑社区",
            "author": "陈*",
            "editor_in_charge": "何*",
            "summary": "两天清零。",
            "body": streamfield([("text", text)]),
        }
        | also
    )


# --- an editor's article --------------------------------------------------------------------


def test_an_editor_writes_previews_and_publishes_an_article(
    editor_client: Client,
    news_index: NewsIndexPage,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    args = ["cms", "newspage", news_index.pk]
    add = reverse("wagtailadmin_pages:add", args=args)
    assert "栏目" in editor_client.get(add).content.decode()
    preview = reverse("wagtailadmin_pages:preview_on_add", args=args)
    assert editor_client.post(preview, news_form()).json()["is_valid"]
    shown = editor_client.get(preview)
    assert shown.status_code == 200
    assert "先敲门，再动手" in shown.content.decode()
    assert client.get("/news/").content.decode().count("7 号楼道堆物") == 0
    with django_capture_on_commit_callbacks(execute=True):
        editor_client.post(add, news_form() | {"action-publish": "1"})
    page = NewsPage.objects.get()
    assert page.live
    assert page.url == "/news/7-hao-lou-dao-dui-wu-48-xiao-shi-qing-ling/"
    assert "先敲门，再动手" in client.get(page.url).content.decode()


def test_a_preview_shows_a_picture_that_has_no_sizes_yet(
    editor_client: Client, news_index: NewsIndexPage, image: Make
) -> None:
    picture = image()
    args = ["cms", "newspage", news_index.pk]
    preview = reverse("wagtailadmin_pages:preview_on_add", args=args)
    editor_client.post(preview, news_form(cover=picture.pk))
    text = editor_client.get(preview).content.decode()
    assert picture.file.url in text
    assert picture.renditions.count() == 0


def test_an_editor_schedules_an_article(
    editor_client: Client, news_index: NewsIndexPage, client: Client
) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news_index.pk])
    due = timezone.localtime() + timedelta(hours=8)
    editor_client.post(add, news_form(go_live_at=f"{due:%Y-%m-%d %H:%M}") | {"action-publish": "1"})
    page = NewsPage.objects.get()
    assert not page.live
    assert page.latest_revision.approved_go_live_at is not None
    tasks.publish_scheduled()
    assert client.get("/news/").content.decode().count("7 号楼道堆物") == 0


def test_a_cover_needs_words(editor_client: Client, news_index: NewsIndexPage, image: Make) -> None:
    picture = image()
    picture.description = ""
    picture.save()
    add = reverse("wagtailadmin_pages:add", args=["cms", "newspage", news_index.pk])
    form = news_form(cover=picture.pk) | {"action-publish": "1"}
    response = editor_client.post(add, form)
    assert "请用一句话写出封面图里是谁" in response.content.decode()
    assert not NewsPage.objects.filter(live=True).exists()


def test_an_editor_cannot_publish_a_campaign_page(editor_client: Client, home: HomePage) -> None:
    brand = home.get_children().get(slug="brand")
    add = reverse("wagtailadmin_pages:add", args=["cms", "campaignpage", brand.pk])
    form = nested_form_data(
        {
            "title": "百日夜巡",
            "slug": "",
            "campaign": factories.campaign().pk,
            "shifts_heading": "班次",
            "body": streamfield([]),
        }
    )
    editor_client.post(add, form | {"action-publish": "1"})
    page = CampaignPage.objects.get()
    assert (page.slug, page.live) == ("bai-ri-ye-xun", False)


# --- doors ----------------------------------------------------------------------------------


def test_the_back_office_sends_strangers_to_our_entry(home: HomePage, client: Client) -> None:
    response = client.get("/cms/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:entry"))


def test_a_resident_has_no_way_in(home: HomePage, client: Client) -> None:
    client.force_login(factories.user())
    assert client.get("/cms/").status_code in (302, 403)
    assert client.get("/cms/pages/").status_code in (302, 403)


DOORS = [
    "wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index", "wagtailimages:add",
    "wagtaildocs:index", "wagtailusers_users:index", "wagtailusers_users:add",
    "wagtailusers_groups:index", "wagtailsnippets_activities_campaign:list",
    "wagtailsnippets_activities_campaign:add", "rules:index", "rules:add",
    "wagtailadmin_workflows:index", "wagtailadmin_reports:site_history", "wagtailadmin_account",
    "wagtailsites:index",
]  # fmt: skip


def test_the_pages_of_the_back_office_open(admin_client: Client, subtests: pytest.Subtests) -> None:
    for name in DOORS:
        with subtests.test(name):
            assert admin_client.get(reverse(name)).status_code == 200


def test_the_back_office_speaks_chinese(admin_client: Client) -> None:
    text = admin_client.get(reverse("wagtailsnippets_activities_campaign:list")).content.decode()
    assert 'lang="zh-hans"' in text
    assert "品牌活动" in text


# --- campaigns ------------------------------------------------------------------------------


def campaign_form(area: Any, **also: Any) -> dict:
    return {"title": "百日夜巡", "goal": "夜巡 1,200 班", "pillar": "safe", "area": area.pk,
            "starts_on": "2026-10-15", "ends_on": "2027-01-22"} | also  # fmt: skip


def test_platform_staff_add_and_change_a_campaign_with_an_act(home: HomePage) -> None:
    client = Client()
    person = member(services.PLATFORM_STAFF)
    client.force_login(person)
    area = factories.area()
    client.post("/cms/snippets/activities/campaign/add/", campaign_form(area))
    campaign = Campaign.objects.get()
    edit = f"/cms/snippets/activities/campaign/edit/{campaign.pk}/"
    client.post(edit, campaign_form(area, goal="夜巡 1,500 班"))
    campaign.refresh_from_db()
    assert campaign.goal == "夜巡 1,500 班"
    act = Act.objects.get(verb="campaign.change")
    assert act.actor == person
    assert (act.old["goal"], act.new["goal"]) == ("夜巡 1,200 班", "夜巡 1,500 班")
    assert Act.objects.filter(verb="campaign.add").count() == 1


def test_days_of_a_campaign_the_wrong_way_round_are_refused(admin_client: Client) -> None:
    form = campaign_form(factories.area(), ends_on="2026-10-14")
    text = admin_client.post("/cms/snippets/activities/campaign/add/", form).content.decode()
    assert "结束日期不能早于开始日期" in text
    assert "百日夜巡" in text
    assert not Campaign.objects.exists()


def test_nobody_deletes_a_campaign(admin_client: Client) -> None:
    campaign = factories.campaign()
    admin_client.post(f"/cms/snippets/activities/campaign/delete/{campaign.pk}/")
    assert Campaign.objects.filter(pk=campaign.pk).exists()


def test_an_editor_chooses_a_campaign_but_cannot_change_it(editor_client: Client) -> None:
    campaign = factories.campaign(title="百日夜巡")
    chooser = reverse("wagtailsnippetchoosers_activities_campaign:choose")
    assert "百日夜巡" in editor_client.get(chooser).json()["html"]
    editor_client.post(
        f"/cms/snippets/activities/campaign/edit/{campaign.pk}/",
        campaign_form(campaign.area, title="改了"),
    )
    campaign.refresh_from_db()
    assert campaign.title == "百日夜巡"


# --- points rules ---------------------------------------------------------------------------


def rule_form(**also: Any) -> dict:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {"code": "patrol", "title": "巡逻", "points_per_hour": 12,
            "valid_from": f"{tomorrow:%Y-%m-%d}"} | also  # fmt: skip


def test_a_rule_gets_a_new_version(admin_client: Client) -> None:
    factories.rule("patrol", 10)
    admin_client.post(reverse("rules:add"), rule_form())
    assert list(Rule.objects.filter(code="patrol").values_list("version", "points_per_hour")) == [
        (1, 10),
        (2, 12),
    ]


def test_a_version_that_starts_before_the_last_is_refused_in_words(admin_client: Client) -> None:
    factories.rule("patrol", 10)
    response = admin_client.post(reverse("rules:add"), rule_form(valid_from="2020-01-01"))
    assert "生效日期" in response.content.decode()
    assert 'value="12"' in response.content.decode()
    assert Rule.objects.count() == 1


def test_a_rule_that_stands_is_never_changed(admin_client: Client) -> None:
    rule = factories.rule("patrol", 10)
    admin_client.post(f"/cms/rules/edit/{rule.pk}/", rule_form(points_per_hour=99))
    admin_client.post(f"/cms/rules/delete/{rule.pk}/")
    assert Rule.objects.get().points_per_hour == 10


# --- accounts -------------------------------------------------------------------------------


def test_an_account_is_added_by_phone_and_signs_in_by_code(admin_client: Client) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.get(name=services.EDITORS)
    form = {"phone": "138 0013 8000", "first_name": "何编辑", "groups": [group.pk]}
    admin_client.post(reverse("wagtailusers_users:add"), form)
    person = User.objects.get(phone="+8613800138000")
    assert person.get_full_name() == "何编辑"
    assert not person.has_usable_password()
    assert list(person.groups.all()) == [group]
    act = Act.objects.get(verb="account.add")
    assert "13800138000" not in f"{act.old}{act.new}"


def test_a_number_that_has_an_account_is_refused_in_words(admin_client: Client) -> None:
    person = factories.user()
    form = {"phone": person.phone, "first_name": "另一人"}
    text = admin_client.post(reverse("wagtailusers_users:add"), form).content.decode()
    assert "另一人" in text
    assert User.objects.filter(first_name="另一人").count() == 0


def test_an_account_is_found_by_number_and_changed(admin_client: Client) -> None:
    person = factories.user(first_name="旧名")
    found = admin_client.get("/cms/users/", {"q": str(person.phone)[-6:]}).content.decode()
    assert "旧名" in found
    assert "手机号" in found
    edit = f"/cms/users/edit/{person.pk}/"
    assert admin_client.get(edit).status_code == 200
    admin_client.post(edit, {"phone": person.phone, "first_name": "新名", "is_active": "on"})
    person.refresh_from_db()
    assert person.first_name == "新名"
