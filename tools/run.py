"""`make run`: the whole platform on one machine, embedded, with a demo street to walk through.

SQLite and a Redis of its own, unless DATABASE_URL and REDIS_URL name others; web server, Celery
worker and beat as child processes that all end together. Asks nothing.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from tools import services
from tools.services import ROOT, ServiceError

GRACE_SECONDS = 10.0
Processes = dict[str, subprocess.Popen[bytes]]


class CodesTail:
    """Reads the messages that the development gateway appends to sms.jsonl, as they come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = path.stat().st_size if path.exists() else 0

    def new_lines(self) -> Iterator[str]:
        """One printable line per whole message appended since the last call."""
        if not self.path.exists():
            return
        if self.path.stat().st_size < self.offset:
            self.offset = 0  # somebody emptied the file
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while (raw := file.readline()).endswith(b"\n"):
                self.offset += len(raw)
                yield self.readable(raw.decode(errors="replace").strip())

    @staticmethod
    def readable(line: str) -> str:
        """'SMS to <phone>: <template> <values>'; the line itself where it is of another form."""
        try:
            sms = json.loads(line)
            values = " ".join(f"{key}={value}" for key, value in sms["params"].items())
            return f"SMS to {sms['phone']}: {sms['template']} {values}"
        except (ValueError, KeyError, TypeError, AttributeError):
            return line


def environment() -> dict[str, str]:
    """Our environment with the defaults of a development machine filled in."""
    env = dict(os.environ)
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    env.setdefault("LZ_VAR", str(ROOT / "var"))
    env.setdefault("PORT", "8000")
    env.setdefault("WEB_LOG_LEVEL", "warning")
    env.setdefault("LZ_DEMO", "1")  # this is where the demo street is walked through
    env["PYTHONPATH"] = "site"
    env["PYTHONUNBUFFERED"] = "1"
    # Links in messages lead to the port that was chosen.
    env.setdefault("LZ_BASE_URL", f"http://127.0.0.1:{env['PORT']}")
    return env


def check_port(text: str) -> int:
    """The port to serve on; raises ServiceError where it is no port or somebody has it."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ServiceError(f"PORT={text} is not a port: choose one from 1024 to 65535")
    port = int(text)
    if not services.port_is_free(port):
        raise ServiceError(
            f"port {port} is in use or not allowed: stop what listens there, "
            f"or choose another, e.g. make run PORT={port + 1 if port < 65535 else 8001}"
        )
    return port


@contextmanager
def broker(env: dict[str, str], running: Processes) -> Iterator[str]:
    """Put a REDIS_URL into `env` and yield words for it; without any Redis, in-process tasks.

    A server of our own joins `running`: when it dies, all else has to stop too.
    """
    if env.get("REDIS_URL"):
        if not services.redis_answers(env["REDIS_URL"]):
            raise ServiceError("no Redis answers at REDIS_URL: start it, or unset REDIS_URL")
        yield "the Redis of REDIS_URL"
        return
    programs = services.find_redis()
    if not programs:
        env["CELERY_TASK_ALWAYS_EAGER"] = "1"
        yield (
            "none found: tasks run inside the request and timed jobs do not run "
            "(apt install redis-server brings them)"
        )
        return
    with services.redis_server(programs) as server:
        env["REDIS_URL"] = server.url
        running["Redis"] = server.process
        yield server.source


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run one management command to its end; raises ServiceError where it fails."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise ServiceError(f"manage.py {arguments[0]} failed (code {done.returncode}), see above")


def commands(env: dict[str, str]) -> dict[str, list[str]]:
    """The commands to keep running, by name."""
    python = sys.executable
    found = {"web server": [python, "-m", "gunicorn", "-c", "gunicorn.conf.py", "config.wsgi"]}
    if env.get("CELERY_TASK_ALWAYS_EAGER") != "1":
        celery = [python, "-m", "celery", "-A", "config"]
        quiet = ["--loglevel", "WARNING"]
        # Threads start fast and share one process: enough for one person's machine.
        pool = ["--pool", "threads", "--concurrency", "2", "--without-mingle", "--without-gossip"]
        found["Celery worker"] = [*celery, "--quiet", "worker", *quiet, *pool]
        found["Celery beat"] = [*celery, "--quiet", "beat", *quiet, "--pidfile="]
    return found


def web_answers(port: int) -> bool:
    """Whether the web server answers a request, whatever it says."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own: a Ctrl-C reaches us alone, and we end it."""
    return subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )


def supervise(running: Processes, tail: CodesTail) -> int:
    """Print codes as they come until a child ends by itself; then say which and return 1."""
    pause = threading.Event()
    while True:
        for line in tail.new_lines():
            print(line, flush=True)
        for name, process in running.items():
            code = process.poll()
            if code is not None:
                print(f"{name} ended by itself (code {code}): stopping the rest", flush=True)
                return 1
        pause.wait(0.3)


def end_all(running: Processes) -> None:
    """Ask every child to end, wait, kill what is left. A second Ctrl-C shortens the wait."""
    hurry = threading.Event()

    def hurry_up(number: int, frame: FrameType | None) -> None:
        hurry.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hurry_up)
    # The broker is asked last, so that a worker can give its tasks back.
    mine = [process for name, process in running.items() if name != "Redis"]
    for process in mine:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and not hurry.is_set():
        if all(process.poll() is not None for process in mine):
            break
        hurry.wait(0.1)
    for process in mine:
        services.stop_group(process, grace=0)


def serve(env: dict[str, str], stack: ExitStack) -> int:
    """Start everything, say what runs where, and stay until a signal or a child's end."""
    running: Processes = {}
    port = check_port(env["PORT"])
    words = stack.enter_context(broker(env, running))
    folder = Path(env["LZ_VAR"])
    database = "the one of DATABASE_URL" if env.get("DATABASE_URL") else f"SQLite in {folder}"
    print(f"database: {database}\nRedis:    {words}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    manage(env, "migrate", "--no-input", "--verbosity", "0")
    manage(env, "load_demo", "--if-empty")
    tail = CodesTail(folder / "sms.jsonl")
    stack.callback(end_all, running)
    for name, command in commands(env).items():
        running[name] = start(command, env)
    web = running["web server"]
    services.wait_until_ready(web, lambda: web_answers(port), "the web server", seconds=120)
    print(f"\n  http://127.0.0.1:{port}/\n", flush=True)
    manage(env, "demo_people")
    print(
        "\nSign in with a phone number above: its code appears here, too.\n"
        f"Running: {', '.join(running)}. Ctrl-C ends everything.",
        flush=True,
    )
    return supervise(running, tail)


def main() -> int:
    """Exit code: 0 after Ctrl-C or SIGTERM, 1 when a part could not start or died."""
    services.end_on_signals()
    try:
        with ExitStack() as stack:
            return serve(environment(), stack)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, SystemExit):
        print("\neverything has ended", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main())
