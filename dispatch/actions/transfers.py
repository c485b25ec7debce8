"""Transferring a call to 2-1-1, 988, a crisis line or another center. It stays ours, and open, until they took it by
name; until then the caller is called back every so often.
"""

from __future__ import annotations

from django.db.models import BigIntegerField
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts, raise_alert
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.transaction import Work, action
from dispatch.models import Call, Transfer
from dispatch.queries import access
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.queries.transfers import as_to_transfer, callback_seconds
from dispatch.rules import timers
from dispatch.rules.timers import AlertKind, DeadlineKind
from dispatch.rules.transfers import Destination, transfer_allowed
from hearteam.events import types
from hearteam.prepared import Parameter, Prepared
from hearteam.problems import Conflict, Malformed, NotFound, Refused
from partners.access import Actor, Permission
from partners.models import Resource

Status = Transfer.Status
SETTLED = (Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN)
REFERRED = "15"
"""The disposition (APCO) of a call that somebody else has taken."""


def transfer_offer(
    *,
    by: Actor,
    call_id: str | int,
    resource: str = "",
    name: str = "",
    phone: str = "",
    kind: str = Transfer.Kind.LINE,
    consent: bool = False,
    note: str = "",
) -> Transfer:
    """Offer the caller to a resource by its code, or to anybody by name and number (`kind`: LINE or CENTER).

    Refused where the rules of transfers forbid it, and while another offer of the call stands. Until it is accepted the
    call stays pending with its clocks, and the caller is to be called back.
    """
    access.require(by, Permission.CALL_CHANGE, "transfer calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be transferred")
        transfer = _addressed(resource, name, phone, kind)
        standing = call.transfers.filter(status=Status.OFFERED).first()
        if standing is not None:
            raise Conflict(f"{call.number} is offered to {standing.name}: settle that first.", version=call.version)
        refusal = transfer_allowed(as_to_transfer(call), Destination(transfer.kind), consent=consent, reason=note)
        if refusal is not None:
            raise Refused(refusal.reason, rule=refusal.code.value, version=call.version)
        transfer.call, transfer.consent, transfer.note = call, consent, note[:200]
        transfer.offered_at = timezone.now()
        transfer.offered_by_id, transfer.offered_by_name = by.user_id, by.name
        transfer.save()
        _expect_answer(call)
        call_save(call)
        work.emit(
            types.TransferOffered(
                transfer=str(transfer.pk),
                to=transfer.name,
                kind=transfer.kind,
                phone=transfer.phone,
                consent=consent,
            ),
            call=call,
        )
        return transfer


def _addressed(code: str, name: str, phone: str, kind: str) -> Transfer:
    """A new transfer with whom it goes to."""
    if code.strip():
        found = Resource.objects.filter(code__iexact=code.strip()).first()
        if found is None:
            raise NotFound(f"There is no resource {code[:16]}.")
        if not found.phone:
            raise Refused(f"{found.name} has no number to transfer to.")
        center = found.kind == Resource.Kind.CENTER
        of_kind = Transfer.Kind.CENTER if center else Transfer.Kind.LINE
        return Transfer(resource=found, name=found.name, phone=found.phone, kind=of_kind)
    missing = {field: ["May not be empty."] for field, text in (("name", name), ("phone", phone)) if not text.strip()}
    if missing:
        raise Malformed("Say to whom: a resource, or a name with its number.", errors=missing)
    if kind not in Transfer.Kind.values:
        raise Malformed("There is no such kind.", errors={"kind": ["Must be one of LINE, CENTER."]})
    return Transfer(name=name.strip()[:160], phone=phone.strip()[:24], kind=kind)


def transfer_settle(*, by: Actor, transfer_id: str | int, outcome: str, taken_by: str = "", note: str = "") -> Transfer:
    """Say what became of an offer: accepted (by whom, by name), declined or withdrawn.

    Accepted, the call is still open: somebody closes it as referred. Settling again with the same outcome changes
    nothing; with another one is a Conflict.
    """
    access.require(by, Permission.CALL_CHANGE, "transfer calls")
    with action(by) as work:
        known = access.transfer_for(by, transfer_id)
        call = access.call_for(by, known.call_id, lock=True)
        transfer = Transfer.objects.get(pk=known.pk)
        if outcome not in SETTLED:
            raise Malformed("There is no such outcome.", errors={"outcome": [f"Must be one of {', '.join(SETTLED)}."]})
        if transfer.status == outcome:
            return transfer
        if transfer.status != Status.OFFERED:
            raise Conflict(f"The transfer to {transfer.name} was {transfer.status} already.", version=call.version)
        if outcome == Status.ACCEPTED and not taken_by.strip():
            raise Malformed("Who took it there?", errors={"taken_by": ["Give a name: until then the call is ours."]})
        _settle(work, call, transfer, outcome, taken_by=taken_by.strip()[:120], note=note)
        return transfer


def _settle(work: Work, call: Call, transfer: Transfer, outcome: str, *, taken_by: str = "", note: str = "") -> None:
    transfer.status, transfer.settled_at = outcome, timezone.now()
    transfer.settled_by_name, transfer.taken_by, transfer.settled_note = work.by.name, taken_by, note[:200]
    transfer.save()
    deadlines_cancel([DeadlineKind.TRANSFER], call=call)
    clear_alerts(work, f"{transfer.name}: {outcome}", kinds=[AlertKind.TRANSFER_NOT_ACCEPTED], call=call)
    call_save(call)
    work.emit(
        types.TransferSettled(
            transfer=str(transfer.pk),
            to=transfer.name,
            outcome=outcome,
            taken_by=taken_by,
            note=transfer.settled_note,
        ),
        call=call,
    )


def _expect_answer(call: Call) -> None:
    settings = timer_settings(call)
    if settings is not None:
        due = timers.transfer_due(counted_from(call, timezone.now()), settings, after_s=callback_seconds(call))
        deadline_set(DeadlineKind.TRANSFER, due, call=call)


def transfer_overdue(work: Work, call: Call) -> None:
    """Nobody there has taken a locked call: the caller is to be called back, now and after as long again."""
    offered = call.transfers.filter(status=Status.OFFERED).first()
    if offered is None:
        return
    again = f"{offered.name} still has not taken it"
    raise_alert(work, AlertKind.TRANSFER_NOT_ACCEPTED, call=call, detail=offered.name, again=again)
    _expect_answer(call)


def line_withdraw(work: Work, call: Call, reason: str) -> None:
    """A locked call became graver: a phone service takes it no longer. A center still may."""
    for transfer in call.transfers.filter(status=Status.OFFERED, kind=Transfer.Kind.LINE):
        _settle(work, call, transfer, Status.WITHDRAWN, note=reason)


_offered = Prepared(
    lambda: Transfer.objects.filter(call=Parameter("call", BigIntegerField()), status=Status.OFFERED)
)


def transfers_end(work: Work, call: Call, reason: str, *, apco: str = "") -> None:
    """A locked call ends with this disposition: what is still offered is withdrawn.

    Raises Refused when it would end as referred while nobody has taken it.
    """
    for transfer in _offered.all(call=call.pk):
        if apco == REFERRED:
            text = f"{transfer.name} has not taken it: say who did, or withdraw the offer."
            raise Refused(text, version=call.version)
        _settle(work, call, transfer, Status.WITHDRAWN, note=reason)
