"""`/api/crew/..`: a crew signs on, says who is on board, and hands over."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import crews
from dispatch.api.fields import Flag, Id, Text
from dispatch.api.views import Fields, View
from dispatch.queries import board
from dispatch.queries.crews import handover_facts, sign_on_facts
from partners.queries.crews import people_found, person_row, rider, riding

MOST_MISSING = 40


class Crew(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """What signing on starts from: oneself, the agency's units that are on shift, what each asks for."""
        return Response(sign_on_facts(self.actor))


class CrewPeople(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """People of one's agency by words of their names (`q`)."""
        me = rider(self.actor)
        found = list(people_found(self.actor, me, request.query_params.get("q", "").replace("\x00", "")))
        on = riding([person.pk for person in found])
        return Response({"people": [person_row(person, on.get(person.pk, "")) for person in found]})


class AboardFields(Fields):
    person = Id(required=True)
    role = Text(12)
    languages = serializers.ListField(child=Text(8, required=True), max_length=8, required=False)


class SignOnFields(Fields):
    unit = Text(16, required=True)
    crew = serializers.ListField(child=AboardFields(), min_length=1, max_length=crews.MOST_ON_BOARD, required=False)
    vehicle = Text(60)
    missing = serializers.ListField(child=Text(60, required=True), max_length=MOST_MISSING, required=False)
    have_left = Flag()


class CrewSignOn(View):
    @extend_schema(request=SignOnFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Sign on, or say anew who is on board; without `crew` one adds oneself. Answers the unit's row."""
        body = self.read(SignOnFields)
        callsign, crew = body.pop("unit"), body.pop("crew", None)

        def run() -> tuple[int, Any]:
            aboard = None if crew is None else [_aboard(**one) for one in crew]
            unit = crews.crew_sign_on(by=self.actor, callsign=callsign, crew=aboard, **body)
            (row,) = board.unit_rows([unit.pk])
            return 200, row

        return self.command(run)


def _aboard(person: str, role: str = "", languages: list[str] | None = None) -> crews.Aboard:
    return crews.Aboard(person, role, None if languages is None else tuple(languages))


class SignOffFields(Fields):
    note = Text(crews.LONGEST_NOTE)
    missing = serializers.ListField(child=Text(60, required=True), max_length=MOST_MISSING, required=False)


class CrewSignOff(View):
    @extend_schema(request=SignOffFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Hand over: the unit is off duty. 409 while it is on a call."""
        body = self.read(SignOffFields)

        def run() -> tuple[int, Any]:
            unit = crews.crew_sign_off(by=self.actor, **body)
            (row,) = board.unit_rows([unit.pk])
            return 200, row

        return self.command(run)


class CrewHandover(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """What is open when one's crew hands over."""
        return Response(handover_facts(self.actor))
