"""`/api/paper/calls/`: calls that were worked on paper while the system was down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import notes
from dispatch.actions.paper import PaperCall, PaperNote, PaperUnit, paper_call_enter
from dispatch.api.fields import CallerFields, LocationFields, Moment, PersonFields, Text, Whole
from dispatch.api.views import Fields, View
from dispatch.models import Call
from dispatch.rules.status import STAMP, AssignmentStatus

MOST_UNITS = 20
MOST_NOTES = 60
LONGEST_NUMBER = 24


class PaperMoment(Moment):
    """A time of a sheet: it may have lain for weeks."""

    within = timedelta(days=92)


class PaperUnitFields(Fields):
    """A unit's line: the times of its steps, named as the API names them of an assignment."""

    unit = Text(16, required=True)
    dispatched_at = PaperMoment(required=True)
    en_route_at = PaperMoment()
    staged_at = PaperMoment()
    on_scene_at = PaperMoment()
    transporting_at = PaperMoment()
    at_destination_at = PaperMoment()
    cleared_at = PaperMoment()
    destination = Text(160)


class PaperNoteFields(Fields):
    text = Text(notes.LONGEST_NOTE, required=True)
    at = PaperMoment(required=True)


class PaperCallFields(Fields):
    """A sheet. Only a number, a place, the first and the last time and a disposition are needed."""

    number = Text(LONGEST_NUMBER, required=True)
    received_at = PaperMoment(required=True)
    closed_at = PaperMoment(required=True)
    location = LocationFields()
    disposition = Text(40, required=True)
    outcome = Text(200)
    caller = CallerFields(required=False, allow_null=True)
    person = PersonFields(required=False, allow_null=True)
    origin = serializers.ChoiceField(choices=Call.Origin.choices, required=False)
    type = Text(80)
    priority = Whole(1, 4)
    answers = serializers.DictField(child=Text(40), required=False, allow_null=True)
    triaged_at = PaperMoment()
    units = serializers.ListField(child=PaperUnitFields(), max_length=MOST_UNITS, required=False)
    notes = serializers.ListField(child=PaperNoteFields(), max_length=MOST_NOTES, required=False)


class PaperCalls(View):
    """`/api/paper/calls/`"""

    @extend_schema(request=PaperCallFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Enter a call that was worked on paper; 409 with the call that has this paper number already."""
        paper = _paper(self.read(PaperCallFields))

        def run() -> tuple[int, Any]:
            return 201, self.call_answer(paper_call_enter(by=self.actor, paper=paper))

        return self.command(run)


def _paper(body: dict[str, Any]) -> PaperCall:
    return PaperCall(
        number=body["number"],
        received_at=body["received_at"],
        closed_at=body["closed_at"],
        location=body["location"],
        disposition=body["disposition"],
        outcome=body.get("outcome") or "",
        caller=body.get("caller") or {},
        person=body.get("person") or {},
        origin=body.get("origin") or Call.Origin.E911,
        call_type=body.get("type") or "",
        priority=body.get("priority"),
        answers={field: answer for field, answer in (body.get("answers") or {}).items() if answer},
        triaged_at=body.get("triaged_at"),
        units=[_unit(line) for line in body.get("units") or []],
        notes=[PaperNote(text=note["text"], at=note["at"]) for note in body.get("notes") or []],
    )


def _unit(line: dict[str, Any]) -> PaperUnit:
    times = {step: line[STAMP[step]] for step in AssignmentStatus if line.get(STAMP[step]) is not None}
    return PaperUnit(unit=line["unit"].strip().upper(), times=times, destination=line.get("destination") or "")
