"""`make test`: the whole suite on SQLite, then on PostgreSQL, browser journeys included.

Says which Redis, PostgreSQL and browser it uses, and fails where one cannot start: nothing is
skipped in silence. The last line printed is the closing line of the last pytest run.
"""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tools import services
from tools.services import ROOT, ServiceError

# Two at once, a file at a time: each worker has databases of its own (tests/conftest.py).
WORKERS = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Databases:
    """Where the tests connect: as the runtime role, and as the owner who migrates and flushes."""

    app_url: str
    owner_url: str
    source: str


@contextmanager
def databases(given: str | None, given_owner: str | None) -> Iterator[Databases]:
    """The PostgreSQL to test on: the given one, else a scratch cluster of programs found here.

    With DATABASE_URL alone its role becomes the owner and a runtime role is created for this run.
    Raises ServiceError where there is no PostgreSQL or no second role.
    """
    if not given:
        if given_owner:
            raise ServiceError("DATABASE_OWNER_URL needs DATABASE_URL, the runtime role's, too")
        with services.postgres_cluster() as cluster:
            yield Databases(cluster.app_url, cluster.owner_url, cluster.source)
        return
    for name, url in {"DATABASE_URL": given, "DATABASE_OWNER_URL": given_owner or given}.items():
        if urlsplit(url).scheme not in ("postgres", "postgresql", "pgsql"):
            raise ServiceError(f"{name} must name a PostgreSQL database (SQLite is always tested)")
        if not services.postgres_answers(url):
            raise ServiceError(f"no PostgreSQL answers at {name}: start it, or unset {name}")
    if given_owner:
        yield Databases(given, given_owner, "the PostgreSQL of DATABASE_URL")
        return
    with runtime_role(given) as app_url:
        yield Databases(app_url, given, "the PostgreSQL of DATABASE_URL, with a role made for it")


@contextmanager
def runtime_role(owner_url: str) -> Iterator[str]:
    """A URL like `owner_url` for a new role that owns nothing; the role is dropped at the end."""
    name, password = f"lianzhi_app_{secrets.token_hex(4)}", secrets.token_hex(16)
    role = sql.Identifier(name)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password))
            )
        except psycopg.errors.InsufficientPrivilege:
            raise ServiceError(
                "cannot create the runtime role: the role of DATABASE_URL needs CREATEROLE, "
                "or name the owner in DATABASE_OWNER_URL and the runtime role in DATABASE_URL"
            ) from None
        try:
            app_url = with_role(owner_url, name, password)
            if not services.postgres_answers(app_url):
                raise ServiceError(
                    "the server does not let a new role sign in with a password (pg_hba.conf): "
                    "name both DATABASE_URL and DATABASE_OWNER_URL"
                )
            yield app_url
        finally:
            try:
                connection.execute(sql.SQL("DROP ROLE {}").format(role))
            except psycopg.Error as error:
                print(f"the role {name} could not be dropped: {error}", file=sys.stderr)


def with_role(url: str, user: str, password: str) -> str:
    """`url` with another user and password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{host}"))


@contextmanager
def redis_url(given: str | None) -> Iterator[tuple[str, str]]:
    """REDIS_URL for the tests and words for where it is from."""
    if not given:
        with services.redis_server() as server:
            yield server.url, server.source
        return
    if not services.redis_answers(given):
        raise ServiceError("no Redis answers at REDIS_URL: start it, or unset REDIS_URL")
    yield given, "the Redis of REDIS_URL"


def run_suite(arguments: list[str], env: dict[str, str], before_last: str = "") -> tuple[int, str]:
    """Run pytest, passing its output on line by line; (exit code, its last line).

    `before_last` is printed just before that last line, so that pytest has the last word.
    """
    color = ["--color=yes"] if sys.stdout.isatty() else []
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *WORKERS, *color, *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    held = ""
    try:
        for line in process.stdout:
            if line.strip():
                print(held, end="", flush=True)
                held = line
            else:
                held += line
        code = process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=services.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    if before_last:
        print(before_last)
    print(held.rstrip("\n"), flush=True)
    return code, held.strip()


def test(only: str, marks: list[str], stack: ExitStack) -> int:
    """Start what the tests need, run them on the chosen databases, 0 where all runs passed."""
    base = dict(os.environ)
    given, given_owner = base.pop("DATABASE_URL", None), base.pop("DATABASE_OWNER_URL", None)
    base["REDIS_URL"], redis = stack.enter_context(redis_url(base.get("REDIS_URL")))
    print(f"Redis:    {redis}")
    browser = services.provide_chromium()
    base["LZ_CHROMIUM"] = str(browser.path)
    print(f"browser:  {browser.source}")
    runs: dict[str, dict[str, str]] = {}
    if only != "postgres":
        runs["SQLite"] = {}
        print("database: SQLite")
    if only != "sqlite":
        postgres = stack.enter_context(databases(given, given_owner))
        runs["PostgreSQL"] = {
            "DATABASE_URL": postgres.app_url,
            "DATABASE_OWNER_URL": postgres.owner_url,
        }
        print(f"database: {postgres.source}")
    if only:
        print(f"NOT the whole test: DB={only} leaves the other database out")
    codes, said = [], ""
    for name, urls in runs.items():
        print(f"\n===== {name} =====", flush=True)
        folder = stack.enter_context(services.private_folder("lz-test-"))
        code, closing = run_suite(marks, base | urls | {"LZ_VAR": str(folder)}, said)
        codes.append(code)
        said = f"{name} {'passed' if code == 0 else f'FAILED (code {code})'}: {closing}"
    return 1 if any(codes) else 0


def main() -> int:
    """Parse the options of make, run; 1 where a part could not start or a run failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.test", description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="")
    parser.add_argument("--deep", action="store_true", help="the tests marked deep, and only they")
    parser.add_argument("arguments", nargs="*", help="passed to pytest, after --")
    options = parser.parse_args()
    marks = (["-m", "deep"] if options.deep else []) + options.arguments
    services.end_on_signals()
    try:
        with ExitStack() as stack:
            return test(options.db, marks, stack)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
