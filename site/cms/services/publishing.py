"""Publishing by schedule, and the sizes of pictures."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from wagtail.models import Page, Revision

from volunteers.foundation import versions

from ..models import PlatformImage
from ..pictures import SPECS

logger = logging.getLogger(__name__)

REPAIR_AGE = timedelta(days=1)  # older images that fail are broken files, not lost tasks
REPAIR_BATCH = 20


def publish_scheduled(*, at: datetime | None = None) -> int:
    """Publish what is due and take down what has expired; returns how many pages changed.

    The same as Wagtail's command of that name, with a lock and a second look at each page: of two
    workers one publishes, the other finds it done, so that a page goes live once. What fell due
    while nothing ran is published late, not lost. A page that cannot be published is logged and
    holds up no other.
    """
    now = at or timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    changed = 0
    for pk in list(expired.values_list("pk", flat=True)):
        changed += _guarded("take down page", pk, now)
    for pk in list(due.values_list("pk", flat=True)):
        changed += _guarded("publish revision", pk, now)
    return changed


def make_renditions(image_ids: Iterable[int]) -> None:
    """Make the sizes of these images that are missing, and show them. A broken file is logged."""
    made = 0
    for image in PlatformImage.objects.filter(pk__in=list(image_ids)).order_by("pk"):
        before = image.renditions.count()
        try:
            image.get_renditions(*SPECS)
        except Exception:  # whatever an image library throws at a broken file
            logger.exception("no renditions of image %s", image.pk)
        made += image.renditions.count() - before
    if made:
        versions.bump("cms")


def make_missing_renditions(*, at: datetime | None = None) -> None:
    """What a crash left behind: recent images without all their sizes."""
    since = (at or timezone.now()) - REPAIR_AGE
    wanted = Count("renditions__filter_spec", filter=Q(renditions__filter_spec__in=SPECS),
                   distinct=True)  # fmt: skip
    lacking = (
        PlatformImage.objects.filter(created_at__gte=since)
        .annotate(sizes=wanted)
        .filter(sizes__lt=len(SPECS))
        .order_by("pk")
        .values_list("pk", flat=True)[:REPAIR_BATCH]
    )
    make_renditions(list(lacking))


def _guarded(what: str, pk: int, now: datetime) -> bool:
    step = _take_down if what == "take down page" else _publish
    try:
        with transaction.atomic():
            return step(pk, now)
    except Exception:  # one bad page must not hold up the others; beat comes again
        logger.exception("could not %s %s", what, pk)
        return False


def _take_down(pk: int, now: datetime) -> bool:
    page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=now).first()
    if page is None:
        return False
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish(pk: int, now: datetime) -> bool:
    due = Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=now)
    revision = due.first()
    if revision is None:
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True
