"""What each command and read of the API costs a client, one after another, against a running server.

    .venv/bin/python -m benchmarks.api [--home var] [--rounds 100]

Uses the demo people of HEARTEAM_HOME/demo.json, so start the server first (`make run TRAFFIC=none`). Each round takes a
call from intake to closed; prints milliseconds a request, and leaves its closed calls behind.
"""

import argparse
import http.client
import json
import statistics
import time
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ANSWERS = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip


class Measured:
    """Requests as one person on one kept connection; how long each kind took, in milliseconds."""

    def __init__(self, base_url: str, token: str, times: dict[str, list[float]]) -> None:
        address = urlsplit(base_url)
        self.connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        self.headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        self.times = times

    def send(self, name: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4())} if method == "POST" else self.headers
        began = time.perf_counter()
        self.connection.request(method, path, json.dumps(body or {}) if method == "POST" else None, headers)
        response = self.connection.getresponse()
        text = response.read()
        self.times[name].append((time.perf_counter() - began) * 1000)
        if response.status >= 400:
            raise SystemExit(f"{method} {path} answered {response.status}: {text.decode()[:500]}")
        return json.loads(text) if text else None


def one_round(desk: Measured, crew: Measured) -> None:
    """A call from intake to closed, with CRT1."""
    crew.send("unit", "GET", "/api/unit/")  # the tablet is heard from: a civilian unit is not sent without
    place = {"text": "550 MAIN ST", "lat": 41.7637, "lon": -72.6742}
    call = desk.send("receive", "POST", "/api/calls/", {"location": place, "type": "EDP", "narrative": "Pacing"})["id"]
    desk.send("triage", "POST", f"/api/calls/{call}/triage/", {"answers": ANSWERS})
    desk.send("rank", "GET", f"/api/calls/{call}/recommendation/")
    sent = desk.send("send", "POST", f"/api/calls/{call}/assignments/", {"units": ["CRT1"]})
    for status in ("ER", "OS"):
        crew.send("status", "POST", f"/api/assignments/{sent[0]['id']}/status/", {"status": status})
    desk.send("note", "POST", f"/api/calls/{call}/notes/", {"text": "Calm"})
    fix = {"lat": 41.764, "lon": -72.674, "fix_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    crew.send("position", "POST", "/api/units/CRT1/position/", fix)
    desk.send("call", "GET", f"/api/calls/{call}/")
    desk.send("board", "GET", "/api/board/")
    desk.send("close", "POST", f"/api/calls/{call}/close/", {"disposition": "15"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    demo = json.loads((options.home / "demo.json").read_text())
    times: dict[str, list[float]] = defaultdict(list)
    people = [
        Measured(demo["base_url"], demo["users"][who]["token"], times) for who in ("dispatcher", "responder-CRT1")
    ]
    one_round(people[0], people[1])
    times.clear()
    for _ in range(options.rounds):
        one_round(people[0], people[1])
    print(f"{'':10}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}")
    for name, taken in times.items():
        high = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        print(f"{name:10}{statistics.median(taken):8.1f}{high:8.1f}{max(taken):8.1f}")


if __name__ == "__main__":
    main()
