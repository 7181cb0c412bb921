"""Full-page cache for anonymous readers.

An entry keeps the version tokens (volunteers.foundation.versions) that were read before its page
was made. A hit is two round trips to the cache: the entry, then its tokens now; any difference
and the page is made anew. So a purge is one `bump` in the service that changed the fact, and a
page made from old data can never be stored under new tokens.
"""

from collections.abc import Callable
from hashlib import blake2b

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from volunteers.foundation import versions
from volunteers.foundation.look import elder_size

PREFIX = "lz:page:"
MAX_AGE = 60  # seconds: how old a summed figure on a page may be
KEPT_HEADERS = ("Content-Type", "Content-Language", "Content-Length")


class PageCacheMiddleware:
    """Serves and stores whole bodies for GETs without a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        key = self.key(request)
        entry = cache.get(key)
        if entry is not None:
            tokens, body, headers = entry
            if versions.read(tokens) == tokens:
                return HttpResponse(body, headers=headers)
        response = self.get_response(request)
        self.store(key, request, response)
        return response

    @staticmethod
    def key(request: HttpRequest) -> str:
        """Host, path, query, look and whether htmx asks for a fragment."""
        look = elder_size(request)
        fragment = "f" if request.headers.get("HX-Request") else ""
        where = f"{request.get_host()} {look} {fragment} {request.get_full_path()}"
        return PREFIX + blake2b(where.encode(), digest_size=20).hexdigest()

    @staticmethod
    def store(key: str, request: HttpRequest, response: HttpResponseBase) -> None:
        """Keep a 200 that declared its versions and carries nothing of a person."""
        tokens = getattr(request, "lz_watched", None)
        if (
            tokens
            and isinstance(response, HttpResponse)
            and response.status_code == 200
            and not response.cookies
            and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        ):
            headers = {k: response.headers[k] for k in KEPT_HEADERS if k in response.headers}
            cache.set(key, (tokens, response.content, headers), MAX_AGE)
