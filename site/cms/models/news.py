"""News: an index in columns, and the articles."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, PageQuerySet
from wagtail.search import index

from events.activities.models import Campaign

from .. import pictures, streams
from .base import BasePage, private, searchable

PER_PAGE = 12
RELATED = 3


class Column(models.TextChoices):
    """The columns of the news, as residents know them from notice boards."""

    NEWS = "news", "要闻"
    NOTICE = "notice", "公示公告"
    CLOSED = "closed", "办结"
    HONOUR = "honour", "表彰"
    TRAINING = "training", "培训"


COLOURS = {
    Column.NEWS: "c-red",
    Column.NOTICE: "c-muted",
    Column.CLOSED: "c-blue",
    Column.HONOUR: "c-gold",
    Column.TRAINING: "c-teal",
}


class NewsQuerySet(PageQuerySet):
    """Articles as lists need them."""

    def shown(self) -> "NewsQuerySet":
        """What everybody may read, newest first, with covers and without the text."""
        rows: NewsQuerySet = self.live().filter(~private()).select_related("cover").defer("body")
        return rows.order_by("-date", "-pk")


class NewsIndexPage(BasePage):
    """All articles, newest first; `?column=` names one column, `?page=` a page."""

    nav = "brand"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.NewsPage"]

    class Meta:
        verbose_name = verbose_name_plural = "新闻列表"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page of articles asked for; an unknown column means all, a page beyond the last
        means the last."""
        context = super().get_context(request, *args, **kwargs)
        column = request.GET.get("column", "")
        if column not in Column.values:
            column = ""
        articles = NewsPage.objects.shown()
        if column:
            articles = articles.filter(column=column)
        listing = Paginator(articles, PER_PAGE).get_page(request.GET.get("page"))
        pictures.prepare(article.cover for article in listing.object_list)
        return context | {
            "columns": Column.choices,
            "column": column,
            "column_label": Column(column).label if column else "",
            "listing": listing,
        }


class NewsPage(BasePage):
    """An article."""

    column = models.CharField("栏目", max_length=12, choices=Column.choices, default=Column.NEWS)
    date = models.DateField("日期", default=timezone.localdate)
    source = models.CharField("来源", max_length=60, default="新盛街道")
    author = models.CharField("作者", max_length=50, blank=True)
    editor_in_charge = models.CharField("责任编辑", max_length=50, blank=True)
    summary = models.TextField(
        "摘要", max_length=200, blank=True, help_text="两三句话，出现在列表、首页和分享里。"
    )
    cover = models.ForeignKey(
        "cms.PlatformImage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="封面图",
    )
    cover_alt = models.CharField(
        "封面图的替代文字",
        max_length=255,
        blank=True,
        help_text="留空就用图片库里这张图的替代文字。",
    )
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="相关品牌活动",
        help_text="选了之后，这篇会出现在该活动的页面上。",
    )
    body = StreamField(streams.ArticleStream(), verbose_name="正文", blank=True)

    fetched = ("cover",)
    objects = PageManager.from_queryset(NewsQuerySet)()

    nav = "brand"
    parent_page_types: ClassVar[list[str]] = ["cms.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [*searchable("summary", "body", "source"), index.FilterField("column"),
                     index.FilterField("date")]  # fmt: skip
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("column"), FieldPanel("date"), FieldPanel("source")]),
        FieldRowPanel([FieldPanel("author"), FieldPanel("editor_in_charge")]),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading="封面"),
        FieldPanel("body"),
        FieldPanel("campaign"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "新闻"
        indexes = [models.Index(fields=["-date"], name="news_date")]

    @property
    def colour(self) -> str:
        """The class of the column's colour."""
        return COLOURS[Column(self.column)]

    @property
    def cover_words(self) -> str:
        """What is read instead of the cover."""
        return self.cover_alt or (self.cover.description if self.cover else "")

    def clean(self) -> None:
        """A cover without words would be silent to those who cannot see it."""
        super().clean()
        if self.cover_id and not self.cover_words:
            raise ValidationError(
                {"cover_alt": "请用一句话写出封面图里是谁、在做什么，或到图片库补上替代文字。"}
            )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The article with its neighbours and what else the column brought."""
        context = super().get_context(request, *args, **kwargs)
        pictures.prepare([self.cover])
        index = self.get_parent()
        return context | {"index": index, "crumbs": [index]} | self.surroundings()

    def surroundings(self) -> dict[str, Any]:
        """`newer` and `older` (None at either end) and `related`, the latest of the same column
        and then of all; from one query, since a page has ten."""
        others = NewsPage.objects.shown().exclude(pk=self.pk)
        after = Q(date__gt=self.date) | Q(date=self.date, pk__gt=self.pk or 0)
        parts = (
            others.filter(after).order_by("date", "pk")[:1],
            others.exclude(after)[:1],
            others.filter(column=self.column)[:RELATED],
            others[:RELATED],
        )
        wanted = Q()
        for part in parts:
            wanted |= Q(pk__in=part.values("pk"))
        rows = list(others.filter(wanted))  # newest first
        here = (self.date, self.pk or 0)
        newer = [row for row in rows if (row.date, row.pk) > here]
        older = [row for row in rows if (row.date, row.pk) < here]
        return {
            "newer": newer[-1] if newer else None,
            "older": older[0] if older else None,
            "related": sorted(rows, key=lambda row: row.column != self.column)[:RELATED],
        }
