"""The Celery application of `worker` and `beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")

app = Celery("hearteam")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
