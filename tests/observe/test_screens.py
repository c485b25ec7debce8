"""What screens report of themselves: taken as it is meant, bounded, and never a label of the client's choice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from prometheus_client import generate_latest

from dispatch.live.measures import CLASSES, MOST_COUNTED, Screen, counts_of
from hearteam.observe import metrics
from tests.observe.test_metrics import samples, value

NONE = [0] * CLASSES


def report(counts: list[int], error_ms: float = 1.5) -> dict[str, Any]:
    return {"type": "painted", "counts": counts, "error_ms": error_ms}


def figures() -> Any:
    return samples(generate_latest(metrics.REGISTRY).decode())


def test_counts_go_into_their_classes() -> None:
    before = figures()
    assert Screen().report("console", report([3, 0, 2, *NONE[4:], 1]))
    after = figures()

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("commit_to_screen_seconds_bucket", screen="console", le="0.025") == 3
    assert more("commit_to_screen_seconds_bucket", screen="console", le="0.1") == 5
    assert more("commit_to_screen_seconds_bucket", screen="console", le="15.0") == 5
    assert more("commit_to_screen_seconds_count", screen="console") == 6
    assert more("commit_to_screen_seconds_sum", screen="console") == pytest.approx(3 * 0.025 + 2 * 0.1 + 30)
    assert more("screen_clock_error_seconds_bucket", screen="console", le="0.005") == 1


def test_a_second_report_too_soon_is_not_counted() -> None:
    screen = Screen()
    one = report([1, *NONE[1:]])
    screen.report("tablet", one)
    before = figures()
    assert screen.report("tablet", one)
    after = figures()
    counted = "commit_to_screen_seconds_count"
    assert value(after, counted, screen="tablet") == value(before, counted, screen="tablet")
    refused = [value(found, "screen_reports_total", screen="tablet", answer="too_soon") for found in (before, after)]
    assert refused[1] - refused[0] == 1


@pytest.mark.parametrize(
    "message",
    [
        None, [], "painted", {"type": "painted"}, report(NONE), report([1]), report([1] * (CLASSES + 1)),
        report([-1, 2, *NONE[2:]]), report([MOST_COUNTED + 1, *NONE[1:]]), report([True, *NONE[1:]]),
        report([1.5, *NONE[1:]]), report(["1", *NONE[1:]]), report([1, *NONE[1:]], -1), report([1, *NONE[1:]], 1e9),
        report([1, *NONE[1:]], float("nan")), report([1, *NONE[1:]], "1"), {**report([1, *NONE[1:]]), "screen": "mine"},
    ],
)  # fmt: skip
def test_anything_else_is_none(message: Any) -> None:
    assert counts_of(message) is None
    assert counts_of(json.loads(json.dumps(message))) is None
    assert Screen().report("console", message) is False


def test_the_browsers_classes_are_the_servers() -> None:
    source = (settings.PROJECT_DIR / "static/dispatch/js/measure.js").read_text()
    said = re.search(r"CLASSES_MS = \[([^\]]+)\]", source)
    assert said
    assert [int(end) / 1000 for end in said[1].split(",")] == list(metrics.SCREEN_SECONDS)
