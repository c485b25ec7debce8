"""Whole calls, one after another at a steady rate, with consoles following: what the system keeps up.

    .venv/bin/python -m benchmarks.calls [--rate 7.6] [--minutes 10] [--consoles 50] [--quick]

A call is twelve commands, from intake to closed, each with an Idempotency-Key. Calls come in at random moments of a
given rate whether or not the ones before are done (an open loop), so a system that is too slow shows in the times. The
system is `make run`'s own (benchmarks/system.py), asked at the sockets where a proxy would; this client shares the
machine with it. Prints times by command, errors, whether each console got every event in order, and who used the
processors. Ends with 1 where a command failed, an event was missed or the rate was not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.clients import Api, Crowd, by_path
from benchmarks.system import System, add_units, processor_seconds, started, with_descendants

COMMANDS_A_CALL = 12
CIVILIAN, POLICE = "CRT", "HPD"
UNITS = 200
PAUSE_SECONDS = 0.3
"""Between a call's commands: it decides how many calls are open at once, here some thirty."""
LONGEST_P95_MS = 250
SAID_EVERY_SECONDS = 30
ANSWERS = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
Command = tuple[str, str, dict[str, Any]]


@dataclass
class Kept:
    """What was measured: milliseconds by command, and what was not answered as it should be."""

    ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    open_at_most: int = 0

    async def send(self, desk: Api, name: str, path: str, body: dict[str, Any]) -> Any:
        """The answer, timed; None where it is no success."""
        began = time.perf_counter()
        try:
            answer = await desk.ask("POST", path, body, key=str(uuid.uuid4()))
        except (RuntimeError, OSError, asyncio.IncompleteReadError) as error:
            self.errors[f"{name}: {error}"[:200]] += 1
            return None
        finally:
            self.ms[name].append((time.perf_counter() - began) * 1000)
        return answer


@dataclass
class Load:
    """Calls on their way. `free`: team -> call signs of units that nobody has sent."""

    desks: list[Api]
    kept: Kept
    free: dict[str, asyncio.Queue[str]]
    chance: random.Random
    on_their_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, rate: float, seconds: float) -> None:
        """Begin calls for so long, then see each to its end. Says how it goes each half minute."""
        saying = asyncio.create_task(say(self.kept))
        try:
            await self._run(rate, seconds)
        finally:
            saying.cancel()

    async def _run(self, rate: float, seconds: float) -> None:
        began = at = time.perf_counter()
        while (at := at + self.chance.expovariate(rate)) < began + seconds:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            task = asyncio.create_task(self.call(self.kept.calls))
            self.kept.calls += 1
            self.on_their_way.add(task)
            task.add_done_callback(self.on_their_way.discard)
            self.kept.open_at_most = max(self.kept.open_at_most, len(self.on_their_way))
        if self.on_their_way:
            await asyncio.wait(self.on_their_way)

    async def call(self, number: int) -> None:
        """One call from intake to closed. A command that fails ends it: what follows would fail of that alone."""
        desk = self.desks[number % len(self.desks)]
        lat, lon = 41.74 + self.chance.random() / 20, -72.71 + self.chance.random() / 20
        place = {"text": f"{100 + number % 900} MAIN ST", "lat": round(lat, 5), "lon": round(lon, 5)}
        intake = {"location": place, "type": "EDP", "narrative": "Pacing, talks to nobody, no shoes."}
        received = await self.kept.send(desk, "receive", "/api/calls/", intake)
        if received is None:
            return
        triage = f"/api/calls/{received['id']}/triage/"
        await asyncio.sleep(PAUSE_SECONDS)
        decided = await self.kept.send(desk, "triage", triage, {"answers": ANSWERS})
        if decided is None:
            return
        # Where police are part of it (a caution, a team out of hours) civilians wait outside: then police alone go.
        team = CIVILIAN if CIVILIAN in decided["response"] and "POLICE" not in decided["response"] else POLICE
        unit = await self.free[team].get()
        try:
            assignment = ""
            for name, path, body in steps(received["id"], unit):
                await asyncio.sleep(PAUSE_SECONDS * self.chance.uniform(0.5, 1.5))
                answer = await self.kept.send(desk, name, path.replace("ASSIGNMENT", assignment), body)
                if answer is None:
                    return
                assignment = answer[0]["id"] if name == "send" else assignment
        finally:
            self.free[team].put_nowait(unit)


async def say(kept: Kept) -> None:
    """A line each half minute to stderr: what that half minute was like."""
    before: dict[str, int] = {}
    while True:
        await asyncio.sleep(SAID_EVERY_SECONDS)
        new = sorted(ms for name, times in kept.ms.items() for ms in times[before.get(name, 0) :])
        before = {name: len(times) for name, times in kept.ms.items()}
        slow = f"p50 {new[len(new) // 2]:.0f} ms, p95 {new[int(len(new) * 0.95)]:.0f} ms" if new else "none answered"
        rate = len(new) / SAID_EVERY_SECONDS
        said = f"{kept.calls} calls; {rate:.1f} commands/s, {slow}; {kept.errors.total()} errors"
        print(f"{time.strftime('%H:%M:%S')} {said}; load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


def steps(call: str, unit: str) -> Iterator[Command]:
    """(Name, address, body) of what follows on triage."""
    of_call, of_unit = f"/api/calls/{call}", "/api/assignments/ASSIGNMENT"
    yield "send", f"{of_call}/assignments/", {"units": [unit], "override_reason": "Nearest"}
    yield "acknowledge", f"{of_unit}/acknowledge/", {}
    yield "status", f"{of_unit}/status/", {"status": "ER"}
    yield "note", f"{of_call}/notes/", {"text": "Caller waits at the door."}
    yield "status", f"{of_unit}/status/", {"status": "OS"}
    yield "note", f"{of_call}/notes/", {"text": "Calm, agrees to come along."}
    yield "status", f"{of_unit}/status/", {"status": "TR", "destination": "Hartford Hospital"}
    yield "status", f"{of_unit}/status/", {"status": "AD"}
    yield "status", f"{of_unit}/status/", {"status": "AV"}
    yield "close", f"{of_call}/close/", {"disposition": "15"}


async def measure(system: System, rate: float, minutes: float, consoles: int) -> bool:
    """Run it and print what came of it; whether all is well."""
    desks = [Api(system.web, system.tokens[name]) for name in ("dispatcher", "supervisor")]
    free = await sendable(desks[0])
    warm = Load(desks, Kept(), free, random.Random(1))
    await warm.run(rate / 2, 8)
    if warm.kept.errors:
        print(*warm.kept.errors, sep="\n")
    crowd = Crowd()
    await crowd.join(by_path(system.live), consoles, system.tokens["dispatcher"])
    load = Load(desks, Kept(), free, random.Random(2))
    first = (await desks[0].ask("GET", "/api/events/?after=0&limit=1"))["head"]
    spent, began = processors(system), time.perf_counter()
    await load.run(rate, minutes * 60)
    seconds = time.perf_counter() - began
    used = {name: now - spent.get(name, 0.0) for name, now in processors(system).items()}
    head = (await desks[0].ask("GET", "/api/events/?after=0&limit=1"))["head"]
    whole = await crowd.all_have(head, 30)
    crowd.leave()
    for desk in desks:
        desk.close()
    show_times(load.kept)
    show_processors(used, seconds, sum(map(len, load.kept.ms.values())))
    print(f"\n{head - first} events to each of {consoles} consoles, asked for {rate} calls/s")
    return judge(load.kept, crowd.faults if whole else [*crowd.faults, "the last event is missing"], seconds)


async def sendable(desk: Api) -> dict[str, asyncio.Queue[str]]:
    """Team -> call signs of the units added for this benchmark."""
    free: dict[str, asyncio.Queue[str]] = {CIVILIAN: asyncio.Queue(), POLICE: asyncio.Queue()}
    for row in (await desk.ask("GET", "/api/board/"))["units"]:
        if row["team"] in free and row["unit"][-3:].isdigit():
            free[row["team"]].put_nowait(row["unit"])
    return free


def processors(system: System) -> dict[str, float]:
    """Processor seconds so far, by process."""
    spent = {name: processor_seconds(system.processes(name)) for name in system.children}
    (postmaster,) = [int(path.read_text().split()[0]) for path in system.home.glob("postgres-*/data/postmaster.pid")]
    spent["PostgreSQL"] = processor_seconds(with_descendants([postmaster]))
    spent["Valkey"] = processor_seconds([int((system.home / "valkey.pid").read_text())])
    return spent | {"this client": time.process_time()}


def show_times(kept: Kept) -> None:
    print("| command | times | p50 ms | p95 | p99 | max |\n|---|---|---|---|---|---|")
    rows = {**kept.ms, "all": [ms for each in kept.ms.values() for ms in each]}
    for name, times in rows.items():
        ranked = sorted(times)
        figures = [ranked[min(len(ranked) - 1, int(len(ranked) * part))] for part in (0.5, 0.95, 0.99)]
        print(f"| {name} | {len(times)} | {' | '.join(f'{ms:.1f}' for ms in [*figures, ranked[-1]])} |")


def show_processors(used: dict[str, float], seconds: float, commands: int) -> None:
    print("\n| process | share of one processor | ms a command |\n|---|---|---|")
    for name, each in sorted({**used, "all": sum(used.values())}.items(), key=lambda row: -row[1]):
        print(f"| {name} | {each / seconds:.2f} | {each / commands * 1000:.2f} |")


def judge(kept: Kept, faults: list[str], seconds: float) -> bool:
    """Print what is right and wrong; whether nothing is wrong."""
    commands = sum(map(len, kept.ms.values()))
    ranked = sorted(ms for each in kept.ms.values() for ms in each)
    p95 = ranked[int(len(ranked) * 0.95)]
    print(f"\n{kept.calls} calls in {seconds:.0f} s: {kept.calls / seconds:.2f} calls/s, {commands / seconds:.1f}")
    print(f"commands/s; at most {kept.open_at_most} calls at once; load {os.getloadavg()[0]:.1f}.")
    wrong = [f"{number} x {error}" for error, number in kept.errors.most_common(10)]
    wrong += faults[:10]
    if p95 > LONGEST_P95_MS:
        wrong.append(f"p95 of all commands is {p95:.0f} ms, over {LONGEST_P95_MS}")
    if kept.calls * COMMANDS_A_CALL != commands:
        wrong.append(f"{kept.calls * COMMANDS_A_CALL - commands} commands of broken-off calls were not sent")
    print("\n".join(["WRONG:", *wrong]) if wrong else f"No error, no gap at any console, p95 {p95:.0f} ms.")
    return not wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=float, default=7.6, help="calls a second")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="half a minute")
    parser.add_argument("--history", type=int, default=0, metavar="CALLS", help="closed calls stored before it starts")
    parser.add_argument("--kept", type=Path, metavar="DIR", help="keep the system's data there: a history is made once")
    options = parser.parse_args()
    minutes = 0.5 if options.quick else options.minutes
    with started(history=options.history, kept=options.kept) as system:
        add_units(system, UNITS)
        well = uvloop.run(measure(system, options.rate, minutes, options.consoles))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
