"""Child processes, private folders and ports: what every server that we start stands on."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class ServiceError(RuntimeError):
    """A part could not be found or started; the text says which and what to do, in one line."""


@dataclass(frozen=True)
class Program:
    """A server program and the words by which `make` says where it came from."""

    path: Path
    source: str


def end_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into SystemExit, so that `with` blocks end what they started.

    SIGINT is KeyboardInterrupt also where a script started us in the background.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def stop_group(process: subprocess.Popen[bytes], grace: float = STOP_SECONDS) -> None:
    """Ask a process (leader of its own group) to end, and kill its group after `grace` seconds."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace)
    # Also when the leader has gone: a child of its own may be left in the group.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_ready(
    process: subprocess.Popen[bytes],
    ready: Callable[[], bool],
    name: str,
    log: Path | None = None,
    seconds: float = START_SECONDS,
) -> None:
    """Return when `ready()`; raise ServiceError when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise ServiceError(f"{name} ended with code {process.returncode}{last_line(log)}")
        if time.monotonic() > deadline:
            raise ServiceError(f"{name} was not ready after {seconds:.0f} s{last_line(log)}")
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)


def last_line(log: Path | None) -> str:
    """': <last line of the log>', or nothing where there is none."""
    lines = log.read_text(errors="replace").split("\n") if log and log.exists() else []
    said = [line.strip() for line in lines if line.strip()]
    return f": {said[-1]}" if said else ""


def answers(command: list[str], seconds: float = 20.0) -> str:
    """What the command prints, stripped; empty where it is missing, fails or hangs."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


@contextmanager
def private_folder(prefix: str, user: int | None = None) -> Iterator[Path]:
    """A fresh folder for one user alone, removed at the end.

    In /tmp whatever TMPDIR says: a Unix socket's path has some 100 characters at most, and a
    server that root starts as another user must be able to reach the folder.
    """
    base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
    try:
        if user is not None:
            os.chown(folder, user, -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on host:port now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
