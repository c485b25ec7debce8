"""What each process loads: what only another one uses would cost it seconds at its start and memory for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
SENDING = ("apprise", "webpush", "jwt")  # to people's devices: the worker's, with its first message
SERVING = ("gunicorn", "uvicorn", "websockets")  # of the other server
RUNNING = ("celery.worker", "celery.beat", "celery.apps", "celery.bin")
APPLICATION = ("django.db.models", "django.contrib", "rest_framework", "dispatch", "partners", "pydantic", "numpy")
START = "import django; django.setup()\n"


@pytest.mark.parametrize(
    ("process", "loads", "not_loaded"),
    [
        ("web", "import hearteam.wsgi, hearteam.urls", (*SENDING, *RUNNING, *SERVING, "dispatch.live.hub")),
        ("live", "import hearteam.asgi", (*SENDING, *RUNNING, "gunicorn", "hearteam.urls", "drf_spectacular.views")),
        (
            "timers",
            f"{START}import dispatch.management.commands.run_timers",
            (*SENDING, *RUNNING, *SERVING, "hearteam.urls", "dispatch.api", "drf_spectacular.views", "markdown"),
        ),
        ("worker", f"{START}import hearteam.celery, dispatch.tasks", (*SENDING, *SERVING, "hearteam.urls")),
        ("beat", "import hearteam.beat; hearteam.beat.app.conf.beat_schedule", (*APPLICATION, *SENDING, *SERVING)),
        ("front", "import hearteam.embedded.front", (*APPLICATION, "django", "redis", "psycopg2", "celery")),
    ],
)
def test_a_process_loads_nothing_that_only_others_use(process: str, loads: str, not_loaded: tuple[str, ...]) -> None:
    look = f"{loads}\nimport sys; print(*sorted(sys.modules))"
    services = {"DATABASE_URL": "postgresql://x/x", "REDIS_URL": "redis://x/0"}
    environment = {**os.environ, **services, "DJANGO_SETTINGS_MODULE": "hearteam.settings.dev", "PGAPPNAME": process}
    environment.pop("PYTEST_VERSION", None)
    shown = subprocess.run(
        [sys.executable, "-c", look], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    loaded = shown.stdout.split()
    found = [name for name in loaded for other in not_loaded if name == other or name.startswith(f"{other}.")]
    assert not found
