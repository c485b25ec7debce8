"""What becomes of tasks: counted by name, and their log lines carry the id of the request that handed them over."""

from __future__ import annotations

import time
from typing import Any, Final

from celery.signals import setup_logging, task_postrun, task_prerun

from hearteam.observe import context, metrics
from hearteam.observe.context import REQUEST, Doing, new_id

FAILURE: Final = "FAILURE"


@setup_logging.connect
def keep_ours(**_: Any) -> None:
    """That somebody listens keeps Celery from setting up loggers of its own: Django's LOGGING holds here too."""


@task_prerun.connect
def begin(task: Any = None, **_: Any) -> None:
    """The id comes in the task's headers; one that `beat` sent gets a new one."""
    said = getattr(task.request, REQUEST, None) or (task.request.headers or {}).get(REQUEST)
    task.request.observed = context.begin(Doing(request=said or new_id())), time.perf_counter()


@task_postrun.connect
def end(task: Any = None, state: str | None = None, **_: Any) -> None:
    """Ended, well or not."""
    token, began = task.request.observed
    metrics.tasks.labels(task.name, "failed" if state == FAILURE else "ok").inc()
    metrics.task_seconds.labels(task.name).observe(time.perf_counter() - began)
    context.end(token)
