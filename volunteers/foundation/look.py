"""The size of letters that a person chose (长辈版), remembered in a cookie for a year.

The cookie holds nothing personal and is part of the page-cache key: pages differ by it.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

COOKIE = "lz_elder"
SIZES = ("18", "24", "30")  # points; "" is the ordinary page
A_YEAR = 365 * 24 * 60 * 60  # seconds
LONGEST_WAY_BACK = 1500  # characters once encoded; Django refuses redirects beyond 2048


def elder_size(request: HttpRequest) -> str:
    """The chosen size in points, one of SIZES, or "" for the ordinary page.

    Anything else in the cookie counts as "", so a cache keyed by this holds four variants.
    """
    size = request.COOKIES.get(COOKIE, "")
    return size if size in SIZES else ""


def look(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what base.html needs on every page."""
    return {
        "elder": elder_size(request),
        "site_name": settings.LZ_SITE_NAME,
        "is_demo_site": settings.LZ_DEMO,
    }


def safe_next(request: HttpRequest, wish: str) -> str:
    """`wish` if it is a path of this site that a redirect can carry, else "/"."""
    fits = (
        wish.startswith("/")
        and wish.isprintable()
        and len(iri_to_uri(wish)) <= LONGEST_WAY_BACK
        and url_has_allowed_host_and_scheme(
            wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    )
    return wish if fits else "/"


def way_back(request: HttpRequest) -> str:
    """Where the person came from: `next`, with the query that only the referrer still knows.

    Links on cached pages name the path alone (a cached body serves every query of tracking
    tags); the referrer of a same-origin click brings back the filters a person had set.
    """
    wish = request.GET.get("next", "/")
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # browsers do not send such an address, others may
        return safe_next(request, wish)
    if came.netloc == request.get_host() and came.path == iri_to_uri(wish) and came.query:
        wish = f"{wish}?{came.query}"
    return safe_next(request, wish)


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def elder(request: HttpRequest) -> HttpResponse:
    """The page that asks how large letters should be, and its answer.

    POST `size` (one of SIZES, or "" for the ordinary page) and `next` (a path of this site).
    """
    if request.method != "POST":
        return render(request, "foundation/elder.html", {"next": way_back(request)})
    size = request.POST.get("size", "?")
    back = safe_next(request, request.POST.get("next", "/"))
    if size not in ("", *SIZES):
        context = {"next": back, "problem": "请在下面选一种字的大小。"}
        return render(request, "foundation/elder.html", context, status=400)
    response = redirect(back)
    if size:
        response.set_cookie(
            COOKIE, size, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
