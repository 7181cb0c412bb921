"""The whole of `make run`, started as a newcomer starts it: it comes up, and leaves nothing."""

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection

import psutil
import pytest

from tools import run, services

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """One data folder for all starts here: the first loads the demo street, the next find it."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def started(var):
    """A running `python -m tools.run`: its process, its port, what it has said so far."""
    port = services.free_port()
    env = run.environment() | {"LZ_VAR": str(var), "PORT": str(port)}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "LZ_BASE_URL"):
        env.pop(name, None)
    env["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.run"],
        cwd=services.ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C ends everything" in line:
            break
    else:
        pytest.fail(f"make run ended by itself:\n{''.join(said)}")
    yield process, port, "".join(said)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def descendants(process):
    """All processes below `make run`."""
    return psutil.Process(process.pid).children(recursive=True)


def left_of(processes):
    """Those that still run; a dead one that nobody has collected yet does not."""
    return [
        process
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_a_signal_ends_everything(started, var, number):
    process, port, said = started
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    assert f"http://127.0.0.1:{port}/" in said
    assert f"SQLite in {var}" in said
    below = descendants(process)
    assert len(below) >= 5  # Redis, gunicorn with two workers, Celery worker, beat
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.rstrip().endswith("everything has ended")
    assert left_of(below) == []
    assert services.port_is_free(port)


def test_a_dead_worker_is_named_and_ends_the_rest(started):
    process, _, _ = started
    below = descendants(process)
    (worker,) = [child for child in below if "worker" in child.cmdline()]
    os.kill(worker.pid, signal.SIGKILL)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Celery worker ended by itself (code -9): stopping the rest" in output
    assert left_of(below) == []
