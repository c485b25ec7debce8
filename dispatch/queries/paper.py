"""What is printed for the time when nothing else works: facts of this moment, ready to be read on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch.models import Call, Disposition, Note, ResponseSlot
from dispatch.queries import board, rulesets
from dispatch.queries.intake import interpreter_lines
from dispatch.rules.languages import LANGUAGES
from dispatch.rules.timers import AlertKind, AlertLevel
from partners.models import Agency, Facility, Team

LAST_NOTES = 3


def paper_facts() -> dict[str, Any]:
    """`{at, version, alerts, calls, units, teams, agencies, lines, facilities, questions, dispositions}`; local times.

    Notes for police or clinicians only are left out: a sheet lies on a desk.
    """
    snapshot = board.snapshot()
    alerts = [_alert(row) for row in snapshot["alerts"] if row["level"] <= AlertLevel.L2]
    emergencies = {row["unit"]: row["raised_at"] for row in alerts if row["kind"] == AlertKind.EMERGENCY}
    details = _details([int(row["id"]) for row in snapshot["calls"]])
    _, ruleset = rulesets.current()
    return {
        "at": timezone.localtime(),
        "version": snapshot["version"],
        "alerts": alerts,
        "calls": [
            _call(row, details[int(row["id"])], emergencies) for row in snapshot["calls"] if int(row["id"]) in details
        ],
        "units": [
            _marked(row, emergencies)
            for row in snapshot["units"]
            if row["on_shift"] or row["call"] or row["unit"] in emergencies
        ],
        "teams": list(Team.objects.filter(active=True).exclude(dedicated_phone="").order_by("code")),
        "agencies": list(Agency.objects.exclude(phone="").order_by("name")),
        "lines": [{**line, "language": _language(line["language"])} for line in interpreter_lines()],
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


def _call(row: Any, details: dict[str, Any], emergencies: dict[str, datetime | None]) -> dict[str, Any]:
    units = [
        {**_marked(unit, emergencies), **_locally(unit, "welfare_due_at", "order_at")} for unit in row["assignments"]
    ]
    waiting = [slot["role"] for slot in row["slots"] if slot["status"] in ResponseSlot.WAITED_FOR]
    times = _locally(row, "received_at", "hold_until", "scheduled_for", "callback_at", "scene_safe_at")
    unsafe = row["scene_unsafe_at"] if not row["scene_safe_at"] else None
    person = details["person"]
    return {
        **row,
        **details,
        **times,
        "unsafe_since": _local(unsafe),
        "units": units,
        "waiting": waiting,
        "language": _language(row["language"]) if row["language"] != "en" else "",
        "person_language": _language(person.language) if person else "",
    }


def _marked(row: Any, emergencies: dict[str, datetime | None]) -> dict[str, Any]:
    """A unit, or its part in a call, with what is the matter with it: since when it is silent or has an emergency."""
    return {**row, **_locally(row, "since", "silent_since"), "emergency_at": emergencies.get(row["unit"])}


def _alert(row: Any) -> dict[str, Any]:
    return {**row, **_locally(row, "raised_at", "acknowledged_at")}


def _language(code: str) -> str:
    """Its name in English; a code that is none of ours as it was written."""
    return LANGUAGES[code][0] if code in LANGUAGES else code


def _locally(row: Any, *names: str) -> dict[str, datetime | None]:
    return {name: _local(row[name]) for name in names}


def _local(moment: str | None) -> datetime | None:
    return timezone.localtime(datetime.fromisoformat(moment)) if moment else None
