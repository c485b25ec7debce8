"""Writing clinical records. Each joins the transaction of the action on the call it belongs to."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.models import CareNote, FollowUp, Team


def follow_up_open(*, by: Actor, call_id: int, team_code: str, reason: str, due_at: datetime) -> FollowUp | None:
    """Give a team the task to see or phone the person again by `due_at`.

    One open task per call and team: asked again, the earlier due time holds. None when there is no such team, as a
    call must be able to end whatever a ruleset names.
    """
    with transaction.atomic():
        team = Team.objects.filter(code=team_code).first()
        if team is None:
            return None
        follow_up, is_new = FollowUp.objects.select_for_update(no_key=True).get_or_create(
            call_id=call_id,
            team=team,
            status=FollowUp.Status.OPEN,
            defaults={"reason": reason[:200], "opened_at": timezone.now(), "due_at": due_at},
        )
        if not is_new and due_at < follow_up.due_at:
            follow_up.due_at = due_at
            follow_up.save(update_fields=["due_at"])
    return follow_up


def follow_up_take_back(*, by: Actor, call_id: int, opened_after: datetime | None) -> int:
    """Cancel the call's open tasks that were opened after a moment: what opened them was undone. How many."""
    opened = FollowUp.objects.filter(call_id=call_id, status=FollowUp.Status.OPEN)
    if opened_after is not None:
        opened = opened.filter(opened_at__gt=opened_after)
    return opened.update(status=FollowUp.Status.CANCELLED)


def care_note_write(*, by: Actor, call_id: int, note_id: int, text: str, written_at: datetime) -> CareNote:
    """Keep the text of a clinical note; the call's own note holds only that it exists. Raises NotAllowed."""
    if by.user_id is None or not by.is_clinician or by.is_police:
        raise NotAllowed("Only clinical staff write clinical notes.")
    return CareNote.objects.create(
        call_id=call_id, note_id=note_id, author_id=by.user_id, text=text, written_at=written_at
    )
