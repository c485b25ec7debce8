"""Celery's clock (`celery -A hearteam.beat beat`): it sends tasks by name, so it needs their names and nothing else.

Without Celery's Django fixup, which would load all of the application into a process that never runs any of it.
"""

import os
from logging.config import dictConfig

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")

app = Celery("hearteam", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
dictConfig(settings.LOGGING)
