"""The public site of the demo: pictures, news, the brand page, three campaign pages."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from cms.models import (
    BrandPage,
    CampaignPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    PlatformImage,
)
from cms.services import make_renditions, set_up_site

from . import pictures, roles
from .articles import ARTICLES, Article
from .stories import BRAND_STORY, STORIES, Story, timeline
from .world import World

CREDIT = "示意图：平台绘制"


def make(world: World, *, articles: int | None = None) -> list[int]:
    """Everything an editor would have written; returns the ids of the pictures."""
    home: HomePage = set_up_site(at=world.before_all(20))
    roles.join_editors(world)
    brand = BrandPage.objects.child_of(home).get()
    news = NewsIndexPage.objects.child_of(home).get()
    shown = ARTICLES[:articles]
    scenes = (
        {a.scene for a in shown if a.scene}
        | {s.scene for s in STORIES}
        | {s.inner_scene for s in STORIES}
    )
    images = {scene: _image(world, scene) for scene in sorted(scenes)}
    _tell_brand(world, brand)
    for story in STORIES:
        _campaign_page(world, brand, story, images)
    for article in sorted(shown, key=lambda a: -a.age):
        _news_page(world, news, article, images)
    world.say(f"网页 {3 + len(shown)}，图片 {len(images)}")
    return [image.pk for image in images.values()]


def make_sizes(image_ids: list[int]) -> None:
    """The sizes that pages show, after the commit: a worker may not be there yet."""
    make_renditions(image_ids)


def _image(world: World, scene: str) -> Any:
    _, title, alt = pictures.SCENES[scene]
    return PlatformImage.objects.create(
        title=title,
        file=ContentFile(pictures.png(scene), name=f"demo-{scene}.png"),
        description=alt,
        credit=CREDIT,
        uploaded_by_user=world.staff["editor"],
    )


def _tell_brand(world: World, brand: BrandPage) -> None:
    if brand.body:
        return
    brand.body = BRAND_STORY
    brand.save_revision(user=world.staff["editor"]).publish()


def _campaign_page(world: World, brand: BrandPage, story: Story, images: dict[str, Any]) -> None:
    campaign = world.campaigns[story.key]
    figures = {"items": [
        {"measure": name, "label": ""}
        for name in ("campaign_shifts", "campaign_people", "campaign_minutes", "campaign_open")
    ]}  # fmt: skip
    picture = {
        "image": images[story.inner_scene],
        "caption": campaign.goal,
        "credit": "",
    }
    page = CampaignPage(
        title=campaign.title,
        slug=story.slug,
        campaign=campaign,
        lead=story.lead,
        cover=images[story.scene],
        shifts_heading=story.heading,
        body=[
            *story.opening,
            ("picture", picture),
            ("figures", figures),
            timeline(story, campaign.starts_on),
            *story.closing,
        ],
        owner=world.staff["editor"],
    )
    page.first_published_at = world.moment(campaign.starts_on, 9)
    brand.add_child(instance=page)
    page.save_revision(user=world.staff["editor"]).publish()


def _news_page(
    world: World, index: NewsIndexPage, article: Article, images: dict[str, Any]
) -> None:
    day = world.today - timedelta(days=article.age)
    page = NewsPage(
        title=article.title,
        column=article.column,
        date=day,
        source=article.source,
        author="演示编辑部",
        editor_in_charge="何*",
        summary=article.summary,
        cover=images.get(article.scene),
        campaign=world.campaigns.get(article.campaign),
        body=article.body,
        owner=world.staff["editor"],
    )
    page.first_published_at = world.moment(day, 10)
    index.add_child(instance=page)
    page.save_revision(user=world.staff["editor"]).publish()
