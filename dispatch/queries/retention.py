"""What is older than it may be kept, and how long that is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dispatch.models import Call, LegalHold, Note, Redaction
from dispatch.rules.redaction import redacted
from hearteam.events.models import Event

PIECE: Final = 2_000
"""Calls that one statement looks at: a small part of a second, however many there are."""
WITHOUT_WORDS: Final = ("call_redacted", "legal_hold_placed", "legal_hold_lifted")
"""Events of an ended call that bring nothing to be taken out."""


def days_kept() -> dict[str, int]:
    """Class -> days after a call's end (0: for ever): PERSON, NARRATIVE, SIGN_IN, WHAT_IF."""
    return {
        "PERSON": settings.RETAIN_PERSON_DAYS,
        "NARRATIVE": settings.RETAIN_NARRATIVE_DAYS,
        "SIGN_IN": settings.RETAIN_SIGN_IN_DAYS,
        "WHAT_IF": settings.RETAIN_WHAT_IF_DAYS,
    }


def calls_due(data_class: str, before: datetime) -> Iterator[int]:
    """Ids of the ended calls from before a moment that have data of the class, without those that are held (`is_held`).

    That is one from which nothing was taken out since it ended, and one that was told of afterwards, once the last of
    that is from before the moment too. Looked for in pieces by id: one look at all calls of many years takes too long.
    """
    last = 0
    while True:
        piece = Call.objects.filter(pk__gt=last).order_by("pk")
        end = next(iter(piece.values_list("pk", flat=True)[PIECE - 1 : PIECE]), None)
        bounds = {"pk__gt": last} | ({"pk__lte": end} if end else {})
        yield from _due(data_class, before).filter(**bounds).values_list("pk", flat=True)
        if end is None:
            return
        last = end


def _due(data_class: str, before: datetime) -> QuerySet[Call]:
    holds = LegalHold.objects.filter(lifted_at__isnull=True)
    held, into_held = holds.filter(call=OuterRef("pk")), holds.filter(call=OuterRef("merged_into"))
    taken = Redaction.objects.filter(call=OuterRef("pk"), data_class=data_class)
    told = Event.objects.filter(call_id=OuterRef("call_id")).exclude(type__in=WITHOUT_WORDS).order_by("-v")
    noted = Note.objects.filter(call=OuterRef("call_id")).exclude(text="").order_by("-saved_at")
    # An archive may have taken the event of a late note already; the note itself is still here.
    told_at = Coalesce(Subquery(told.values("at")[:1]), Subquery(noted.values("saved_at")[:1]))
    told_since = taken.annotate(told_at=told_at).filter(told_at__gt=F("at"), told_at__lt=before)
    ended = Call.objects.filter(status__in=Call.ENDED).annotate(ended_at=Coalesce("closed_at", "received_at"))
    has_data = ~Exists(taken.filter(at__gte=OuterRef("ended_at"))) | Exists(told_since)
    return ended.filter(has_data, ~Exists(held), ~Exists(into_held), ended_at__lt=before).order_by("pk")


def is_redacted(call: Call, data_class: str) -> bool:
    """Whether data of the class was taken out since the call ended, and nothing was told of it since: one that was
    worked again, or got another note, has new data.
    """
    ended = call.closed_at or call.received_at
    taken = Redaction.objects.filter(call=call, data_class=data_class, at__gte=ended).first()
    if taken is None:
        return False
    told = Event.objects.filter(call_id=call.pk, at__gt=taken.at).exclude(type__in=WITHOUT_WORDS)
    return not (told.exists() or Note.objects.filter(call=call, saved_at__gt=taken.at).exclude(text="").exists())


def is_held(call: Call) -> bool:
    """Whether a hold stands on the call, or on the one that it was merged into: they are one event."""
    one_event, into = {call.pk}, call.merged_into_id
    while into is not None and into not in one_event:
        one_event.add(into)
        into = Call.objects.values_list("merged_into", flat=True).get(pk=into)
    return LegalHold.objects.filter(call__in=one_event, lifted_at__isnull=True).exists()


def as_kept(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events from an archive without what was taken out of their calls' records since. What was told after that was
    not taken out, and a hold may stand on it.
    """
    calls = {int(frame["call"]) for frame in frames if frame.get("call")}
    taken: dict[str, list[Redaction]] = {}
    for one in Redaction.objects.filter(call_id__in=calls):
        taken.setdefault(str(one.call_id), []).append(one)
    return [_without(frame, taken.get(frame.get("call", ""), [])) for frame in frames]


def _without(frame: dict[str, Any], taken: list[Redaction]) -> dict[str, Any]:
    data, at = frame["data"], datetime.fromisoformat(frame["at"])
    for one in taken:
        if at <= one.at:
            data = redacted(frame["type"], data, one.data_class)
    return {**frame, "data": data}


def sign_ins_before(before: datetime) -> dict[str, QuerySet[Any]]:
    """Records of signing in and of failing to."""
    return {
        "sign-ins": AccessLog.objects.filter(attempt_time__lt=before),
        "failed sign-ins": AccessFailureLog.objects.filter(attempt_time__lt=before),
        "locked out": AccessAttempt.objects.filter(attempt_time__lt=before),
    }
