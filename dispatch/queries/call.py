"""One call with everything a reader may see of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from dispatch.models import (
    Call,
    CallContact,
    CallIntervention,
    Handoff,
    LegalHold,
    Note,
    Recommendation,
    Redaction,
    ResponseSlot,
)
from dispatch.queries import board, decisions
from dispatch.queries.access import may_read_note
from dispatch.queries.guest_links import link_row, newest_link
from dispatch.queries.premises import premise_row
from dispatch.queries.transfers import transfers_made
from hearteam.events.log import frame_of, rfc3339
from hearteam.events.models import Event
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.access import Actor, Permission
from partners.care.queries import care_notes_for

SLOT_FIELDS = (
    "role",
    "status",
    "source",
    "reason",
    "requested_at",
    "requested_by",
    "filled_at",
    "answered_at",
    "answered_by",
    "answer",
)
CONTACT_FIELDS = ("name", "phone", "relationship", "language")
PERSON_FIELDS = (
    "name",
    "apparent_age",
    "description",
    "clothing",
    "direction",
    "presentation",
    "language",
    "access_needs",
    "is_caller",
    "on_the_line",
    "alone",
    "someone_stays",
)


def call_detail(by: Actor, call: Call, *, clinical: bool = True) -> dict[str, Any]:
    """The board row with caller, person, notes, triage, proposed units, premise, interventions and hand-offs.

    `clinical=False` leaves the text of clinical notes out, for an answer that is kept outside the care records.
    """
    (read,) = _call.all(id=call.pk, today=timezone.localdate())
    row = board.call_row(read)
    contacts = [contact_row(contact) for contact in _contacts.all(id=call.pk)]
    person = getattr(read, "person", None)
    return {
        **row,
        "caller": contacts[0] if contacts else None,
        "contacts": contacts,
        "person": {name: getattr(person, name) for name in PERSON_FIELDS} if person else None,
        "referrer": {
            "name": call.referrer_name,
            "agency": call.referrer_agency,
            "phone": call.referrer_phone,
            "reference": call.referrer_reference,
        },
        "notes": note_rows(by, call, clinical=clinical),
        "triage": triage_row(read),
        "recommendation": recommendation(call),
        "premise": premise_row(by, read, clinical=clinical),
        "interventions": [
            {
                "code": i.intervention.code,
                "label": i.intervention.label,
                "unit": i.unit.callsign if i.unit else None,
                "at": rfc3339(i.at),
            }
            for i in _interventions.all(id=call.pk)
        ]
        if not by.is_police
        else [],
        "handoffs": handoff_rows(by, call),
        "transfers": [with_times(made, "offered_at", "settled_at") for made in read.transfers_made],
        "response_slots": [with_times(slot, "requested_at", "filled_at", "answered_at") for slot in read.slots_asked],
        "outcome": "" if by.is_police else call.outcome,
        "hold_reason": call.hold_reason,
        "cancel_reason": call.cancel_reason,
        "closed_at": rfc3339(call.closed_at) if call.closed_at else None,
        "unserved": {"team": call.unserved_team, "reason": call.unserved_reason} if call.unserved_team else None,
        "paper": _paper_row(read),
        "redacted": read.redacted,
        "legal_hold": read.held_for if by.may(Permission.BOARD_READ) else None,
    }


def _paper_row(call: Any) -> dict[str, Any] | None:
    """Its sheet, when it was worked on paper."""
    sheet = getattr(call, "paper", None)
    return {"number": sheet.number, "by": sheet.entered_by_name, "at": rfc3339(sheet.entered_at)} if sheet else None


_ID = Parameter("id", BigIntegerField())
_call = Prepared(
    lambda: (
        board.with_rows(Call.objects.filter(pk=_ID))
        .select_related("person", "premise", "paper", "decision__answers")
        .annotate(
            slots_asked=slots_asked(),
            transfers_made=transfers_made(),
            redacted=ArraySubquery(Redaction.objects.filter(call=OuterRef("pk")).order_by("pk").values("data_class")),
            held_for=Subquery(LegalHold.objects.filter(call=OuterRef("pk"), lifted_at__isnull=True).values("reason")),
        )
    )
)
_contacts = Prepared(lambda: CallContact.objects.filter(call=_ID))
_interventions = Prepared(lambda: CallIntervention.objects.filter(call=_ID).select_related("intervention", "unit"))
_notes = Prepared(lambda: Note.objects.filter(call=_ID))
_merged = Prepared(lambda: Call.objects.filter(merged_into=AnyOf("ids")).values_list("pk"))
_recommendation = Prepared(lambda: Recommendation.objects.filter(call=_ID).order_by("-pk")[:1])


def slots_asked() -> ArraySubquery:
    """Every role asked for on a call and not cancelled, declined ones too: by whom (`asked_from`: which crew) and
    when, what was answered.
    """
    asked = ResponseSlot.objects.filter(call=OuterRef("pk")).exclude(status="cancelled").order_by("pk")
    fields = {name: name for name in SLOT_FIELDS}
    return ArraySubquery(asked.values(row=JSONObject(**fields, id="pk", asked_from="asked_from__callsign")))


def with_times(row: dict[str, Any], *times: str) -> dict[str, Any]:
    """A row that the database made, with its id and times as the API says them."""
    said = {name: rfc3339(datetime.fromisoformat(row[name])) if row[name] else None for name in times}
    return {**row, **said, "id": str(row["id"])}


def contact_row(contact: CallContact) -> dict[str, Any]:
    """Somebody who called about the call."""
    fields = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    return {"id": str(contact.pk), "at": rfc3339(contact.at), **fields}


HANDOFF_WORDS = (
    "contact", "clinician", "clinician_phone", "guardian", "guardian_phone", "school", "school_phone", "note",
)  # fmt: skip


def handoff_rows(by: Actor, call: Call) -> list[dict[str, Any]]:
    """The attempts to hand the call over by phone, oldest first; police do not read who said what."""
    return [
        {
            "id": str(h.pk),
            "team": h.team.code,
            "outcome": h.outcome,
            "attempt": h.attempt,
            "phone": h.phone,
            "eta_minutes": h.eta_minutes,
            "meeting_point": h.meeting_point,
            "started_at": rfc3339(h.started_at) if h.started_at else None,
            "callback_at": rfc3339(h.callback_at) if h.callback_at else None,
            "at": rfc3339(h.at),
            "unit": h.assignment.unit.callsign if h.assignment else None,
            "assignment": str(h.assignment_id) if h.assignment_id else None,
            "link": link_row(h.link, h.assignment, is_call_open=call.open) if by.may(Permission.BOARD_READ) else None,
            **{name: "" if by.is_police else getattr(h, name) for name in HANDOFF_WORDS},
        }
        for h in _handoffs.all(id=call.pk)
    ]


_handoffs = Prepared(
    lambda: (
        Handoff.objects.filter(call=_ID)
        .select_related("team", "assignment__unit")
        .annotate(link=Subquery(newest_link(OuterRef("assignment"))))
    )
)


def merged_into(call: Call) -> set[int]:
    """Ids of the calls merged into this one, and of those merged into them before."""
    found: set[int] = set()
    latest = {call.pk}
    while latest:
        latest = {pk for (pk,) in _merged.all(ids=list(latest))} - found
        found |= latest
    return found


def note_rows(by: Actor, call: Call, *, clinical: bool = True) -> list[dict[str, Any]]:
    """The notes this reader may see, oldest first; clinical text only for clinical readers, each such read audited.

    With them those of calls merged into this one, marked with their number as `call_number`: its hazards were copied,
    its clinical notes are read there.
    """
    merged = Note.objects.filter(call_id__in=merged_into(call)).exclude(audience=Note.Audience.CLINICAL)
    merged = merged.exclude(kind="HAZARD")
    found = [*_notes.all(id=call.pk), *merged.select_related("call")]
    notes = [note for note in sorted(found, key=lambda note: note.pk) if may_read_note(by, note.audience)]
    care: dict[int, str] = {}
    if clinical and any(note.audience == Note.Audience.CLINICAL for note in notes):
        care = care_notes_for(by=by, call_id=call.pk)
    return [
        {
            "id": str(note.pk),
            "at": rfc3339(note.written_at),
            "by": note.author_name,
            "audience": note.audience,
            "kind": note.kind,
            "text": care.get(note.pk, "") if note.audience == Note.Audience.CLINICAL else note.text,
            "corrects": str(note.corrects_id) if note.corrects_id else None,
            "strikes": note.strikes,
            "mine": note.author_id == by.user_id and by.user_id is not None,
            "call_number": note.call.number if note.call_id != call.pk else None,
        }
        for note in notes
    ]


def triage_row(call: Call) -> dict[str, Any] | None:
    """The latest answers with their decision; None while not triaged."""
    if call.decision is None:
        return None
    answers = call.decision.answers
    return {
        "answers": decisions.answers_of(answers),
        "source": answers.source,
        "at": rfc3339(answers.at),
        "decision": decisions.decision_row(call.decision),
    }


def recommendation(call: Call) -> dict[str, Any] | None:
    """The list kept last; None before the first."""
    last = _recommendation.first(id=call.pk)
    if last is None:
        return None
    return {"response": last.response, "units": last.units, "short_of": last.short_of, "at": rfc3339(last.at)}


def timeline(by: Actor, call: Call) -> list[dict[str, Any]]:
    """The call's events, oldest first, without the rows they carried and without what this reader may not see."""
    frames = []
    events = Event.objects.filter(call_id=call.pk).order_by("v")
    if by.is_police:
        events = events.exclude(type="intervention_recorded")
    if not by.may(Permission.BOARD_READ):  # why a record is held may be what somebody on the call did
        events = events.exclude(type__in=["legal_hold_placed", "legal_hold_lifted"])
    for event in events:
        if event.type == "note_added" and not may_read_note(by, event.data["audience"]):
            continue
        frame = frame_of(event)
        frame["data"] = {name: value for name, value in event.data.items() if name != "changes"}
        frames.append(frame)
    return frames
