"""How long a what-if over many stored calls takes, and how much memory.

    .venv/bin/python -m benchmarks.what_if [--calls 100000] [--seed 1]

Makes a scratch database with calls of 90 days: situations drawn with the weights of replays, two decisions a call (a
provisional one first), and the units' times. Then tries a changed table alone, and with added hours and units.
"""

# ruff: noqa: E402 (models can be imported once Django knows its settings)
import argparse
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django

from hearteam.embedded.services import use_for_this_command
from hearteam.settings.environment import home_dir

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
use_for_this_command(home_dir())
django.setup()

from django.db import connection

from dispatch.actions.reference import reference_load
from dispatch.models import Assignment, Call, CallType, Decision, TriageAnswers
from dispatch.queries import rulesets
from dispatch.queries.decisions import answers_of
from dispatch.queries.whatif_calls import result, scenario
from dispatch.replay.scenarios import draw_situation
from dispatch.rules import triage
from dispatch.rules.whatif_hours import read_hours, read_units
from partners.models import Team, Unit

DAYS = 90
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
AT_ONCE = 5_000
OPEN_HOURS = range(8, 22)
TYPES = {"EDP": 35, "MNTL": 35, "SUICTHRT": 15, "MTLV": 10, "SUICIDE": 5}
STATES = {None: 70, "BUSY": 20, "NO_UNIT": 10}
NEIGHBORHOODS = ("DOWNTOWN", "WEST END", "FROG HOLLOW", "NORTH END", "SOUTH END")
UNITS = {"CRT": ("CRT", 2), "CRMHC": ("CRMHC", 2), "WHEELER": ("WHEELER", 2), "POLICE": ("HPD", 12), "EMS": ("EMS", 6)}


def fill(calls: int, seed: int) -> None:
    """Make the calls. In a process of its own, so that its memory is not counted."""
    reference_load()
    made = _Made(random.Random(seed), calls)
    rows = made.rows()
    while batch := list(islice(rows, AT_ONCE)):
        made.store(batch)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "UPDATE dispatch_call c SET decision_id = d.id FROM dispatch_decision d"
            " WHERE d.call_id = c.id AND NOT d.provisional"
        )
        cursor.execute("ANALYZE")


class _Made:
    """Draws calls and stores them."""

    def __init__(self, rng: random.Random, calls: int) -> None:
        self.rng, self.calls = rng, calls
        self.row, self.ruleset = rulesets.current()
        self.types = {kind.code: kind for kind in CallType.objects.all()}
        self.units = {
            role: [
                Unit.objects.create(callsign=f"{team}{n + 1}", team=Team.objects.get(code=team), status_since=UNTIL)
                for n in range(count)
            ]
            for role, (team, count) in UNITS.items()
        }

    def drawn(self, weights: dict[Any, int]) -> Any:
        return self.rng.choices(list(weights), weights=list(weights.values()))[0]

    def rows(self) -> Iterator[tuple[Any, Any, dict[str, str], dict[str, Any]]]:
        """(call, when decided, answers, availability), in the order of time."""
        step = timedelta(days=DAYS) / self.calls
        for number in range(self.calls):
            received_at = UNTIL - timedelta(days=DAYS) + step * number
            kind = self.drawn(TYPES)
            call = Call(
                number=f"B{number:07}", status="closed", call_type=self.types[kind], behavioural="YES", in_city=True,
                neighborhood=self.rng.choice(NEIGHBORHOODS), received_at=received_at, closed_at=received_at,
            )  # fmt: skip
            opened = received_at.hour in OPEN_HOURS
            availability = {team: self.state(opened) for team in ("CRMHC", "CRT", "WHEELER")}
            answers = draw_situation(self.rng.randrange(10**9), kind, call.number).all_answers()
            yield call, received_at + timedelta(seconds=self.rng.randint(40, 90)), answers, availability

    def state(self, opened: bool) -> dict[str, Any]:
        code = self.drawn(STATES) if opened else "OFF_HOURS"
        words = {
            "BUSY": "all units are on calls or on a break",
            "NO_UNIT": "no unit on shift",
            "OFF_HOURS": "off hours",
        }
        channel = None if code else "TABLET"
        return {"available": code is None, "code": code, "reason": words.get(code), "channel": channel}

    def store(self, batch: list[tuple[Any, Any, dict[str, str], dict[str, Any]]]) -> None:
        calls = Call.objects.bulk_create(call for call, *_ in batch)
        first = [{field: answers[field] for field in ("weapon", "violence")} for _, _, answers, _ in batch]
        for given in (first, [answers for _, _, answers, _ in batch]):
            stored = TriageAnswers.objects.bulk_create(
                TriageAnswers(call=call, at=row[1], **answers)
                for call, row, answers in zip(calls, batch, given, strict=True)
            )
            decisions = Decision.objects.bulk_create(
                self.decision(call, row, answers) for call, row, answers in zip(calls, batch, stored, strict=True)
            )
        Assignment.objects.bulk_create(
            assignment
            for call, decision in zip(calls, decisions, strict=True)
            for assignment in self.sent(call, decision)
        )
        tiers = {call.pk: decision.tier for call, decision in zip(calls, decisions, strict=True)}
        for call in calls:
            call.tier = tiers[call.pk]
        Call.objects.bulk_update(calls, ["tier", "unserved_team", "unserved_reason"])

    def decision(self, call: Any, row: Any, stored: Any) -> Any:
        _, at, _, availability = row
        kind = call.call_type
        context = {"extra_roles": sorted(kind.extra_roles), "situation": kind.situation}
        found = self.decide(
            tuple(sorted(answers_of(stored).items())),
            tuple((team, tuple(state.items())) for team, state in availability.items()),
            (tuple(context["extra_roles"]), context["situation"]),
        )
        if found["choices"] and not set(found["choices"]) & set(found["response"]):
            call.unserved_team = found["choices"][0]
            call.unserved_reason = availability[call.unserved_team]["code"].replace("BUSY", "NO_UNIT")
        return Decision(
            call=call, answers=stored, ruleset=self.row, availability=availability, context=context,
            rule=found["rule"], ruled_tier=found["tier"], ruled_response=found["response"], tier=found["tier"],
            response=found["response"], priority=found["priority"], data=found, provisional=found["provisional"], at=at,
        )  # fmt: skip

    @cache  # noqa: B019 - one of these lives as long as the process
    def decide(self, answers: Any, availability: Any, context: Any) -> dict[str, Any]:
        decision = triage.decide(
            self.ruleset,
            dict(answers),
            triage.stored_availability({team: dict(state) for team, state in availability}),
            context=triage.stored_context({"extra_roles": context[0], "situation": context[1]}),
        )
        return triage.decision_data(decision)

    def sent(self, call: Any, decision: Any) -> Iterator[Any]:
        for role in decision.response:
            if role in self.units:
                began = decision.at + timedelta(seconds=self.rng.randint(30, 600))
                ended = began + timedelta(minutes=self.rng.randint(20, 120))
                yield Assignment(
                    call=call, unit=self.rng.choice(self.units[role]), role=role, status="AV", status_since=ended,
                    dispatched_at=began, on_scene_at=began + timedelta(minutes=8), cleared_at=ended,
                )  # fmt: skip


def measure() -> None:
    """Try the default table with acute adults at tier 4, alone and with hours and units added."""
    default = rulesets.current()[1]
    lowered = tuple(
        replace(rule, outcomes=tuple(replace(row, tier=4) for row in rule.outcomes)) if rule.code == "R7" else rule
        for rule in default.rules
    )
    draft = replace(default, version=2, rules=lowered)
    hours = {team: tuple(rows) for team, rows in read_hours(["CRT Mon-Sun 22:00-08:00"]).items()}
    print(f"{Decision.objects.count():,} decisions, {Assignment.objects.count():,} assignments")
    print(f"{_peak_mb()} MB to begin with")
    for name, added in (("table alone", ({}, {})), ("with hours and units", (hours, read_units(["CRT 2", "CRMHC 1"])))):
        began, worked = time.perf_counter(), time.process_time()
        found = result(scenario(draft, *added), UNTIL - timedelta(days=DAYS), UNTIL)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        said = f"{found.tally.calls:,} calls, {found.summary()['changed']:,} changed in {len(found.groups)} groups"
        print(f"{name}: {took:.1f} s ({worked:.1f} s of a processor), {_peak_mb()} MB at most; {said}")


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    try:
        began = time.perf_counter()
        child = multiprocessing.get_context("spawn").Process(target=fill, args=(options.calls, options.seed))
        child.start()
        child.join()
        if child.exitcode:
            raise SystemExit("The calls could not be made.")
        print(f"made {options.calls:,} calls in {time.perf_counter() - began:.0f} s")
        measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
