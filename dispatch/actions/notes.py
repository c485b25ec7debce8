"""The narrative: append-only notes, each with its audience. Clinical text is kept with the care records."""

from __future__ import annotations

from datetime import datetime

from dispatch.actions.changed import call_save, moment
from dispatch.actions.transaction import Work, action
from dispatch.models import Assignment, Call, Note
from dispatch.queries import access
from hearteam.events import types
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed, NotAllowed, Refused
from partners.access import Actor, Permission
from partners.care.actions import care_note_write
from partners.models import Agency, Unit

LONGEST_NOTE = 4000


def note_add(
    *,
    by: Actor,
    call_id: str | int,
    text: str,
    audience: str | None = None,
    kind: str = Note.Kind.NARRATIVE,
    corrects: str | int | None = None,
    occurred_at: datetime | None = None,
    time_unsure: bool = False,
) -> Note:
    """Append a note. A clinical person's note is for clinicians unless they say otherwise; a hazard is for all.

    `corrects` names the note this one stands for from now on; both stay. Ended calls take notes too. A hazard is
    corrected by a hazard only, so that everybody who was warned reads the correction; any other note by who wrote it.
    """
    access.require(by, Permission.NOTE_ADD, "write notes")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        corrected = correctable(by, call, corrects) if corrects is not None else None
        if audience is None:
            audience = Note.Audience.CLINICAL if by.is_clinician and kind != Note.Kind.HAZARD else Note.Audience.ALL
        if corrected is not None and corrected.kind == Note.Kind.HAZARD and kind != Note.Kind.HAZARD:
            raise Malformed(
                "A hazard is corrected for everyone.", errors={"kind": ["Must be HAZARD, as it corrects one."]}
            )
        _check_audience(by, audience, kind)
        note = write_note(
            work,
            call,
            text=text,
            written_at=moment(occurred_at, unsure=time_unsure, since=call.received_at),
            audience=audience,
            kind=kind,
            corrects=corrected,
            unsure=time_unsure,
        )
        call_save(call)
        return note


def correctable(by: Actor, call: Call, note_id: str | int) -> Note:
    """The note of a locked call that this person may correct. Raises NotFound, NotAllowed, Refused.

    One that was corrected already is corrected where it stands now.
    """
    note = access.note_for(by, call, note_id)
    if note.kind != Note.Kind.HAZARD and not by.is_system and note.author_id != by.user_id:
        raise NotAllowed("Only who wrote a note corrects it. Add one of your own.")
    if note.strikes or note.corrections.exists():
        raise Refused("This note was corrected already.")
    return note


def _check_audience(by: Actor, audience: str, kind: str) -> None:
    if kind == Note.Kind.HAZARD and audience != Note.Audience.ALL:
        raise Malformed("A hazard is for everyone.", errors={"audience": ["Hazards are for everyone."]})
    if audience == Note.Audience.CLINICAL and not by.is_clinician:
        raise NotAllowed("Only clinical staff write clinical notes.")
    if audience == Note.Audience.POLICE and not (by.is_police or by.is_desk):
        raise NotAllowed("Only police and the center write notes for police.")


def write_note(
    work: Work,
    call: Call,
    *,
    text: str,
    written_at: datetime,
    audience: str = Note.Audience.ALL,
    kind: str = Note.Kind.NARRATIVE,
    corrects: Note | None = None,
    strikes: bool = False,
    unsure: bool = False,
) -> Note:
    """Save the note and tell those it is for. A clinical one travels without its text.

    `strikes`: it only strikes out the note it corrects.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise Malformed("A note needs text.", errors={"text": ["May not be empty."]})
    if len(text) > LONGEST_NOTE:
        raise Malformed("The note is too long.", errors={"text": [f"At most {LONGEST_NOTE} characters."]})
    clinical = audience == Note.Audience.CLINICAL
    note = Note.objects.create(
        call=call,
        author_id=work.by.user_id,
        author_name=work.by.name,
        text="" if clinical else text,
        audience=audience,
        kind=kind,
        corrects=corrects,
        strikes=strikes,
        written_at=written_at,
    )
    if clinical:
        care_note_write(by=work.by, call_id=call.pk, note_id=note.pk, text=text, written_at=written_at)
    work.emit(
        types.NoteAdded(
            note=str(note.pk),
            text=note.text,
            audience=audience,
            kind=kind,
            corrects=str(corrects.pk) if corrects else None,
            strikes=strikes,
            occurred_at=rfc3339(written_at),
            time_unsure=unsure,
        ),
        call=call,
        tablets=None if audience == Note.Audience.ALL else _tablets(call, audience),
    )
    return note


def _tablets(call: Call, audience: str) -> list[Unit]:
    on_call = Assignment.objects.filter(call=call, cleared_at__isnull=True).select_related("unit__team__agency")
    police = audience == Note.Audience.POLICE
    return [a.unit for a in on_call if (a.unit.team.agency.kind == Agency.Kind.POLICE) == police]
