"""Reading clinical records. Each read is audited: who, what, of which call, when."""

from __future__ import annotations

from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.models import CareNote, RecordAccess


def record_read(*, by: Actor, call_id: int, what: str, reason: str = "") -> None:
    """Write down that somebody reads `what` of the call. Raises NotAllowed to all but clinical staff."""
    if by.user_id is None or not by.is_clinician or by.is_police:
        raise NotAllowed("Only clinical staff read clinical records.")
    RecordAccess.objects.create(user_id=by.user_id, call_id=call_id, what=what, reason=reason)


def care_notes_for(*, by: Actor, call_id: int, reason: str = "") -> dict[int, str]:
    """Note id -> text of the call's clinical notes, oldest first. Raises NotAllowed to all but clinical staff.

    Whether the reader may know of the call at all is decided before (`dispatch.queries.access`). The read is written
    down before anything is handed out.
    """
    if by.user_id is None or not by.is_clinician or by.is_police:
        raise NotAllowed("Only clinical staff read clinical notes.")
    record_read(by=by, call_id=call_id, what="clinical notes", reason=reason)
    return dict(CareNote.objects.filter(call_id=call_id).order_by("written_at", "pk").values_list("note_id", "text"))
