"""The home page."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from events.activities.queries import open_shifts
from volunteers.foundation.pages import watch

from .. import figures, pictures
from .base import BasePage
from .news import NewsPage

SHIFTS = 3  # cards under 正在招募
DEEPEST = 8  # levels of an address; ours has three
NEWS = 4  # one with its cover, the others in a list


class HomePage(BasePage):
    """The site's root."""

    kicker = models.CharField("标签", max_length=40, default="党建引领 · 联勤联防")
    headline = models.CharField("大标题", max_length=60, default="人人争当志愿者，个个都是主人翁")
    lead = models.TextField(
        "导语",
        max_length=200,
        default="报名一班平安巡逻，加入一支调解队伍，认领一个网格项目。"
        "每一小时都被如实记录，每一份付出都看得见。",
    )

    nav = "home"
    versions = ("cms", "places", "activities")
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["cms.BrandPage", "cms.NewsIndexPage", "cms.StandardPage"]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("kicker"), FieldPanel("headline"), FieldPanel("lead")], heading="首屏"
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "首页"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page of an address in two queries, however deep it lies.

        Wagtail's own way walks down from here with two queries a level, which would take half of
        what a page has. Parents are attached, so that the way back costs nothing.
        """
        watch(request, "cms")
        if not path_components:
            return super().route(request, path_components)
        if len(path_components) > DEEPEST:
            raise Http404
        steps = [self.url_path]
        for component in path_components:
            steps.append(f"{steps[-1]}{component}/")
        below = Page.objects.filter(path__startswith=self.path, url_path__in=steps[1:])
        rows = {row.url_path: row for row in below}
        parent: Page = self
        for step in steps[1:]:
            if step not in rows:
                raise Http404
            rows[step]._cached_parent_obj = parent
            parent = rows[step]
        if not parent.live:
            raise Http404
        model = parent.specific_class
        if model is None:  # a page type that this version of the code does not know
            raise Http404
        rows_of_type = model.objects.select_related(*getattr(model, "fetched", ()))
        page = rows_of_type.filter(pk=parent.pk, live=True).first()
        if page is None:
            raise Http404
        page._cached_parent_obj = parent._cached_parent_obj
        return RouteResult(page)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Figures, pillars, open shifts and news."""
        context = super().get_context(request, *args, **kwargs)
        news = list(NewsPage.objects.shown()[:NEWS])
        sums = figures.watched(request)
        pictures.prepare(page.cover for page in news[:1])
        return context | {
            "figures": sums,
            "shown": figures.shown(sums, figures.HOME),
            "strands": figures.strand_cards(sums),
            "shifts": open_shifts(limit=SHIFTS),
            "lead_news": news[0] if news else None,
            "news": news[1:],
        }
