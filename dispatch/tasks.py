"""What may not happen inside a request. Each task is one action, safe to be sent twice."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from dispatch.actions.whatif import RUN_TASK, whatif_run, whatif_sweep
from hearteam.problems import NotFound

WHAT_IF_LIMIT_S: Final = 900


@shared_task(name=RUN_TASK, soft_time_limit=WHAT_IF_LIMIT_S, time_limit=WHAT_IF_LIMIT_S + 30)
def what_if_run(what_if_id: int) -> None:
    """Run a what-if. Sent again while it runs (the broker does so after its visibility timeout), it does nothing."""
    try:
        whatif_run(what_if_id=what_if_id)
    except NotFound:
        return  # its draft was deleted meanwhile


@shared_task(name="dispatch.tasks.what_ifs_sweep")
def what_ifs_sweep() -> None:
    """Sent by `beat` every minute: what was queued and lost runs after all."""
    whatif_sweep(now=timezone.now())
