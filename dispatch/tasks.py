"""What may not happen inside a request. Each task is one action, safe to be sent twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from dispatch.actions import backups, deliveries, guest_sending, notices
from dispatch.actions.fixes import fixes_thin
from dispatch.actions.retention import retention_run
from dispatch.actions.texting import DELIVER_TASK, text_post, texts_sweep
from dispatch.actions.whatif import RUN_TASK, whatif_run, whatif_sweep
from dispatch.paper.files import sheet_write
from dispatch.paper.sheet import sheet_html
from dispatch.queries.retention import days_kept
from hearteam.advisory_locks import AdvisoryLock, held_if_free
from hearteam.problems import NotFound
from partners.access import Actor

WHAT_IF_LIMIT_S: Final = 900
BACKUP_LIMIT_S: Final = 4 * 3600


@shared_task(name=RUN_TASK, soft_time_limit=WHAT_IF_LIMIT_S, time_limit=WHAT_IF_LIMIT_S + 30)
def what_if_run(what_if_id: int) -> None:
    """Run a what-if. Sent again while it runs (the broker does so after its visibility timeout), it does nothing."""
    with held_if_free(AdvisoryLock.SLOW_TASK) as is_ours:
        if not is_ours:
            return  # two of them would take both places from a crew's messages: the sweep sends it again
        try:
            whatif_run(what_if_id=what_if_id)
        except NotFound:
            return  # its draft was deleted meanwhile


@shared_task(name="dispatch.tasks.what_ifs_sweep")
def what_ifs_sweep() -> None:
    """Sent by `beat` every minute: what was queued and lost runs after all."""
    whatif_sweep(now=timezone.now())


@shared_task(name=DELIVER_TASK)
def text_deliver(message_id: int) -> None:
    """Post a text to its gateway; one that cannot be posted now is found by the sweep."""
    text_post(message_id=message_id)


@shared_task(name="dispatch.tasks.texts_sweep")
def texts_sweep_run() -> None:
    """Sent by `beat`: texts that could not be posted, or whose task was lost."""
    texts_sweep(now=timezone.now())


@shared_task(name="dispatch.tasks.tracks_thin")
def tracks_thin() -> None:
    """Sent by `beat` every hour: where units were is kept thinner as it gets older, and then no more."""
    fixes_thin(now=timezone.now())


@shared_task(name=notices.TELL_TASK)
def notice_tell(notice_id: int) -> None:
    """Work out whom to tell of something, and queue their messages; once."""
    notices.notice_tell(notice_id=notice_id)


@shared_task(name=notices.DELIVER_TASK)
def delivery_send(delivery_id: int) -> None:
    """Send one message; one that another worker has is left alone."""
    deliveries.delivery_send(delivery_id=delivery_id)


@shared_task(name="dispatch.tasks.reaching_sweep")
def reaching_sweep() -> None:
    """Sent by `beat`: messages whose task was lost, or that could not be sent at first; links that never went out."""
    now = timezone.now()
    deliveries.reaching_sweep(now=now)
    guest_sending.links_sweep(now=now)


@shared_task(name="dispatch.tasks.notices_forget")
def notices_forget() -> None:
    """Sent by `beat` once an hour: what is older than it is kept is deleted."""
    deliveries.notices_forget(now=timezone.now())


@shared_task(name="dispatch.tasks.backup_due", soft_time_limit=BACKUP_LIMIT_S, time_limit=BACKUP_LIMIT_S + 30)
def backup_due() -> None:
    """Sent by `beat` every quarter of an hour: with BACKUP_DIR, a backup is made when the newest is old enough."""
    with held_if_free(AdvisoryLock.SLOW_TASK) as is_ours:
        if is_ours:
            backups.backup_when_due(now=timezone.now())


@shared_task(name="dispatch.tasks.retention_run")
def retain() -> None:
    """Sent by `beat` every hour: what is older than it is kept goes, some at a time."""
    retention_run(by=Actor.system("retention"), now=timezone.now(), days=days_kept())


@shared_task(name="dispatch.tasks.paper_print")
def paper_print() -> None:
    """Sent by `beat` every few minutes: the sheet of this moment on this machine's disk."""
    keep = timedelta(hours=settings.PAPER_KEEP_HOURS)
    folder = Path(settings.HEARTEAM_HOME) / "paper"
    sheet_write(folder, sheet_html(inside=True), at=timezone.localtime(), keep=keep)


@shared_task(name=guest_sending.SEND_TASK)
def guest_link_send(link_id: int, origin: str) -> None:
    """Send a crew's link to its clinician's mobile; at most once for each time it was asked for."""
    guest_sending.link_deliver(link_id=link_id, origin=origin)
