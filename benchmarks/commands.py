"""What each command costs in processor time: this process (Django, rules, rows) and the database's, apart.

    .venv/bin/python -m benchmarks.commands [--rounds 100] [--profile triage]

Runs the API in this process on a scratch database, so neither sockets nor servers are counted, and other work on the
machine changes little. Each round takes a call from intake to closed. `--profile` prints where one command's time goes.
"""

# ruff: noqa: E402 (models can be imported once Django knows its settings)
from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import statistics
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from hearteam.embedded.testing import point_at_test_services
from hearteam.settings.environment import home_dir

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.test")
point_at_test_services(home_dir() / "test")
django.setup()

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.api.committed import committed_city
from tests.template import migrated_template

ANSWERS = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
PLACE = {"text": "550 MAIN ST", "lat": 41.7637, "lon": -72.6851}
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Spent:
    """Processor seconds of one kind of request."""

    here: list[float] = field(default_factory=list)
    database: float = 0.0
    statements: int = 0


@dataclass(slots=True)
class Measured:
    """Counts what requests cost, by name."""

    backend: Path
    profiled: str = ""
    profile: cProfile.Profile = field(default_factory=cProfile.Profile)
    spent: dict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))

    @contextmanager
    def request(self, name: str) -> Iterator[None]:
        row = self.spent[name]
        database, began = self.database_s(), time.process_time()
        profile = self.profile if name == self.profiled else nullcontext()
        with profile, connection.execute_wrapper(self.counting(row)):
            yield
        row.here.append(time.process_time() - began)
        row.database += self.database_s() - database

    def counting(self, row: Spent) -> Any:
        def count(execute: Any, *arguments: Any) -> Any:
            row.statements += 1
            return execute(*arguments)

        return count

    def database_s(self) -> float:
        """What the connection's own server process has used (in steps of a tick: exact only over many rounds)."""
        parts = self.backend.read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / TICKS_A_SECOND

    def show(self, rounds: int) -> None:
        """The median of this process, the mean of the database's, whose clock is coarse."""
        print(f"{'':10}{'here ms':>9}{'database ms':>13}{'statements':>12}")
        sums = [0.0, 0.0, 0.0]
        for name, row in self.spent.items():
            times = len(row.here)
            each = [statistics.median(row.here) * 1000, row.database / times * 1000, row.statements / times]
            show_row(name, each)
            sums = [total + figure * times / rounds for total, figure in zip(sums, each, strict=True)]
        show_row("a round", sums)
        if self.profiled:
            pstats.Stats(self.profile).sort_stats("cumulative").print_stats(70)
            pstats.Stats(self.profile).sort_stats("tottime").print_stats(30)


def show_row(name: str, figures: list[float]) -> None:
    print(f"{name:10}{figures[0]:9.2f}{figures[1]:13.2f}{figures[2]:12.1f}")


class Person:
    """Requests of one person, by token."""

    def __init__(self, user: User, measured: Measured) -> None:
        token = Token.objects.get_or_create(user=user)[0].key
        self.client = Client(headers={"Authorization": f"Token {token}"})
        self.measured = measured

    def send(self, name: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        text = json.dumps(body or {}) if method == "POST" else ""
        with self.measured.request(name):
            response = self.client.generic(method, path, text, content_type="application/json", headers=headers)
        assert response.status_code < 400, f"{method} {path}: {response.content.decode()[:500]}"
        return json.loads(response.content) if response.content else None


def one_round(desk: Person, crew: Person) -> None:
    """A call from intake to closed, with CRT1."""
    fields = {"location": PLACE, "type": "EDP", "narrative": "Pacing"}
    call = desk.send("receive", "POST", "/api/calls/", fields)["id"]
    desk.send("triage", "POST", f"/api/calls/{call}/triage/", {"answers": ANSWERS})
    desk.send("rank", "GET", f"/api/calls/{call}/recommendation/")
    (sent,) = desk.send("send", "POST", f"/api/calls/{call}/assignments/", {"units": ["CRT1"]})
    for status in ("ER", "OS"):
        crew.send("status", "POST", f"/api/assignments/{sent['id']}/status/", {"status": status})
    desk.send("note", "POST", f"/api/calls/{call}/notes/", {"text": "Calm"})
    desk.send("call", "GET", f"/api/calls/{call}/")
    desk.send("board", "GET", "/api/board/")
    desk.send("close", "POST", f"/api/calls/{call}/close/", {"disposition": "15"})


def measure(rounds: int, profiled: str) -> None:
    with committed_city() as cast, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        measured = Measured(Path(f"/proc/{cursor.fetchone()[0]}/stat"), profiled)
        desk, crew = (Person(user, measured) for user in (cast.dispatcher, cast.crt1_peer))
        for _ in range(3):
            one_round(desk, crew)
        measured.spent.clear()
        measured.profile.clear()
        for _ in range(rounds):
            one_round(desk, crew)
        measured.show(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--profile", default="", metavar="NAME")
    options = parser.parse_args()
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        measure(options.rounds, options.profile)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
