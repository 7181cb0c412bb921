"""What must hold against any writer stands in the database, on both of them."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from tests import factories
from volunteers.foundation import acts, triggers
from volunteers.foundation.models import Act

pytestmark = pytest.mark.django_db


def _installed() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {row[0] for row in cursor.fetchall()}


def test_every_declared_trigger_stands_in_the_database():
    assert triggers.names(connection.vendor) <= _installed()
    assert triggers.names(connection.vendor)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_an_act_cannot_be_changed_or_deleted(change):
    person = factories.user()
    act = acts.record("test.act", person, actor=person)
    rows = Act.objects.filter(pk=act.pk)
    refused = (IntegrityError, InternalError, ProgrammingError)
    with pytest.raises(refused), transaction.atomic():
        rows.update(verb="other") if change == "update" else rows._raw_delete("default")
    assert Act.objects.get(pk=act.pk).verb == "test.act"


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused():
    person = factories.user()
    with pytest.raises(RuntimeError):
        acts.record("test.act", person, actor=person)
