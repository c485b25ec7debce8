"""`/api/calls/{id}/interpreter/`: an interpreter asked for, joined, gone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.interpreters import (
    LONGEST_INTERPRETER,
    interpreter_ended,
    interpreter_joined,
    interpreter_request,
)
from dispatch.api.fields import Text
from dispatch.api.views import Fields, View
from dispatch.models import InterpreterUse
from dispatch.queries.intake import interpreter_row
from hearteam.problems import Malformed


class InterpreterFields(Fields):
    """`requested` needs a language, by code or name; `joined` takes the interpreter's id."""

    step = serializers.ChoiceField(choices=[(step, step) for step in ("requested", "joined", "ended")])
    language = Text(40)
    whose = serializers.ChoiceField(choices=InterpreterUse.Whose.choices, required=False)
    interpreter = Text(LONGEST_INTERPRETER)


class CallInterpreter(View):
    @extend_schema(request=InterpreterFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """The next step of an interpreter on this call; the answer has the line to call."""
        body = self.read(InterpreterFields)

        def run() -> tuple[int, Any]:
            return 200, interpreter_row(self._step(call_id, body))

        return self.command(run)

    def _step(self, call_id: str, body: dict[str, Any]) -> InterpreterUse:
        if body["step"] == "joined":
            return interpreter_joined(by=self.actor, call_id=call_id, interpreter=body.get("interpreter") or "")
        if body["step"] == "ended":
            return interpreter_ended(by=self.actor, call_id=call_id)
        if not body.get("language"):
            raise Malformed("Which language?", errors={"language": ["Give a language."]})
        whose = body.get("whose") or "CALLER"
        return interpreter_request(by=self.actor, call_id=call_id, language=body["language"], whose=whose)
