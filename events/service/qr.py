"""QR codes as inline SVG, without any style attribute (the browser policy forbids them)."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe

BORDER = 2  # modules of quiet zone; the white card around it does the rest


def svg(text: str) -> SafeString:
    """A QR code of `text` (an absolute URL), as wide as its box; hidden from screen readers, since
    the page says the same as a number and in words."""
    code = segno.make(text, error="m", micro=False)
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=BORDER,
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        dark="#1a1d21",
        light="#ffffff",
        nl=False,
    )
    drawn = out.getvalue().decode()
    return mark_safe(  # segno's own drawing: paths and numbers
        drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    )
