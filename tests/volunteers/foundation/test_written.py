"""SQL that is written out: rows become models, writes go together."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from volunteers.accounts.models import User
from volunteers.foundation import acts
from volunteers.foundation.models import Act, Outgoing
from volunteers.foundation.written import Writes, insert, instance, moment

pytestmark = pytest.mark.django_db


def test_values_reach_their_fields_in_any_order():
    user = make.user()
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, id FROM accounts_user WHERE id = %s", (user.pk,))
        loaded = instance(User, ("phone", "id"), cursor.fetchone())
    assert (loaded.pk, loaded.phone) == (user.pk, user.phone)
    assert loaded.date_joined == user.date_joined  # fetched when asked for


def test_a_column_that_is_none_is_refused():
    with pytest.raises(ValueError, match="User has not all"):
        instance(User, ("id", "telephone"), (1, "+8617700000001"))


def test_a_time_has_its_zone_on_both_databases():
    act = Act.objects.create(verb="test", subject="x:1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM foundation_act WHERE id = %s", (act.pk,))
        assert moment(cursor.fetchone()[0]) == act.at


def test_an_inserted_row_has_its_key_and_every_value():
    actor = make.user()
    act = insert(Act(actor=actor, verb="test", subject="x:1", new={"字": [1, None]}, reason="因为"))
    stored = Act.objects.get(pk=act.pk)
    assert (stored.actor, stored.verb, stored.new, stored.old, stored.reason) == (
        actor, "test", {"字": [1, None]}, {}, "因为",
    )  # fmt: skip
    assert stored.at == act.at
    stored.refresh_from_db()


def test_writes_go_in_their_order_and_say_how_many_rows_they_changed():
    user = make.user()
    writes = Writes()
    writes.insert(Outgoing(topic="t", key="k", payload={"percent": "100 %s; 'quoted'"}))
    writes.insert(Outgoing(topic="t", key="k", payload={}), once=True)
    writes.update("UPDATE accounts_user SET first_name = %s WHERE id = %s", ("李", user.pk))
    with CaptureQueriesContext(connection) as sent:
        assert writes.send() == [1, 0, 1]
    assert len(sent) == (1 if connection.vendor == "postgresql" else 3)
    assert Outgoing.objects.get(key="k").payload == {"percent": "100 %s; 'quoted'"}
    user.refresh_from_db()
    assert user.name == "李"


def test_one_bad_write_takes_all_with_it():
    Outgoing.objects.create(topic="t", key="k")
    writes = Writes()
    writes.insert(Outgoing(topic="t", key="other", due_at=timezone.now()))
    writes.insert(Outgoing(topic="t", key="k"))
    with pytest.raises(IntegrityError), transaction.atomic():
        writes.send()
    assert not Outgoing.objects.filter(key="other").exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_made_in_a_transaction_only():
    with pytest.raises(RuntimeError, match="transaction of its change"):
        acts.record("test.act", make.user(), actor=None, into=Writes())
