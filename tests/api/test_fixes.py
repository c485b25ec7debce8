"""Phones that run Traccar Client or OwnTracks: their real requests move the unit, and nobody else's do."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.actions.devices import device_add, device_revoke
from dispatch.api import fixes as views
from dispatch.models import Device, Fix
from hearteam.events.log import rfc3339
from partners.models import Person, RecordAccess, Shift, Unit
from tests.api.client import Answer, Api
from tests.api.conftest import As
from tests.api.stage import call_with_units, head, ok
from tests.api.test_permissions import PEOPLE
from tests.cast import Cast

TRACCAR, OWNTRACKS = "/api/fixes/traccar/", "/api/fixes/owntracks/"
FORM = "application/x-www-form-urlencoded"
LAT, LON = 41.7651, -72.6802


def seconds(ago: float = 0) -> int:
    return int(timezone.now().timestamp() - ago)


class Phone:
    """A device and the requests that its app makes."""

    def __init__(self, cast: Cast, label: str = "CRT1 glove box", **whose: Any) -> None:
        self.device = Device(label=label, **(whose or {"unit": cast.crt1}))
        self.token = device_add(by=cast.actor("supervisor"), device=self.device)
        basic = base64.b64encode(f"crt1:{self.token}".encode()).decode()
        self.bare = Api()
        headers = {"Authorization": f"Basic {basic}", "X-Limit-U": "crt1", "X-Limit-D": "phone"}
        self.signed = Api(client=Client(raise_request_exception=False, enforce_csrf_checks=True, headers=headers))

    def query(self, ago: float = 0, **more: Any) -> str:
        said = {
            "id": self.token, "timestamp": seconds(ago), "lat": LAT, "lon": LON, "speed": "19.438", "bearing": "271.0",
            "altitude": "18.0", "accuracy": "12.0", "batt": "83.0", **more,
        }  # fmt: skip
        return urlencode(said)

    def get(self, ago: float = 0, **more: Any) -> Answer:
        """Traccar Client before version 9."""
        return self.bare.send("GET", f"{TRACCAR}?{self.query(ago, **more)}")

    def in_json(self) -> Answer:
        """Traccar Client from version 9 on."""
        coords = {"latitude": LAT, "longitude": LON, "accuracy": 12.0, "speed": 10.0, "heading": 271, "altitude": 18.0}
        location = {
            "timestamp": rfc3339(timezone.now()), "coords": coords, "is_moving": True, "odometer": 51.3,
            "event": "motionchange", "battery": {"level": 0.83, "is_charging": False}, "extras": {},
        }  # fmt: skip
        return self.bare.post(TRACCAR, {"location": location, "device_id": self.token})

    def own(self, **more: Any) -> Answer:
        """OwnTracks in HTTP mode."""
        said = {
            "_type": "location", "acc": 12, "alt": 18, "batt": 83, "cog": 271, "conn": "m", "lat": LAT, "lon": LON,
            "t": "u", "tid": "c1", "topic": "owntracks/crt1/phone", "tst": seconds(), "vac": 3, "vel": 36,
        }  # fmt: skip
        return self.signed.post(OWNTRACKS, {**said, **more})


@pytest.fixture
def phone(cast: Cast) -> Phone:
    Unit.objects.filter(pk=cast.crt1.pk).update(fix_at=timezone.now() - timedelta(minutes=5))
    return Phone(cast)


def presence(desk: Api, unit: str = "CRT1") -> Any:
    return ok(desk.get("/api/board/"))["presence"][unit]


REQUESTS = {
    "OsmAnd by GET": lambda phone: phone.get(),
    "OsmAnd by POST": lambda phone: phone.bare.send("POST", f"{TRACCAR}?{phone.query()}", content_type=FORM),
    "OsmAnd as a form": lambda phone: phone.bare.send("POST", TRACCAR, phone.query().encode(), content_type=FORM),
    "Traccar Client 9": lambda phone: phone.in_json(),
    "OwnTracks": lambda phone: phone.own(),
}


@pytest.mark.parametrize("how", REQUESTS)
def test_a_real_request_moves_the_unit_on_the_board_and_is_no_event(phone: Phone, desk: Api, how: str) -> None:
    before = head(desk)
    answer = ok(REQUESTS[how](phone))
    assert answer.body == ([] if how == "OwnTracks" else {"stored": True, "detail": "The unit is there."})
    seen = presence(desk)
    assert (seen["lat"], seen["lon"], seen["heading"], seen["accuracy_m"]) == (LAT, LON, 271, 12)
    assert seen["speed_mps"] == pytest.approx(10, abs=0.01)
    assert head(desk) == before
    assert Fix.objects.filter(unit__callsign="CRT1", device=phone.device, verdict="MOVES").count() == 1


def test_the_same_again_is_stored_once_and_an_older_one_moves_nothing(phone: Phone, desk: Api) -> None:
    query = phone.query()
    for stored in (True, False):
        assert ok(phone.bare.send("GET", f"{TRACCAR}?{query}"))["stored"] is stored
    assert ok(phone.get(120, lat=41.76))["stored"]
    assert ok(phone.get(120, lat=41.76))["stored"]
    assert presence(desk)["lat"] == LAT
    assert list(Fix.objects.values_list("verdict", flat=True)) == ["LATE", "MOVES"]


def test_a_jump_is_kept_aside_until_it_persists(phone: Phone, desk: Api) -> None:
    ok(phone.get(9))
    for ago, lat in ((6, LAT), (3, LAT), (0, 41.95)):
        ok(phone.get(ago, lat=41.95))
        assert presence(desk)["lat"] == lat


@pytest.mark.parametrize(
    "more",
    [
        {"lat": 0, "lon": 0}, {"lat": "NaN"}, {"lon": "Infinity"}, {"lat": 91}, {"lat": "north"}, {"speed": 500},
        {"timestamp": "soon"}, {"ago": -90}, {"ago": 40 * 86400}, {"timestamp": "9" * 40},
        {"valid": "false"}, {"lat": "٤١"},
    ],
)  # fmt: skip
def test_an_absurd_position_is_answered_and_not_stored(phone: Phone, desk: Api, more: dict[str, Any]) -> None:
    before = presence(desk)
    assert ok(phone.get(**more))["stored"] is False
    assert (presence(desk)["fix_at"], Fix.objects.count()) == (before["fix_at"], 0)


@pytest.mark.parametrize(
    "said", [{"_type": "transition", "event": "enter"}, {"_type": "lwt"}, {"_type": "waypoints", "waypoints": []}]
)
def test_what_else_owntracks_sends_is_answered_and_ignored(phone: Phone, said: dict[str, Any]) -> None:
    assert ok(phone.own(**said)).body == []
    assert ok(phone.signed.send("POST", OWNTRACKS, b"")).body == []
    assert not Fix.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b"{", b'{"lat": NaN}', b"\xff", b'{"a":' * 50_000, b"7"])
@pytest.mark.parametrize("path", [TRACCAR, OWNTRACKS])
def test_a_body_that_is_no_message_is_malformed(phone: Phone, path: str, body: bytes) -> None:
    ok(phone.signed.send("POST", path, body), 400)
    ok(phone.signed.send("POST", path, b"x" * 50, content_type="image/png"), 415)
    assert ok(phone.bare.send("GET", TRACCAR, b""), 401).headers["WWW-Authenticate"].startswith("Basic")
    assert not Fix.objects.exists()


def test_a_form_of_a_thousand_fields_is_malformed(phone: Phone) -> None:
    body = "&".join(f"f{number}=1" for number in range(1_000)).encode()
    ok(phone.signed.send("POST", TRACCAR, body, content_type=FORM), 400)


def test_only_a_devices_own_token_gets_in(phone: Phone, as_: As, cast: Cast) -> None:
    for who in PEOPLE:
        api = as_(who)
        for method, path in (("GET", TRACCAR), ("POST", TRACCAR), ("POST", OWNTRACKS)):
            assert api.send(method, path).status == 401, f"{method} {path} by {who}"
    ok(phone.get(id="x" * 24), 401)
    ok(phone.get(id=phone.device.token_hash), 401)
    ok(phone.signed.get("/api/board/"), 401)
    device_revoke(by=cast.actor("supervisor"), device=phone.device)
    ok(phone.get(), 401)
    ok(phone.own(), 401)
    assert not Fix.objects.exists()


@pytest.mark.parametrize("how", ["signed off", "shift over", "on no roster"])
def test_off_duty_a_position_is_answered_not_stored_and_the_last_one_not_shown(
    phone: Phone, desk: Api, as_: As, cast: Cast, how: str
) -> None:
    ok(phone.get(60))
    tablet, fix = as_("crt1_peer"), {"lat": 41.768, "lon": LON, "fix_at": rfc3339(timezone.now())}
    if how == "signed off":
        Unit.objects.filter(pk=cast.crt1.pk).update(status=Unit.Status.OFF)
    elif how == "shift over":
        Shift.objects.filter(unit=cast.crt1).update(ends_at=timezone.now() - timedelta(seconds=1))
    else:
        Unit.objects.filter(pk=cast.crt1.pk).update(active=False)
    answer = ok(phone.get(lat=41.77))
    assert (answer["stored"], Fix.objects.count()) == (False, 1)
    assert "off duty" in answer["detail"]
    assert tablet.post("/api/units/CRT1/position/", fix).status == (204 if how == "signed off" else 404)
    assert Fix.objects.count() == 1
    shown = ok(desk.get("/api/board/"))["presence"].get("CRT1", {})
    assert (shown.get("lat"), shown.get("fix_at")) == (None, None)


def test_what_a_phone_kept_from_before_the_shift_is_not_stored(phone: Phone, cast: Cast) -> None:
    Shift.objects.filter(unit=cast.crt1).update(starts_at=timezone.now() - timedelta(minutes=2))
    assert ok(phone.get(180))["stored"] is False
    assert ok(phone.get(60))["stored"] is True


def test_a_unit_still_out_when_its_shift_ends_is_seen_until_it_is_cleared(phone: Phone, desk: Api, cast: Cast) -> None:
    call, _ = call_with_units(desk, "CRT1")
    Shift.objects.filter(unit=cast.crt1).update(ends_at=timezone.now() - timedelta(milliseconds=1))
    ok(phone.get())
    assert presence(desk)["lat"] == LAT
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "15"}))
    assert presence(desk)["lat"] is None
    assert ok(phone.get(-1))["stored"] is False


def test_a_persons_phone_moves_the_unit_they_are_on_board_of(cast: Cast, desk: Api) -> None:
    Unit.objects.update(fix_at=timezone.now() - timedelta(minutes=5))
    peer = Person.objects.get(user=cast.crt1_peer)
    mine = Phone(cast, "Peer's phone", person=peer)
    ok(mine.own())
    assert (presence(desk)["lat"], presence(desk, "HPD1")["lat"] == LAT) == (LAT, False)
    peer.crews.all().delete()
    ok(mine.own(lat=41.768, tst=seconds(-5)))
    assert presence(desk)["lat"] == LAT
    mine.device.refresh_from_db()
    assert mine.device.last_verdict == "OFF_DUTY"


def test_a_phone_that_sends_too_often_is_told_to_wait(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_A_MINUTE", 0)
    answer = ok(phone.get(), 429)
    assert int(answer.headers["Retry-After"]) > 0
    assert not Fix.objects.exists()


def test_a_fix_takes_few_statements(phone: Phone) -> None:
    ok(phone.get(30))
    with CaptureQueriesContext(connection) as captured:
        ok(phone.get())
    assert len(captured.captured_queries) <= 4, [query["sql"] for query in captured.captured_queries]


def test_a_calls_track_is_what_its_units_did_on_it_and_each_read_is_written_down(
    phone: Phone, desk: Api, as_: As, cast: Cast
) -> None:
    ok(phone.get(30))
    call, _ = call_with_units(desk, "CRT1", "HPD1")
    ok(phone.in_json())
    fix = {"lat": 41.764, "lon": LON, "fix_at": rfc3339(timezone.now())}
    ok(as_("hpd1_officer").post("/api/units/HPD1/position/", fix), 204)
    units = ok(as_("supervisor").get(f"/api/calls/{call}/track/"))["units"]
    assert {row["unit"]: [fix["lat"] for fix in row["fixes"]] for row in units} == {"CRT1": [LAT], "HPD1": [41.764]}
    noted = RecordAccess.objects.get()
    assert (noted.user, str(noted.call_id), noted.what) == (cast.supervisor, call, "track of units")


def test_no_answer_tells_the_token(phone: Phone) -> None:
    for answer in (phone.get(), phone.in_json(), phone.own(), phone.get(id=phone.token + "x")):
        assert phone.token not in json.dumps([answer.body, answer.headers])
