"""Receiving and changing a call.

Ending it is in `endings`, its notes in `notes`, what it needs in `slots` and `triage`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from dispatch.actions.alerts import clear_alerts
from dispatch.actions.call_timers import LOWEST_PRIORITY, set_call_deadlines
from dispatch.actions.changed import call_save, moment, require_open, require_version
from dispatch.actions.due import deadline_set
from dispatch.actions.notes import write_note
from dispatch.actions.places import LOCATION_FIELDS, is_elsewhere, place_call, place_of
from dispatch.actions.positions import own_unowned
from dispatch.actions.scene import word_lapse
from dispatch.actions.scheduling import schedule_ends
from dispatch.actions.slots import plan_slots
from dispatch.actions.stacks import stack_ends
from dispatch.actions.transaction import Work, action
from dispatch.actions.triage import triage_again
from dispatch.actions.types import TYPE_FIELDS, set_type
from dispatch.actions.undo_fields import fields_keep
from dispatch.models import Call, CallContact, PersonInCrisis
from dispatch.queries import access
from dispatch.queries.availability import nobody_stays
from dispatch.queries.call import CONTACT_FIELDS, PERSON_FIELDS
from dispatch.queries.scene import danger_stands
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339
from partners.access import Actor, Permission

REFERRER_FIELDS = ("name", "agency", "phone", "reference")
PLAIN_FIELDS = ("origin", "channel", "never_voice_call")


def call_receive(
    *,
    by: Actor,
    location: dict[str, Any] | None,
    caller: dict[str, Any] | None = None,
    person: dict[str, Any] | None = None,
    origin: str = Call.Origin.E911,
    channel: str = Call.ContactChannel.VOICE,
    never_voice_call: bool = False,
    referrer: dict[str, Any] | None = None,
    call_type: str = "",
    reported_type: str = "",
    agency: str = "",
    priority: int | None = None,
    narrative: str = "",
    received_at: datetime | None = None,
    pace: int = 1,
    source_reference: str = "",
) -> Call:
    """Save a call from the first keystroke that matters; only a place is needed. Raises Malformed, NotAllowed.

    `location` is None only for what a phone system brings: a ringing phone is a call before anybody knows where.

    `call_type` is a code of ours or of the active vocabulary. `reported_type` are another system's words, kept as they
    are; where they (and its `agency`) stand in the active vocabulary, that says what they mean.
    """
    access.require(by, Permission.CALL_RECEIVE, "take calls")
    with action(by) as work:
        call = Call(
            origin=origin,
            channel=channel,
            never_voice_call=never_voice_call,
            received_at=moment(received_at),
            pace=pace,
            source_reference=source_reference,
            created_by_id=by.user_id,
        )
        own_unowned(by, call)
        if location is not None:
            place_call(call, location)
        set_type(call, call_type, reported=reported_type, agency=agency)
        _set_priority(call, priority)
        _set_referrer(call, referrer or {})
        call.language = _language(person, caller)
        call.number = next_number(call.received_at)
        call.save()
        if caller and any(caller.values()):
            CallContact.objects.create(call=call, at=call.received_at, **_only(caller, CONTACT_FIELDS))
        if person and any(value not in (None, "") for value in person.values()):
            PersonInCrisis.objects.create(call=call, **_only(person, PERSON_FIELDS))
        work.emit(types.CallReceived(number=call.number, origin=call.origin, channel=call.channel), call=call)
        if narrative.strip():
            write_note(work, call, text=narrative, written_at=call.received_at)
        plan_slots(work, call)
        set_call_deadlines(call)
        return call


def call_update(*, by: Actor, call_id: str | int, version: int | None, fields: dict[str, Any]) -> Call:
    """Change fields of an open call; `version` is the one the writer saw (Conflict when it is not the newest).

    `fields`: location, caller, person, origin, channel, never_voice_call, referrer, type, priority, narrative
    (appended).
    """
    access.require(by, Permission.CALL_CHANGE, "change calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_version(call, version)
        require_open(call, "be changed")
        before = place_of(call)
        alone = nobody_stays(call)
        fields_keep(by, call, fields)
        changed = _apply(work, call, fields)
        if not changed:
            return call
        if is_elsewhere(before, place_of(call)):
            word_lapse(work, call, "The place changed")
        call_save(call, *changed)
        work.emit(types.CallUpdated(fields=sorted(fields)), call=call)
        if call.decision_id and not {"location", "type"}.isdisjoint(fields):
            triage_again(work, call, reason="The place changed" if "location" in fields else "The type changed")
        elif nobody_stays(call) != alone:
            triage_again(work, call, reason="Who stays with the person changed")
        if "type" in fields or "priority" in fields:
            plan_slots(work, call)
            set_call_deadlines(call)
            schedule_ends(work, call)
            stack_ends(work, call)
        return call


def callback_set(*, by: Actor, call_id: str | int, at: datetime | None) -> Call:
    """Promise a call-back by a time; None when it was made or is no longer needed."""
    access.require(by, Permission.CALL_CHANGE, "change calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be called back")
        call.callback_at = at
        call_save(call, "callback_at")
        deadline_set(DeadlineKind.CALLBACK, at, call=call)
        clear_alerts(work, "Call-back set anew" if at else "Called back", kinds=[AlertKind.CALLBACK_DUE], call=call)
        work.emit(types.CallbackSet(at=rfc3339(at) if at else None), call=call)
        return call


def contact_add(*, by: Actor, call_id: str | int, contact: dict[str, Any]) -> CallContact:
    """Somebody else called about the same event: kept beside the first caller."""
    access.require(by, Permission.CALL_CHANGE, "change calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        row = CallContact.objects.create(call=call, at=timezone.now(), **_only(contact, CONTACT_FIELDS))
        call_save(call)
        work.emit(types.ContactAdded(contact=str(row.pk), relationship=row.relationship), call=call)
        return row


def _apply(work: Work, call: Call, fields: dict[str, Any]) -> list[str]:
    """Set the fields on the call (contacts, person and notes are saved at once); returns the call's changed columns."""
    changed: list[str] = []
    if "location" in fields:
        place_call(call, fields["location"])
        changed += LOCATION_FIELDS
    if "type" in fields:
        set_type(call, fields["type"] or "")
        if not call.priority_fixed and fields.get("priority") is None and call.decision_id is None:
            raised = call.priority if danger_stands(call) else LOWEST_PRIORITY
            _set_priority(call, None)
            call.priority = min(call.priority, raised)
        changed += [*TYPE_FIELDS, "priority"]
    if fields.get("priority") is not None:
        _set_priority(call, fields["priority"])
        changed += ["priority", "priority_fixed"]
    for name in PLAIN_FIELDS:
        if name in fields:
            setattr(call, name, fields[name])
            changed.append(name)
    if "referrer" in fields:
        _set_referrer(call, fields["referrer"] or {})
        changed += [f"referrer_{name}" for name in REFERRER_FIELDS]
    changed += _apply_people(call, fields)
    if str(fields.get("narrative") or "").strip():
        write_note(work, call, text=fields["narrative"], written_at=timezone.now())
        changed.append("status")
    return list(dict.fromkeys(changed))


def _apply_people(call: Call, fields: dict[str, Any]) -> list[str]:
    if "caller" in fields:
        first = call.contacts.order_by("at", "pk").first() or CallContact(call=call, at=call.received_at)
        for name, value in _only(fields["caller"] or {}, CONTACT_FIELDS).items():
            setattr(first, name, value)
        first.save()
    if "person" in fields:
        PersonInCrisis.objects.update_or_create(call=call, defaults=_only(fields["person"] or {}, PERSON_FIELDS))
    if "caller" not in fields and "person" not in fields:
        return []
    person = PersonInCrisis.objects.filter(call=call).first()
    caller = call.contacts.order_by("at", "pk").first()
    call.language = (person.language if person else "") or (caller.language if caller else "")
    return ["language"]


def _only(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _language(person: dict[str, Any] | None, caller: dict[str, Any] | None) -> str:
    return str((person or {}).get("language") or (caller or {}).get("language") or "")


def _set_priority(call: Call, priority: int | None) -> None:
    if priority is not None:
        call.priority, call.priority_fixed = priority, True
    else:
        call.priority = call.call_type.default_priority if call.call_type else 2


def _set_referrer(call: Call, referrer: dict[str, Any]) -> None:
    for name in REFERRER_FIELDS:
        if name in referrer:
            setattr(call, f"referrer_{name}", referrer[name] or "")


def next_number(received_at: datetime) -> str:
    """The next number of the year of the center's clock, as `26-004421`. Its row lock makes numbers gapless."""
    year = timezone.localtime(received_at).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatch_callnumber (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = dispatch_callnumber.last + 1 RETURNING last",
            [year],
        )
        return f"{year % 100:02d}-{cursor.fetchone()[0]:06d}"
