"""People who press a button at the same moment: real HTTP, one thread and browser each."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What one person got back."""

    status: int
    location: str
    text: str


class Person:
    """A signed-in browser without a window: its cookies, and one kept connection."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.token = cookies["csrftoken"]
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def get(self, path: str) -> Answer:
        """GET a page."""
        return self._ask("GET", path, "", {})

    def post(self, path: str, **fields: Any) -> Answer:
        """POST a form as the page would, CSRF token included."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def take(self, shift: dict[str, int]) -> Answer:
        """Press 「报名」 for a shift, its notices read."""
        return self.post(f"/activities/{shift['activity']}/take/", shift=shift["shift"], read="1")

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        self.connection.request(method, path, body, {"Cookie": self.cookie, **headers})
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, response.headers.get("Location", ""), text)


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Run all acts, each in a thread of its own, begun together; their results in order. The
    first exception of any is raised."""
    start = threading.Barrier(len(acts))
    results: dict[int, T] = {}
    failures: list[BaseException] = []

    def run(number: int, act: Callable[[], T]) -> None:
        try:
            start.wait(timeout=30)
            results[number] = act()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    if failures:
        raise failures[0]
    return [results[number] for number in range(len(acts))]
