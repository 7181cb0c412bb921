"""The servers that `make` starts: they come up private, answer, and leave nothing behind."""

import os
import select
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis

from tools import services


@pytest.fixture
def busy_port():
    """A port that somebody else serves on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_somebody_serves_on_is_not_free(busy_port):
    assert not services.port_is_free(busy_port)
    assert services.port_is_free(services.free_port())


def test_redis_answers_with_its_password_alone_and_ends():
    with services.redis_server() as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("greeting", "好")
            assert client.get("greeting") == "好".encode()
        parts = urlsplit(server.url)
        stranger = redis.Redis(port=parts.port or 0)
        with stranger, pytest.raises(redis.AuthenticationError):
            stranger.get("greeting")
    assert server.process.returncode is not None
    assert not services.redis_answers(server.url)


def test_every_redis_found_here_starts():
    programs = services.find_redis()
    assert programs
    for program in programs:
        with services.redis_server([program]) as server:
            assert server.source == program.source
            assert services.redis_answers(server.url)


def test_a_redis_that_does_not_start_gives_way_to_the_next():
    broken = services.Program(Path("/bin/false"), "a broken one")
    with services.redis_server([broken, *services.find_redis()]) as server:
        assert server.source != "a broken one"


def test_no_redis_at_all_is_one_clear_line():
    with (
        pytest.raises(services.ServiceError, match="install redis-server"),
        services.redis_server([]),
    ):
        pytest.fail("nothing can have started")


def test_a_server_that_ends_at_once_says_its_last_words():
    crash = [sys.executable, "-c", "import sys; print('no such disk'); sys.exit(3)"]
    with services.private_folder("lz-test-") as folder:
        log = folder / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(crash, stdout=out, start_new_session=True)
        with pytest.raises(
            services.ServiceError, match=r"the server ended with code 3: no such disk"
        ):
            services.wait_until_ready(process, lambda: False, "the server", log)


def test_every_postgres_found_here_starts_with_two_roles():
    """The owner can make databases and btree_gist, the application's role owns nothing."""
    programs = services.find_postgres()
    assert programs
    for program in programs:
        with services.postgres_cluster([program]) as cluster:
            folder = Path(unquote(urlsplit(cluster.app_url).netloc.rpartition("@")[2]))
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
                owner.execute("CREATE DATABASE test_lianzhi")
                owner.execute("CREATE EXTENSION btree_gist")
                owner.execute("CREATE TABLE note (id int)")
            with psycopg.connect(cluster.app_url, autocommit=True) as app:
                assert app.execute("SELECT current_user").fetchone() == ("lianzhi_app",)
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute("DROP TABLE note")
                assert app.execute("SHOW fsync").fetchone() == ("off",)
        assert not folder.exists()
        assert cluster.process.returncode is not None


def test_a_durable_cluster_waits_for_the_disk():
    with (
        services.postgres_cluster(durable=True) as cluster,
        psycopg.connect(cluster.app_url) as connection,
    ):
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_no_postgres_at_all_is_one_clear_line():
    with (
        pytest.raises(services.ServiceError, match="apt install postgresql"),
        services.postgres_cluster([]),
    ):
        pytest.fail("nothing can have started")


def test_stopping_takes_the_whole_group_along():
    """A child that its parent left behind must not outlive `make`."""
    grandchild = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert int(process.stdout.readline()) != process.pid
    services.stop_group(process, grace=1)
    # The pipe ends when its last holder has gone: the grandchild holds it too.
    ended, _, _ = select.select([process.stdout], [], [], 20)
    assert ended
    assert process.stdout.read() == b""
    process.stdout.close()


def test_a_browser_named_but_broken_is_said(monkeypatch):
    monkeypatch.setenv("LZ_CHROMIUM", "/bin/false")
    with pytest.raises(services.ServiceError, match="LZ_CHROMIUM=/bin/false does not start"):
        services.find_chromium()


def test_a_browser_is_found_that_renders_a_page(tmp_path):
    browser = services.provide_chromium()
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    page = subprocess.run(
        [
            *(str(browser.path), "--headless", *sandbox, "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", f"--user-data-dir={tmp_path}", "--dump-dom"),
            "data:text/html,<p id=x></p><script>x.textContent=6*7</script>",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert '<p id="x">42</p>' in page.stdout
