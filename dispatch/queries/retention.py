"""What is older than it may be kept, and how long that is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from dispatch.models import Call, LegalHold, Redaction
from dispatch.rules.redaction import redacted


def days_kept() -> dict[str, int]:
    """Class -> days after a call's end (0: for ever): PERSON, NARRATIVE, SIGN_IN, WHAT_IF."""
    return {
        "PERSON": settings.RETAIN_PERSON_DAYS,
        "NARRATIVE": settings.RETAIN_NARRATIVE_DAYS,
        "SIGN_IN": settings.RETAIN_SIGN_IN_DAYS,
        "WHAT_IF": settings.RETAIN_WHAT_IF_DAYS,
    }


def calls_due(data_class: str, before: datetime) -> QuerySet[Call]:
    """Ended calls from before a moment that still have data of the class, without those that are held (`is_held`);
    the oldest first.
    """
    holds = LegalHold.objects.filter(lifted_at__isnull=True)
    held, into_held = holds.filter(call=OuterRef("pk")), holds.filter(call=OuterRef("merged_into"))
    gone = Redaction.objects.filter(call=OuterRef("pk"), data_class=data_class, at__gte=OuterRef("ended_at"))
    ended = Call.objects.filter(status__in=Call.ENDED).annotate(ended_at=Coalesce("closed_at", "received_at"))
    return ended.filter(~Exists(held), ~Exists(into_held), ~Exists(gone), ended_at__lt=before).order_by("received_at")


def is_redacted(call: Call, data_class: str) -> bool:
    """Whether data of the class was taken out since the call ended; one that was worked again has new data."""
    since = call.closed_at or call.received_at
    return Redaction.objects.filter(call=call, data_class=data_class, at__gte=since).exists()


def is_held(call: Call) -> bool:
    """Whether a hold stands on the call, or on the one that it was merged into: they are one event."""
    one_event, into = {call.pk}, call.merged_into_id
    while into is not None and into not in one_event:
        one_event.add(into)
        into = Call.objects.values_list("merged_into", flat=True).get(pk=into)
    return LegalHold.objects.filter(call__in=one_event, lifted_at__isnull=True).exists()


def as_kept(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events from an archive without what was taken out of their calls' records since."""
    calls = {int(frame["call"]) for frame in frames if frame.get("call")}
    gone: dict[str, list[str]] = {}
    for call_id, data_class in Redaction.objects.filter(call_id__in=calls).values_list("call_id", "data_class"):
        gone.setdefault(str(call_id), []).append(data_class)
    return [_without(frame, gone.get(frame.get("call", ""), [])) for frame in frames]


def _without(frame: dict[str, Any], classes: list[str]) -> dict[str, Any]:
    data = frame["data"]
    for data_class in classes:
        data = redacted(frame["type"], data, data_class)
    return {**frame, "data": data}


def sign_ins_before(before: datetime) -> dict[str, QuerySet[Any]]:
    """Records of signing in and of failing to."""
    return {
        "sign-ins": AccessLog.objects.filter(attempt_time__lt=before),
        "failed sign-ins": AccessFailureLog.objects.filter(attempt_time__lt=before),
        "locked out": AccessAttempt.objects.filter(attempt_time__lt=before),
    }
