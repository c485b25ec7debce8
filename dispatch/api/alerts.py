"""`/api/alerts/{id}/acknowledge/`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import alerts, clearing
from dispatch.api.fields import Text
from dispatch.api.views import Fields, View
from dispatch.models import Alert
from dispatch.queries import board


def alert_answer(alert: Alert) -> dict[str, Any]:
    """The alert as the board shows it."""
    (row,) = board.alert_rows([alert.pk])
    return dict(row)


class ClearFields(Fields):
    reason = Text(120, required=True)


class AlertClear(View):
    @extend_schema(request=ClearFields, responses={200: dict})
    def post(self, request: Request, alert_id: str) -> Response:
        """Its cause is gone, by a dispatcher's word."""
        body = self.read(ClearFields)

        def run() -> tuple[int, Any]:
            return 200, alert_answer(clearing.alert_clear(by=self.actor, alert_id=alert_id, reason=body["reason"]))

        return self.command(run)


class AlertAcknowledge(View):
    @extend_schema(request=Fields, responses={200: dict})
    def post(self, request: Request, alert_id: str) -> Response:
        """A named person has seen it: the sound stops, the alert stays."""
        self.read(Fields)

        def run() -> tuple[int, Any]:
            return 200, alert_answer(alerts.alert_acknowledge(by=self.actor, alert_id=alert_id))

        return self.command(run)
