"""What leaves the house has its row in the transaction, and leaves once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from volunteers.foundation import outbox
from volunteers.foundation.models import Outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """A topic that collects what it delivers; payload {"fail": n} fails n times first."""
    got: list[dict] = []
    failures: dict[str, int] = {}

    def deliver(payload):
        left = failures.setdefault(str(payload), payload.get("fail", 0))
        if left:
            failures[str(payload)] = left - 1
            raise OSError("gateway is down")
        if payload.get("stale"):
            return False
        got.append(payload)
        return True

    monkeypatch.setitem(outbox.topics._entries, "test", deliver)
    return got


def test_the_same_key_leaves_once_however_often_it_is_put_and_delivered(sent):
    outbox.put("test", "k", {"n": 1})
    outbox.put("test", "k", {"n": 2})
    assert outbox.deliver("k")
    assert not outbox.deliver("k")
    assert sent == [{"n": 1}]


def test_nothing_leaves_before_it_is_due(sent):
    outbox.put("test", "k", {}, due_at=timezone.now() + timedelta(hours=1))
    assert outbox.deliver_due() == 0
    assert sent == []


def test_a_failing_gateway_keeps_the_row_with_its_error_and_tries_again(sent):
    outbox.put("test", "k", {"fail": 1})
    assert not outbox.deliver("k")
    row = Outgoing.objects.get(key="k")
    assert row.done_at is None and "gateway is down" in row.last_error
    Outgoing.objects.update(due_at=timezone.now())
    assert outbox.deliver_due() == 1
    assert len(sent) == 1


def test_what_is_no_longer_true_is_dropped(sent):
    outbox.put("test", "k", {"stale": True})
    outbox.deliver("k")
    row = Outgoing.objects.get(key="k")
    assert row.dropped and sent == []


def test_a_cancelled_row_never_leaves(sent):
    outbox.put("test", "k", {})
    outbox.cancel("k")
    assert outbox.deliver_due() == 0
    assert sent == []
