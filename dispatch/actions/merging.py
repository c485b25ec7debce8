"""What a call brings to the one it is merged into: its danger, its requests, who called. Nothing of it gets lost."""

from __future__ import annotations

from collections import Counter

from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.due import deadline_set
from dispatch.actions.field_asks import asks_move
from dispatch.actions.holds import end_hold
from dispatch.actions.notes import write_note
from dispatch.actions.safety import turn_unsafe, want_police
from dispatch.actions.scene import officer_awaited
from dispatch.actions.slots import add_missing, asks_no_triage, in_force, police_assigned
from dispatch.actions.transaction import Work
from dispatch.actions.triage import triage_with
from dispatch.actions.upgrades import police_come_in
from dispatch.models import Alert, Call, CallContact, Note, ResponseSlot
from dispatch.queries import decisions, rulesets
from dispatch.queries.scene import marked_unsafe_at, police_in_response
from dispatch.rules.answers import worse
from dispatch.rules.ruleset import PUBLIC_SAFETY
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.events.log import rfc3339

POLICE_ALERTS = (AlertKind.POLICE_REQUESTED, AlertKind.POLICE_UNASSIGNED)


def take_over(work: Work, call: Call, into: Call) -> None:
    """Carry over callers, hazards and promises, decide on the graver answers of both, then ask for what is asked for
    there. Police who come in by it turn crews round, a hold ends, and the clocks run by the graver priority.

    Both calls are locked; the merged one has not ended yet.
    """
    _take_contacts(work, call, into)
    hazards = call.notes.filter(kind=Note.Kind.HAZARD, audience=Note.Audience.ALL, corrections__isnull=True)
    hazards = hazards.filter(strikes=False)
    known = set(into.notes.filter(kind=Note.Kind.HAZARD).values_list("text", flat=True))
    for note in hazards:
        text = f"{note.text} ({call.number})"
        if text in known:
            continue
        write_note(work, into, text=text, written_at=note.written_at, kind=Note.Kind.HAZARD)
    _take_answers(work, call, into)
    _take_promises(work, call, into)
    police_before = police_in_response(into)
    graver = _take_priority(call, into)
    added = _take_requests(work, call, into)
    added = asks_move(work, call, into) or added
    if not police_before and police_in_response(into):
        officer_awaited(into)
        police_come_in(work, into)
    if graver or added:
        end_hold(work, into, f"{call.number} was merged into this call")
    set_call_deadlines(into)


def _take_requests(work: Work, call: Call, into: Call) -> bool:
    """Ask for what is asked for there; an unsafe scene is unsafe here, unless this one was called safe since. Whether
    anything was asked for that was not yet.
    """
    asked = in_force(call).filter(role__in=PUBLIC_SAFETY).exclude(source=ResponseSlot.Source.JOIN)
    added = add_missing(
        work,
        into,
        Counter(asked.exclude(status=ResponseSlot.Status.ASSIGNED).values_list("role", flat=True)),
        ResponseSlot.Source.REQUEST,
        f"Asked for on {call.number}",
    )
    unsafe_at = marked_unsafe_at(call)
    if unsafe_at is not None and (into.scene_safe_at is None or unsafe_at > into.scene_safe_at):
        turn_unsafe(work, into, call.number)
        return True
    asking = Alert.objects.filter(call=call, kind__in=POLICE_ALERTS, cleared_at__isnull=True).exists()
    if (asking or call.police_requested_at is not None) and not police_assigned(into):
        want_police(work, into, call.number, "asked for there, before it was merged")
        return True
    return added


def _take_priority(call: Call, into: Call) -> bool:
    """The graver priority, for good where no answers carry it over; one that nobody chose says nothing."""
    chosen = call.priority_fixed or call.call_type is not None
    if call.priority >= into.priority or not (chosen or call.decision is not None):
        return False
    into.priority = call.priority
    into.priority_fixed = into.priority_fixed or call.priority_fixed or call.decision is None
    into.save(update_fields=["priority", "priority_fixed"])
    return True


def _take_promises(work: Work, call: Call, into: Call) -> None:
    """Not to ring somebody who must not be heard; to ring back by a time, the earlier one of both."""
    if call.never_voice_call and not into.never_voice_call:
        into.never_voice_call = True
        into.save(update_fields=["never_voice_call"])
        work.emit(types.CallUpdated(fields=["never_voice_call"]), call=into)
    at = call.callback_at
    if at is not None and (into.callback_at is None or at < into.callback_at):
        into.callback_at = at
        into.save(update_fields=["callback_at"])
        deadline_set(DeadlineKind.CALLBACK, at, call=into)
        work.emit(types.CallbackSet(at=rfc3339(at)), call=into)


def _take_contacts(work: Work, call: Call, into: Call) -> None:
    """Copies, after the caller of the call that goes on; none of somebody who is kept there already, by an earlier
    merge or because they were added there as a caller. Who gave neither name nor number is nobody's copy.
    """
    first = into.contacts.first()
    known = {_who(row) for row in into.contacts.all() if row.name or row.phone}
    known_at = {(_who(row), row.at) for row in into.contacts.all()}
    for contact in call.contacts.all():
        at = max(contact.at, first.at) if first else contact.at
        if _who(contact) in known or (_who(contact), at) in known_at:
            continue
        row = CallContact.objects.create(
            call=into,
            name=contact.name,
            phone=contact.phone,
            relationship=contact.relationship,
            language=contact.language,
            at=at,
        )
        work.emit(types.ContactAdded(contact=str(row.pk), relationship=row.relationship), call=into)


def _who(contact: CallContact) -> tuple[str, ...]:
    return (contact.name, contact.phone, contact.relationship, contact.language)


def _take_answers(work: Work, call: Call, into: Call) -> None:
    """Triage the call that goes on by the graver answer of each question. A type without triage keeps its plan, unless
    it was triaged all the same.
    """
    if call.decision is None or (into.decision is None and asks_no_triage(into)):
        return
    ours = decisions.answers_of(into.decision.answers) if into.decision is not None else {}
    _, ruleset = rulesets.current()
    given = worse(ruleset, ours, decisions.answers_of(call.decision.answers))
    if given != ours:
        triage_with(work, into, given, f"{call.number} was merged into this call")
