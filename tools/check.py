"""`make check`: everything about the code that needs no test. Each step runs; one line for each."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from tools.services import ROOT

# What production asks for, with values that open nothing.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "check-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "www.example.org",
    "DATABASE_URL": "postgresql://lianzhi_app@127.0.0.1/lianzhi",
    "DATABASE_OWNER_URL": "postgresql://lianzhi_owner@127.0.0.1/lianzhi",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "LZ_FIELD_KEYS": "Y2hlY2stb25seS1jaGVjay1vbmx5LWNoZWNrLW9ubHk=",
    "LZ_HASH_KEY": "check-only-hash-key",
    "LZ_SEAL_KEY": "Y2hlY2stb25seS1jaGVjay1vbmx5LWNoZWNrLW9ubHk=",
    "SMS_GATEWAY": "volunteers.foundation.gateways.ConsoleGateway",
    "LZ_BASE_URL": "https://www.example.org",
}
TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}


@dataclass(frozen=True)
class Step:
    """One check: its name in the report, the command after `python`, environment on top of ours."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
STEPS = [
    Step("format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    Step("lint", ["-m", "ruff", "check", "--quiet", "."]),
    Step("types", ["-m", "mypy"]),
    Step("import contracts", ["-c", LINT_IMPORTS, "--no-logo"]),
    Step("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], TEST),
    Step("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    Step("HTML of every page", ["-m", "tests.crawl", "--html5lib"], TEST),
]


def run(step: Step, var: str) -> bool:
    """Run one step, print its line, and its whole output where it failed."""
    env = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        env.pop(name, None)
    env |= {"PYTHONPATH": "site", "LZ_VAR": var} | step.env
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *step.command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    good = done.returncode == 0
    print(f"{'ok    ' if good else 'FAILED'} {step.name} ({time.monotonic() - began:.1f} s)")
    if not good:
        print("".join(f"       {line}\n" for line in done.stdout.splitlines()), end="")
    sys.stdout.flush()
    return good


def main(arguments: list[str]) -> int:
    """Run every step, or those whose name holds one of the arguments; 1 where one failed."""
    chosen = [step for step in STEPS if not arguments or any(a in step.name for a in arguments)]
    with tempfile.TemporaryDirectory(prefix="lz-check-") as var:
        return 0 if all([run(step, var) for step in chosen]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
