"""`/api/calls/`: receiving, reading, changing and ending calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import calls, endings, holds, interventions, notes, unmerging
from dispatch.api.fields import (
    CallerFields,
    Flag,
    Id,
    LocationFields,
    Moment,
    PersonFields,
    ReferrerFields,
    TabletFields,
    Text,
    Whole,
)
from dispatch.api.views import Fields, View, whole_in_query
from dispatch.models import Call, Note
from dispatch.queries import access, board
from dispatch.queries.archive import archived_part
from dispatch.queries.call import call_detail, timeline
from dispatch.queries.finding import calls_found
from hearteam.events.log import rfc3339
from hearteam.problems import Malformed
from partners.access import Permission

MOST_FOUND = 100
MOST_VERSIONS = 2**31 - 1
LONGEST_TYPE = 80


class CallFields(Fields):
    """A new call. Only a place is needed."""

    location = LocationFields()
    caller = CallerFields(required=False, allow_null=True)
    person = PersonFields(required=False, allow_null=True)
    origin = serializers.ChoiceField(choices=Call.Origin.choices, required=False)
    channel = serializers.ChoiceField(choices=Call.ContactChannel.choices, required=False)
    never_voice_call = Flag()
    referrer = ReferrerFields(required=False, allow_null=True)
    type = Text(LONGEST_TYPE)
    priority = Whole(1, 4)
    narrative = Text(notes.LONGEST_NOTE)


class CallChanges(CallFields):
    """Any of a call's fields, with the version the writer saw."""

    location = LocationFields(required=False)
    version = Whole(1, MOST_VERSIONS, required=True)


class CallList(View):
    """`/api/calls/`"""

    @extend_schema(
        operation_id="calls_find",
        responses={200: dict},
        parameters=[OpenApiParameter("q", str), OpenApiParameter("limit", int)],
    )
    def get(self, request: Request) -> Response:
        """Find calls, ended ones too, by number, address or call-back number; the newest first."""
        access.require(self.actor, Permission.BOARD_READ, "search calls")
        limit = whole_in_query(request, "limit", 20, 1, MOST_FOUND)
        ids = calls_found(request.query_params.get("q", ""), limit)
        rows = {row["id"]: row for row in board.call_rows(ids)}
        return Response({"calls": [rows[str(pk)] for pk in ids]})

    @extend_schema(request=CallFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Receive a call."""
        body = self.read(CallFields)
        body["call_type"] = body.pop("type", None) or ""

        def run() -> tuple[int, Any]:
            call = calls.call_receive(by=self.actor, **body)
            return 201, self.call_answer(call)

        return self.command(run)


class CallOne(View):
    """`/api/calls/{id}/`"""

    @extend_schema(operation_id="call_read", responses={200: dict})
    def get(self, request: Request, call_id: str) -> Response:
        """The call with all that the reader may see."""
        return Response(call_detail(self.actor, access.call_for(self.actor, call_id)))

    @extend_schema(request=CallChanges, responses={200: dict})
    def patch(self, request: Request, call_id: str) -> Response:
        """Change fields; 409 with the current version when somebody else changed it first."""
        body = self.read(CallChanges)
        version = body.pop("version")

        def run() -> tuple[int, Any]:
            call = calls.call_update(by=self.actor, call_id=call_id, version=version, fields=body)
            return 200, self.call_answer(call)

        return self.command(run)


class CallTimeline(View):
    """`/api/calls/{id}/timeline/`"""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, call_id: str) -> Response:
        """Everything that happened to the call, oldest first. `archived`: the files that hold what came before."""
        call = access.call_for(self.actor, call_id)
        events = timeline(self.actor, call)
        return Response({"events": events, "archived": archived_part(call, events)})


class NoteFields(TabletFields):
    text = Text(notes.LONGEST_NOTE, required=True)
    audience = serializers.ChoiceField(choices=Note.Audience.choices, required=False)
    kind = serializers.ChoiceField(choices=Note.Kind.choices, required=False)
    corrects = Id()


class CallNotes(View):
    """`/api/calls/{id}/notes/`"""

    @extend_schema(request=NoteFields, responses={201: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Append a note."""
        body = self.read(NoteFields)

        def run() -> tuple[int, Any]:
            note = notes.note_add(by=self.actor, call_id=call_id, **body)
            return 201, {
                "id": str(note.pk),
                "call": str(note.call_id),
                "text": note.text,
                "audience": note.audience,
                "kind": note.kind,
                "at": rfc3339(note.written_at),
                "by": note.author_name,
            }

        return self.command(run)


class CloseFields(Fields):
    disposition = Text(40, required=True)
    outcome = Text(200)
    note = Text(notes.LONGEST_NOTE)
    occurred_at = Moment()


class HoldFields(Fields):
    minutes = Whole(1, 1440)
    until = Moment()
    reason = Text(200, required=True)


class ReasonFields(Fields):
    reason = Text(200, required=True)


class OptionalReasonFields(Fields):
    reason = Text(200)


class MergeFields(Fields):
    into = Id(required=True)
    reason = Text(200)


class CallbackFields(Fields):
    minutes = Whole(1, 1440)
    at = Moment()


class InterventionFields(TabletFields):
    codes = serializers.ListField(child=Text(24, required=True), min_length=1, max_length=40)


class CallEnding(View):
    """Base of the views that change a call by one action and answer with it."""

    def changed(self, act: Any, **arguments: Any) -> Response:
        def run() -> tuple[int, Any]:
            return 200, self.call_answer(act(by=self.actor, **arguments))

        return self.command(run)


class CallClose(CallEnding):
    @extend_schema(request=CloseFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Close with a disposition; units are released to AV."""
        return self.changed(endings.call_close, call_id=call_id, **self.read(CloseFields))


class CallHold(CallEnding):
    @extend_schema(request=HoldFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Hold until a time, or for minutes."""
        body = self.read(HoldFields)
        until = body.get("until") or _in_minutes(body.get("minutes"), "minutes")
        return self.changed(holds.call_hold, call_id=call_id, until=until, reason=body["reason"])


class CallResume(CallEnding):
    @extend_schema(request=OptionalReasonFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """End a hold."""
        return self.changed(holds.call_resume, call_id=call_id, **self.read(OptionalReasonFields))


class CallCancel(CallEnding):
    @extend_schema(request=ReasonFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Cancel a call that no unit has reached."""
        return self.changed(endings.call_cancel, call_id=call_id, **self.read(ReasonFields))


class CallReopen(CallEnding):
    @extend_schema(request=ReasonFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Work an ended call again."""
        return self.changed(endings.call_reopen, call_id=call_id, **self.read(ReasonFields))


class CallMerge(CallEnding):
    @extend_schema(request=MergeFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Merge this call into another about the same event."""
        body = self.read(MergeFields)
        return self.changed(endings.call_merge, call_id=call_id, into_id=body["into"], reason=body.get("reason", ""))


class CallUnmerge(CallEnding):
    @extend_schema(request=ReasonFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Undo a merge: a call of its own again; the other keeps what it took over."""
        return self.changed(unmerging.call_unmerge, call_id=call_id, **self.read(ReasonFields))


class CallCallback(CallEnding):
    @extend_schema(request=CallbackFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Promise a call-back in minutes or at a time; an empty body takes the promise back."""
        body = self.read(CallbackFields)
        minutes = body.get("minutes")
        at = body.get("at") or (_in_minutes(minutes, "minutes") if minutes is not None else None)
        return self.changed(calls.callback_set, call_id=call_id, at=at)


class CallInterventions(View):
    @extend_schema(request=InterventionFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Record coded services given on scene."""
        body = self.read(InterventionFields)

        def run() -> tuple[int, Any]:
            count = interventions.intervention_record(by=self.actor, call_id=call_id, **body)
            return 200, {"recorded": count}

        return self.command(run)


def _in_minutes(minutes: int | None, field: str) -> Any:
    if minutes is None:
        raise Malformed("Give a time.", errors={field: ["Give minutes or a time."]})
    return timezone.now() + timedelta(minutes=minutes)
