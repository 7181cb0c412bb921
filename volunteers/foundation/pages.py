"""How a public page says what it is made from, so that `config.pagecache` may keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest

from . import versions

LONGEST = 100  # characters of a version's name


def watch(request: HttpRequest, *names: str) -> None:
    """Declare, before reading any data, which versions this page is made from. Raises Http404."""
    watched: dict[str, str] = getattr(request, "lz_watched", {})
    if any(len(name) > LONGEST for name in names):
        raise Http404("a number that no row has")  # and no key of a cache holds
    new = [name for name in names if name not in watched]
    request.lz_watched = watched | versions.read(new)  # type: ignore[attr-defined]


def public_page(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """View decorator: this page may be cached; `names` may hold {argument} of the URL."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            watch(request, *(name.format(**kwargs) for name in names))
            return view(request, *args, **kwargs)

        return wrapped

    return decorate
