"""Races run against the running product (tests/stage.py)."""

from tests.stage_fixtures import add_logs as pytest_runtest_makereport  # noqa: F401
from tests.stage_fixtures import stage  # noqa: F401
