"""Writing clinical records. Called by dispatch inside its own transaction, so that a note and its text are one."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.models import CareNote, FollowUp, Team


def follow_up_open(*, by: Actor, call_id: int, team_code: str, reason: str, due_at: datetime) -> FollowUp:
    """Open a follow-up for a team; the open one when there is one already."""
    team = Team.objects.get(code=team_code)
    follow_up, _ = FollowUp.objects.get_or_create(
        call_id=call_id, team=team, status=FollowUp.Status.OPEN,
        defaults={"reason": reason[:200], "opened_at": timezone.now(), "due_at": due_at},
    )  # fmt: skip
    return follow_up


def care_note_write(*, by: Actor, call_id: int, note_id: int, text: str, written_at: datetime) -> CareNote:
    """Keep the text of a clinical note with the care records. Raises NotAllowed for an author without an account."""
    if by.user_id is None:
        raise NotAllowed("A clinical note has a named author.")
    return CareNote.objects.create(call_id=call_id, note_id=note_id, author_id=by.user_id, text=text, written_at=written_at)
