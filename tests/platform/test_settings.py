"""Production refuses to start half configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "SECRET_KEY": "k7Qe2mZx9wLr4tYv8uBn3cDf6gHj1pSa5dFiOqWe",
    "ALLOWED_HOSTS": "dispatch.hartford.example",
    "DATABASE_URL": "postgresql://hearteam@127.0.0.1:1/hearteam",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def start_production(home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: os.environ[name] for name in ("PATH",)},
        "HEARTEAM_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "hearteam.settings.prod",
        **GOOD,
        **changes,
    }
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); print('started')"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_all_is_set(tmp_path: Path) -> None:
    assert start_production(tmp_path, METRICS_TOKEN="t" * 24).stdout == "started\n"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or too simple"),
        ({"SECRET_KEY": "secret" * 10}, "SECRET_KEY is missing or too simple"),
        ({"DEBUG": "1"}, "DEBUG is set"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "*"}, "open to all"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"REDIS_URL": ""}, "REDIS_URL is missing"),
        ({"PUSH_KEY": "short", "PUSH_CONTACT": "ops@city.example"}, "PUSH_KEY is no push key"),
        ({"PUSH_KEY": "k" * 43}, "PUSH_CONTACT is missing"),
        ({"METRICS_TOKEN": "t" * 23}, "METRICS_TOKEN is too short: set it to at least 24 random characters."),
        ({"RETAIN_PERSON_DAYS": "-1"}, "RETAIN_PERSON_DAYS must be a whole number, 0 or more, not '-1'"),
        ({"BACKUP_KEEP": "many"}, "BACKUP_KEEP must be a whole number, 0 or more, not 'many'"),
    ],
)
def test_production_refuses(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    refused = start_production(tmp_path, **changes)
    assert refused.returncode != 0
    assert sentence in refused.stderr


def test_production_refuses_the_demo_secret_of_the_same_home(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text(GOOD["SECRET_KEY"])
    refused = start_production(tmp_path)
    assert refused.returncode != 0
    assert "the one of the demo" in refused.stderr


def test_production_refuses_the_demo_key_of_push(tmp_path: Path) -> None:
    (tmp_path / "push-key").write_text("k" * 43)
    refused = start_production(tmp_path, PUSH_KEY="k" * 43, PUSH_CONTACT="ops@city.example")
    assert "PUSH_KEY is the one of the demo" in refused.stderr


def test_a_number_that_is_none_is_named(tmp_path: Path) -> None:
    refused = start_production(tmp_path, STATEMENT_TIMEOUT_MS="soon")
    assert "STATEMENT_TIMEOUT_MS must be a whole number, 0 or more, not 'soon'" in refused.stderr


@pytest.mark.parametrize(("minutes", "told"), [("0", "None"), ("7", "420.0")])
def test_a_sheet_that_is_not_wanted_is_not_asked_for_without_a_pause(tmp_path: Path, minutes: str, told: str) -> None:
    look = "from hearteam.settings.base import *; print(CELERY_BEAT_SCHEDULE.get('print-paper', {}).get('schedule'))"
    environment = {**os.environ, "HEARTEAM_HOME": str(tmp_path), "PAPER_EVERY_MINUTES": minutes}
    shown = subprocess.run(
        [sys.executable, "-c", look], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"{told}\n"
