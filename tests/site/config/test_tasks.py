"""Wagtail's background work through Celery: after the commit, once, and never in the way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery, current_app
from celery.contrib.testing.worker import start_worker
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks.exceptions import InvalidTaskError
from modelsearch.tasks import insert_or_update_object_task
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.documents.models import Document

from config.tasks import run

calls: list[Any] = []


@task()
def note(word: str, *, times: int) -> None:
    calls.append(word * times)


@task(takes_context=True)
def note_context(context: TaskContext, word: str) -> None:
    result = context.task_result
    calls.append((word, context.attempt, result.status, result.enqueued_at, result.args))


@task()
def fail() -> None:
    raise ZeroDivisionError("on purpose")


@pytest.fixture(autouse=True)
def celery_tasks(settings: Settings) -> Iterator[Celery]:
    """Our backend, over a Celery application of this test's own without a broker at first."""
    calls.clear()
    settings.TASKS = {"default": {"BACKEND": "config.tasks.CeleryBackend", "QUEUES": []}}
    before = current_app._get_current_object()
    with Celery("test", broker="memory://", set_as_current=False) as app:
        app.conf.task_always_eager = True
        app.set_current()
        yield app
    before.set_current()


def found(word: str) -> list[str]:
    return [document.title for document in Document.objects.all().search(word)]


@pytest.mark.django_db
def test_a_saved_object_is_indexed_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        Document.objects.create(title="社区巡逻手册", file="documents/a.txt")
        assert found("巡逻") == []

    assert found("巡逻") == ["社区巡逻手册"]


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_leaves_no_work(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            note.enqueue("不", times=1)
            transaction.set_rollback(True)
        note.enqueue("要", times=2)

    assert calls == ["要要"]


@pytest.mark.django_db
def test_the_result_tells_what_was_queued() -> None:
    result = note.enqueue("好", times=3)

    assert result.status == TaskResultStatus.READY
    assert not result.is_finished
    assert (result.args, result.kwargs) == (["好"], {"times": 3})
    assert (result.task, result.backend, result.errors, result.worker_ids) == (
        note,
        "default",
        [],
        [],
    )
    assert result.enqueued_at is not None
    assert timezone.now() - result.enqueued_at < timedelta(minutes=1)
    assert (result.started_at, result.finished_at, result.last_attempted_at) == (None, None, None)
    assert note.enqueue("好", times=3).id != result.id


def test_a_task_that_asks_for_its_context_gets_it(db: None) -> None:
    with transaction.atomic():
        run.apply((note_context.module_path, ["好"], {}, "2026-11-25T08:00:00+08:00"), throw=True)

    word, attempt, status, enqueued_at, args = calls[0]
    assert (word, attempt, status, args) == ("好", 1, TaskResultStatus.RUNNING, ["好"])
    assert enqueued_at.isoformat() == "2026-11-25T08:00:00+08:00"


@pytest.mark.django_db
def test_a_worker_takes_the_work_from_the_broker(
    celery_tasks: Celery, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    celery_tasks.conf.task_always_eager = False
    with django_capture_on_commit_callbacks(execute=True):
        note.enqueue("稍后", times=1)
        note_context.enqueue("完")
    assert calls == []

    with start_worker(celery_tasks, pool="solo", perform_ping_check=False) as worker:
        worker.ensure_started()
        wait_for(lambda: len(calls) == 2)

    assert calls[0] == "稍后"
    assert calls[1][0] == "完"


@pytest.mark.django_db
def test_without_a_broker_the_work_is_done_on_the_spot(
    celery_tasks: Celery, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    celery_tasks.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0")

    with django_capture_on_commit_callbacks(execute=True):
        Document.objects.create(title="台风值守安排", file="documents/a.txt")

    assert found("值守") == ["台风值守安排"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("propagate", [False, True])
def test_a_task_that_fails_stops_nothing_else(celery_tasks: Celery, propagate: bool) -> None:
    celery_tasks.conf.task_eager_propagates = propagate

    with transaction.atomic():
        fail.enqueue()
        note.enqueue("照样运行", times=1)

    assert calls == ["照样运行"]


@pytest.mark.django_db
def test_work_on_an_object_that_is_gone_is_done() -> None:
    path = insert_or_update_object_task.module_path
    done = run.apply((path, ["wagtaildocs", "document", "424242"], {}, "2026-11-25T08:00:00+08:00"))

    assert done.successful()


def test_only_tasks_are_called() -> None:
    done = run.apply(("os.getcwd", [], {}, "2026-11-25T08:00:00+08:00"))

    assert isinstance(done.result, ValueError)


def test_due_times_and_priorities_are_refused() -> None:
    with pytest.raises(InvalidTaskError):
        note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("晚", times=1)
    with pytest.raises(InvalidTaskError):
        note.using(priority=5).enqueue("急", times=1)


def wait_for(condition: Any, seconds: int = 20) -> None:
    """Returns once `condition` holds; other threads run meanwhile."""
    from threading import Event

    pause, tries = Event(), seconds * 50
    while not condition() and tries:
        pause.wait(0.02)
        tries -= 1
    assert condition()
