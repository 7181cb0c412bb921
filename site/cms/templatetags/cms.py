"""Template tags of the CMS pages."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from .. import fragments, pictures

register = template.Library()


@register.simple_tag(takes_context=True)
def picture(
    context: Any, image: Any, shape: str, alt: str | None = None
) -> pictures.Picture | None:
    """The picture of `image` in a shape, or None: `{% picture image "wide" as p %}`."""
    return pictures.picture(image, shape, alt=alt, preview=bool(context.get("preview")))


@register.simple_tag(takes_context=True)
def story(context: Any, field: str) -> SafeString:
    """The blocks of the page's StreamField `field`, in order: `{% story "body" %}`."""
    return fragments.render(context["page"], field, context.flatten())
