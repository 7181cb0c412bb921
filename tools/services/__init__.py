"""Servers that the project starts for itself: Redis, a scratch PostgreSQL, a browser to drive.

Each one is found on the machine or taken from a wheel, runs in a private folder, can be reached by
this user alone, and ends with its `with` block. `make run`, the tests, the bench and the
screenshots share them. What cannot start raises ServiceError, whose text is one clear line.
"""

from pathlib import Path

from .broker import RedisServer, find_redis, redis_answers, redis_server
from .browser import find_chromium, provide_chromium
from .postgres import Cluster, find_postgres, postgres_answers, postgres_cluster
from .processes import (
    STOP_SECONDS,
    Program,
    ServiceError,
    end_on_signals,
    free_port,
    port_is_free,
    private_folder,
    stop_group,
    wait_until_ready,
)

ROOT = Path(__file__).resolve().parents[2]

__all__ = [
    "ROOT",
    "STOP_SECONDS",
    "Cluster",
    "Program",
    "RedisServer",
    "ServiceError",
    "end_on_signals",
    "find_chromium",
    "find_postgres",
    "find_redis",
    "free_port",
    "port_is_free",
    "postgres_answers",
    "postgres_cluster",
    "private_folder",
    "provide_chromium",
    "redis_answers",
    "redis_server",
    "stop_group",
    "wait_until_ready",
]
