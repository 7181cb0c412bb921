"""Pages that every public site owes its readers: accessibility, privacy, about."""

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from .. import streams
from .base import BasePage, searchable


class StandardPage(BasePage):
    """A page of text with a day on which it was last checked."""

    reviewed_on = models.DateField("最近核对日期", null=True, blank=True)
    body = StreamField(streams.ArticleStream(), verbose_name="正文", blank=True)

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.BrandPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = searchable("body")
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("reviewed_on"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "说明页"
