"""Journeys drive a real browser against the running product (tests/stage.py)."""

from tests.stage_fixtures import add_logs as pytest_runtest_makereport  # noqa: F401
from tests.stage_fixtures import browser, stage  # noqa: F401
