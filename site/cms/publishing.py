"""What follows from a publication: cached pages become stale, pictures get their sizes.

Wagtail's signals are the library's only hook that catches every way of publishing (editor,
schedule, workflow, copy, API), so they are used here and nowhere else. They carry no rule: each
receiver passes on that something has changed.
"""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
    published,
    unpublished,
)

from volunteers.foundation import versions

from . import pictures, tasks
from .models import PlatformImage

VERSION = "cms"


def connect() -> None:
    """Called once, at start-up."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move,
                   published, unpublished):  # fmt: skip
        signal.connect(_changed, dispatch_uid="cms-changed")
    for model in (PageViewRestriction, Site, PlatformImage):
        # A page made private must be gone from the cache at once, a corrected alt text be there.
        post_save.connect(_changed, sender=model, dispatch_uid=f"cms-saved-{model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"cms-deleted-{model.__name__}")
    page_published.connect(_page_pictures, dispatch_uid="cms-page-pictures")
    post_save.connect(_image_sizes, sender=PlatformImage, dispatch_uid="cms-image-sizes")


def _changed(sender: type[Model], **kwargs: Any) -> None:
    versions.bump(VERSION)


def _page_pictures(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    _make(pictures.image_ids_of(instance))


def _image_sizes(sender: type[Model], instance: PlatformImage, **kwargs: Any) -> None:
    # A new file or a new focal point after publication asks for new sizes.
    _make({instance.pk})


def _make(image_ids: set[int]) -> None:
    if image_ids:
        transaction.on_commit(lambda: tasks.make_renditions.delay(sorted(image_ids)), robust=True)
