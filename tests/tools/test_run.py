"""`make run`: what it says and how it ends, with small programs in place of the platform's."""

import json
import signal
import socket
import subprocess
import sys

import pytest

from tools import run, services


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "８０００", "80.5"])
def test_what_is_no_port_is_said(text):
    with pytest.raises(services.ServiceError, match="is not a port"):
        run.check_port(text)


def test_a_port_in_use_is_said_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(services.ServiceError, match=rf"port {port} is in use.*make run PORT="):
            run.check_port(str(port))


def test_a_port_in_use_ends_make_run_with_one_line():
    """The whole command: nothing is migrated or started before the port is known to be free."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        env = run.environment() | {"PORT": str(other.getsockname()[1])}
        done = subprocess.run(
            [sys.executable, "-m", "tools.run"],
            cwd=services.ROOT,
            env=env,
            capture_output=True,
            text=True,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "is in use" in done.stderr


def test_without_any_redis_tasks_run_in_process_and_that_is_said(monkeypatch):
    monkeypatch.setattr(services, "find_redis", lambda: [])
    env = {}
    running = {}
    with run.broker(env, running) as words:
        assert "timed jobs do not run" in words
    assert env == {"CELERY_TASK_ALWAYS_EAGER": "1"}
    assert running == {}
    assert list(run.commands(env)) == ["web server"]


def test_a_redis_of_our_own_is_among_what_has_to_keep_running():
    env = {}
    running = {}
    with run.broker(env, running):
        assert services.redis_answers(env["REDIS_URL"])
        assert list(running) == ["Redis"]
        assert list(run.commands(env)) == ["web server", "Celery worker", "Celery beat"]


def test_a_redis_named_but_silent_is_said():
    env = {"REDIS_URL": f"redis://127.0.0.1:{services.free_port()}/0"}
    with (
        pytest.raises(services.ServiceError, match="no Redis answers at REDIS_URL"),
        run.broker(env, {}),
    ):
        pytest.fail("nothing can have started")


def test_codes_are_printed_once_and_only_when_whole(tmp_path):
    file = tmp_path / "sms.jsonl"
    file.write_text('{"old": "from yesterday"}\n')
    tail = run.CodesTail(file)
    sms = {"phone": "13800000001", "template": "login_code", "params": {"code": "123456"}}
    line = json.dumps(sms) + "\n"
    with file.open("a") as out:
        out.write(line[:20])
        out.flush()
        assert list(tail.new_lines()) == []
        out.write(line[20:])
    assert list(tail.new_lines()) == ["SMS to 13800000001: login_code code=123456"]
    assert list(tail.new_lines()) == []


def test_a_line_of_another_form_is_printed_as_it_is(tmp_path):
    file = tmp_path / "sms.jsonl"
    tail = run.CodesTail(file)
    assert list(tail.new_lines()) == []
    file.write_text("not json\n[1]\n")
    assert list(tail.new_lines()) == ["not json", "[1]"]


def test_a_child_that_dies_is_named_and_the_rest_ends(tmp_path, capsys):
    stays = run.start([sys.executable, "-c", "import signal; signal.pause()"], {})
    dies = run.start([sys.executable, "-c", "raise SystemExit(7)"], {})
    running = {"web server": stays, "Celery worker": dies}
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert run.supervise(running, run.CodesTail(tmp_path / "none")) == 1
        run.end_all(running)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert "Celery worker ended by itself (code 7)" in capsys.readouterr().out
    assert stays.poll() is not None
