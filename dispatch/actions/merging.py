"""What a call brings to the one it is merged into: its danger, its requests, who called. Nothing of it gets lost."""

from __future__ import annotations

from collections import Counter

from dispatch.actions.notes import write_note
from dispatch.actions.safety import want_police
from dispatch.actions.slots import add_missing, asks_no_triage, in_force, police_assigned
from dispatch.actions.transaction import Work
from dispatch.actions.triage import triage_with
from dispatch.models import Alert, Call, CallContact, Note, ResponseSlot
from dispatch.queries import decisions, rulesets
from dispatch.rules.answers import worse
from dispatch.rules.ruleset import PUBLIC_SAFETY
from dispatch.rules.timers import AlertKind
from hearteam.events import types

POLICE_ALERTS = (AlertKind.POLICE_REQUESTED, AlertKind.POLICE_UNASSIGNED)


def take_over(work: Work, call: Call, into: Call) -> None:
    """Carry over callers and hazards, decide on the graver answers of both, then ask for what is asked for there.

    Both calls are locked; the merged one has not ended yet.
    """
    _take_contacts(work, call, into)
    hazards = call.notes.filter(kind=Note.Kind.HAZARD, audience=Note.Audience.ALL, corrections__isnull=True)
    for note in hazards:
        text = f"{note.text} ({call.number})"
        write_note(work, into, text=text, written_at=note.written_at, kind=Note.Kind.HAZARD)
    _take_answers(work, call, into)
    asked = in_force(call).filter(role__in=PUBLIC_SAFETY).exclude(source=ResponseSlot.Source.JOIN)
    add_missing(
        work,
        into,
        Counter(asked.exclude(status=ResponseSlot.Status.ASSIGNED).values_list("role", flat=True)),
        ResponseSlot.Source.REQUEST,
        f"Asked for on {call.number}",
    )
    asking = Alert.objects.filter(call=call, kind__in=POLICE_ALERTS, cleared_at__isnull=True).exists()
    if (asking or call.police_requested_at is not None) and not police_assigned(into):
        want_police(work, into, call.number, "asked for there, before it was merged")


def _take_contacts(work: Work, call: Call, into: Call) -> None:
    """Copies, after the caller of the call that goes on."""
    first = into.contacts.first()
    for contact in call.contacts.all():
        row = CallContact.objects.create(
            call=into,
            name=contact.name,
            phone=contact.phone,
            relationship=contact.relationship,
            language=contact.language,
            at=max(contact.at, first.at) if first else contact.at,
        )
        work.emit(types.ContactAdded(contact=str(row.pk), relationship=row.relationship), call=into)


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
