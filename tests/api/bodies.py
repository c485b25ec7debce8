"""Every POST path of the API with a whole body, and ways to change one value in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from hearteam.events.log import rfc3339
from tests.api.stage import CLEAR, PIDF, PLACE, SUBSCRIPTION

TIME = "occurred_at"
NOW = rfc3339(timezone.now())
FULL: dict[str, dict[str, Any]] = {
    "calls/": {
        "location": {**PLACE, "unit": "2", "source": "ALI", "uncertainty_m": 5.5},
        "caller": {"name": "Ada Example", "phone": "860-555-0101", "relationship": "sister", "language": "en"},
        "person": {
            "name": "Bo Example", "apparent_age": "30", "description": "tall", "clothing": "red", "direction": "north",
            "presentation": "pacing", "language": "es", "access_needs": "none", "is_caller": False,
            "on_the_line": True, "alone": True, "someone_stays": False,
        },
        "origin": "911", "channel": "voice", "never_voice_call": False,
        "referrer": {"name": "Cy Example", "agency": "988", "phone": "860-555-0102", "reference": "7"},
        "type": "EDP", "priority": 2, "narrative": "Brother pacing",
    },
    "calls/<str:call_id>/notes/": {"text": "Calm", "audience": "ALL", "kind": "NARRATIVE", "corrects": "1", TIME: ""},
    "calls/<str:call_id>/legal-hold/": {"held": True, "reason": "Inquiry"},
    "paper/calls/": {
        "number": "P-17", "received_at": NOW, "closed_at": NOW, "triaged_at": NOW, "disposition": "15",
        "outcome": "Calm", "origin": "911", "type": "EDP", "priority": 2, "answers": CLEAR,
        "location": {**PLACE, "unit": "2", "source": "ALI", "uncertainty_m": 5.5},
        "caller": {"name": "Ada Example", "phone": "860-555-0101", "relationship": "sister", "language": "en"},
        "person": {"name": "Bo Example", "someone_stays": False},
        "units": [{
            "unit": "CRT1", "dispatched_at": NOW, "en_route_at": NOW, "staged_at": NOW, "on_scene_at": NOW,
            "transporting_at": NOW, "at_destination_at": NOW, "cleared_at": NOW, "destination": "Clinic",
        }],
        "notes": [{"text": "Calm", "at": NOW}],
    },
    "crew/sign-on/": {
        "unit": "CRT1", "crew": [{"person": "1", "role": "PEER", "languages": ["en"]}], "vehicle": "Van 7",
        "missing": ["Naloxone"], "have_left": False,
    },
    "crew/sign-off/": {"note": "Low on fuel", "missing": ["Naloxone"]},
    "undo/": {"v": 1},
    "positions/claim/": {"name": "D2"},
    "positions/open/": {"call": "1"},
    "handovers/": {"to": "supervisor-2", "note": "Good night"},
    "handovers/<str:handover_id>/answer/": {"answer": "withdrawn"},
    "calls/<str:call_id>/take/": {},
    "calls/<str:call_id>/notes/<str:note_id>/correct/": {"text": "Red door"},
    "calls/<str:call_id>/interventions/": {"codes": ["DE_ESCALATION"], TIME: ""},
    "calls/<str:call_id>/triage/": {"answers": CLEAR, "source": "CALLER", TIME: ""},
    "calls/<str:call_id>/override/": {"response": ["POLICE", "EMS"], "reason": "More"},
    "calls/<str:call_id>/slots/": {"role": "EMS", "reason": "Fall"},
    "calls/<str:call_id>/police/": {"reason": "Noise"},
    "calls/<str:call_id>/asks/": {"role": "EMS", "reason": "Fall", TIME: ""},
    "calls/<str:call_id>/called/": {
        "team": "WHEELER", "outcome": "no_answer", "contact": "Desk", "clinician": "Cy Example", "eta_minutes": 20,
        "note": "Rang", TIME: "",
    },
    "field/calls/": {
        "location": {**PLACE, "unit": "2", "source": "UNIT", "uncertainty_m": 5.5}, "type": "EDP",
        "narrative": "Shouting", "answers": CLEAR, TIME: "",
    },
    "calls/<str:call_id>/scene-safe/": {"source": "HPD1", TIME: ""},
    "calls/<str:call_id>/scene-unsafe/": {"source": "HPD1", TIME: ""},
    "calls/<str:call_id>/handoffs/": {
        "team": "WHEELER", "outcome": "no_answer", "contact": "Desk", "clinician": "Cy Example", "eta_minutes": 20,
        "clinician_phone": "860-555-0171", "guardian": "Ana Example", "guardian_phone": "860-555-0172",
        "school": "Nurse", "school_phone": "860-555-0173", "meeting_point": "Lobby", "callback_minutes": 5,
        "note": "Rang", TIME: "",
    },
    "calls/<str:call_id>/assignments/": {"units": ["EMS1"], "override_reason": "Asked", TIME: ""},
    "calls/<str:call_id>/contacts/": {
        "name": "Di Example", "phone": "860-555-0103", "relationship": "neighbor", "language": "es",
    },
    "calls/<str:call_id>/bid/": {"bid": "1", "version": 1},
    "calls/<str:call_id>/texts/": {"text": "Where are you?", "phrase": "WHERE", "language": "es", "upto": "1"},
    "calls/<str:call_id>/texts/read/": {"upto": "1"},
    "calls/<str:call_id>/interpreter/": {
        "step": "requested", "language": "es", "whose": "PERSON", "interpreter": "4711",
    },
    "intake/": {
        "reference": "a-1", "number": "860-555-0142", "class_of_service": "WPH2", "name": "Ada Example",
        "provider": "Example Mobile", "position": "D2", "channel": "voice", "lat": 41.77, "lon": -72.68,
        "uncertainty_m": 40.5, "confidence": 90, "address": "550 MAIN ST",
    },
    "intake/ali/": {"text": "860-555-0142", "reference": "a-2", "position": "D2"},
    "intake/pidf/": {
        "xml": PIDF, "reference": "a-3", "number": "860-555-0142", "class_of_service": "VOIP", "position": "D2",
    },
    "intake/<str:reference>/rebid/": {
        "lat": 41.77, "lon": -72.68, "uncertainty_m": 12.5, "confidence": 90, "address": "550 MAIN ST", "at": "",
    },
    "intake/texts/": {
        "number": "860-555-0143", "text": "Help", "reference": "t-1", "channel": "text", "position": "D2",
        "lat": 41.77, "lon": -72.68, "uncertainty_m": 300.5, TIME: "",
    },
    "intake/texts/<str:message_id>/state/": {"state": "DELIVERED"},
    "premises/<str:premise_id>/cautions/": {
        "class": "ENVIRONMENT", "text": "Dog in the yard", "source": "officer", "unit": "3B",
        "expires_on": "2099-12-31",
    },
    "cautions/<str:caution_id>/review/": {"text": "Dog in the yard", "expires_on": "2099-12-31"},
    "cautions/<str:caution_id>/end/": {"reason": "Moved out"},
    "calls/<str:call_id>/transfers/": {
        "resource": "211", "name": "2-1-1", "phone": "211", "kind": "LINE", "consent": True, "note": "Agreed",
    },
    "transfers/<str:transfer_id>/": {"outcome": "accepted", "taken_by": "Ana Example", "note": "Has it"},
    "calls/<str:call_id>/schedule/": {"at": "", "time": "90M", "reason": "Later"},
    "calls/<str:call_id>/stack/": {"unit": "HPD1", "first": True},
    "calls/<str:call_id>/unstack/": {"unit": "HPD1", "reason": "Free"},
    "calls/<str:call_id>/preempt/": {"unit": "HPD1", "reason": "Graver"},
    "slots/<str:slot_id>/": {"status": "unfilled", "reason": "All out"},
    "units/<callsign:callsign>/swap/": {"other": "HPD1", "reason": "Nearer"},
    "calls/<str:call_id>/close/": {"disposition": "15", "outcome": "Referred", "note": "Done", TIME: ""},
    "calls/<str:call_id>/hold/": {"minutes": 5, "until": "", "reason": "Waits"},
    "calls/<str:call_id>/resume/": {"reason": "Free"},
    "calls/<str:call_id>/cancel/": {"reason": "Found"},
    "calls/<str:call_id>/reopen/": {"reason": "Again"},
    "calls/<str:call_id>/merge/": {"into": "1", "reason": "Same"},
    "calls/<str:call_id>/unmerge/": {"reason": "Another event"},
    "calls/<str:call_id>/callback/": {"minutes": 5, "at": ""},
    "assignments/<str:assignment_id>/status/": {"status": "ER", TIME: "", "note": "Off", "destination": "Clinic"},
    "assignments/<str:assignment_id>/acknowledge/": {TIME: "", "minutes": 5, "time_unsure": True},
    "assignments/<str:assignment_id>/welfare/": {TIME: "", "minutes": 5},
    "taps/": {"taps": [{"key": "k", "path": "/api/unit/", "body": {}}]},
    "assignments/<str:assignment_id>/link/": {},
    "assignments/<str:assignment_id>/handoff/": {
        "contact": "Bo", "clinician": "Cy Example", "clinician_phone": "860-555-0171", "guardian": "Al Example",
        "guardian_phone": "860-555-0172", "school": "Di Example", "school_phone": "860-555-0173",
        "meeting_point": "Lobby", "note": "Late",
    },
    "assignments/<str:assignment_id>/link/send/": {},
    "assignments/<str:assignment_id>/link/revoke/": {},
    "assignments/<str:assignment_id>/order/": {"order": "STAGE", "reason": "Wait"},
    "units/<callsign:callsign>/status/": {"status": "BK", "reason": "Lunch", "minutes": 20},
    "units/<callsign:callsign>/position/": {
        "lat": 41.77, "lon": -72.68, "accuracy_m": 5.5, "speed_mps": 3.5, "heading": 90.5, "fix_at": "",
    },
    "units/<callsign:callsign>/emergency/": {"reason": "Help", TIME: ""},
    "units/<callsign:callsign>/check/": {"kind": "RADIO"},
    "command-line/": {"line": "D CRT2 /Calm", "selected": "1", "seen": {"CRT2": "1"}, "confirmed": False},
    "notifications/push/": SUBSCRIPTION,
    "notifications/push/forget/": {"endpoint": SUBSCRIPTION["endpoint"]},
    "channels/": {"kind": "EMAIL", "address": "ada@example.org"},
    "channels/<str:channel_id>/verify/": {"code": "123456"},
    "channels/<str:channel_id>/quiet/": {"quiet": True},
    "channels/<str:channel_id>/test/": {},
    "channels/<str:channel_id>/remove/": {},
    "alerts/<str:alert_id>/acknowledge/": {},
    "alerts/<str:alert_id>/clear/": {"reason": "Answered"},
}  # fmt: skip
"""Every POST path with every field it takes. A time is empty here and filled in by `full`."""


def full(route: str) -> dict[str, Any]:
    """The body with times of now."""
    body: dict[str, Any] = json.loads(json.dumps(FULL[route]))
    return {name: rfc3339(timezone.now()) if value == "" else value for name, value in body.items()}


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value, from the body down."""
    if at:
        yield at
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*at, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, (*at, number))


def put(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    """Put a value there; returns the one it replaces. KeyError, IndexError, TypeError where no way leads there."""
    for step in at[:-1]:
        body = body[step]
    old, body[at[-1]] = body[at[-1]], value
    return old
