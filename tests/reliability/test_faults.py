"""Each fault once, one after another in one system under load, judged by what its clients sent, got and saw.

What must hold after each: no acknowledged command is missing, none acted twice, versions have no gap, every follower
has the board that a fresh snapshot shows, no unit is on two calls, no alarm is lost or doubled, nothing else died, and
all is well ten seconds after the process is back. `make soak` does each of them many times.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.reliability.outside import faults
from tests.reliability.outside.report import machine_line, summary, table
from tests.reliability.outside.trial import Outcome, Trial
from tests.tools import cannot_run

pytestmark = pytest.mark.reliability
SEED = int(os.environ.get("SEED", "6"))
DRAW = random.Random(SEED)
PAIRS = DRAW.sample(faults.PAIRS, 5)
REPORT = Path(__file__).resolve().parents[2] / "var" / "reliability-report.md"


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "disk"
        place.mkdir()
        for each in (place, place.parent):
            each.chmod(0o755)
        with Trial(place, SEED) as found:
            yield found
        if found.outcomes:
            text = f"{machine_line()}, seed {SEED}\n\n{summary(found.outcomes)}\n\n{table(found.outcomes)}"
            REPORT.parent.mkdir(exist_ok=True)
            REPORT.write_text(text)
            print(f"\n{text}")


def survived(outcome: Outcome) -> None:
    assert outcome.wrong == [], f"seed {SEED}"
    assert outcome.recovery_s <= outcome.bound_s, outcome
    assert outcome.commands > 0


@pytest.mark.parametrize("kinds", [*[(kind,) for kind in faults.KINDS], *PAIRS], ids=" and ".join)
def test_a_kill_loses_nothing_and_doubles_nothing(trial: Trial, kinds: tuple[str, ...]) -> None:
    survived(faults.kill(trial, *kinds, draw=DRAW))


@pytest.mark.parametrize(
    "fault",
    [
        faults.empty_redis,
        faults.clock_off,
        faults.rolling_restart,
        faults.crowd_returns,
        faults.half_open,
        partial(faults.pause_live, draw=DRAW),
    ],
    ids=["redis emptied", "clock off", "rolling restart", "500 come back at once", "half-open", "live paused"],
)
def test_a_disturbance_loses_nothing_and_doubles_nothing(trial: Trial, fault: Callable[[Trial], Outcome]) -> None:
    survived(fault(trial))


def test_a_full_disk_loses_nothing_and_doubles_nothing(trial: Trial) -> None:
    if not trial.machine.has_own_disk:
        cannot_run("This machine lets nobody but root mount a small disk: what happens when it fills is not tried")
    survived(faults.full_disk(trial))
