"""What came of the faults, as a table."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from datetime import UTC, datetime

from tests.reliability.outside.trial import Outcome


def machine_line() -> str:
    """Where and when."""
    at = datetime.now(UTC)
    load = os.getloadavg()[0]
    return f"{at:%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {platform.system()} {platform.release()}, load {load:.1f}"


def table(outcomes: list[Outcome]) -> str:
    """A row for each fault: how often, how many commands were judged with it, the worst recovery, what was wrong."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.fault].append(outcome)
    lines = ["| fault | times | commands | worst recovery | longest outage | wrong |", "|---|---|---|---|---|---|"]
    for fault, of_it in found.items():
        recovery, outage = (max(getattr(one, name) for one in of_it) for name in ("recovery_s", "outage_s"))
        commands, wrong = sum(one.commands for one in of_it), sum(len(one.wrong) for one in of_it)
        lines.append(f"| {fault} | {len(of_it)} | {commands} | {recovery:.1f} s | {outage:.1f} s | {wrong} |")
    return "\n".join(lines) + "\n"


def summary(outcomes: list[Outcome]) -> str:
    """One sentence."""
    worst = max(outcomes, key=lambda one: one.recovery_s)
    wrong = sum(len(one.wrong) for one in outcomes)
    return (
        f"{len(outcomes)} faults under {sum(one.commands for one in outcomes)} commands: {wrong} findings, "
        f"worst recovery {worst.recovery_s:.1f} s ({worst.fault})."
    )
