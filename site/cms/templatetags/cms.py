"""Template tags of the CMS pages."""

from typing import Any

from django import template

from .. import pictures

register = template.Library()


@register.simple_tag(takes_context=True)
def picture(
    context: Any, image: Any, shape: str, alt: str | None = None
) -> pictures.Picture | None:
    """The picture of `image` in a shape, or None: `{% picture image "wide" as p %}`."""
    return pictures.picture(image, shape, alt=alt, preview=bool(context.get("preview")))
