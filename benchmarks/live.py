"""From a command to every screen: what it takes, beside a bare floor measured in turn with it in the same run.

    .venv/bin/python -m benchmarks.live [--quick] [--runs 5] [--seconds 12] [--history 1000000 [--kept DIR]]

Starts its own system (benchmarks/system.py) and the floor (benchmarks/floor.py) on the same PostgreSQL and Valkey, and
prints a table in Markdown; of several runs the lowest, the middle and the highest figure. Commands are notes, one event
each, sent at their due times whether or not the ones before were answered; a time runs from when a command was due
until the **last** socket has its event. Everything, this client too, shares the machine's processors.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from benchmarks import floor
from benchmarks.clients import Api, Connect, Crowd, by_path, by_port
from benchmarks.system import System, add_units, memory_kb, processor_seconds, started

SETTLE_SECONDS = 20.0
HEARTBEATS_SECONDS = 6.0
IN_FLIGHT = 6
"""Events on their way at once in the closed loop: enough that no process waits for another."""


@dataclass
class Side:
    """The product, or the floor: where commands go and where followers connect; `live`: its processes."""

    name: str
    api: Api
    connect: Connect
    token: str
    addresses: list[str]
    live: list[int]
    in_order: bool = True

    async def command(self, number: int) -> None:
        """Note `number`; of several calls, so that no two wait for one call's lock."""
        address = self.addresses[number % len(self.addresses)]
        text = f"mark-{number:06}-{'Calm, sits on the bench, agrees to talk. ' * 3}"
        await self.api.ask("POST", address, {"text": text}, key=f"{self.name}-{os.getpid()}-{time.time_ns()}-{number}")


async def at_a_rate(side: Side, crowd: Crowd, rate: float, seconds: float) -> list[float]:
    """Milliseconds from each command's due time to its event at the last follower."""
    crowd.forget()
    began = time.perf_counter() + 0.05
    due = [began + number / rate for number in range(int(rate * seconds))]
    sent = []
    for number, at in enumerate(due):
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        sent.append(asyncio.create_task(side.command(number)))
    await asyncio.gather(*sent)
    await everywhere(crowd, lambda: [crowd.marks.get(number, 0) for number in range(len(due))])
    return [(max(crowd.arrivals[crowd.marks[number]]) - at) * 1e3 for number, at in enumerate(due)]


async def as_many_as_go(side: Side, crowd: Crowd, seconds: float) -> float:
    """Events a second that reached everybody: with `IN_FLIGHT` on their way, the next goes when one has arrived."""
    crowd.forget()
    room = asyncio.Semaphore(IN_FLIGHT)
    crowd.complete = lambda v: room.release()
    sent: list[asyncio.Task[None]] = []
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        async with asyncio.timeout(SETTLE_SECONDS):
            await room.acquire()
        sent.append(asyncio.create_task(side.command(len(sent))))
    await asyncio.gather(*sent)
    await everywhere(crowd, lambda: [crowd.marks.get(number, 0) for number in range(len(sent))])
    crowd.complete = lambda v: None
    return len(sent) / (max(max(times) for times in crowd.arrivals.values()) - began)


async def everywhere(crowd: Crowd, versions: Callable[[], list[int]]) -> None:
    """Wait until every event is at every socket. Raises RuntimeError when one is lost, doubled or out of order."""
    number, deadline = len(crowd.followers), time.perf_counter() + SETTLE_SECONDS
    while any(len(crowd.arrivals.get(v, ())) < number for v in versions()):
        if crowd.faults or time.perf_counter() > deadline:
            break
        await asyncio.sleep(0.05)
    missing = sum(number - len(crowd.arrivals.get(v, ())) for v in versions())
    if crowd.faults or missing:
        raise RuntimeError(f"{missing} frames missing; {crowd.faults[:5]}")


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


@dataclass
class Row:
    """One line of the table: figures of several runs; beside them the floor's, and the stricter floor's (web apart)."""

    what: str
    wanted: str
    unit: str
    product: list[float]
    floor: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        cells = [self.what, self.wanted, f"{spread(self.product)} {self.unit}"]
        for under in (self.floor, self.apart):
            ratio = f"{statistics.median(self.product) / statistics.median(under):.2f}" if under else ""
            cells += [f"{spread(under)} {self.unit}" if under else "", ratio]
        return f"| {' | '.join(cells)} |"


def spread(figures: list[float]) -> str:
    """lowest / middle / highest."""
    found = sorted({min(figures), statistics.median(figures), max(figures)})
    return " / ".join(f"{figure:.1f}" for figure in found)


@contextmanager
def crowded(*crowds: Crowd) -> Iterator[None]:
    try:
        yield
    finally:
        for crowd in crowds:
            crowd.leave()


async def in_turn(
    sides: list[Side], sockets: int, runs: int, measure: Callable[[Side, Crowd], Awaitable[float]]
) -> list[list[float]]:
    """Per side the figure of each run; product and floor take turns, each with its own sockets open alone."""
    found: list[list[float]] = [[] for _ in sides]
    for _ in range(runs):
        for side, figures in zip(sides, found, strict=True):
            crowd = Crowd(side.in_order)
            with crowded(crowd):
                await crowd.join(side.connect, sockets, side.token)
                figures.append(await measure(side, crowd))
            await asyncio.sleep(0.5)
    return found


async def fan_out(product: Side, bare: Side, apart: Side, front: Side, runs: int, seconds: float) -> None:
    """The rows of the live path."""
    for sockets, rate, wanted in ((50, 20.0, "<= 30 ms, <= 3 x floor"), (500, 5.0, "<= 60 ms, <= 2 x floor")):

        async def measure(side: Side, crowd: Crowd, rate: float = rate) -> float:
            return p95(await at_a_rate(side, crowd, rate, seconds))

        own, under, strict, through = await in_turn([product, bare, apart, front], sockets, runs, measure)
        what = f"POST -> all {sockets} sockets, {rate:.0f} events/s, p95"
        show(Row(what, wanted, "ms", own, under, strict))
        show(Row(f"{what}, through the front", "", "ms", through, under, strict))

    sides = [product, bare, apart]
    spent: dict[str, list[float]] = {side.name: [] for side in sides}

    async def most(side: Side, crowd: Crowd) -> float:
        before = processor_seconds(side.live)
        rate = await as_many_as_go(side, crowd, seconds)
        spent[side.name].append((processor_seconds(side.live) - before) / len(crowd.marks) * 1e3)
        return rate

    own, under, strict = await in_turn(sides, 500, runs, most)
    show(Row("events/s sustained to 500 sockets, nothing lost", ">= 50, >= 0.7 x floor", "/s", own, under, strict))
    show(Row("processor time of live for an event to 500 sockets", "", "ms", *(spent[side.name] for side in sides)))


async def idle_consoles(system: System, through: Side, sockets: int) -> None:
    """What an open board costs that hears nothing but heartbeats. Once only: afterwards the memory is there already."""
    crowd, pids = Crowd(), {name: system.processes(name) for name in ("live", "front")}
    with crowded(crowd):
        # Threads, caches and buffers come with the first few.
        await crowd.join(through.connect, 20, through.token)
        before = {name: memory_kb(pids[name], "Uss") for name in pids}
        await crowd.join(through.connect, sockets, through.token)
        await asyncio.sleep(HEARTBEATS_SECONDS)
        for name, kilobytes in before.items():
            cost = (memory_kb(pids[name], "Uss") - kilobytes) / sockets
            wanted = "<= 60 KB" if name == "live" else ""
            show(Row(f"an idle console, memory of {name} ({sockets} sockets)", wanted, "KB", [cost]))


async def board_reads(product: Side, system: System, calls: int, units: int, seconds: float) -> None:
    """One reader, then eight, with five events a second committed meanwhile."""
    await asyncio.to_thread(add_units, system, units)
    await open_calls(product.api, calls)
    stop = asyncio.Event()
    writer = asyncio.create_task(write_until(stop, product, 5.0))
    what = f"board read, {calls} open calls, {units} units, 5 events/s"
    size = len((await product.api.send("GET", "/api/board/"))[1]) // 1000
    times = await read_until(time.perf_counter() + seconds, product.api, pause=0.05)
    show(Row(f"{what}, one reader, p95 ({size} KB)", "<= 40 ms", "ms", [p95(times)]))
    together = await asyncio.gather(
        *(read_until(time.perf_counter() + seconds, product.api, pause=0.0) for _ in range(8))
    )
    show(Row(f"{what}, eight readers", ">= 100 /s", "/s", [sum(map(len, together)) / seconds]))
    stop.set()
    await writer


async def read_until(end: float, api: Api, pause: float) -> list[float]:
    """Milliseconds of reads of the board, one after another."""
    times = []
    while (began := time.perf_counter()) < end:
        status, _ = await api.send("GET", "/api/board/")
        assert status == 200, status
        times.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(pause)
    return times


async def write_until(stop: asyncio.Event, side: Side, rate: float) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        await asyncio.gather(side.command(number), asyncio.sleep(1 / rate))


async def open_calls(api: Api, number: int) -> list[str]:
    """Ids of so many new calls, four at a time, each somewhere else."""

    async def some(first: int) -> list[str]:
        found = []
        for each in range(first, number, 4):
            place = {"text": f"{100 + each} MAIN ST", "lat": 41.74 + each % 25 / 500, "lon": -72.71 + each // 25 / 500}
            fields = {"location": place, "type": "EDP", "narrative": "Pacing, talks to himself"}
            call = await api.ask("POST", "/api/calls/", fields, key=f"call-{os.getpid()}-{time.time_ns()}-{each}")
            found.append(str(call["id"]))
        return found

    found = await asyncio.gather(*(some(first) for first in range(4)))
    return [call for calls in found for call in calls]


def show(row: Row) -> None:
    print(row, flush=True)


async def measure(system: System, options: argparse.Namespace, folder: Path) -> None:
    token = system.tokens["dispatcher"]
    api = Api(system.web, token)
    notes = [f"/api/calls/{call}/notes/" for call in await open_calls(api, 16)]
    product = Side("product", api, by_path(system.live), token, notes, system.processes("live"))
    through = Side("front", api, by_port(system.port), token, notes, system.processes("live", "front"))
    print("| what | at least | HEARTeam: lowest / middle / highest | floor | ratio | floor, web apart | ratio |")
    print("|---|---|---|---|---|---|---|")
    at_rest = memory_kb(system.processes()) / 1000
    show(Row("whole system at rest, `TRAFFIC=none`, PSS", "<= 700 MB", "MB", [at_rest]))
    await idle_consoles(system, through, 100 if options.quick else 500)
    with floor.beside(system, await sample(product), folder) as (web, live, pid):
        bare = Side("floor", Api(live, token, greeting=b""), by_path(live), token, ["/"], [pid], in_order=False)
        apart = Side("apart", Api(web, token), by_path(live), token, ["/"], [pid], in_order=False)
        await fan_out(product, bare, apart, through, options.runs, options.seconds)
    await board_reads(product, system, *((100, 50) if options.quick else (500, 200)), options.seconds)


async def sample(product: Side) -> bytes:
    """An event as the board gets it."""
    crowd = Crowd()
    with crowded(crowd):
        await crowd.join(product.connect, 1, product.token)
        await at_a_rate(product, crowd, 5, 0.2)
    return crowd.sample


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="about a minute; for a first look")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--history", type=int, default=0, metavar="CALLS", help="closed calls stored before it starts")
    parser.add_argument("--kept", type=Path, metavar="DIR", help="keep the system's data there: a history is made once")
    options = parser.parse_args()
    if options.quick:
        options.runs, options.seconds = 1, 4.0
    own = started(history=options.history, kept=options.kept)
    with tempfile.TemporaryDirectory(prefix="floor-") as folder, own as system:
        at = time.strftime("%Y-%m-%d %H:%M")
        past = f", {options.history} calls of the past" if options.history else ""
        print(f"{at}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before{past}\n")
        uvloop.run(measure(system, options, Path(folder) / "run"))
        print(f"\nLoad {os.getloadavg()[0]:.1f} at the end, ours included.")


if __name__ == "__main__":
    main()
