"""`/api/units/{callsign}/..` and `/api/unit/`, the signed-in crew's own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import fixes, safety, units
from dispatch.api.alerts import alert_answer
from dispatch.api.fields import Moment, Number, TabletFields, Text, Whole
from dispatch.api.views import Fields, View
from dispatch.queries import board
from dispatch.queries.tablet import own_unit
from hearteam.events.log import rfc3339
from partners.models import ChannelCheck


class UnitStatusFields(TabletFields):
    status = Text(4, required=True)
    reason = Text(200)
    minutes = Whole(1, 1440)


class UnitStatus(View):
    @extend_schema(request=UnitStatusFields, responses={200: dict})
    def post(self, request: Request, callsign: str) -> Response:
        """AV, BK, OO or OFF, for a unit on no call."""
        body = self.read(UnitStatusFields)

        def run() -> tuple[int, Any]:
            unit = units.unit_status_set(by=self.actor, callsign=callsign, **body)
            (row,) = board.unit_rows([unit.pk])
            return 200, row

        return self.command(run)


class EmergencyFields(TabletFields):
    reason = Text(200)


class UnitEmergency(View):
    @extend_schema(request=EmergencyFields, responses={201: dict})
    def post(self, request: Request, callsign: str) -> Response:
        """The emergency button. A wrong time of the tablet's never refuses it."""
        body = self.read(EmergencyFields)
        body.pop("time_unsure", None)

        def run() -> tuple[int, Any]:
            return 201, alert_answer(safety.unit_emergency(by=self.actor, callsign=callsign, **body))

        return self.command(run)


class CheckFields(Fields):
    kind = serializers.ChoiceField(choices=ChannelCheck.Kind.choices)


class UnitCheck(View):
    @extend_schema(request=CheckFields, responses={201: dict})
    def post(self, request: Request, callsign: str) -> Response:
        """Log a radio or phone check: the unit's channel is proven for 15 minutes."""
        body = self.read(CheckFields)

        def run() -> tuple[int, Any]:
            check = units.channel_check(by=self.actor, callsign=callsign, kind=body["kind"])
            return 201, {"unit": callsign.upper(), "kind": check.kind, "at": rfc3339(check.at)}

        return self.command(run)


class PositionFields(Fields):
    lat = Number(-90, 90, required=True)
    lon = Number(-180, 180, required=True)
    accuracy_m = Number(0, 1_000_000)
    speed_mps = Number(0, 1000)
    heading = Number(0, 360)
    fix_at = Moment(required=True)


class UnitPosition(View):
    @extend_schema(request=PositionFields, responses={204: None})
    def post(self, request: Request, callsign: str) -> Response:
        """A fix of the unit's position; the newest wins."""
        body = self.read(PositionFields)

        def run() -> tuple[int, Any]:
            fixes.unit_position_set(by=self.actor, callsign=callsign, **body)
            return 204, None

        return self.command(run)


class OwnUnit(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """What the signed-in crew's tablet starts from; events after `version` follow by `/ws/unit/`."""
        return Response(own_unit(self.actor))
