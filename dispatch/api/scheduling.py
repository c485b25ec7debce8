"""`/api/calls/{id}/schedule/`: a call to be worked at a later time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import scheduling
from dispatch.api.calls import CallEnding
from dispatch.api.fields import Moment, Text
from dispatch.api.views import Fields
from dispatch.rules.scheduling import time_of
from hearteam.problems import Malformed


class LaterMoment(Moment):
    """A time of today or tomorrow."""

    within = timedelta(days=2)


class ScheduleFields(Fields):
    """When: an exact time, or as it is typed: "14:30" (the next one), "14:30+1" (tomorrow's), "90M"."""

    at = LaterMoment()
    time = Text(8)
    reason = Text(200, required=True)


class CallSchedule(CallEnding):
    @extend_schema(request=ScheduleFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Work the call later; it waits in sight and comes back with an alert."""
        body = self.read(ScheduleFields)
        at = body.get("at") or _typed(body)
        return self.changed(scheduling.call_schedule, call_id=call_id, at=at, reason=body["reason"])


def _typed(body: dict[str, Any]) -> datetime:
    at = time_of(body.get("time") or "", timezone.now(), ZoneInfo(settings.TIME_ZONE))
    if at is None:
        raise Malformed("Give a time.", errors={"time": ["Such as 14:30, 14:30+1 for tomorrow, or 90M."]})
    return at
