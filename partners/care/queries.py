"""Reading clinical records: each read is audited."""

from __future__ import annotations

from partners.access import Actor
from partners.models import CareNote, RecordAccess


def care_notes_for(*, by: Actor, call_id: int) -> dict[int, str]:
    """Note id -> clinical text of a call. The read is recorded; the caller checked that the reader is clinical."""
    notes = dict(CareNote.objects.filter(call_id=call_id).values_list("note_id", "text"))
    if notes and by.user_id is not None:
        RecordAccess.objects.create(user_id=by.user_id, call_id=call_id, what=f"{len(notes)} clinical notes")
    return notes
