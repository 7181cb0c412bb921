"""Pictures on public pages: a fixed list of sizes, made on publication and never in a GET.

A page asks for a shape ("cover", "wide", "face"); each shape has two widths for `srcset`. What has
not been made yet is not shown: the template has a drawing for it, or nothing. In the preview of a
draft the original file stands in, so that the editor sees the picture before it is published.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Model, Prefetch, prefetch_related_objects
from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, Filter

_WEBP = "|format-webp|webpquality-76"
# shape → (specs from narrow to wide, the `sizes` attribute)
SHAPES: dict[str, tuple[tuple[str, ...], str]] = {
    # 16:7, as .cover of the stylesheet
    "cover": (("fill-640x280" + _WEBP, "fill-1280x560" + _WEBP), "(min-width: 992px) 28rem, 94vw"),
    "wide": (("width-720" + _WEBP, "width-1440" + _WEBP), "(min-width: 992px) 46rem, 94vw"),
    "face": (("fill-160x160" + _WEBP, "fill-320x320" + _WEBP), "9rem"),
}
SPECS = tuple(spec for specs, _ in SHAPES.values() for spec in specs)


@dataclass(frozen=True)
class Picture:
    """What an <img> needs; widths and heights are those of the file at `src`."""

    src: str
    srcset: str
    sizes: str
    width: int
    height: int
    alt: str
    credit: str


def picture(
    image: Any, shape: str, *, alt: str | None = None, preview: bool = False
) -> Picture | None:
    """The picture of `image` in a shape of SHAPES, or None while it has not been made.

    `alt` None means the words kept with the image. No query if `prepare` has seen the image.
    """
    if image is None:
        return None
    specs, sizes = SHAPES[shape]
    words = image.alt_text if alt is None else alt
    made = image.find_existing_renditions(*(Filter(spec=spec) for spec in specs))
    renditions = sorted(made.values(), key=lambda rendition: rendition.width)
    if not renditions:
        if not preview:
            return None
        return Picture(image.file.url, "", "", image.width, image.height, words, image.credit)
    first = renditions[0]
    widths = {rendition.width: rendition.url for rendition in renditions}
    srcset = ", ".join(f"{url} {width}w" for width, url in widths.items())
    return Picture(
        first.url,
        srcset if len(widths) > 1 else "",
        sizes if len(widths) > 1 else "",
        first.width,
        first.height,
        words,
        image.credit,
    )


def prepare(images: Iterable[Any]) -> None:
    """Load what has been made of `images` (None is passed over) in one query, or none at all."""
    present = [image for image in images if image is not None]
    if not present:
        return
    renditions = get_image_model().get_rendition_model()
    wanted = renditions.objects.filter(filter_spec__in=SPECS)
    prefetch_related_objects(
        present, Prefetch("renditions", queryset=wanted, to_attr="prefetched_renditions")
    )


def images_in(value: Any) -> Iterator[Any]:
    """Every image in a StreamField's value, however deep it stands in its blocks."""
    if isinstance(value, AbstractImage):
        yield value
    elif isinstance(value, StreamValue):
        for child in value:
            yield from images_in(child.value)
    elif isinstance(value, dict):  # StructValue
        for part in value.values():
            yield from images_in(part)
    elif isinstance(value, ListValue):
        for part in value:
            yield from images_in(part)


def image_ids_of(page: Model) -> set[int]:
    """Keys of all images that a page names in its fields and blocks."""
    model = get_image_model()
    found: set[int] = set()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            references = field.stream_block.extract_references(value)
            found |= {int(key) for target, key, *_ in references if target is model}
        elif isinstance(field, ForeignKey) and field.related_model is model:
            key = getattr(page, field.attname)
            found |= {key} if key else set()
    return found
