"""Every figure that processes count themselves. What is read from the database: `dispatch/queries/figures.py`.

Labels come from fixed sets: names of routes, event types, statuses. Never an id, never a word of a person.
"""

from __future__ import annotations

from typing import Final

from hearteam.observe import slots  # noqa: F401  (first: it says where figures are kept)

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # isort: skip

REGISTRY: Final = CollectorRegistry()

REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SCREEN_SECONDS: Final = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 15)
"""The browser's counts are in these classes too: `static/dispatch/js/measure.js` (held equal by a test)."""
CLOCK_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
PUBLISH_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
LATE_SECONDS: Final = (0.25, 0.5, 1, 2, 5, 15, 60, 300)
TASK_SECONDS: Final = (0.01, 0.05, 0.25, 1, 5, 20, 60, 300)


def _counter(name: str, says: str, *labels: str) -> Counter:
    return Counter(f"hearteam_{name}", says, labels, registry=REGISTRY)


def _histogram(name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"hearteam_{name}", says, labels, buckets=buckets, registry=REGISTRY)


def _gauge(name: str, says: str, mode: str, *labels: str) -> Gauge:
    return Gauge(f"hearteam_{name}", says, labels, registry=REGISTRY, multiprocess_mode=mode)  # type: ignore[arg-type]


requests = _counter("http_requests", "Requests answered, by route and status.", "method", "route", "status")
request_seconds = _histogram("http_request_seconds", "From a request to its answer.", REQUEST_SECONDS, "route")
commands = _counter("commands", "Commands of the API, by what became of them.", "command", "answer")

events = _counter("events", "Events committed, by type.", "type")
publish_failures = _counter("publish_failures", "Events that Redis did not take; the live processes find them.")
publish_seconds = _histogram("event_publish_seconds", "From an event's time to its being published.", PUBLISH_SECONDS)

sockets = _gauge("sockets", "Open sockets of the live processes.", "livesum", "audience")
outbox_frames = _gauge("outbox_frames", "Frames that wait for the slowest socket.", "livemax")
delivered = _gauge("live_delivered_version", "Version that the slowest live process has passed on.", "livemin")
sockets_cut = _counter("sockets_cut", "Sockets that the server closed.", "reason")
sockets_refused = _counter("sockets_refused", "Sockets refused before they opened.", "status")
frames_dropped = _counter("frames_dropped", "Positions that were not queued: a newer one comes.")
hub_gaps = _counter("live_gaps", "Times that a live process missed a publication and read the log.")
resyncs = _counter("live_resyncs", "Sockets told to fetch everything afresh.", "why")
loop_late = _gauge("live_loop_late_seconds", "How late the live process's clockwork was the last time.", "livemax")

screen_seconds = _histogram(
    "commit_to_screen_seconds",
    "From an event's time at the server to its being painted, as screens measured it (the sum is an upper bound).",
    SCREEN_SECONDS,
    "screen",
)
screen_clock_error = _histogram(
    "screen_clock_error_seconds", "How far a screen may misjudge the server's clock.", CLOCK_SECONDS, "screen"
)
screen_reports = _counter("screen_reports", "Reports of screens, by what became of them.", "screen", "answer")

deadlines = _counter("deadlines", "Due times that fired or failed.", "answer")
deadline_late = _histogram("deadline_late_seconds", "From a due time to its being acted on.", LATE_SECONDS)
tasks = _counter("tasks", "Tasks that a worker ended.", "task", "answer")
task_seconds = _histogram("task_seconds", "How long a task took.", TASK_SECONDS, "task")
