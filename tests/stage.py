"""The product as it runs: web server, Celery worker, Redis and a database of its own.

`Stage` starts the real programs on free ports, with files in a folder of its own, on the database
that the environment names (DATABASE_URL, DATABASE_OWNER_URL: PostgreSQL; else SQLite). Races,
journeys, screenshots and the bench talk to it over HTTP; rows are made and read by a Django
process that runs functions of a seed module (tests/stage_seed.py), never in pytest's own.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from tests import templates
from tools import services
from tools.services import ROOT

T = TypeVar("T")
START_SECONDS = 90.0
WEB_PROCESSES, WEB_THREADS = 2, 8


def wait_until(condition: Callable[[], T], timeout: float = 10.0, what: str = "") -> T:
    """The first true answer of `condition`, asked every 50 ms; AssertionError after `timeout`
    seconds, naming `what` was waited for."""
    pause = threading.Event()
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout:.0f} s: {what or condition}")
        pause.wait(0.05)


class Stage:
    """A running product. Made by `opened`; everything it started ends with that block."""

    def __init__(self, var: Path, env: dict[str, str], port: int) -> None:
        self.var, self.env, self.port = var, env, port
        self.url = f"http://127.0.0.1:{port}"
        self.vendor = "postgresql" if env["DATABASE_URL"].startswith("postgres") else "sqlite"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._seed: subprocess.Popen[str] | None = None
        self._seed_lock = threading.Lock()
        self._codes_read: dict[str, int] = {}

    # --- Django's side ----------------------------------------------------------------------

    def manage(self, *arguments: str, timeout: float = 600.0) -> str:
        """What `manage.py …` prints; AssertionError with its whole output where it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}: {said}"
        return done.stdout

    def python(self, module: str, function: str, **arguments: Any) -> Any:
        """What `module.function(**arguments)` returns, run inside Django in a process beside the
        server; arguments and answer go as JSON. AssertionError with its traceback."""
        with self._seed_lock:
            process = self._seed_process()
            assert process.stdin and process.stdout
            question = {"module": module, "function": function, "arguments": arguments}
            process.stdin.write(json.dumps(question, ensure_ascii=False) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        assert line, f"the seed process ended: {self.log('seed')}"
        answer = json.loads(line)
        assert "error" not in answer, answer.get("error")
        return answer["answer"]

    def seed(self, function: str, **arguments: Any) -> Any:
        """A function of tests/stage_seed.py."""
        return self.python("tests.stage_seed", function, **arguments)

    def _seed_process(self) -> subprocess.Popen[str]:
        if self._seed is None or self._seed.poll() is not None:
            with self.log_path("seed").open("ab") as log:
                self._seed = subprocess.Popen(
                    [sys.executable, "-m", "tests.stage_seed"],
                    cwd=ROOT,
                    env=self.env,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                )
        return self._seed

    # --- what left the house ----------------------------------------------------------------

    def messages(self) -> list[dict[str, Any]]:
        """Every SMS so far, oldest first."""
        path = self.var / "sms.jsonl"
        if not path.exists():
            return []
        whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def code_for(self, phone: str, timeout: float = 15.0) -> str:
        """The sign-in code of the newest message to `phone` (+86…) that was not read before."""

        def codes() -> list[str]:
            sent = [m for m in self.messages() if m["phone"] == phone and m["template"] == "code"]
            return [m["params"]["code"] for m in sent][self._codes_read.get(phone, 0) :]

        new = wait_until(codes, timeout, f"a code for {phone}")
        self._codes_read[phone] = self._codes_read.get(phone, 0) + len(new)
        return new[-1]

    # --- logs -------------------------------------------------------------------------------

    def log_path(self, name: str) -> Path:
        """Where the process `name` writes."""
        return self.var / f"{name}.log"

    def log(self, name: str, characters: int = 6000) -> str:
        """The end of a process's log, without the lines that only count tasks."""
        path = self.log_path(name)
        lines = path.read_text(errors="replace").split("\n") if path.exists() else []
        return "\n".join(line for line in lines if ": INFO/" not in line)[-characters:]

    def logs(self) -> str:
        """The ends of all logs, for a failed test's report."""
        names = sorted(path.stem for path in self.var.glob("*.log"))
        return "\n".join(f"--- {name} ---\n{self.log(name)}" for name in names)

    # --- life -------------------------------------------------------------------------------

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start one of the product's processes, its output going to its log."""
        with self.log_path(name).open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def cpu_seconds(self, name: str) -> float:
        """Processor time that a process and its children have used so far (Linux; else 0)."""
        group, ticks = self.processes[name].pid, 0
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # After the name, which may hold anything: state, parent, group, …
                values = entry.read_text().rpartition(")")[2].split()
                if int(values[2]) == group:
                    ticks += int(values[11]) + int(values[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End everything that was started, the web server first."""
        if self._seed is not None:
            with suppress(OSError):
                assert self._seed.stdin
                self._seed.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._seed.wait(timeout=5)
            if self._seed.poll() is None:
                self._seed.kill()
            self._seed.wait()
        for name, process in self.processes.items():
            with suppress(ProcessLookupError):
                # gunicorn's quick end: a graceful one waits for kept connections.
                process.send_signal(signal.SIGINT if name == "web" else signal.SIGTERM)
        for process in self.processes.values():
            services.stop_group(process)

    def answers(self) -> bool:
        """Whether the product says that it can do its work."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def opened(
    *,
    settings: str = "config.settings.dev",
    wsgi: str = "config.wsgi",
    worker: bool = True,
    beat: bool = False,
    environment: dict[str, str] | None = None,
) -> Iterator[Stage]:
    """A migrated, empty product. `settings` and `wsgi` may name modules that extend its own;
    `environment` is laid on top of this process's."""
    with ExitStack() as stack:
        env = dict(os.environ) | (environment or {})
        # Its people are invented, and the line that says so is looked at, too.
        env.setdefault("LZ_DEMO", "1")
        for name in ("CELERY_TASK_ALWAYS_EAGER", "BIND", "PYTEST_CURRENT_TEST"):
            env.pop(name, None)
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lz-stage-")))
        port = services.free_port()
        env["REDIS_URL"] = stack.enter_context(own_redis(env.get("REDIS_URL")))
        env |= stack.enter_context(own_database(var, env))
        env |= {
            "DJANGO_SETTINGS_MODULE": settings,
            "LZ_VAR": str(var),
            "LZ_BASE_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "PYTHONPATH": "site",
            "PYTHONUNBUFFERED": "1",
            "WEB_CONCURRENCY": str(WEB_PROCESSES),
            "WEB_THREADS": str(WEB_THREADS),
            "WEB_LOG_LEVEL": "warning",
        }
        stage = Stage(var, env, port)
        stage.manage("migrate", "--verbosity=0", "--no-input")
        stack.callback(stage.stop)
        _start_all(stage, wsgi, worker=worker, beat=beat)
        yield stage


def _start_all(stage: Stage, wsgi: str, *, worker: bool, beat: bool) -> None:
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    web = stage.start("web", [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", wsgi])
    waits = [("web", web, stage.answers)]
    if worker:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        options = ["--pool", "threads", "--concurrency", "2", "--loglevel", "info", *quiet]
        process = stage.start("worker", [*celery, "worker", *options])
        waits.append(("worker", process, lambda: " ready." in stage.log_path("worker").read_text()))
    if beat:
        stage.start("beat", [*celery, "beat", "--loglevel", "info", "--pidfile="])
    for name, process, ready in waits:
        log = stage.log_path(name)
        services.wait_until_ready(process, ready, f"the stage's {name}", log, START_SECONDS)


@contextmanager
def own_redis(given: str | None) -> Iterator[str]:
    """A Redis database that nobody else uses: of a server of our own, or a free number of the
    given one, emptied at the end."""
    if not given:
        with services.redis_server() as server:
            yield server.url
        return
    for number in range(1, 16):
        url = urlunsplit(urlsplit(given)._replace(path=f"/{number}"))
        with redis.Redis.from_url(url) as client:
            # The mark makes two stages that start at once choose differently.
            if client.set("lz:stage", secrets.token_hex(8), nx=True) and client.dbsize() == 1:
                try:
                    yield url
                finally:
                    client.flushdb()
                return
    raise AssertionError("no free database number on the Redis of REDIS_URL")


@contextmanager
def own_database(var: Path, env: dict[str, str]) -> Iterator[dict[str, str]]:
    """DATABASE_URL and DATABASE_OWNER_URL of a new database like the one `env` names: a copy of
    the migrated one that the tests of this run made, if they have, else an empty one."""
    app_url = env.get("DATABASE_URL", "")
    if not app_url.startswith("postgres"):
        if templates.sqlite_file().exists():
            shutil.copyfile(templates.sqlite_file(), var / "stage.sqlite3")
        yield {"DATABASE_URL": f"sqlite:///{var / 'stage.sqlite3'}", "DATABASE_OWNER_URL": ""}
        return
    owner_url = env.get("DATABASE_OWNER_URL") or app_url
    name = f"lz_stage_{os.getpid()}_{secrets.token_hex(3)}"
    database = sql.Identifier(name)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database)
    with psycopg.connect(_with_name(owner_url, "postgres"), autocommit=True) as connection:
        exists = "SELECT 1 FROM pg_database WHERE datname = %s"
        migrated = connection.execute(exists, (templates.POSTGRESQL,)).fetchone() is not None
        source = sql.Identifier(templates.POSTGRESQL if migrated else "template1")
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, source))
    try:
        yield {
            "DATABASE_URL": _with_name(app_url, name),
            "DATABASE_OWNER_URL": _with_name(owner_url, name) if owner_url != app_url else "",
        }
    finally:
        with psycopg.connect(_with_name(owner_url, "postgres"), autocommit=True) as connection:
            connection.execute(drop)


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


# --- one stage for all tests of a run -------------------------------------------------------

_shared: tuple[ExitStack, Stage] | None = None
_leases = 0


@contextmanager
def shared() -> Iterator[Stage]:
    """The stage that all tests of this process share: the first to ask starts it, the last to
    leave ends it. It starts with the small street of tests/stage_seed.py."""
    global _shared, _leases
    if _shared is None:
        stack = ExitStack()
        stage = stack.enter_context(opened())
        stage.seed("set_up")
        _shared = stack, stage
    _leases += 1
    try:
        yield _shared[1]
    finally:
        _leases -= 1
        if _leases == 0:
            stack, _shared = _shared[0], None
            stack.close()


def running() -> Stage | None:
    """The shared stage, if it has been started."""
    return _shared[1] if _shared else None
