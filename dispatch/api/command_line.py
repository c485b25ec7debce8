"""`/api/command-line/`: a typed line, understood and carried out by the server; `/api/units/{callsign}/history/`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.command_line import command_line_run
from dispatch.actions.notes import LONGEST_NOTE
from dispatch.api.fields import Flag, Id, Text
from dispatch.api.views import Fields, View
from dispatch.queries import access
from dispatch.queries.command_line import Board
from dispatch.queries.history import unit_history
from dispatch.rules.command_completion import complete
from dispatch.rules.command_facts import Wrong
from dispatch.rules.command_line import parse
from partners.access import Permission

LONGEST_LINE = LONGEST_NOTE + 200


class LineFields(Fields):
    line = Text(LONGEST_LINE, required=True)
    selected = Id()
    seen = serializers.DictField(child=Text(20), required=False)
    confirmed = Flag()


class CommandLine(View):
    """`/api/command-line/`"""

    @extend_schema(
        responses={200: dict},
        parameters=[OpenApiParameter("line", str, required=True), OpenApiParameter("selected", str)],
    )
    def get(self, request: Request) -> Response:
        """What a line would do, in words, or why it would be refused; and what may be typed next. Nothing is done."""
        access.require(self.actor, Permission.BOARD_READ, "type commands")
        line = request.query_params.get("line", "").replace("\x00", "")[:LONGEST_LINE]
        known = Board(self.actor, request.query_params.get("selected", ""))
        result = parse(line, known)
        answer: dict[str, Any] = {"completions": complete(line, known)}
        if isinstance(result, Wrong):
            return Response({"accepted": False, "code": result.code, "reason": result.error, **answer})
        return Response(
            {
                "accepted": True,
                "verb": result.verb,
                "line": result.line,
                "says": result.preview,
                "lowers": result.lowers,
                **answer,
            }
        )

    @extend_schema(request=LineFields, responses={200: dict})
    def post(self, request: Request) -> Response:
        """Carry a line out: all units it names, or none.

        `seen` names the assignment that each unit had for who typed it ("" for none); 409 when it has another by now.
        Lowering protection needs `confirmed`.
        """
        body = self.read(LineFields)
        body["selected"] = body.get("selected") or ""

        def run() -> tuple[int, Any]:
            done = command_line_run(by=self.actor, **body)
            return 200, {
                "verb": done.verb,
                "line": done.line,
                "said": done.said,
                "calls": done.calls,
                "units": done.units,
                "alerts": done.alerts,
            }

        return self.command(run)


class UnitHistory(View):
    """`/api/units/{callsign}/history/`"""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, callsign: str) -> Response:
        """Today's assignments and statuses of a unit, the newest first."""
        unit = access.unit_for(self.actor, callsign)
        return Response({"unit": unit.callsign, "history": unit_history(unit)})
