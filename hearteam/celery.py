"""The Celery application of `worker` and `beat`."""

import os

from celery import Celery
from celery.signals import worker_ready

from hearteam import health
from hearteam.observe import tasks  # noqa: F401  (listens to what becomes of tasks)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")

app = Celery("hearteam")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def first_proof(**_: object) -> None:
    """Do not let `/readyz` wait for the first beat."""
    health.beat("worker", health.WORKER_BEAT_LASTS_S)


@app.task(name="hearteam.celery.prove_alive")
def prove_alive() -> None:
    """Sent by `beat`, done by `worker`: while both live, `/readyz` finds the worker well."""
    health.beat("worker", health.WORKER_BEAT_LASTS_S)
