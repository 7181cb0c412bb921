"""Wagtail's own background work (search index, reference index, unused files) through Celery.

Wagtail queues with `django_tasks`, whose stock backend does the work inside the request. Ours
hands it to Celery after the commit: a worker never looks for a row that is not there yet, and a
transaction that is rolled back leaves no work behind. `TASKS` in the settings names the class.
Our own jobs are plain Celery tasks.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from celery import Task as CeleryTask
from celery import shared_task
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskContext, TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task
from django_tasks.signals import task_enqueued
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)

# A person waits for this, so a broker that is away must not be waited for. (With `retry=False`
# kombu falls back on a policy of its own that sleeps for six seconds.)
TRY_TWICE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}

P = ParamSpec("P")
T = TypeVar("T")


@shared_task(
    name="config.run_task",
    bind=True,
    # Worth another try: a locked or restarting database, and two workers that wrote the same row
    # of the index at once (on SQLite nothing makes one wait for the other). Others are not.
    autoretry_for=(OperationalError, IntegrityError),
    retry_backoff=True,
    max_retries=5,
)
def run(
    self: CeleryTask, path: str, args: list[Any], kwargs: dict[str, Any], enqueued_at: str
) -> None:
    """Runs the django_tasks task at `path`; may run twice, like all that Wagtail queues.

    Raises ValueError if `path` is no task: a message can name anything, only tasks are called.
    A task whose object has been deleted in the meantime has nothing left to do.
    """
    task = import_string(path)
    if not isinstance(task, Task):
        raise ValueError(f"{path} is not a task")
    context = []
    if task.takes_context:
        now = timezone.now()
        result = replace(
            _result(task, self.request.id, args, kwargs, datetime.fromisoformat(enqueued_at)),
            status=TaskResultStatus.RUNNING,
            started_at=now,
            last_attempted_at=now,
            worker_ids=[self.request.hostname or "here"],
        )
        context.append(TaskContext(task_result=result))
    try:
        task.call(*context, *args, **kwargs)
    except ObjectDoesNotExist as error:
        logger.info("%s: nothing to do, %s", path, error)


class CeleryBackend(BaseTaskBackend):
    """Queues after the commit; where no broker answers, the work is done on the spot.

    No due times (they stand in the database, not in the broker), no priorities, no stored
    results; the name of the queue is not looked at, since one kind of worker does it all.
    """

    def enqueue(self, task: Task[P, T], args: Any, kwargs: Any) -> TaskResult[T]:
        """Queues `task`; raises InvalidTaskError for what the backend does not support."""
        self.validate_task(task)
        result: TaskResult[T] = _result(task, str(uuid4()), args, kwargs, timezone.now())
        # Robust: the page is saved already, and no trouble with its index may say otherwise.
        transaction.on_commit(lambda: self._send(result), robust=True)
        return result

    def _send(self, result: TaskResult[Any]) -> None:
        assert result.enqueued_at is not None
        message = (
            result.task.module_path,
            result.args,
            result.kwargs,
            result.enqueued_at.isoformat(),
        )
        try:
            run.apply_async(message, task_id=result.id, retry_policy=TRY_TWICE)
        except BrokerError as error:
            logger.warning("no broker (%s), done here: %s", error, result.task.module_path)
            run.apply(message, task_id=result.id)
        task_enqueued.send(type(self), task_result=result)


def _result(
    task: Task[P, T], uid: str, args: Sequence[Any], kwargs: Mapping[str, Any], at: datetime
) -> TaskResult[T]:
    return TaskResult(
        task=task,
        id=uid,
        status=TaskResultStatus.READY,
        enqueued_at=at,
        started_at=None,
        finished_at=None,
        last_attempted_at=None,
        args=list(args),
        kwargs=dict(kwargs),
        backend=task.backend,
        errors=[],
        worker_ids=[],
    )
