"""Who may do what: every path and method of the API, for everybody of the cast, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from dispatch.models import Recommendation
from hearteam.events.log import rfc3339
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import (
    CLEAR,
    PIDF,
    PLACE,
    POLICE_TOO,
    SUBSCRIPTION,
    Scene,
    make_scene,
    new_call,
    ok,
    sheet,
    triage,
)

PEOPLE = (
    "anonymous", "stranger", "calltaker", "dispatcher", "supervisor", "auditor", "officer", "clinical_lead",
    "crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer", "phone_system",
)  # fmt: skip
"""CRT1 and HPD1 are on the call, CRMHC1 is not. `officer` and `clinical_lead` (of CRT) are on no unit."""

DESK = {"calltaker", "dispatcher", "supervisor"}
CONTROL = {"dispatcher", "supervisor"}
CENTER = DESK | {"auditor"}
ON_CALL = {"crt1_clinician", "crt1_peer", "hpd1_officer"}
CRT1 = {"crt1_clinician", "crt1_peer"}
ABOARD = ON_CALL | {"crmhc1_clinician"}
RIDERS = ABOARD | {"officer", "clinical_lead"}
READERS = CENTER | ON_CALL | {"officer", "clinical_lead"}
PHONE = {"phone_system"}
EVERYBODY = set(PEOPLE) - {"anonymous"}
TOLD = EVERYBODY - PHONE - {"stranger"}
"""Whoever works here may be told of calls."""


@dataclass(frozen=True, slots=True)
class Line:
    """`allowed` get `status`. Of the others, `hidden` get 404 (they may not know of it), the rest 403."""

    method: str
    path: str
    allowed: set[str]
    body: Callable[[Scene], dict[str, Any]] | None = None
    hidden: frozenset[str] | set[str] = frozenset()
    status: int = 200
    on: str = "call"
    """Which of the scene's calls stands in the path."""


def plain(**body: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: body


NO_READERS = EVERYBODY - READERS
OFF_CALL_CREW = {"crmhc1_clinician"}
NOT_ON_CALL = {"stranger", "crmhc1_clinician", "phone_system"}
NOT_THEIRS = TOLD - {"dispatcher"}
TRIAGE = {"answers": POLICE_TOO}
TABLE = [
    Line("GET", "me/", EVERYBODY),
    Line("GET", "reference/", EVERYBODY),
    Line("GET", "board/", CENTER),
    Line("GET", "events/", CENTER),
    Line("GET", "map/", CENTER),
    Line("GET", "undo/", DESK),
    Line("POST", "undo/", DESK, status=422),
    Line("GET", "positions/", CENTER),
    Line("POST", "positions/claim/", DESK),
    Line("POST", "positions/open/", DESK, lambda scene: {"call": scene.call}, status=204),
    Line("GET", "handover/", DESK),
    Line("POST", "handovers/", DESK, plain(to="supervisor-2"), status=201),
    Line(
        "POST", "handovers/<str:handover_id>/answer/", {"dispatcher"}, plain(answer="withdrawn"),
        hidden={"calltaker", "supervisor"},
    ),
    Line(
        "POST", "calls/<str:call_id>/notes/<str:note_id>/correct/", {"dispatcher"}, plain(text="Red door"),
        hidden=OFF_CALL_CREW, status=201,
    ),
    Line("GET", "calls/<str:call_id>/track/", {"supervisor"}, hidden=NO_READERS),
    Line("POST", "calls/<str:call_id>/take/", DESK),
    Line("GET", "locate/", DESK),
    Line("GET", "places/", DESK),
    Line("GET", "crew/", RIDERS),
    Line("GET", "crew/people/", RIDERS),
    Line(
        "POST", "crew/sign-on/", CRT1 | {"clinical_lead"}, plain(unit="CRT1"),
        hidden=RIDERS - CRT1 - {"clinical_lead"},
    ),
    Line("POST", "crew/sign-off/", ABOARD, plain(missing=["Helicopter"]), status=400),
    Line("GET", "crew/handover/", ABOARD),
    Line("GET", "unit/", CRT1 | {"crmhc1_clinician", "hpd1_officer"}),
    Line("GET", "calls/", CENTER),
    Line("POST", "calls/", DESK, plain(location=PLACE), status=201),
    Line(
        "POST", "calls/<str:call_id>/legal-hold/", {"supervisor"}, plain(held=True, reason="Inquiry"),
        hidden=NO_READERS,
    ),
    Line("POST", "paper/calls/", CONTROL, lambda scene: sheet(), status=201),
    Line("GET", "calls/duplicates/", DESK),
    Line("GET", "calls/<str:call_id>/", READERS, hidden=NO_READERS),
    Line("PATCH", "calls/<str:call_id>/", DESK, lambda scene: {"version": scene.version, "priority": 2}),
    Line("GET", "calls/<str:call_id>/timeline/", READERS, hidden=NO_READERS),
    Line("GET", "calls/<str:call_id>/recommendation/", READERS, hidden=NO_READERS),
    Line(
        "POST", "calls/<str:call_id>/notes/", DESK | ON_CALL | {"officer", "clinical_lead"}, plain(text="Calm"),
        hidden=OFF_CALL_CREW, status=201,
    ),
    Line(
        "POST", "calls/<str:call_id>/interventions/", DESK | ON_CALL | {"officer", "clinical_lead"},
        plain(codes=["DE_ESCALATION"]), hidden=OFF_CALL_CREW,
    ),
    Line("POST", "calls/<str:call_id>/triage/", DESK | ON_CALL | {"officer"}, plain(**TRIAGE), hidden=OFF_CALL_CREW),
    Line(
        "POST", "calls/<str:call_id>/override/", DESK | ON_CALL | {"officer"},
        plain(response=["POLICE", "CRMHC", "EMS"]), hidden=OFF_CALL_CREW,
    ),
    Line(
        "POST", "calls/<str:call_id>/slots/", DESK | ON_CALL | {"officer"}, plain(role="EMS"),
        hidden=OFF_CALL_CREW, status=201,
    ),
    Line("POST", "calls/<str:call_id>/police/", DESK | ON_CALL | {"officer"}, hidden=OFF_CALL_CREW, status=201),
    Line("POST", "calls/<str:call_id>/asks/", ON_CALL, plain(role="EMS"), hidden=NOT_ON_CALL, status=201),
    Line(
        "POST", "calls/<str:call_id>/called/", ON_CALL, plain(team="WHEELER", outcome="no_answer"),
        hidden=NOT_ON_CALL, status=201,
    ),
    Line("POST", "field/calls/", {"hpd1_officer"}, plain(location=PLACE), status=409),
    Line("POST", "calls/<str:call_id>/scene-unsafe/", DESK | ON_CALL | {"officer"}, hidden=OFF_CALL_CREW),
    Line("POST", "calls/<str:call_id>/scene-safe/", CONTROL | {"hpd1_officer"}, hidden=OFF_CALL_CREW),
    Line(
        "POST", "calls/<str:call_id>/handoffs/", CONTROL, plain(team="WHEELER", outcome="no_answer"), status=201,
    ),
    Line("POST", "calls/<str:call_id>/assignments/", CONTROL, plain(units=["EMS1"]), status=201),
    Line("POST", "calls/<str:call_id>/contacts/", DESK, plain(phone="860-555-0103"), status=201),
    Line("GET", "calls/<str:call_id>/intake/", CENTER),
    Line("POST", "calls/<str:call_id>/bid/", DESK, lambda scene: {"bid": scene.bid}, on="phoned"),
    Line("POST", "calls/<str:call_id>/texts/", DESK, plain(phrase="WHERE", language="es"), status=201, on="phoned"),
    Line("POST", "calls/<str:call_id>/texts/read/", DESK, on="phoned"),
    Line("POST", "calls/<str:call_id>/interpreter/", DESK, plain(step="requested", language="es")),
    Line("POST", "intake/", PHONE, plain(number="860-555-0188"), status=201),
    Line("POST", "intake/ali/", PHONE, plain(text="860-555-0188"), status=201),
    Line("POST", "intake/pidf/", PHONE, plain(xml=PIDF), status=201),
    Line(
        "POST", "intake/<str:reference>/rebid/", PHONE, plain(lat=41.77, lon=-72.68), hidden=EVERYBODY - PHONE,
    ),
    Line("GET", "intake/texts/", PHONE),
    Line("POST", "intake/texts/", PHONE, plain(number="860-555-0177", text="Help"), status=201),
    Line("POST", "intake/texts/<str:message_id>/state/", PHONE, plain(state="SENT"), hidden=EVERYBODY - PHONE),
    Line(
        "POST", "calls/<str:call_id>/transfers/", DESK,
        plain(name="State police", phone="860-555-0160", kind="CENTER", note="On the highway"), status=201, on="other",
    ),
    Line("POST", "transfers/<str:transfer_id>/", DESK, plain(outcome="accepted", taken_by="Ana Example")),
    Line("POST", "calls/<str:call_id>/schedule/", CONTROL, plain(time="90M", reason="Later"), status=422, on="other"),
    Line("POST", "calls/<str:call_id>/stack/", CONTROL, plain(unit="HPD1"), on="other"),
    Line("POST", "calls/<str:call_id>/unstack/", CONTROL, plain(unit="HPD1"), on="other"),
    Line("POST", "calls/<str:call_id>/preempt/", CONTROL, plain(unit="HPD1"), status=422, on="other"),
    Line("POST", "slots/<str:slot_id>/", CONTROL, plain(status="unfilled", reason="All out")),
    Line("POST", "units/<callsign:callsign>/swap/", CONTROL, plain(other="HPD1"), status=422),
    Line("POST", "calls/<str:call_id>/close/", CONTROL, plain(disposition="15")),
    Line("POST", "calls/<str:call_id>/hold/", CONTROL, plain(minutes=5, reason="Waits"), on="other"),
    Line("POST", "calls/<str:call_id>/resume/", DESK, on="held"),
    Line("POST", "calls/<str:call_id>/cancel/", CONTROL, plain(reason="Found"), on="other"),
    Line("POST", "calls/<str:call_id>/reopen/", CONTROL, plain(reason="Again"), on="closed"),
    Line("POST", "calls/<str:call_id>/merge/", CONTROL, lambda scene: {"into": scene.call}, on="other"),
    Line("POST", "calls/<str:call_id>/unmerge/", CONTROL, plain(reason="Another event"), on="merged"),
    Line("POST", "calls/<str:call_id>/callback/", DESK, plain(minutes=10)),
    Line(
        "POST", "assignments/<str:assignment_id>/status/", CONTROL | CRT1, plain(status="ER"), hidden=NOT_ON_CALL,
    ),
    Line("POST", "assignments/<str:assignment_id>/acknowledge/", CONTROL | CRT1, hidden=NOT_ON_CALL),
    Line(
        "POST", "taps/", EVERYBODY,
        lambda s: {"taps": [{"key": "tap-1", "path": f"/api/assignments/{s.crt1}/welfare/", "body": {}}]},
    ),
    Line("POST", "assignments/<str:assignment_id>/welfare/", CONTROL | CRT1, hidden=NOT_ON_CALL),
    Line("POST", "assignments/<str:assignment_id>/handoff/", CONTROL, plain(clinician="Cy Example"), status=422),
    Line("GET", "assignments/<str:assignment_id>/link/", CONTROL, status=404),
    Line("POST", "assignments/<str:assignment_id>/link/", CONTROL, status=422),
    Line("POST", "assignments/<str:assignment_id>/link/send/", CONTROL, status=404),
    Line("POST", "assignments/<str:assignment_id>/link/revoke/", CONTROL, status=204),
    Line("POST", "assignments/<str:assignment_id>/order/", CONTROL, plain(order="STAGE", reason="Wait")),
    Line(
        "POST", "units/<callsign:callsign>/status/", CONTROL | {"crmhc1_clinician"}, plain(status="BK"),
        hidden={"stranger", "officer", "clinical_lead"} | ON_CALL | PHONE,
    ),
    Line(
        "POST", "units/<callsign:callsign>/position/", CONTROL | {"crmhc1_clinician"},
        lambda scene: {"lat": 41.77, "lon": -72.68, "fix_at": rfc3339(timezone.now())},
        hidden={"stranger", "officer", "clinical_lead"} | ON_CALL | PHONE, status=204,
    ),
    Line(
        "POST", "units/<callsign:callsign>/emergency/", DESK | {"crmhc1_clinician"},
        hidden={"stranger", "officer", "clinical_lead"} | ON_CALL | PHONE, status=201,
    ),
    Line("GET", "command-line/", CENTER),
    Line("POST", "command-line/", CONTROL, plain(line="BK CRMHC1 20M")),
    Line(
        "GET", "units/<callsign:callsign>/history/", CENTER | {"crmhc1_clinician"},
        hidden={"stranger", "officer", "clinical_lead"} | ON_CALL | PHONE,
    ),
    Line("POST", "units/<callsign:callsign>/check/", CONTROL, plain(kind="RADIO"), status=201),
    Line("GET", "premises/", CENTER),
    Line(
        "POST", "premises/<str:premise_id>/cautions/", CONTROL,
        plain(**{"class": "VIOLENCE", "text": "Threats", "source": "officer"}), status=201,
    ),
    Line("POST", "cautions/<str:caution_id>/review/", CONTROL, hidden=NOT_ON_CALL),
    Line("POST", "cautions/<str:caution_id>/end/", CONTROL, plain(reason="Moved out"), hidden=NOT_ON_CALL),
    Line("GET", "notifications/", TOLD),
    Line("POST", "notifications/push/", TOLD, plain(**SUBSCRIPTION), status=201),
    Line("POST", "notifications/push/forget/", TOLD, plain(endpoint=SUBSCRIPTION["endpoint"]), status=204),
    Line("POST", "channels/", TOLD, plain(kind="EMAIL", address="ada@example.org"), status=201),
    Line("POST", "channels/<str:channel_id>/verify/", {"dispatcher"}, plain(code="123456"), hidden=NOT_THEIRS),
    Line("POST", "channels/<str:channel_id>/quiet/", {"dispatcher"}, plain(quiet=True), hidden=NOT_THEIRS),
    Line("POST", "channels/<str:channel_id>/test/", {"dispatcher"}, hidden=NOT_THEIRS, status=202),
    Line("POST", "channels/<str:channel_id>/remove/", {"dispatcher"}, hidden=NOT_THEIRS, status=204),
    Line("POST", "alerts/<str:alert_id>/acknowledge/", DESK),
    Line("POST", "alerts/<str:alert_id>/clear/", CONTROL, plain(reason="Answered by voice")),
]  # fmt: skip
PUBLIC = {"schema/", "docs/"}
OF_DEVICES = {("GET", "fixes/traccar/"), ("POST", "fixes/traccar/"), ("POST", "fixes/owntracks/")}
"""Nobody of the cast gets in there: tests/api/test_fixes.py."""


def addresses() -> set[tuple[str, str]]:
    """(method, path) of everything below /api/."""
    found = set()
    for route, view in views(get_resolver().url_patterns):
        path = route.removeprefix("api/")
        if path != route and view is not None and path not in PUBLIC:
            found |= {(method.upper(), path) for method in view.http_method_names if hasattr(view, method)}
    return {(method, path) for method, path in found if method != "OPTIONS"}


def views(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """(route, view class or None) of all addresses."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, route)
        else:
            yield route, getattr(pattern.callback, "cls", None)


def test_no_address_is_missing_from_the_table() -> None:
    assert {(line.method, line.path) for line in TABLE} | OF_DEVICES == addresses()


@pytest.fixture
def scene(desk: Api) -> Scene:
    return make_scene(desk)


def expected(line: Line, who: str) -> int:
    if who == "anonymous":
        return 401
    if who in line.allowed:
        return line.status
    return 404 if who in line.hidden else 403


def each_undone() -> Iterator[str]:
    """Everybody, each in a savepoint that is rolled back: all meet the same scene."""
    for who in PEOPLE:
        before = transaction.savepoint()
        yield who
        transaction.savepoint_rollback(before)


def test_each_person_gets_what_the_table_says(scene: Scene, as_: As) -> None:
    wrong = []
    apis = {who: as_(who) for who in PEOPLE}
    for line in TABLE:
        path = scene.address(line.path, call=getattr(scene, line.on))
        body = line.body(scene) if line.body else b""
        for who in each_undone():
            status = apis[who].send(line.method, path, body).status
            if status != expected(line, who):
                wrong.append(f"{line.method} {line.path} by {who}: {status}, not {expected(line, who)}")
    assert wrong == []


def test_who_is_not_signed_in_is_told_how(as_: As) -> None:
    answer = ok(as_("anonymous").get("/api/board/"), 401)
    assert answer.headers["WWW-Authenticate"] == "Token"


def test_an_account_that_was_closed_is_not_signed_in(as_: As, cast: Any) -> None:
    api = as_("dispatcher2")
    ok(api.get("/api/me/"))
    cast.dispatcher2.is_active = False
    cast.dispatcher2.save(update_fields=["is_active"])
    ok(api.get("/api/me/"), 401)


def test_a_command_that_is_not_allowed_leaves_no_event(as_: As, scene: Scene, desk: Api) -> None:
    before = ok(desk.get("/api/board/"))["version"]
    for line in TABLE:
        if line.method == "POST" and "crmhc1_clinician" not in line.allowed:
            path = scene.address(line.path, callsign="CRT1")
            body = line.body(scene) if line.body else b""
            assert as_("crmhc1_clinician").send("POST", path, body).status in (403, 404), path
    assert ok(desk.get("/api/board/"))["version"] == before


def test_reading_the_recommendation_keeps_it_only_for_who_may_decide(desk: Api, as_: As) -> None:
    call = new_call(desk)["id"]
    triage(desk, call, CLEAR)
    path = f"/api/calls/{call}/recommendation/"
    for who, kept in (("auditor", 0), ("dispatcher", 1)):
        Recommendation.objects.filter(call_id=call).delete()
        assert ok(as_(who).get(path))["units"]
        assert Recommendation.objects.filter(call_id=call).count() == kept
