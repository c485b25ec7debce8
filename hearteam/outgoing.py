"""Handing tasks to the broker without waiting for it: one thread a process does, a request never.

A broker that stands still would else hold a dispatch for seconds. What is lost here (a full queue, a process that
ends, a broker that is away) stands in the rows that the task is about, and its sweep finds it.
"""

from __future__ import annotations

import logging
import os
import threading
from queue import Full, Queue
from typing import Any, Final

from celery import Celery

from hearteam.observe.context import REQUEST, request_id

logger = logging.getLogger(__name__)

MOST_WAITING: Final = 1_000
# Celery's current application is a thread's own, and the worker's loads a worker: this one only knows the broker.
app: Final = Celery("hearteam", fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
Task = tuple[str, tuple[Any, ...], str]
"""Name, arguments, and the id of the request that hands it over."""


class Sender:
    """The thread begins with the first task, in the process that hands it over: threads do not outlive a fork."""

    def __init__(self) -> None:
        self.waiting: Queue[Task] = Queue(MOST_WAITING)
        self.process = 0
        self.starting = threading.Lock()

    def put(self, task: Task) -> None:
        """Have it sent soon, in the order given."""
        with self.starting:
            if self.process != os.getpid():
                self.process, self.waiting = os.getpid(), Queue(MOST_WAITING)
                threading.Thread(target=self._run, args=[self.waiting], name="tasks", daemon=True).start()
        try:
            self.waiting.put_nowait(task)
        except Full:
            logger.warning("the broker does not keep up: the sweep will find what %s was about", task[0])

    def _run(self, waiting: Queue[Task]) -> None:
        while True:
            name, args, request = waiting.get()
            try:
                app.send_task(name, list(args), retry=False, headers={REQUEST: request})
            except Exception as error:  # whatever the broker does, the thread goes on
                logger.warning("%s was not handed over, its sweep will: %s", name, error)
            finally:
                waiting.task_done()


_sender = Sender()


def task_send(name: str, *args: Any) -> None:
    """Hand over a task by its name. Returns at once and never raises."""
    _sender.put((name, args, request_id()))
