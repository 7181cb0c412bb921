"""The first minute of a newcomer: `.venv` is made once, and again only when the pins change."""

import os
import shutil
import subprocess

import pytest

from tools import bootstrap


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A project folder with pins and the marks of an environment, and nothing installed."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("x==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    return tmp_path


def test_nothing_is_installed_twice(place, monkeypatch):
    bootstrap.stamp("run").write_text(bootstrap.fingerprint("run"))
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("something was started"))
    bootstrap.install("run")


@pytest.mark.parametrize(("kind", "current"), [("run", True), ("dev", False)])
def test_a_changed_test_tool_leaves_the_platform_alone(place, kind, current):
    for each in ("run", "dev"):
        bootstrap.stamp(each).write_text(bootstrap.fingerprint(each))
    (place / "requirements-dev.txt").write_text("x==2\n")
    assert bootstrap.is_current(kind) is current


def test_a_missing_venv_module_is_one_clear_line(place, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    shutil.rmtree(place / ".venv")
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "lacks the modules venv and ensurepip" in said


def make(*arguments):
    """The outcome of make, run as a newcomer would: not as a part of another make."""
    root = bootstrap.Path(__file__).resolve().parents[2]
    env = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(["make", *arguments], cwd=root, env=env, capture_output=True, text=True)


def test_an_old_or_missing_python_is_one_clear_line(tmp_path):
    """A checkout whose environment is not there yet."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python, says in ((old, "is older than 3.11"), (tmp_path / "none", "was not found")):
        done = make("env", f"PYTHON={python}", f"PY={tmp_path}/no-environment")
        lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
        assert done.returncode != 0
        assert len(lines) == 1
        assert says in lines[0]


def test_make_alone_lists_every_target():
    said = make().stdout
    for target in ("run", "test", "test-deep", "check", "bench", "shots", "vendor"):
        assert f"make {target} " in said
