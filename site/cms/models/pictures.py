"""Our image: alternative text and credit belong to the picture, wherever it is shown."""

from typing import ClassVar

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.search import index


class PlatformImage(AbstractImage):
    """A picture of the image library."""

    # Wagtail suggests `description` as alternative text wherever a picture is chosen.
    description = models.CharField(
        "替代文字",
        max_length=255,
        blank=True,
        default="",
        help_text="给看不见图片的人听的一句话：图里是谁、在做什么。",
    )
    credit = models.CharField(
        "图片来源", max_length=80, blank=True, help_text="作者或提供单位，例如“新盛街道供图”。"
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields: ClassVar[list[index.BaseField]] = [
        *AbstractImage.search_fields,
        index.SearchField("credit"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = verbose_name_plural = "图片"

    @property
    def alt_text(self) -> str:
        """What is read instead of the picture, in the place where it stands now."""
        if self.decorative:
            return ""
        return self.contextual_alt_text or self.description


class PlatformRendition(AbstractRendition):
    """A picture in one of the sizes of `cms.pictures`."""

    image = models.ForeignKey(PlatformImage, models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = verbose_name_plural = "图片尺寸"
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_once"
            )
        ]
