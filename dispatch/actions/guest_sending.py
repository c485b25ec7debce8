"""A crew's link sent to its clinician's mobile by text: asked for by a dispatcher, sent by the worker, at most once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.channels import phone_number
from dispatch.actions.transaction import Work, action
from dispatch.models import Call, GuestLink
from dispatch.queries import access
from dispatch.queries.guest_links import link_of, state_of, token_of
from dispatch.reach.offer import offered
from dispatch.reach.outlets import outlet_send
from dispatch.reach.push import Outcome
from dispatch.rules.guest_links import LinkState
from dispatch.rules.reaching import ChannelKind
from hearteam.events import types
from hearteam.outgoing import task_send
from hearteam.problems import Refused
from partners.access import Actor, Permission

SEND_TASK: Final = "dispatch.tasks.guest_link_send"
SENDER: Final = Actor.system("notices")
LOST_AFTER: Final = timedelta(seconds=60)
"""What nobody began to send by then was lost on its way to the worker, and nobody waits for it any more."""
NOT_TAKEN: Final = "it was not taken"
STOPPED: Final = "the worker stopped while it was sent"


def link_send(*, by: Actor, assignment_id: str | int, origin: str) -> GuestLink:
    """Have the standing link sent to the mobile that was written down with the hand-off.

    `origin` is where the center's pages are, as `https://dispatch.example`. Pressed again it is sent again.
    """
    access.require(by, Permission.DISPATCH, "send links")
    with action(by) as work:
        access.call_for(by, access.assignment_for(by, assignment_id).call_id, lock=True)
        link = link_of(by, assignment_id)
        if ChannelKind.SMS not in offered():
            raise Refused("No text service is set up here: copy the link.")
        handoff = link.call.handoffs.filter(assignment_id=link.assignment_id).first()
        if handoff is None or not handoff.clinician_phone:
            raise Refused("No mobile was written down for this crew: copy the link.")
        link.sent_to = phone_number(handoff.clinician_phone)
        link.send_asked_at, link.sent_at, link.send_failed = timezone.now(), None, ""
        link.save(update_fields=["sent_to", "send_asked_at", "sent_at", "send_failed"])
        _tell(work, link, "asked")
        link_id = link.pk
        transaction.on_commit(lambda: task_send(SEND_TASK, link_id, origin), robust=True)
        return link


def link_deliver(*, link_id: int, origin: str) -> str:
    """Send it, if it still leads anywhere, and write down what became of it. Returns "sent", "failed" or "".

    While it is sent it counts as not sent: nobody waits for a crew to open what a dead worker had in hand.
    """
    asked = GuestLink.objects.filter(pk=link_id, send_asked_at__isnull=False, sent_at__isnull=True, send_failed="")
    if not asked.update(send_failed=STOPPED):
        return ""
    link = GuestLink.objects.select_related("call", "assignment__unit").get(pk=link_id)
    why = "the link is over" if state_of(link) is not LinkState.OPEN else _sent(link, origin)
    with action(SENDER) as work:
        Call.objects.select_for_update(of=("self",), no_key=True).get(pk=link.call_id)
        link.sent_at, link.send_failed = (None, why[:120]) if why else (timezone.now(), "")
        link.save(update_fields=["sent_at", "send_failed"])
        _tell(work, link, "failed" if why else "sent")
    return "failed" if why else "sent"


def links_sweep(*, now: datetime) -> int:
    """Say of those whose task was lost that they were not sent; returns how many. A person sends them again, or reads
    the link out: the row does not know the address of the center's pages.
    """
    standing = GuestLink.objects.filter(revoked_at__isnull=True, assignment__cleared_at__isnull=True)
    lost = standing.filter(send_asked_at__lt=now - LOST_AFTER, sent_at__isnull=True, send_failed="")
    said = 0
    for known in lost.only("pk", "call_id").order_by("pk"):
        with action(SENDER) as work:
            Call.objects.select_for_update(of=("self",), no_key=True).get(pk=known.call_id)
            if lost.filter(pk=known.pk).update(send_failed=NOT_TAKEN):
                link = GuestLink.objects.select_related("call", "assignment__unit").get(pk=known.pk)
                _tell(work, link, "failed")
                said += 1
    return said


def _sent(link: GuestLink, origin: str) -> str:
    """Why it was not sent; empty when it was. The text names the call's number and nothing else."""
    address = origin.rstrip("/") + reverse("guest", args=[token_of(link)])
    attempt = outlet_send(ChannelKind.SMS, link.sent_to, f"HEARTeam {link.call.number}: {address}")
    return "" if attempt.outcome is Outcome.SENT else attempt.why or NOT_TAKEN


def _tell(work: Work, link: GuestLink, state: str) -> None:
    event = types.GuestLinkSent(link=str(link.pk), state=state)
    work.emit(event, call=link.call, unit=link.assignment.unit, tablets=[])
