"""Measures one database of `benchmarks.history`, or makes it longer. Prints JSON."""

# ruff: noqa: E402 (models can be imported once Django knows its settings)
from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from benchmarks.history_copies import MOST_COPIES, copy_before, make_room
from benchmarks.plans import Plans
from dispatch.models import Assignment, Call, CallContact
from hearteam.events import history, log
from partners.models import Unit

TAIL = 500


class Desk:
    """Requests of one person of the demo."""

    def __init__(self, username: str) -> None:
        self.client = Client(raise_request_exception=True)
        self.client.force_login(User.objects.get(username=username))

    def get(self, path: str) -> Any:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code} {response.content.decode()[:300]}"
        return response

    def post(self, path: str, body: dict[str, Any]) -> Any:
        response = self.client.post(
            path, json.dumps(body), content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
        )
        assert response.status_code < 300, f"{path}: {response.status_code} {response.content.decode()[:300]}"
        return response.json()


def reads(desk: Desk) -> dict[str, Callable[[], Any]]:
    """What people and screens ask for, about an ordinary call, and about the busiest place and unit there are."""
    some = Call.objects.filter(decision__isnull=False).order_by("-received_at")[20]
    crowded = Call.objects.values("premise").annotate(n=Count("pk")).order_by("-n")[0]["premise"]
    there = Call.objects.filter(premise=crowded).order_by("-received_at")[0]
    busiest = Assignment.objects.values("unit").annotate(n=Count("pk")).order_by("-n")[0]["unit"]
    unit = Unit.objects.get(pk=busiest).callsign
    phone = CallContact.objects.order_by("-pk").values_list("phone", flat=True)[50]
    old = Call.objects.order_by("received_at").values_list("number", flat=True)[0]
    street = some.location_text.split(" ", 1)[1]
    head, unit_head = log.head(), history.unit_head(unit, log.head())
    today = timezone.localdate(Call.objects.order_by("-received_at")[50].received_at)
    month = today - timedelta(days=30)
    near = f"lat={some.lat}&lon={some.lon}&phone={phone}"
    return {
        "board": lambda: desk.get("/api/board/"),
        "call": lambda: desk.get(f"/api/calls/{some.pk}/"),
        "call at the busiest place": lambda: desk.get(f"/api/calls/{there.pk}/"),
        "timeline": lambda: desk.get(f"/api/calls/{some.pk}/timeline/"),
        "find by number": lambda: desk.get(f"/api/calls/?q={old}"),
        "find by address": lambda: desk.get(f"/api/calls/?q={some.location_text}"),
        "find by street": lambda: desk.get(f"/api/calls/?q={street}"),
        "find by phone": lambda: desk.get(f"/api/calls/?q={phone}"),
        "find nothing": lambda: desk.get("/api/calls/?q=QUAGMIRE"),
        "newest calls": lambda: desk.get("/api/calls/"),
        "duplicates": lambda: desk.get(f"/api/calls/duplicates/?{near}"),
        "busiest place": lambda: desk.get(f"/api/premises/?call={there.pk}&limit=100"),
        "unit's day": lambda: desk.get(f"/api/units/{unit}/history/"),
        "tail of the log": lambda: history.messages_after(head - TAIL, TAIL),
        "old part of the log": lambda: history.messages_after(log.oldest() + 100, TAIL),
        "tail of a unit": lambda: history.unit_frames(unit, unit_head - 20_000, head, TAIL),
        "may be replayed": lambda: history.can_replay(unit_head - 20_000, head, unit),
        "report of a day": lambda: desk.get(f"/reports/?starts={today}&ends={today}"),
        "report of a month": lambda: desk.get(f"/reports/?starts={month}&ends={today}"),
        "admin: calls": lambda: desk.get("/admin/dispatch/call/"),
        "admin: closed calls": lambda: desk.get("/admin/dispatch/call/?status__exact=closed"),
        "admin: find a call": lambda: desk.get(f"/admin/dispatch/call/?q={old}"),
        "admin: log": lambda: desk.get("/admin/events/event/"),
        "admin: log of a type": lambda: desk.get("/admin/events/event/?type=call_closed"),
        "admin: log of a unit": lambda: desk.get(f"/admin/events/event/?q={unit}"),
        "admin: assignments": lambda: desk.get("/admin/dispatch/assignment/"),
        "admin: notes": lambda: desk.get("/admin/dispatch/note/"),
        "admin: alerts": lambda: desk.get("/admin/dispatch/alert/"),
    }


def commands(desk: Desk, watch: Callable[[str, Callable[[], Any]], Any]) -> None:
    """A call from its first word to its end, and one more that is triaged."""
    place = {"text": "550 MAIN ST", "lat": 41.7637, "lon": -72.6742}
    body = {"location": place, "type": "TRESPASS", "narrative": "In the hallway", "caller": {"phone": "8605550142"}}
    call = watch("receive", lambda: desk.post("/api/calls/", body))["id"]
    watch("rank", lambda: desk.get(f"/api/calls/{call}/recommendation/"))
    taken = Assignment.objects.filter(cleared_at__isnull=True).values("unit")
    unit = Unit.objects.filter(active=True, team__code="HPD", status="AV").exclude(pk__in=taken).first()
    assert unit is not None
    sent = watch("send", lambda: desk.post(f"/api/calls/{call}/assignments/", {"units": [unit.callsign]}))
    for status in ("ER", "OS", "AV"):
        watch("status", lambda to=status: desk.post(f"/api/assignments/{sent[0]['id']}/status/", {"status": to}))
    watch("note", lambda: desk.post(f"/api/calls/{call}/notes/", {"text": "Calm"}))
    watch("close", lambda: desk.post(f"/api/calls/{call}/close/", {"disposition": "15"}))
    crisis = desk.post("/api/calls/", {**body, "type": "EDP"})["id"]
    answers = {
        "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
        "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
    }  # fmt: skip
    watch("triage", lambda: desk.post(f"/api/calls/{crisis}/triage/", {"answers": answers}))
    watch("cancel", lambda: desk.post(f"/api/calls/{crisis}/cancel/", {"reason": "Measured"}))


def measure(rounds: int, folder: Path | None) -> dict[str, Any]:
    desk, times, plans = Desk("supervisor"), {}, Plans()

    def timed(name: str, run: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = run()
        times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        return answer

    def explained(name: str, run: Callable[[], Any]) -> Any:
        with plans.explaining(name):
            return run()

    deeds = reads(desk)
    for name, run in deeds.items():
        run()
        explained(name, run)
        for _ in range(rounds):
            timed(name, run)
        sys.stderr.write(f"{name}: {statistics.median(times[name]):.1f} ms, {plans.pages(name)} pages\n")
    commands(desk, lambda name, run: run())
    commands(desk, explained)
    for _ in range(rounds):
        commands(desk, timed)
    if folder:
        plans.save(folder)
    return {
        "about": about(),
        "deeds": {
            name: {"ms": statistics.median(taken), "pages": plans.pages(name), "scans": plans.scans(name)}
            for name, taken in times.items()
        },
    }


def about() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    return f"{Call.objects.count()} calls, {log.head() - log.oldest() + 1} events, {size}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--plans", type=Path)
    parser.add_argument("--make-room", action="store_true")
    parser.add_argument("--copy-before", type=float, metavar="SECONDS")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS.append("testserver")
    if options.make_room:
        make_room()
    elif options.copy_before:
        copy_before(MOST_COPIES, timedelta(seconds=options.copy_before))
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
    else:
        print(json.dumps(measure(options.rounds, options.plans)))


if __name__ == "__main__":
    main()
