"""Transfers and records are sealed; changing one behind our back is found."""

import pytest
from django.db import connection

from tests import factories
from volunteers.foundation import sealing, triggers
from volunteers.points import services as points
from volunteers.points.models import Transfer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_transfer_that_the_owner_of_the_database_changes_no_longer_fits_its_seal():
    from volunteers.foundation.dbroles import as_owner

    factories.rule("patrol", 10)
    person = factories.volunteer()
    points.award("patrol", person, 120, source="test:1", key="k1", label="巡逻", actor=None)
    points.award("patrol", person, 60, source="test:2", key="k2", label="巡逻", actor=None)
    assert sealing.seal("transfers") == 2
    assert sealing.verify("transfers") == []
    changed = Transfer.objects.get(key="k1").pk
    with as_owner():
        triggers.lift_append_only()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE points_transfer SET points = 999 WHERE id = %s", [changed])
        triggers.install()
    wrong = sealing.verify("transfers")
    assert wrong[0] == f"transfers row {changed} is not what was sealed"
    assert any("does not fit its rows" in line for line in wrong)
