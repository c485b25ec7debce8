"""The board's socket: from now, replay, resync, heartbeat; every event once and in order whatever Redis does."""

from __future__ import annotations

import json
import threading

import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from dispatch.actions.devices import device_add
from dispatch.models import Device, TimersWatch
from hearteam.events import broadcast, history, log
from tests.cast import Cast
from tests.live.process import LiveProcess, events, frame, frames, joined, publications_lost, until, versions, write


def test_without_after_the_board_gets_events_from_now_on(live: LiveProcess, dispatcher: str) -> None:
    write(3)
    with live.connect("/ws/board/", token=dispatcher) as board:
        assert joined(board)["head"] == log.head()
        new = write(2)
        assert versions(board, 2) == new


def test_an_event_reads_the_same_from_the_socket_live_from_its_replay_and_from_the_log(
    live: LiveProcess, dispatcher: str
) -> None:
    before = log.head()
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        write(1, text='Zürich ✓ \\ " é', units=("CRT1",))
        [pushed] = events(board, 1)
    with live.connect(f"/ws/board/?after={before}", token=dispatcher) as board:
        [replayed] = events(board, 1)
    assert pushed == replayed == log.events_after(before, 1)[0]
    assert pushed["data"]["reason"] == 'Zürich ✓ \\ " é'


def test_after_a_version_the_missed_events_come_first_and_then_the_new_ones(live: LiveProcess, dispatcher: str) -> None:
    before = log.head()
    missed = write(5)
    with live.connect(f"/ws/board/?after={before}", token=dispatcher) as board:
        new = write(5)
        assert versions(board, 10) == missed + new


def test_a_follower_that_missed_nothing_gets_only_what_is_new(live: LiveProcess, dispatcher: str) -> None:
    before = write(1)[0]
    with live.connect(f"/ws/board/?after={before}", token=dispatcher) as board:
        assert frame(board)["type"] == "heartbeat"
        assert write(1) == versions(board, 1)


def test_replay_while_others_write_has_no_gap_and_no_repetition(live: LiveProcess, dispatcher: str) -> None:
    before = log.head()
    write(1_200, at_once=True)
    with live.connect("/ws/board/", token=dispatcher) as observer:
        joined(observer)
        writer = threading.Thread(target=write_from_thread, args=(150,))
        writer.start()
        for _ in range(5):
            with live.connect(f"/ws/board/?after={before}", token=dispatcher) as board:
                assert versions(board, 1_250) == list(range(before + 1, before + 1_251))
        writer.join()
        assert versions(observer, 150) == list(range(before + 1_201, before + 1_351))


def write_from_thread(number: int) -> None:
    write(number)
    connection.close()


def test_ten_thousand_events_replay(live: LiveProcess, dispatcher: str) -> None:
    before = log.head()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event (v, type, at, by, unit, data)"
            " SELECT v, 'roster_changed', now(), 'test', '', '{\"reason\": \"bulk\", \"changes\": {}}'"
            " FROM generate_series(%s, %s) v",
            [before + 1, before + 10_000],
        )
        cursor.execute("UPDATE events_stream SET version = version + 10000")
    for _ in ("while the hub finds them itself", "once it has"):
        with live.connect(f"/ws/board/?after={before}", token=dispatcher) as board:
            assert versions(board, 10_000) == list(range(before + 1, before + 10_001))


def test_a_version_beyond_the_head_or_that_is_none_is_answered_with_resync_and_followed_from_now(
    live: LiveProcess, dispatcher: str
) -> None:
    write(1)
    for after in (str(log.head() + 1), "9" * 18, "9" * 40, "-1", "x", "", "1.0", "%00", "١"):
        with live.connect(f"/ws/board/?after={after}", token=dispatcher) as board:
            assert frame(board) == {"type": "resync"}, after
            assert joined(board)["head"] == log.head()
            assert write(1) == versions(board, 1)


def test_a_version_too_long_ago_is_answered_with_resync(live: LiveProcess, dispatcher: str) -> None:
    beyond = log.head() + history.REPLAY_LIMIT
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_stream SET version = %s", [beyond])
        cursor.execute(
            "INSERT INTO events_event (v, type, at, by, unit, data) VALUES (%s, 'x', now(), 'x', '', '{}')",
            [beyond],
        )

    def starts_anew(after: int) -> bool:
        with live.connect(f"/ws/board/?after={after}", token=dispatcher) as board:
            return frame(board) == {"type": "resync"}

    until(lambda: starts_anew(1), "the process knows the new head, and that 1 is too long ago")


def test_a_lost_publication_is_found_in_the_log(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        with publications_lost():
            lost = write(3)
        assert versions(board, 3) == lost


def test_what_was_lost_comes_before_what_was_published_after_it(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        with publications_lost():
            lost = write(2)
        published = write(2)
        assert versions(board, 4) == lost + published


def test_repeated_and_overtaken_publications_are_put_right(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        with publications_lost():
            first, second, third = write(3)
        messages = {
            message.v: (message.v, message.frame, message.units) for message in history.messages_after(first - 1, 3)
        }
        broadcast.publish_events([messages[v] for v in (third, second, second, first, third, first)])
        assert [first, second, third, *write(1)] == versions(board, 4)


def test_a_published_message_that_nobody_understands_changes_nothing(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board, redis.Redis.from_url(settings.REDIS_URL) as client:
        joined(board)
        for name in (broadcast.EVENTS_CHANNEL, broadcast.CONTROL_CHANNEL, broadcast.POSITIONS_CHANNEL):
            for garbage in (b"\xff\xfe", b"{", b"[]", b"{}", b"7"):
                client.publish(broadcast.channel(name), garbage)
        assert write(1) == versions(board, 1)


def test_followers_go_on_when_the_process_loses_its_database_connections(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] > 0
        with publications_lost():
            lost = write(2)
        assert versions(board, 2) == lost
        assert live.status("/ws/board/", token=dispatcher) == 101


def test_heartbeats_name_the_head_and_when_the_timers_were_last_at_work(live: LiveProcess, dispatcher: str) -> None:
    at = timezone.now()
    TimersWatch.objects.update_or_create(name="timers", defaults={"at": at})
    with live.connect("/ws/board/", token=dispatcher) as board:
        beats = frames(board, "heartbeat")
        first = next(beats)
        second = next(beat for beat in beats if beat["timers_at"] == log.rfc3339(at))
    assert first["head"] == second["head"] == log.head()
    assert first["at"] < second["at"]


def test_the_newest_position_of_a_unit_reaches_the_board_and_is_not_an_event(
    live: LiveProcess, dispatcher: str
) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        for lat in (41.1, 41.2, 41.3):
            broadcast.publish_position({"type": "position", "unit": "CRT1", "lat": lat, "lon": -72.7})
        broadcast.publish_position({"type": "position", "unit": "HPD1", "lat": 41.9, "lon": -72.6})
        seen: dict[str, float] = {}
        while seen != {"CRT1": 41.3, "HPD1": 41.9}:
            position = next(frames(board, "position"))
            assert "v" not in position
            seen[position["unit"]] = position["lat"]


def test_what_a_phone_reports_reaches_the_board(live: LiveProcess, dispatcher: str, cast: Cast) -> None:
    token = device_add(by=cast.actor("supervisor"), device=Device(label="Glove box", unit=cast.crt1))
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        said = f"id={token}&lat=41.7651&lon=-72.6802&timestamp={timezone.now().timestamp() * 1000:.0f}&speed=19.4"
        assert Client().get(f"/api/fixes/traccar/?{said}").json()["stored"]
        position = next(frames(board, "position"))
    assert (position["unit"], position["lat"], position["lon"]) == ("CRT1", 41.7651, -72.6802)
    assert set(position) == {"type", "unit", "lat", "lon", "fix_at", "accuracy_m", "speed_mps", "heading"}


def test_a_screen_says_how_long_events_took_and_stays_connected(live: LiveProcess, dispatcher: str) -> None:
    with live.connect("/ws/board/", token=dispatcher) as board:
        joined(board)
        counts = [5, *[0] * 11]
        board.send(json.dumps({"type": "painted", "counts": counts, "error_ms": 2.5}))
        board.send('{"type": "ping"}')
        assert next(frames(board, "pong"))["at"]
