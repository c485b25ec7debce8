"""`/api/undo/`: one's own last action, for ten seconds; and correcting one's own notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.corrections import note_correct
from dispatch.actions.notes import LONGEST_NOTE
from dispatch.actions.undo import undo_last
from dispatch.api.fields import Text, Whole
from dispatch.api.views import Fields, View
from dispatch.queries import access
from dispatch.queries import undo as log_of
from dispatch.rules.undo import UNDO_WITHIN, Done
from hearteam.events.log import rfc3339
from partners.access import Permission

MOST_VERSIONS = 10**18 - 1


class UndoFields(Fields):
    v = Whole(1, MOST_VERSIONS)


def event_rows(done: Sequence[Done]) -> list[dict[str, Any]]:
    """The events as a timeline has them."""
    return [
        {
            "v": event.v,
            "type": event.type,
            "at": rfc3339(event.at),
            "by": event.by,
            "call": event.call or None,
            "unit": event.unit or None,
            "data": event.data,
        }
        for event in done
    ]


class Undo(View):
    """`/api/undo/`"""

    @extend_schema(operation_id="undo_read", responses={200: dict})
    def get(self, request: Request) -> Response:
        """What would be undone now: `{events, until, reason}`; `reason` says why not, null when it may be."""
        access.require(self.actor, Permission.CALL_CHANGE, "undo")
        now = timezone.now()
        done = log_of.last_action(self.actor.user_id, now) if self.actor.user_id is not None else []
        return Response(
            {
                "events": event_rows(done),
                "until": rfc3339(done[-1].at + UNDO_WITHIN) if done else None,
                "reason": log_of.refusal(done, now),
            }
        )

    @extend_schema(request=UndoFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Undo one's own last action; `v` is the last version of the one that is meant."""
        body = self.read(UndoFields)

        def run() -> tuple[int, Any]:
            return 200, {"undone": event_rows(undo_last(by=self.actor, v=body.get("v")))}

        return self.command(run)


class CorrectionFields(Fields):
    text = Text(LONGEST_NOTE)


class NoteCorrect(View):
    """`/api/calls/{id}/notes/{note}/correct/`"""

    @extend_schema(request=CorrectionFields, responses={201: dict})
    def post(self, request: Request, call_id: str, note_id: str) -> Response:
        """Put other words in the place of one's own note; without words it is struck out. Both stay."""
        body = self.read(CorrectionFields)

        def run() -> tuple[int, Any]:
            text = body.get("text") or ""
            note = note_correct(by=self.actor, call_id=call_id, note_id=note_id, text=text)
            return 201, {
                "id": str(note.pk),
                "call": str(note.call_id),
                "text": note.text,
                "corrects": str(note.corrects_id),
                "strikes": note.strikes,
                "audience": note.audience,
                "kind": note.kind,
                "at": rfc3339(note.written_at),
                "by": note.author_name,
            }

        return self.command(run)
