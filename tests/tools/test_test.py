"""`make test` itself: two runs, two roles, pytest's word last."""

import os
import re

import psycopg
import pytest

from tools import services
from tools import test as maketest


@pytest.fixture
def suite(tmp_path):
    """A suite of one test that passes or fails as told, in place of ours."""

    def make(passes):
        file = tmp_path / f"test_one_{passes}.py"
        file.write_text(f"def test_one():\n    assert {passes}\n")
        return [str(file), "-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:django"]

    return make


def test_pytest_has_the_last_word_and_the_first_run_is_told_before_it(suite, capfd):
    code, closing = maketest.run_suite(suite(True), dict(os.environ), "SQLite FAILED (code 1)")
    lines = capfd.readouterr().out.strip().splitlines()
    assert code == 0
    assert re.search(r"\b1 passed in ", closing)
    assert lines[-2:] == ["SQLite FAILED (code 1)", closing]


def test_a_failing_suite_keeps_its_code(suite, capfd):
    code, closing = maketest.run_suite(suite(False), dict(os.environ))
    assert code == 1
    assert re.search(r"\b1 failed in ", closing)
    assert capfd.readouterr().out.strip().endswith(closing)


def test_a_scratch_cluster_gives_two_roles():
    with maketest.databases(None, None) as found:
        assert "lianzhi_app@" in found.app_url
        assert "lianzhi_owner@" in found.owner_url


def test_with_one_url_a_runtime_role_is_made_and_dropped():
    with services.postgres_cluster() as cluster:
        with maketest.databases(cluster.admin_url, None) as found:
            assert found.owner_url == cluster.admin_url
            with psycopg.connect(found.app_url) as connection:
                row = connection.execute(
                    "SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole "
                    "FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
            assert row is not None
            name, powerful = row
            assert name.startswith("lianzhi_app_")
            assert powerful is False
        with psycopg.connect(cluster.admin_url) as connection:
            left = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
            assert left.fetchone() is None


def test_an_owner_who_may_not_make_roles_is_told_what_to_do():
    with (
        services.postgres_cluster() as cluster,
        pytest.raises(services.ServiceError, match="needs CREATEROLE"),
        maketest.databases(cluster.owner_url, None),
    ):
        pytest.fail("there is no second role")


@pytest.mark.parametrize(
    ("given", "owner", "says"),
    [
        ("sqlite:///x", None, "must name a PostgreSQL database"),
        ("postgresql://nobody@127.0.0.1:1/x", None, "no PostgreSQL answers at DATABASE_URL"),
        (None, "postgresql://owner@127.0.0.1/x", "needs DATABASE_URL"),
    ],
)
def test_urls_that_lead_nowhere_are_said(given, owner, says):
    with (
        pytest.raises(services.ServiceError, match=says),
        maketest.databases(given, owner),
    ):
        pytest.fail("nothing can have started")


def test_a_role_is_put_into_a_url_with_a_socket_and_options():
    url = "postgresql://a:b@%2Ftmp%2Fx:5433/db?sslmode=disable"
    assert maketest.with_role(url, "app", "p@s") == (
        "postgresql://app:p%40s@%2Ftmp%2Fx:5433/db?sslmode=disable"
    )
