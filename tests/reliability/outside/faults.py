"""Every fault, as something done to a running trial."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations

import psycopg2

from tests.reliability.outside.followers import Follower, OneOfMany, Silent
from tests.reliability.outside.load import CLEAR, DESKS, PAUSE_S, PLACE, SLOW_PAUSE_S
from tests.reliability.outside.machine import MB
from tests.reliability.outside.trial import Outcome, Trial

KINDS = ("web", "live", "worker", "timers", "redis", "postgres")
PAIRS = tuple(combinations(KINDS, 2))
PAUSED_S = 20.0
CROWD = 500
CROWD_RETURNS = 3
"""How much longer than they took to join, with nothing killed, 500 clients may take to be back on a slow machine."""
FULL_S = 4.0
HOURS_OFF = 5


def kill(trial: Trial, *kinds: str, draw: random.Random) -> Outcome:
    """kill -9 of one of each kind at the same moment; of the timers the one that leads."""
    names = [which(trial, kind, draw) for kind in kinds]

    def act() -> float:
        trial.expect_death_of(*names)
        before = {name: trial.machine.kill(name) for name in names}
        for name in names:
            trial.machine.await_that(lambda n=name: trial.machine.is_another(n, before[n]), f"{name} is back")
        return time.monotonic()

    return trial.undergo(f"kill {' + '.join(kinds)}", act)


def which(trial: Trial, kind: str, draw: random.Random) -> str:
    if kind == "timers":
        return trial.machine.leader()
    return f"{kind}-{draw.choice('12')}" if kind in ("web", "live") else kind


def empty_redis(trial: Trial) -> Outcome:
    """FLUSHALL: queues, counts and signs of life are gone."""

    def act() -> None:
        with trial.machine.redis() as client:
            client.flushall()

    return trial.undergo("Redis emptied", act)


def pause_live(trial: Trial, draw: random.Random, meanwhile: Callable[[], None] = lambda: None) -> Outcome:
    """A live process stands still for twenty seconds and goes on."""

    def act() -> None:
        pid = trial.machine.pids()[which(trial, "live", draw)]
        began = time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            meanwhile()
            time.sleep(max(0.0, began + PAUSED_S - time.monotonic()))
        finally:
            os.kill(pid, signal.SIGCONT)

    return trial.undergo("live paused 20 s", act)


def half_open(trial: Trial) -> Outcome:
    """A follower's connection falls silent without an end: both ends notice, it comes back elsewhere."""
    silent = Silent(trial.following, trial.machine.live[0])
    follower = trial.boards[0]
    follower.ports = [silent.port, trial.machine.live[1]]

    def act() -> None:
        came_by_silence(trial, follower, silent.port)
        connections = follower.connections
        silent.is_silent = True
        trial.machine.await_that(lambda: follower.connections > connections, "the client takes another connection")
        trial.machine.await_that(lambda: silent.dropped_by_server, "the server gives the silent one up")

    outcome = trial.undergo("half-open connection", act)
    follower.ports = trial.machine.live
    silent.close()
    return outcome


def came_by_silence(trial: Trial, follower: Follower, port: int) -> None:
    """Have the follower connect by the way that will fall silent."""
    others, follower.ports = follower.ports, [port]
    before = follower.connections
    trial.following.loop.call_soon_threadsafe(follower.reconnect)
    trial.machine.await_that(lambda: follower.connections > before and follower.is_connected, "it follows that way")
    follower.ports = others


def full_disk(trial: Trial) -> Outcome:
    """The disk that PostgreSQL and Valkey write to is full for some seconds."""

    def act() -> None:
        # Celery ends when its broker says that it cannot write, and is started again.
        trial.expect_death_of("postgres", "redis", "worker", "beat")
        filler = trial.machine.fill(leave=8 * MB)
        try:
            next_log_file(trial)
            trial.machine.fill(leave=0)
            time.sleep(FULL_S)
        finally:
            filler.unlink(missing_ok=True)
        trial.machine.await_that(lambda: trial.machine.answers("postgres"), "PostgreSQL is back")
        trial.machine.await_that(lambda: trial.machine.answers("redis"), "Redis is back")

    return trial.undergo("full disk", act)


def next_log_file(trial: Trial) -> None:
    """PostgreSQL needs the next 16 MiB for its log, as on a busy day sooner or later."""
    try:
        for _ in range(40):
            trial.machine.rows("SELECT pg_switch_wal()")
            trial.machine.rows("CREATE TABLE IF NOT EXISTS one_more (number int)")
            trial.machine.rows("INSERT INTO one_more VALUES (1)")
    except psycopg2.Error:
        return
    raise AssertionError("the disk did not get full")


def clock_off(trial: Trial) -> Outcome:
    """A tablet's clock is hours ahead, then hours behind: it is told, and nothing stored lies outside of its call."""

    def act() -> None:
        desk = trial.client(DESKS[0])
        call = desk.post("call", "/api/calls/", {"location": PLACE}).answer["id"]
        desk.post("triage", f"/api/calls/{call}/triage/", {"answers": CLEAR})
        sent = desk.post("assignment", f"/api/calls/{call}/assignments/", {"units": ["HPD1"]})
        assert sent.status == 201, sent.answer
        (row,) = sent.answer
        tablet, at = trial.client("responder-HPD1"), f"/api/assignments/{row['id']}/status/"
        ahead, behind = (rfc3339(timedelta(hours=hours)) for hours in (HOURS_OFF, -HOURS_OFF))
        refused = tablet.post("status", at, {"status": "ER", "occurred_at": ahead})
        assert (refused.status, "server_time" in refused.answer) == (422, True), refused.answer
        for status, moment in (("ER", ahead), ("OS", behind)):
            body = {"status": status, "occurred_at": moment, "time_unsure": True}
            assert tablet.post("status", at, body).status == 200
        outside = trial.machine.rows(
            "SELECT e.v, e.data->>'occurred_at' FROM events_event e JOIN dispatch_call c ON c.id = e.call_id"
            " WHERE c.id = %s AND (e.data->>'occurred_at')::timestamptz NOT BETWEEN c.received_at AND now()",
            [call],
        )
        assert outside == []
        desk.post("close", f"/api/calls/{call}/close/", {"disposition": "18"})

    return trial.undergo("a client's clock off by hours", act)


def rfc3339(ahead: timedelta) -> str:
    return (datetime.now(UTC) + ahead).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def crowd_returns(trial: Trial) -> Outcome:
    """Both live processes die under 500 followers, who all come back at once.

    500 clients run on the machine that they measure, so that a slow one is late for them as well: more than ten seconds
    count as recovered while that is not CROWD_RETURNS times what the same 500 took to join a moment before.
    """
    joined_s = 0.0
    tokens = [trial.load.tokens[who] for who in DESKS]
    crowd = [
        OneOfMany("/ws/board/", tokens[n % len(tokens)], trial.machine.live, trial.boards[0].version, seed=n)
        for n in range(CROWD)
    ]

    def act() -> float:
        nonlocal joined_s
        began = time.monotonic()
        running = [trial.following.run(follower.run()) for follower in crowd]
        # As many frames as a machine of two cores has time for, on which the 500 run as well.
        trial.load.pause_s = SLOW_PAUSE_S
        try:
            trial.machine.await_that(lambda: all(one.is_connected for one in crowd), "500 follow", 180)
            joined_s = time.monotonic() - began
            trial.expect_death_of("live-1", "live-2")
            before = {name: trial.machine.kill(name) for name in ("live-1", "live-2")}
            for name, pid in before.items():
                trial.machine.await_that(lambda n=name, p=pid: trial.machine.is_another(n, p), f"{name} is back")
            back = time.monotonic()
            head = trial.machine.rows("SELECT version FROM events_stream WHERE name = 'board'")[0][0]
            trial.machine.await_that(
                lambda: all(one.connections > 1 and one.version >= head for one in crowd), "500 are back", 180
            )
            return back
        finally:
            trial.load.pause_s = PAUSE_S
            for one in running:
                one.cancel()

    outcome = trial.undergo("500 clients reconnect at once", act)
    outcome.bound_s = max(outcome.bound_s, CROWD_RETURNS * joined_s)
    outcome.notes.append(f"500 joined within {joined_s:.1f} s")
    trial.machine.await_that(lambda: all(one.has_ended for one in crowd), "the 500 are gone")
    outcome.wrong += [what for one in crowd for what in one.wrong][:5]
    return outcome


def rolling_restart(trial: Trial) -> Outcome:
    """Two web and two live processes are ended and started one after another; no command notices."""
    failed: list[str] = []

    def act() -> None:
        began = time.monotonic()
        for name in ("web-1", "web-2", "live-1", "live-2"):
            (pid,) = trial.expect_death_of(name).values()
            os.kill(pid, signal.SIGTERM)
            trial.machine.await_that(lambda n=name, p=pid: trial.machine.is_another(n, p), f"{name} is back")
        failed.extend(trial.recorder.failures_between(began, time.monotonic()))

    outcome = trial.undergo("rolling restart", act)
    outcome.wrong += [f"{len(failed)} tries failed: {sorted(set(failed))}"] if failed else []
    return outcome
