"""What is printed for the time when nothing else works: facts of this moment, ready to be read on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch.models import Call, Disposition, Note
from dispatch.queries import board, rulesets
from dispatch.queries.intake import interpreter_lines
from partners.models import Agency, Facility, Team

LAST_NOTES = 3


def paper_facts() -> dict[str, Any]:
    """`{at, version, calls, units, teams, agencies, lines, facilities, questions, dispositions}`; times are local.

    Notes for police or clinicians only are left out: a sheet lies on a desk.
    """
    snapshot = board.snapshot()
    details = _details([int(row["id"]) for row in snapshot["calls"]])
    _, ruleset = rulesets.current()
    return {
        "at": timezone.localtime(),
        "version": snapshot["version"],
        "calls": [_call(row, details[int(row["id"])]) for row in snapshot["calls"] if int(row["id"]) in details],
        "units": [_unit(row) for row in snapshot["units"] if row["on_shift"] or row["call"]],
        "teams": list(Team.objects.filter(active=True).exclude(dedicated_phone="").order_by("code")),
        "agencies": list(Agency.objects.exclude(phone="").order_by("name")),
        "lines": interpreter_lines(),
        "facilities": list(Facility.objects.filter(active=True).exclude(phone="").order_by("name")),
        "questions": ruleset.questions,
        "dispositions": list(Disposition.objects.filter(active=True).order_by("apco")),
    }


def _details(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Callers, person and the last notes of these calls."""
    calls = Call.objects.filter(pk__in=ids).select_related("person").prefetch_related("contacts")
    found = {call.pk: {"person": getattr(call, "person", None), "callers": call.contacts.all()} for call in calls}
    notes: dict[int, list[Note]] = {}
    open_to_all = Note.objects.filter(call__in=ids, audience=Note.Audience.ALL, corrections__isnull=True, strikes=False)
    for note in open_to_all.order_by("-written_at", "-pk"):
        notes.setdefault(note.call_id, []).append(note)
    return {pk: {**row, "notes": notes.get(pk, [])[:LAST_NOTES][::-1]} for pk, row in found.items()}


def _call(row: Any, details: dict[str, Any]) -> dict[str, Any]:
    units = [
        {**unit, "since": _local(unit["since"]), "welfare_due_at": _local(unit["welfare_due_at"])}
        for unit in row["assignments"]
    ]
    waiting = [slot["role"] for slot in row["slots"] if slot["status"] == "requested"]
    times = {name: _local(row[name]) for name in ("received_at", "hold_until", "scheduled_for", "callback_at")}
    return {**row, **details, **times, "units": units, "waiting": waiting}


def _unit(row: Any) -> dict[str, Any]:
    return {**row, "since": _local(row["since"])}


def _local(moment: str | None) -> datetime | None:
    return timezone.localtime(datetime.fromisoformat(moment)) if moment else None
