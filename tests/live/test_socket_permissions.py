"""Every socket and every kind of message, for everybody who may reach one from outside the center."""

from __future__ import annotations

import pytest
from channels.routing import URLRouter

from dispatch.live.application import make_application
from hearteam.events.broadcast import publish_position
from tests.cast import Cast
from tests.live.conftest import token_of
from tests.live.process import LiveProcess, events, frame, joined, write

CREWS = {"crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer"}
SOCKETS = {
    "ws/board/": {"calltaker", "dispatcher", "supervisor", "auditor"},
    "ws/unit/": CREWS,
    "ws/guest/": set(),
}
PEOPLE = sorted(CREWS | SOCKETS["ws/board/"] | {"stranger", "officer", "clinical_lead", "phone_system"})


def test_no_socket_is_missing_from_the_table() -> None:
    router = make_application().application_mapping["websocket"]
    assert isinstance(router, URLRouter)
    assert {str(route.pattern) for route in router.routes if str(route.pattern)} == set(SOCKETS)


@pytest.mark.parametrize("path", sorted(SOCKETS))
def test_each_socket_opens_to_whom_the_table_says(live: LiveProcess, cast: Cast, path: str) -> None:
    statuses = {who: live.status(f"/{path}", token=token_of(getattr(cast, who))) for who in PEOPLE}
    assert statuses == {who: 101 if who in SOCKETS[path] else 403 for who in PEOPLE}


@pytest.mark.parametrize("who", sorted(CREWS))
def test_a_crew_is_told_of_its_own_unit_and_nothing_else(live: LiveProcess, cast: Cast, who: str) -> None:
    own = {"crmhc1_clinician": "CRMHC1", "hpd1_officer": "HPD1"}.get(who, "CRT1")
    others = tuple({"CRT1", "CRMHC1", "HPD1"} - {own})
    with live.connect("/ws/unit/", token=token_of(getattr(cast, who))) as tablet:
        joined(tablet)
        publish_position({"type": "position", "unit": others[0], "lat": 41.76, "lon": -72.68})
        write(1, text="the center's own")
        write(1, units=others, text="somebody else's")
        [version] = write(1, units=(own,), text="ours")
        kinds = []
        while (one := frame(tablet)).get("v") is None:
            kinds.append(one["type"])
        assert set(kinds) <= {"heartbeat"}
        assert (one["v"], one["data"]["reason"]) == (version, "ours")


def test_what_a_tablet_missed_is_only_its_own_too(live: LiveProcess, cast: Cast) -> None:
    [before] = write(1, units=("HPD1",))
    write(2, units=("CRT1",), text="somebody else's")
    [version] = write(1, units=("HPD1",), text="ours")
    with live.connect(f"/ws/unit/?after={before}", token=token_of(cast.hpd1_officer)) as tablet:
        assert [event["v"] for event in events(tablet, 1)] == [version]
