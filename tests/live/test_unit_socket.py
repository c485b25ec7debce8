"""The unit's socket carries that unit's events only, and `prev` lets the tablet notice a gap."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dispatch.models import Position
from hearteam.events import history, log
from partners.models import Unit
from tests.cast import Cast
from tests.live.conftest import token_of
from tests.live.process import LiveProcess, events, frame, frames, joined, publications_lost, versions, write


def test_a_tablet_gets_only_its_own_units_events(live: LiveProcess, cast: Cast, responder: str) -> None:
    with (
        live.connect("/ws/unit/", token=responder) as crt1,
        live.connect("/ws/unit/", token=token_of(cast.hpd1_officer)) as hpd1,
    ):
        joined(crt1), joined(hpd1)
        write(2)
        [for_crt1] = write(1, units=("CRT1",))
        [for_hpd1] = write(1, units=("HPD1", "CRMHC1"))
        [for_both] = write(1, units=("CRT1", "HPD1"))
        assert versions(crt1, 2) == [for_crt1, for_both]
        assert versions(hpd1, 2) == [for_hpd1, for_both]


def test_both_of_a_crew_get_the_same(live: LiveProcess, cast: Cast, responder: str) -> None:
    with (
        live.connect("/ws/unit/", token=responder) as clinician,
        live.connect("/ws/unit/", token=token_of(cast.crt1_peer)) as peer,
    ):
        joined(clinician), joined(peer)
        write(1, units=("CRT1",))
        assert events(clinician, 1) == events(peer, 1)


def test_prev_links_each_event_of_a_unit_to_the_one_before_live_and_in_replay(
    live: LiveProcess, responder: str
) -> None:
    head = log.unit_heads(["CRT1"])["CRT1"]
    with live.connect("/ws/unit/", token=responder) as tablet:
        assert joined(tablet)["head"] == head
        first = write(1, units=("CRT1",))
        write(2)
        with publications_lost():
            rest = write(2, units=("CRT1",))
        pushed = events(tablet, 3)
    assert [event["v"] for event in pushed] == first + rest
    assert [event["prev"] for event in pushed] == [head, first[0], rest[0]]
    with live.connect(f"/ws/unit/?after={head}", token=responder) as tablet:
        assert events(tablet, 3) == pushed


def test_a_tablet_that_was_away_for_long_is_not_told_of_calls_its_crew_left_before(cast: Cast) -> None:
    (v,) = write(1, units=("CRT1",))
    hour = timedelta(hours=1)
    assert history.can_replay(v - 1, v, "CRT1", known_since=timezone.now() - hour)
    assert not history.can_replay(v - 1, v, "CRT1", known_since=timezone.now() + hour)


def test_the_heartbeat_names_the_units_own_head(live: LiveProcess, responder: str) -> None:
    [own] = write(1, units=("CRT1",))
    write(3)
    with live.connect("/ws/unit/", token=responder) as tablet:
        beats = frames(tablet, "heartbeat")
        assert (next(beats)["head"], next(beats)["head"]) == (own, own)


def test_a_tablet_at_the_boards_head_missed_nothing_and_beyond_it_starts_anew(
    live: LiveProcess, responder: str
) -> None:
    [own] = write(1, units=("CRT1",))
    [head] = write(1)
    with live.connect(f"/ws/unit/?after={head}", token=responder) as tablet:
        first = frame(tablet)
        assert (first["type"], first["head"]) == ("heartbeat", own)
        assert write(1, units=("CRT1",)) == versions(tablet, 1)
    with live.connect(f"/ws/unit/?after={head + 100}", token=responder) as tablet:
        assert frame(tablet) == {"type": "resync"}


def test_an_open_socket_counts_as_the_tablet_seen(live: LiveProcess, cast: Cast, responder: str) -> None:
    before = timezone.now()
    with live.connect("/ws/unit/", token=responder) as tablet:
        joined(tablet)
        assert Unit.objects.get(callsign="CRT1").tablet_seen_at > before
        assert Unit.objects.get(callsign="HPD1").tablet_seen_at < before


def test_an_open_console_is_somebody_at_the_position_and_a_wall_screen_is_nobody(
    live: LiveProcess, cast: Cast, dispatcher: str
) -> None:
    position = Position.objects.create(name="D9", holder=cast.dispatcher, seen_at=None)
    for address, is_seen in (("/ws/board/", False), ("/ws/board/?console=1", True)):
        with live.connect(address, token=dispatcher) as socket:
            joined(socket)
        position.refresh_from_db()
        assert (position.seen_at is not None) == is_seen
