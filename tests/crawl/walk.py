"""Visit a list of pages with Django's own client and say what is wrong."""

from collections.abc import Iterable

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import resolve

from .html import faults, links
from .visits import Visit

STRICT = {"script-src": "'self'", "style-src": "'self'", "default-src": "'self'"}


def get(visit: Visit, path: str = "") -> HttpResponseBase:
    """The answer to one visit (or to another path by the same person)."""
    client = Client(raise_request_exception=True)
    for name, value in visit.cookies.items():
        client.cookies[name] = value
    return client.get(path or visit.path)


def visited(visits: Iterable[Visit]) -> set[str]:
    """The patterns that these visits reach."""
    return {resolve(visit.path.partition("?")[0]).route for visit in visits}


def problems_of_html(visits: Iterable[Visit]) -> list[str]:
    """Wrong answers, and pages that html5lib's strict parser refuses."""
    found = []
    for visit in visits:
        answer = get(visit)
        where = f"{visit.path} ({visit.who})"
        if answer.status_code != visit.status:
            found.append(f"{where}: {answer.status_code} instead of {visit.status}")
        elif visit.status == 200 and visit.html:
            found += [f"{where}: {fault}" for fault in faults(_text(answer))]
    return found


def problems_of_policy(visits: Iterable[Visit]) -> list[str]:
    """Pages whose Content-Security-Policy is missing or allows more than this site."""
    found = []
    for visit in visits:
        header = get(visit).headers.get("Content-Security-Policy", "")
        policy = dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())
        wrong = [name for name, value in STRICT.items() if policy.get(name) != value]
        if wrong:
            found.append(f"{visit.path} ({visit.who}): {', '.join(wrong)} in {header!r}")
    return found


def dead_links(visits: Iterable[Visit]) -> list[str]:
    """Links on the pages that lead their reader to an error."""
    asked: dict[tuple[str, str], int] = {}
    found = []
    for visit in visits:
        if visit.status != 200 or not visit.html:
            continue
        for path in links(_text(get(visit))):
            if path.startswith(("/cms/", "/static/", "/media/")):
                continue
            target = path if path.startswith("/") else visit.path.partition("?")[0] + path
            key = (visit.who, target)
            if key not in asked:
                asked[key] = get(visit, target).status_code
                if asked[key] >= 400:
                    found.append(f"{visit.path} ({visit.who}) → {target}: {asked[key]}")
    return found


def _text(answer: HttpResponseBase) -> str:
    content: bytes = getattr(answer, "content", b"")
    return content.decode()
