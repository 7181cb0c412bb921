"""The load client: one process for every side, kept connections, requests made beforehand.

Raw sockets in threads: at a thousand requests a second the client needs a fraction of one core,
and both sides of a ratio pay the same for it.
"""

import socket
import threading
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import Any
from urllib.parse import urlencode

from tests.stage import Stage

CLIENTS = 32


@dataclass(frozen=True)
class Run:
    """One timed run: answers by status, and how long it took from the first to the last."""

    statuses: dict[int, int]
    seconds: float
    slowest_ms: float  # 99th percentile
    cpu_ms: float = 0.0  # of the web processes, a request

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def get(path: str, port: int) -> bytes:
    """A GET as an anonymous browser sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()


def post(path: str, port: int, cookies: dict[str, str], **fields: object) -> bytes:
    """A POST of a form with session and CSRF token."""
    body = urlencode({"csrfmiddlewaretoken": cookies["csrftoken"], **fields})
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def run(stage: Stage, requests: list[bytes], clients: int = CLIENTS) -> Run:
    """Send all requests by `clients` kept connections, each its share one after the other."""
    before = stage.cpu_seconds("web")
    done = _send(stage.port, requests, clients)
    used = stage.cpu_seconds("web") - before
    return replace(done, cpu_ms=1000 * used / len(requests))


def figures(product: list[Run], bare: list[Run]) -> dict[str, Any]:
    """What two series of runs, taken in turn, come to: the ratio of their rates (medians), and
    what helps to read it on a machine that does other things beside."""
    return {
        "ratio": round(median(one.rate for one in product) / median(one.rate for one in bare), 3),
        "product_per_s": [round(one.rate) for one in product],
        "bare_per_s": [round(one.rate) for one in bare],
        "product_p99_ms": round(median(one.slowest_ms for one in product)),
        "bare_p99_ms": round(median(one.slowest_ms for one in bare)),
        "product_web_cpu_ms": round(median(one.cpu_ms for one in product), 2),
        "bare_web_cpu_ms": round(median(one.cpu_ms for one in bare), 2),
    }


def _send(port: int, requests: list[bytes], clients: int) -> Run:
    shares = [requests[number::clients] for number in range(clients)]
    start = threading.Barrier(clients + 1)
    results: list[list[tuple[int, float]]] = [[] for _ in range(clients)]
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with _Connection(port) as connection:
                start.wait()
                for request in shares[number]:
                    began = time.perf_counter()
                    status = connection.ask(request)
                    results[number].append((status, time.perf_counter() - began))
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)
            start.abort()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        raise failures[0]
    flat = [one for share in results for one in share]
    statuses: dict[int, int] = {}
    for status, _ in flat:
        statuses[status] = statuses.get(status, 0) + 1
    times = sorted(took for _, took in flat)
    return Run(statuses, seconds, times[int(len(times) * 0.99) - 1] * 1000)


class _Connection:
    """A kept connection; opened anew when the server has closed it between two requests."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def __enter__(self) -> "_Connection":
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        if self.socket is not None:
            self.socket.close()

    def _open(self) -> socket.socket:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def ask(self, request: bytes) -> int:
        """Send, read the whole answer, return its status."""
        connection = self.socket or self._open()
        connection.sendall(request)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more(connection)
        head = bytes(data[:end]).lower()
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            while len(data) < end + 4 + length:
                data += self._more(connection)
        else:  # chunked; no page of ours holds the end mark
            while not data.endswith(b"\r\n0\r\n\r\n"):
                data += self._more(connection)
        if b"\r\nconnection: close" in head:
            connection.close()
            self.socket = None
        return int(head[9:12])

    @staticmethod
    def _more(connection: socket.socket) -> bytes:
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection within an answer")
        return data
