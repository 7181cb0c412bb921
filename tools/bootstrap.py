"""Make `.venv` once and keep it at the pinned requirements; recompile the pins.

    python3 tools/bootstrap.py run       what the platform needs
    python3 tools/bootstrap.py dev       and what tests and checks need on top
    python -m tools.bootstrap compile    requirements*.in -> requirements*.txt (`--upgrade` passes)

The first two run before anything is installed: the standard library only.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FILES = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


class BootstrapError(RuntimeError):
    """What is missing and what to do, in one line."""


def fingerprint(kind: str) -> str:
    """Changes with the pins and with the Python version that they were installed for."""
    digest = hashlib.sha256(VERSION.encode())
    for name in FILES[kind]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(kind: str) -> Path:
    """The file that remembers the fingerprint last installed."""
    return VENV / f".installed-{kind}"


def is_current(kind: str) -> bool:
    """Whether the environment works and holds the pins of `kind`."""
    return PYTHON.exists() and stamp(kind).exists() and stamp(kind).read_text() == fingerprint(kind)


def make_environment() -> None:
    """Create `.venv` where there is none that works with this Python version."""
    if PYTHON.exists():
        probe = [str(PYTHON), "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"]
        works = subprocess.run(probe, capture_output=True, text=True)
        if works.returncode == 0 and works.stdout.strip() == VERSION:
            return
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        fix = "apt install python3-venv" if Path("/etc/debian_version").exists() else "install them"
        raise BootstrapError(f"{sys.executable} lacks the modules venv and ensurepip: {fix}")
    print(f"making .venv with Python {sys.version.split()[0]}", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0:
        said = (made.stdout + made.stderr).strip().splitlines() or ["no reason given"]
        raise BootstrapError(f"could not make .venv: {said[-1]}")


def install(kind: str) -> None:
    """Bring `.venv` to the pins of `kind`; nothing happens where it already is."""
    if is_current(kind):
        return
    make_environment()
    files = FILES[kind]
    print(f"installing {' and '.join(files)} into .venv (a minute or so)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = [part for name in files for part in ("-r", name)]
    if subprocess.run([*pip, *wanted], cwd=ROOT, stdin=subprocess.DEVNULL).returncode != 0:
        raise BootstrapError("pip could not install the requirements: its last lines say why")
    for done in ("run", "dev") if kind == "dev" else ("run",):
        stamp(done).write_text(fingerprint(done))


def compile_requirements(*options: str) -> None:
    """Write requirements*.txt from requirements*.in, with no index, host or path of this machine.

    pip-compile drops a requirement whose marker is false for the Python that runs it; such lines
    are kept, since others install with other Pythons.
    """
    for name in ("requirements", "requirements-dev"):
        command = [sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"]
        command += ["--no-emit-options", *options, "--output-file", f"{name}.txt", f"{name}.in"]
        environment = os.environ | {"CUSTOM_COMPILE_COMMAND": "make requirements"}
        if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
            raise BootstrapError(f"pip-compile could not resolve {name}.in")
        target = ROOT / f"{name}.txt"
        pinned = {line.split("==")[0] for line in target.read_text().splitlines() if "==" in line}
        wanted = (ROOT / f"{name}.in").read_text().splitlines()
        with target.open("a") as file:
            for line in wanted:
                if ";" in line and "==" in line and line.split("==")[0] not in pinned:
                    file.write(f"{line}\n    # via -r {name}.in (for other Pythons)\n")


def main(arguments: list[str]) -> int:
    """Carry out one of run, dev, compile; 1 with one line on stderr where it fails."""
    what, *options = arguments or ["run"]
    try:
        if what == "compile":
            compile_requirements(*options)
        elif what in FILES:
            install(what)
        else:
            raise BootstrapError(f"unknown: {what}; one of run, dev, compile")
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
