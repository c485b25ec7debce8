"""What was set up, or was forgotten: settings, static files, keys, backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from dispatch.doctor.finding import Finding, failed, warning, well
from dispatch.queries.backups import backup_folder, newest_backup_at
from hearteam.settings.environment import PROJECT_DIR

SHORTEST_SECRET: Final = 40
OLD_BACKUP: Final = timedelta(hours=26)
VERY_OLD_BACKUP: Final = timedelta(days=3)
SAMPLE: Final = "dispatch/js/main.js"


def look_at_configuration() -> list[Finding]:
    return [*secrets(), *hosts(), *static_files(), *keys(), *backups()]


def secrets() -> Iterator[Finding]:
    if settings.DEBUG:
        says = "DEBUG is on: pages of errors show what is in memory to whoever causes one."
        yield failed("settings", says, "Unset DEBUG.")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        says = "SECRET_KEY is too short: sign-ins could be forged."
        yield failed("settings", says, "Set it to at least 40 random characters; everybody signs in again.")
    else:
        yield well("settings", "The secret is long enough.")


def hosts() -> Iterator[Finding]:
    if any(name in ("*", ".") for name in settings.ALLOWED_HOSTS):
        yield failed("hosts", "ALLOWED_HOSTS is open to all.", "Name the hosts that browsers use.")
    elif not settings.ALLOWED_HOSTS:
        yield failed("hosts", "ALLOWED_HOSTS is empty: every page answers 400.", "Name the hosts that browsers use.")
    else:
        yield well("hosts", f"Browsers may use {', '.join(settings.ALLOWED_HOSTS)}.")


def static_files() -> Iterator[Finding]:
    """Served from the source folders, or collected, and then the same as the source."""
    if getattr(settings, "WHITENOISE_USE_FINDERS", False):
        yield well("static", "Scripts and styles come from the source folders.")
        return
    collected, source = Path(settings.STATIC_ROOT) / SAMPLE, PROJECT_DIR / "static" / SAMPLE
    if not collected.exists():
        yield failed(
            "static", "Scripts and styles were not collected: pages stay empty.", "Run manage.py collectstatic."
        )
    elif source.exists() and collected.read_bytes() != source.read_bytes():
        says = "The collected scripts are not those of this code."
        yield failed("static", says, "Run manage.py collectstatic --clear, and restart web.")
    else:
        yield well("static", "Scripts and styles are collected.")


def keys() -> Iterator[Finding]:
    if not settings.PUSH_KEY:
        says = "There is no PUSH_KEY: nobody is told on their own device by push."
        yield warning("push", says, "Make one with manage.py push_key and set PUSH_KEY and PUSH_CONTACT.")
    else:
        yield well("push", "There is a key for push messages.")
    if not settings.METRICS_TOKEN and not settings.METRICS_NETWORKS:
        says = "Nobody may read /metrics: a fault is found by those who suffer from it."
        yield warning("metrics", says, "Set METRICS_TOKEN and let Prometheus ask (docs/monitoring.md).")
    else:
        yield well("metrics", "The figures can be read.")


def backups() -> Iterator[Finding]:
    newest = newest_backup_at()
    do = "Run manage.py backup, and every night from now on (docs/backup.md)."
    if newest is None:
        yield warning("backup", f"There is no backup in {backup_folder()}.", do)
        return
    age = timezone.now() - newest
    hours = age.total_seconds() / 3600
    says = (
        f"The newest backup is {hours:.0f} hours old." if hours < 100 else f"The newest backup is {age.days} days old."
    )
    if age > VERY_OLD_BACKUP:
        yield failed("backup", says, do)
    elif age > OLD_BACKUP:
        yield warning("backup", says, do)
    else:
        yield well("backup", says)
