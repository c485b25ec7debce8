"""Short ways, through the API itself, to the situation that a test needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from dispatch.actions.intake import intake_rebid, intake_receive
from dispatch.actions.texting import text_send
from dispatch.intake.record import Bid, PhoneRecord
from dispatch.models import NotificationChannel, PhoneSystem
from hearteam.events.log import rfc3339
from partners.access import Actor, actor_for
from tests.api.client import Answer, Api

REFERENCE = "phone-1"

CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
CHILD = {**CLEAR, "age": "CHILD_3_17"}
POLICE_TOO = {**CLEAR, "violence": "THREATS"}
ARMED = {**CLEAR, "weapon": "IN_HAND"}
PIDF = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
    ' xmlns:gml="http://www.opengis.net/gml" entity="tel:+18605550142"><tuple id="a"><status><gp:geopriv>'
    '<gp:location-info><gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>41.7637 -72.6851</gml:pos></gml:Point>'
    "</gp:location-info></gp:geopriv></status></tuple></presence>"
)
SUBSCRIPTION = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/invented",
    "keys": {
        "p256dh": "BCeTSB5but0biLMGo6CP-MaPkE_rK2dAvqGlTdotG8Qye9MfiS5NE57_5Th7CsVqhePWphlXg-qejkOlbgBD18A",
        "auth": "c2l4dGVlbiBieXRlcyBvaw",
    },
}
"""A browser's, of keys that nobody has."""
PLACE = {"text": "550 MAIN ST", "lat": 41.7637, "lon": -72.6851}


def sheet(**more: Any) -> dict[str, Any]:
    """A call that was worked on paper: two hours ago, for an hour."""
    at = {minute: rfc3339(timezone.now() - timedelta(minutes=minute)) for minute in (120, 115, 110, 100, 70, 60)}
    return {
        "number": "P-17", "received_at": at[120], "closed_at": at[60], "location": PLACE, "disposition": "15",
        "units": [
            {"unit": "CRT1", "dispatched_at": at[110], "on_scene_at": at[100], "cleared_at": at[70]},
        ],
        **more,
    }  # fmt: skip


def ok(answer: Answer, status: int = 200) -> Answer:
    """The answer, which must have this status."""
    assert answer.status == status, f"{answer.status}: {answer.body}"
    return answer


def new_call(desk: Api, **fields: Any) -> Any:
    """A received call's body."""
    return ok(desk.post("/api/calls/", {"location": PLACE, **fields}), 201).body


def triage(desk: Api, call: str, answers: dict[str, str]) -> Any:
    """The decision."""
    return ok(desk.post(f"/api/calls/{call}/triage/", {"answers": answers})).body


def send_units(desk: Api, call: str, *units: str) -> list[Any]:
    """The assignments."""
    body: list[Any] = ok(desk.post(f"/api/calls/{call}/assignments/", {"units": list(units)}), 201).body
    return body


def call_with_units(desk: Api, *units: str, answers: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """(call id, assignment ids) of a triaged call these units were sent to."""
    call = new_call(desk)["id"]
    triage(desk, call, answers or CLEAR)
    return call, [row["id"] for row in send_units(desk, call, *units)]


def head(desk: Api) -> int:
    """The newest version of the log."""
    return int(ok(desk.get("/api/events/", limit=1)).body["head"])


@dataclass(frozen=True, slots=True)
class Scene:
    """A call with CRT1 and HPD1 on it and an open alert; others: a pending, a closed, a held and a merged one."""

    call: str
    version: int
    other: str
    closed: str
    held: str
    merged: str
    crt1: str
    alert: str
    phoned: str
    bid: str
    reference: str
    text: str
    """A call a phone system brought, what it said last of the place, its name for it, and a text to the caller."""
    premise: str
    caution: str
    """Where the call is, and a caution about it."""
    note: str
    handover: str
    """A note of the dispatcher's on the call, and what they offer to hand over."""
    transfer: str
    slot: str
    """The held call's offer to another center, and a role asked for on the other call."""

    channel: str
    """A phone at which the dispatcher is reached."""

    def address(self, route: str, *, call: str = "", callsign: str = "CRMHC1") -> str:
        """The path of a route with what this scene has put in."""
        return "/api/" + (
            route.replace("<str:call_id>", call or self.call)
            .replace("<str:assignment_id>", self.crt1)
            .replace("<callsign:callsign>", callsign)
            .replace("<str:alert_id>", self.alert)
            .replace("<str:reference>", self.reference)
            .replace("<str:message_id>", self.text)
            .replace("<str:premise_id>", self.premise)
            .replace("<str:caution_id>", self.caution)
            .replace("<str:note_id>", self.note)
            .replace("<str:handover_id>", self.handover)
            .replace("<str:transfer_id>", self.transfer)
            .replace("<str:slot_id>", self.slot)
            .replace("<str:channel_id>", self.channel)
        )


def make_scene(desk: Api) -> Scene:
    """Made through the API."""
    call, other, closed, held, merged = (new_call(desk)["id"] for _ in range(5))
    triage(desk, call, CLEAR)
    crt1 = {row["unit"]: row["id"] for row in send_units(desk, call, "CRT1", "HPD1")}["CRT1"]
    ok(desk.post(f"/api/calls/{closed}/close/", {"disposition": "18"}))
    ok(desk.post(f"/api/calls/{held}/hold/", {"minutes": 5, "reason": "Waits"}))
    ok(desk.post(f"/api/calls/{merged}/merge/", {"into": other}))
    alert = ok(desk.post("/api/units/HPD1/emergency/"), 201)["id"]
    note = ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Blue door"}), 201)["id"]
    handover = ok(desk.post("/api/handovers/", {"to": "supervisor-2"}), 201)["id"]
    center = {"name": "State police", "phone": "860-555-0160", "kind": "CENTER", "note": "On the highway"}
    transfer = ok(desk.post(f"/api/calls/{held}/transfers/", center), 201)["id"]
    slot = ok(desk.post(f"/api/calls/{other}/slots/", {"role": "EMS"}), 201)["id"]
    version = ok(desk.get(f"/api/calls/{call}/"))["version"]
    phoned, bid, text = _call_by_phone()
    premise = ok(desk.get("/api/premises/", call=call))["premise"]["id"]
    dog = {"class": "ENVIRONMENT", "text": "Dog in the yard", "source": "officer"}
    caution = ok(desk.post(f"/api/premises/{premise}/cautions/", dog), 201)["id"]
    return Scene(
        call, version, other, closed, held, merged, crt1, alert, phoned, bid, REFERENCE, text, premise, caution,
        note, handover, transfer, slot, _channel(),
    )  # fmt: skip


def _channel() -> str:
    """A verified one of the dispatcher's."""
    user, now = User.objects.get(username="dispatcher"), timezone.now()
    fields = {"kind": "SMS", "address": "+18605550123", "created_at": now, "verified_at": now}
    return str(NotificationChannel.objects.create(user=user, **fields).pk)


def _call_by_phone() -> tuple[str, str, str]:
    """(call, bid, text to the caller) of a call that a phone system which carries texts brought."""
    by = actor_for(User.objects.get(username="phone-system"))
    record = PhoneRecord(reference=REFERENCE, number="860-555-0166", bid=Bid(41.7601, -72.6902, 300))
    phone = intake_receive(by=by, record=record)
    PhoneSystem.objects.filter(pk=phone.system_id).update(carries_texts=True)
    again = intake_rebid(by=by, reference=REFERENCE, bid=Bid(41.7602, -72.6903, 30))
    text = text_send(by=Actor.system("stage"), call_id=phone.call_id, text="Where are you?")
    return str(phone.call_id), str(again.pk), str(text.pk)
