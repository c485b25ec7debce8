"""Correcting one's own note: the old one stays, struck through, with who and when; the new one stands beneath."""

from __future__ import annotations

from django.utils import timezone

from dispatch.actions.changed import call_save
from dispatch.actions.notes import correctable, write_note
from dispatch.actions.transaction import Work, action
from dispatch.models import Call, Note
from dispatch.queries import access
from partners.access import Actor, Permission

STRUCK = "Struck out."


def note_correct(*, by: Actor, call_id: str | int, note_id: str | int, text: str = "") -> Note:
    """Put other words in the place of one's own note, for the same readers; without words it is only struck out.

    Returns the note that does so. Raises NotFound, NotAllowed for somebody else's note, Refused for one that was
    corrected already.
    """
    access.require(by, Permission.NOTE_ADD, "write notes")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        note = correctable(by, call, note_id)
        written = strike(work, call, note) if not text.strip() else _replace(work, call, note, text)
        call_save(call)
        return written


def strike(work: Work, call: Call, note: Note) -> Note:
    """Strike out a note of a locked call: nothing stands in its place."""
    return write_note(
        work, call, text=STRUCK, written_at=timezone.now(), audience=note.audience, kind=note.kind, corrects=note,
        strikes=True,
    )  # fmt: skip


def _replace(work: Work, call: Call, note: Note, text: str) -> Note:
    return write_note(
        work, call, text=text, written_at=timezone.now(), audience=note.audience, kind=note.kind, corrects=note
    )
