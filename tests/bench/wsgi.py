"""One server for both sides: the product with its own middlewares, the bare views with the usual
seven, the bare cached page with Django's own cache middlewares around them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from . import chains

product = get_wsgi_application()


def _handler(middleware: list[str]) -> WSGIHandler:
    """A handler whose chain is built from `middleware`; the product's stays as it is."""
    own, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = own


bare = _handler(chains.USUAL)
bare_cached = _handler(chains.USUAL_WITH_CACHE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Route by path."""
    path = environ["PATH_INFO"]
    if path.startswith("/bench/page/"):
        return bare_cached(environ, start_response)
    if path.startswith("/bench/"):
        return bare(environ, start_response)
    return product(environ, start_response)
