"""`make soak`: an hour of load with every kill twenty times, then calm load to see memory stay flat.

    MINUTES=60 SEED=1 python -m tests.reliability.soak

The faults come in rounds: each of them once, in random order; those that last long by themselves in every other round.
What the time does not allow is left out round by round, so that no kill is tried less often than another by more than
one, and the calm at the end is always whole. Fewer minutes mean fewer rounds. The report is var/soak-report.md; the
exit code says whether anything was wrong.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.reliability.outside import faults
from tests.reliability.outside.machine import SHARED
from tests.reliability.outside.report import machine_line, summary, table
from tests.reliability.outside.trial import Outcome, Trial

REPORT = Path(__file__).resolve().parents[2] / "var" / "soak-report.md"
ROUNDS_AN_HOUR = 20
CALM_SHARE = 0.25
SETTLED_AFTER = 0.2
"""Share of the calm that goes by before memory is compared: caches fill first."""
MAY_GROW = 0.05
MAY_GROW_KB = 6_000
Memory = list[tuple[float, dict[str, int]]]
"""Seconds since the start, and name -> KB."""


@dataclass(slots=True)
class Soak:
    """One run: how long, and what was found. `loads`: the machine's load after each round."""

    minutes: float
    seed: int
    began: float = field(default_factory=time.monotonic)
    rounds: int = 0
    rounds_wanted: int = 0
    between: Memory = field(default_factory=list)
    calm: Memory = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    def passed(self) -> float:
        return time.monotonic() - self.began

    def do(self, trial: Trial) -> None:
        """Rounds of faults while there is time for them, then the calm."""
        draw, seconds = random.Random(self.seed), self.minutes * 60
        self.rounds_wanted = max(1, round(ROUNDS_AN_HOUR * self.minutes / 60))
        for number in range(self.rounds_wanted):
            for fault in one_round(trial, draw, with_long=number % 2 == 0):
                if self.passed() > seconds * (1 - CALM_SHARE):
                    break
                told(len(trial.outcomes) + 1, fault(trial))
            else:
                self.rounds += 1
                self.between.append((self.passed(), trial.machine.memory()))
                self.loads.append(os.getloadavg()[0])
        self.calm = self.watch_memory(trial, max(CALM_SHARE * seconds, seconds - self.passed()))
        told(0, trial.undergo("the calm at the end", lambda: None))

    def watch_memory(self, trial: Trial, seconds: float) -> Memory:
        """Nothing but load; what each process takes, every few seconds."""
        until, found = time.monotonic() + seconds, []
        while time.monotonic() < until:
            found.append((self.passed(), trial.machine.memory()))
            trial.load.check()
            time.sleep(max(1.0, seconds / 60))
        self.loads.append(os.getloadavg()[0])
        return found


def one_round(trial: Trial, draw: random.Random, with_long: bool) -> list[Callable[[Trial], Outcome]]:
    """Every fault once, shuffled; `with_long`: also those that take some twenty seconds each."""
    kinds = [*[(kind,) for kind in faults.KINDS], *faults.PAIRS]
    each: list[Callable[[Trial], Outcome]] = [partial(_kill, kinds=kind, draw=draw) for kind in kinds]
    each += [faults.empty_redis, faults.clock_off]
    if with_long:
        each += [partial(faults.pause_live, draw=draw), faults.rolling_restart, faults.crowd_returns, faults.half_open]
        each += [faults.full_disk] if trial.machine.has_own_disk else []
    draw.shuffle(each)
    return each


def _kill(trial: Trial, *, kinds: tuple[str, ...], draw: random.Random) -> Outcome:
    return faults.kill(trial, *kinds, draw=draw)


def growth(samples: Memory) -> dict[str, tuple[int, int]]:
    """Name -> KB at first and at last, each the median of a third of what came after the caches had filled."""
    settled = samples[int(len(samples) * SETTLED_AFTER) :]
    third = max(1, len(settled) // 3)

    def median(some: Memory, name: str) -> int:
        return sorted(row.get(name, 0) for _, row in some)[len(some) // 2]

    return {name: (median(settled[:third], name), median(settled[-third:], name)) for name in settled[0][1]}


def memory_table(found: dict[str, tuple[int, int]]) -> tuple[str, list[str]]:
    """The table, and the names of those that grew. Shared buffers are no process and have a size that is set."""
    lines = ["| process | MB at first | MB at last |", "|---|---|---|"]
    lines += [f"| {name} | {first / 1024:.1f} | {last / 1024:.1f} |" for name, (first, last) in sorted(found.items())]
    own = {name: both for name, both in found.items() if name != SHARED}
    grew = [n for n, (first, last) in own.items() if last - first > max(MAY_GROW_KB, first * MAY_GROW)]
    return "\n".join(lines) + "\n", grew


def between_table(samples: Memory) -> str:
    """A row after each round: every process has been killed in it, so that what grows here outlives processes."""
    if not samples:
        return "no whole round\n"
    names = sorted({name for _, row in samples for name in row})
    lines = [f"| minute | {' | '.join(names)} | all |", "|---" * (len(names) + 2) + "|"]
    for passed, row in samples:
        cells = " | ".join(f"{row.get(name, 0) / 1024:.0f}" for name in names)
        lines.append(f"| {passed / 60:.0f} | {cells} | {sum(row.values()) / 1024:.0f} |")
    return "\n".join(lines) + "\n"


def soak(minutes: float, seed: int) -> int:
    """Returns the exit code."""
    run = Soak(minutes, seed)
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "disk"
        place.mkdir()
        for each in (place, place.parent):
            each.chmod(0o755)
        with Trial(place, seed, disk_mb=2500) as trial:
            try:
                run.do(trial)
            except AssertionError as error:
                traceback.print_exc()
                trial.outcomes.append(Outcome("broken off", 0, 0, 0, [str(error)]))
            return write(run, trial.outcomes)


def told(number: int, outcome: Outcome) -> None:
    print(f"{number:4} {outcome.fault}: {outcome.recovery_s:.1f} s, {outcome.commands} commands", flush=True)
    for line in outcome.wrong[:10]:
        print(f"     WRONG: {line}", flush=True)
    for line in outcome.notes:
        print(f"     {line}", flush=True)


def write(run: Soak, outcomes: list[Outcome]) -> int:
    """The report. Returns the exit code."""
    shown, grew = memory_table(growth(run.calm)) if run.calm else ("not measured\n", [])
    wrong = [f"{outcome.fault}: {line}" for outcome in outcomes for line in outcome.wrong]
    late = [o for o in outcomes if o.recovery_s > o.bound_s]
    wrong += [f"{o.fault}: recovered after {o.recovery_s:.1f} s, {o.bound_s:.1f} s allowed" for o in late]
    wrong += [f"{name} grew" for name in grew]
    loads = f"; after each round it was {min(run.loads):.1f} to {max(run.loads):.1f}" if run.loads else ""
    text = (
        f"# Soak\n\n{machine_line()}{loads}.\n"
        f"Seed {run.seed}, {run.passed() / 60:.0f} minutes, {run.rounds} whole rounds of {run.rounds_wanted}.\n\n"
        f"{summary(outcomes)}\n\n{table(outcomes)}\n"
        f"## Memory after each round (MB, PSS)\n\n{between_table(run.between)}\n"
        f"## Memory under load without faults (PSS)\n\n{shown}\n## Wrong\n\n"
        + ("".join(f"* {line}\n" for line in wrong) or "Nothing.\n")
    )
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text)
    print(f"\n{text}\n{REPORT}")
    return 1 if wrong else 0


if __name__ == "__main__":
    # Ended from outside, it stops what it has started all the same.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    sys.exit(soak(float(os.environ.get("MINUTES", "60")), int(os.environ.get("SEED", "1"))))
