"""`make soak`: an hour of load with every fault twenty times in random order, then calm load to see memory stay flat.

    MINUTES=60 SEED=1 python -m tests.reliability.soak

Fewer minutes mean fewer times. The report is var/soak-report.md; the exit code says whether anything was wrong.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.reliability.outside import faults
from tests.reliability.outside.report import machine_line, summary, table
from tests.reliability.outside.trial import Outcome, Trial

REPORT = Path(__file__).resolve().parents[2] / "var" / "soak-report.md"
TIMES_AN_HOUR = 20
CALM_SHARE = 0.25
SETTLED_AFTER = 0.2
"""Share of the calm that goes by before memory is compared: caches fill first."""
MAY_GROW = 0.05
MAY_GROW_KB = 6_000
RECOVERED_S = 10.0
Memory = list[tuple[float, dict[str, int]]]


def plan(trial: Trial, times: int, draw: random.Random) -> list[Callable[[Trial], Outcome]]:
    """Every fault so many times, shuffled."""
    kinds = [*[(kind,) for kind in faults.KINDS], *faults.PAIRS]
    each: list[Callable[[Trial], Outcome]] = [partial(_kill, kinds=kind, draw=draw) for kind in kinds]
    each += [partial(faults.pause_live, draw=draw), faults.empty_redis, faults.clock_off, faults.rolling_restart]
    each += [faults.crowd_returns, faults.half_open]
    each += [faults.full_disk] if trial.machine.has_own_disk else []
    found = each * times
    draw.shuffle(found)
    return found


def _kill(trial: Trial, *, kinds: tuple[str, ...], draw: random.Random) -> Outcome:
    return faults.kill(trial, *kinds, draw=draw)


def watch_memory(trial: Trial, seconds: float) -> Memory:
    """Nothing but load; what each process takes, every few seconds."""
    began, found = time.monotonic(), []
    while (passed := time.monotonic() - began) < seconds:
        found.append((passed, trial.machine.memory()))
        trial.load.check()
        time.sleep(max(1.0, seconds / 60))
    return found


def growth(samples: Memory) -> dict[str, tuple[int, int]]:
    """Name -> KB at first and at last, each the median of a third of what came after the caches had filled."""
    settled = samples[int(len(samples) * SETTLED_AFTER) :]
    third = max(1, len(settled) // 3)

    def median(some: Memory, name: str) -> int:
        return sorted(row.get(name, 0) for _, row in some)[len(some) // 2]

    return {name: (median(settled[:third], name), median(settled[-third:], name)) for name in settled[0][1]}


def memory_table(found: dict[str, tuple[int, int]]) -> tuple[str, list[str]]:
    """The table, and the names of those that grew."""
    lines = ["| process | MB at first | MB at last |", "|---|---|---|"]
    lines += [f"| {name} | {first / 1024:.1f} | {last / 1024:.1f} |" for name, (first, last) in sorted(found.items())]
    grew = [n for n, (first, last) in found.items() if last - first > max(MAY_GROW_KB, first * MAY_GROW)]
    return "\n".join(lines) + "\n", grew


def soak(minutes: float, seed: int) -> int:
    """Returns the exit code."""
    draw, began = random.Random(seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "disk"
        place.mkdir()
        for each in (place, place.parent):
            each.chmod(0o755)
        with Trial(place, seed, disk_mb=4000) as trial:
            samples: Memory = []
            try:
                for number, fault in enumerate(plan(trial, max(1, round(TIMES_AN_HOUR * minutes / 60)), draw), 1):
                    told(number, fault(trial))
                calm = max(CALM_SHARE * minutes * 60, minutes * 60 - (time.monotonic() - began))
                samples = watch_memory(trial, calm)
                told(0, trial.undergo("the calm at the end", lambda: None))
            except AssertionError as error:
                traceback.print_exc()
                trial.outcomes.append(Outcome("broken off", 0, 0, 0, [str(error)]))
            return write(trial.outcomes, samples, seed, time.monotonic() - began)


def told(number: int, outcome: Outcome) -> None:
    print(f"{number:4} {outcome.fault}: {outcome.recovery_s:.1f} s, {outcome.commands} commands", flush=True)
    for line in outcome.wrong[:10]:
        print(f"     WRONG: {line}", flush=True)


def write(outcomes: list[Outcome], samples: Memory, seed: int, seconds: float) -> int:
    """The report. Returns the exit code."""
    shown, grew = memory_table(growth(samples)) if samples else ("not measured\n", [])
    wrong = [f"{outcome.fault}: {line}" for outcome in outcomes for line in outcome.wrong]
    wrong += [f"{o.fault}: recovered after {o.recovery_s:.1f} s" for o in outcomes if o.recovery_s > RECOVERED_S]
    wrong += [f"{name} grew" for name in grew]
    text = (
        f"# Soak\n\n{machine_line()}, seed {seed}, {seconds / 60:.0f} minutes.\n\n{summary(outcomes)}\n\n"
        f"{table(outcomes)}\n## Memory under load without faults (PSS)\n\n{shown}\n## Wrong\n\n"
        + ("".join(f"* {line}\n" for line in wrong) or "Nothing.\n")
    )
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(text)
    print(f"\n{text}\n{REPORT}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(soak(float(os.environ.get("MINUTES", "60")), int(os.environ.get("SEED", "1"))))
