"""Taking out of a call's record what a city may not keep any longer, and holding what a court needs.

The rows and the events of the call lose it in one transaction: nothing keeps what the other has lost.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone

from dispatch.actions.changed import call_save
from dispatch.actions.transaction import action
from dispatch.models import (
    Alert,
    Assignment,
    Call,
    CallContact,
    Command,
    Decision,
    FieldsBefore,
    Handoff,
    LegalHold,
    LocationBid,
    Note,
    PersonInCrisis,
    PhoneCall,
    Redaction,
    ResponseSlot,
    TextMessage,
    Transfer,
    WhatIf,
)
from dispatch.queries import access
from dispatch.queries.retention import calls_due, is_held, is_redacted, sign_ins_before
from dispatch.rules.redaction import redacted
from hearteam.events import types
from hearteam.events.models import Event
from hearteam.problems import Malformed, Refused
from partners.access import Actor, Permission

logger = logging.getLogger(__name__)

Class = Redaction.DataClass
MOST_AT_ONCE: Final = 200
"""Calls of a run and class, well within a task's time: the next one goes on."""

PERSON_WORDS: Final = {
    "name": "", "apparent_age": "", "description": "", "clothing": "", "direction": "", "presentation": "",
    "access_needs": "",
}  # fmt: skip
HANDOFF_WORDS: Final = {
    "contact": "", "guardian": "", "guardian_phone": "", "school": "", "school_phone": "", "meeting_point": "",
}  # fmt: skip
REFERRER: Final = {"referrer_name": "", "referrer_phone": "", "referrer_reference": ""}
CALL_WORDS: Final = {"outcome": "", "cancel_reason": "", "hold_reason": ""}
TAKEN_OUT: Final = "(redacted)"
"""In the place of a name that a row may not be without."""


def legal_hold_place(*, by: Actor, call_id: str | int, reason: str) -> LegalHold:
    """Keep all of the call's record, and of those merged into it, until the hold is lifted.

    Raises NotAllowed, Refused while one stands.
    """
    access.require(by, Permission.LEGAL_HOLD, "hold a call's record")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        if not reason.strip():
            raise Malformed("A legal hold needs a reason.", errors={"reason": ["May not be empty."]})
        if call.legal_holds.filter(lifted_at__isnull=True).exists():
            raise Refused(f"The record of {call.number} is held already.")
        hold = LegalHold.objects.create(call=call, reason=reason[:200], placed_by=by.name, placed_at=timezone.now())
        call_save(call)
        work.emit(types.LegalHoldPlaced(reason=hold.reason), call=call, tablets=())
        return hold


def legal_hold_lift(*, by: Actor, call_id: str | int, reason: str) -> LegalHold:
    """The call's record is kept no longer than any other from now on. Raises NotAllowed, Refused without a hold."""
    access.require(by, Permission.LEGAL_HOLD, "lift a hold")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        hold: LegalHold | None = call.legal_holds.filter(lifted_at__isnull=True).first()
        if hold is None:
            raise Refused(f"The record of {call.number} is not held.")
        hold.lifted_at, hold.lifted_by, hold.lift_reason = timezone.now(), by.name, reason[:200]
        hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        call_save(call)
        work.emit(types.LegalHoldLifted(reason=hold.lift_reason), call=call, tablets=())
        return hold


def call_redact(*, by: Actor, call_id: int, data_class: str) -> Call:
    """Take data of a class out of an ended call's record and its events, once each time that it ends, and again when
    something was told of it since.

    Raises Refused while it is open or held.

    What stays: number, place, type, times, triage, units, disposition. Care records have a law and rules of their own.
    """
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        if call.open or is_held(call):
            raise Refused(f"{call.number} is open, or its record is held: nothing is taken out of it.")
        if is_redacted(call, data_class):
            return call
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL hearteam.retention = 'redact'")
        words = _forget_person(call) if data_class == Class.PERSON else _forget_narrative(call)
        _redact_events(call, data_class)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL hearteam.retention = ''")
        Redaction.objects.update_or_create(call=call, data_class=data_class, defaults={"at": timezone.now()})
        for name, value in words.items():
            setattr(call, name, value)
        call_save(call, *words)
        work.emit(types.CallRedacted(data_class=data_class), call=call)
        return call


def _forget_person(call: Call) -> dict[str, str]:
    CallContact.objects.filter(call=call).update(name="", phone="", relationship="")
    PersonInCrisis.objects.filter(call=call).update(**PERSON_WORDS)
    PhoneCall.objects.filter(call=call).update(number="", name="", address="", raw="", problems=[])
    LocationBid.objects.filter(phone_call__call=call).update(lat=None, lon=None, address="")
    TextMessage.objects.filter(call=call).update(number="")
    Handoff.objects.filter(call=call).update(**HANDOFF_WORDS)
    Transfer.objects.filter(call=call).exclude(taken_by="").update(taken_by=TAKEN_OUT)
    FieldsBefore.objects.filter(call=call).delete()
    return dict(REFERRER)


def _forget_narrative(call: Call) -> dict[str, str]:
    Note.objects.filter(call=call).exclude(text="").update(text="")
    TextMessage.objects.filter(call=call).update(text="")
    Handoff.objects.filter(call=call).update(note="")
    Transfer.objects.filter(call=call).update(note="", settled_note="")
    ResponseSlot.objects.filter(call=call).update(reason="", answer="")
    Assignment.objects.filter(call=call).update(override_reason="", clear_reason="", order_reason="")
    Decision.objects.filter(call=call).update(override_reason="")
    Alert.objects.filter(call=call).update(text="", clear_reason="")
    FieldsBefore.objects.filter(call=call).delete()
    return dict(CALL_WORDS)


def _redact_events(call: Call, data_class: str) -> None:
    for event in Event.objects.filter(call_id=call.pk).iterator(chunk_size=200):
        kept = redacted(event.type, event.data, data_class)
        if kept != event.data:
            Event.objects.filter(v=event.v).update(data=kept)


def retention_run(*, by: Actor, now: datetime, days: dict[str, int], is_dry: bool = False) -> dict[str, int]:
    """Redact and delete what is older than its class's days (0: kept for ever). Returns how many, by class.

    One call a transaction; one that somebody works on at this moment waits for the next run, and one that cannot be
    redacted is told of in the log and keeps no other from it. `is_dry`: only counted.
    """
    done: dict[str, int] = {}
    for data_class in Class:
        kept_days = days.get(data_class, 0)
        if not kept_days:
            continue
        due = calls_due(data_class, now - timedelta(days=kept_days))
        if is_dry:
            done[data_class] = sum(1 for _ in due)
        else:
            done[data_class] = sum(_redact_one(by, pk, data_class) for pk in list(islice(due, MOST_AT_ONCE)))
    for name, rows in _old_rows(now, days).items():
        done[name] = rows.count() if is_dry else rows.delete()[0]
    return done


def _redact_one(by: Actor, pk: int, data_class: str) -> int:
    try:
        call_redact(by=by, call_id=pk, data_class=data_class)
    except (OperationalError, Refused):
        return 0
    except DatabaseError:
        logger.exception("call %s could not be redacted", pk)
        return 0
    return 1


def _old_rows(now: datetime, days: dict[str, int]) -> dict[str, QuerySet[Any]]:
    """Whole rows of other classes that are old enough. Answers to commands repeat what their calls held."""
    rows: dict[str, QuerySet[Any]] = {}
    shortest = min((days[name] for name in Class if days.get(name)), default=0)
    if shortest:
        answers = Command.objects.filter(at__lt=now - timedelta(days=shortest))
        rows["answers to commands"] = Command.objects.filter(pk__in=answers.values("pk")[:10_000])
    if days.get("SIGN_IN"):
        rows |= sign_ins_before(now - timedelta(days=days["SIGN_IN"]))
    if days.get("WHAT_IF"):
        done = WhatIf.objects.exclude(status__in=WhatIf.UNFINISHED)
        rows["what-if results"] = done.filter(created_at__lt=now - timedelta(days=days["WHAT_IF"]))
    return rows
