"""The brand (党建品牌) with its four pillars, and its campaigns."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from events.activities.models import Campaign
from events.activities.queries import open_shifts

from .. import figures, pictures, queries, streams
from .base import BasePage, private, searchable
from .news import NewsPage

SHIFTS = 8  # open shifts on a campaign page; the list of activities has them all
NEWS = 4


class BrandPage(BasePage):
    """What the brand stands for: four pillars in words and live figures, and its campaigns."""

    lead = models.TextField("导语", max_length=200, blank=True)
    pillars = StreamField(streams.PillarStream(), verbose_name="四个板块", blank=True)
    body = StreamField(streams.StoryStream(), verbose_name="正文", blank=True)

    nav = "brand"
    versions = ("cms", "places", "activities")
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.CampaignPage", "cms.StandardPage"]
    search_fields = searchable("lead", "pillars", "body")
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("pillars"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "党建品牌"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Pillars, figures and the campaigns below."""
        context = super().get_context(request, *args, **kwargs)
        campaigns = list(
            CampaignPage.objects.child_of(self)
            .live()
            .filter(~private(), campaign__isnull=False)
            .select_related("campaign", "cover")
            .defer("body")
            .order_by("-campaign__starts_on", "-pk")
        )
        pictures.prepare(row.cover for row in campaigns)
        return context | {"figures": figures.watched(request), "campaigns": campaigns}


class CampaignPage(BasePage):
    """The story of a campaign (品牌活动), its figures, and its open shifts."""

    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,  # a draft may be saved before it is chosen; `clean` asks for it
        related_name="+",
        verbose_name="品牌活动",
        help_text="数字和可报名的班次来自这里选中的活动。",
    )
    lead = models.TextField("导语", max_length=200, blank=True)
    cover = models.ForeignKey(
        "cms.PlatformImage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="主图",
    )
    cover_alt = models.CharField(
        "主图的替代文字", max_length=255, blank=True, help_text="留空就用图片库里的替代文字。"
    )
    shifts_heading = models.CharField("班次列表的标题", max_length=30, default="可报名的班次")
    body = StreamField(streams.StoryStream(), verbose_name="故事", blank=True)

    fetched = ("cover", "campaign__area")
    nav = "brand"
    versions = ("cms", "places", "activities")
    parent_page_types: ClassVar[list[str]] = ["cms.BrandPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = searchable("lead", "body")
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("campaign"),
        FieldPanel("lead"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading="主图"),
        FieldPanel("body"),
        FieldPanel("shifts_heading"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "品牌活动页"

    @property
    def cover_words(self) -> str:
        """What is read instead of the cover."""
        return self.cover_alt or (self.cover.description if self.cover else "")

    def clean(self) -> None:
        """As for news: no silent cover."""
        super().clean()
        if self.cover_id and not self.cover_words:
            raise ValidationError(
                {"cover_alt": "请用一句话写出主图里是谁、在做什么，或到图片库补上替代文字。"}
            )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Progress, figures, shifts and news of the campaign."""
        context = super().get_context(request, *args, **kwargs)
        pictures.prepare([self.cover])
        campaign = self.campaign
        sums = figures.watched(request, campaign)
        context |= {"figures": sums, "crumbs": [self.get_parent()], "shifts": [], "news": []}
        if campaign is None:  # only in the preview of a draft
            return context
        return context | {
            "campaign": campaign,
            "progress": queries.progress(campaign, timezone.localdate()),
            "shown": figures.shown(sums, figures.CAMPAIGN),
            "shifts": open_shifts(campaign=campaign, limit=SHIFTS),
            "news": list(NewsPage.objects.shown().filter(campaign=campaign)[:NEWS]),
        }
