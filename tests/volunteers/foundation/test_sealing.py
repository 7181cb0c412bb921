"""Sealed rows can be checked by anyone who kept a head; the tail is sealed without holding
anybody up."""

import pytest

from tests import factories
from volunteers.foundation import acts, sealing
from volunteers.foundation.models import Act, Seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stream(monkeypatch):
    stream = sealing.Stream(Act, lambda act: f"{act.pk} {act.verb} {act.subject}".encode())
    monkeypatch.setitem(sealing.streams._entries, "test", stream)


def write(n: int) -> list[Act]:
    person = factories.user()
    return [acts.record(f"test.{i}", person, actor=person) for i in range(n)]


def test_every_row_is_sealed_once_and_the_chain_verifies():
    write(5)
    assert sealing.seal("test") == 5
    write(3)
    assert sealing.seal("test") == 3
    assert sealing.seal("test") == 0
    assert Seal.objects.filter(stream="test").count() == 2
    assert sealing.verify("test") == []


def test_a_row_that_commits_late_with_a_low_number_is_sealed_too():
    person = factories.user()
    before = Act.objects.count()
    newest = Act.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for pk in (newest + 1, newest + 3):
        Act(pk=pk, actor=person, verb="on time", subject="x:1").save(force_insert=True)
    assert sealing.seal("test") == before + 2
    Act(pk=newest + 2, actor=person, verb="late", subject="x:1").save(force_insert=True)
    assert sealing.seal("test") == 1
    assert sealing.verify("test") == []


def test_a_head_that_was_not_signed_by_the_house_is_found():
    write(2)
    sealing.seal("test")
    kept = Seal.objects.get(stream="test")
    Seal.objects.create(
        stream="test",
        size=kept.size + 1,
        head="00" * 32,
        frontier=[],
        signature="00" * 64,
        public_key=kept.public_key,
    )
    assert sealing.verify("test") == [f"test head at {kept.size + 1} has no rows"]
