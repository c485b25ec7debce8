"""The stage most tests of actions play on: the cast at work, the published default ruleset, the center's code tables.

stage = set_stage()
call = stage.call()
stage.triage(call, weapon="UNKNOWN")
stage.send(call, "HPD1")
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from dispatch import models, reference
from dispatch.actions import assignments, triage
from dispatch.actions.rulesets import ruleset_import
from dispatch.models import Assignment, Call, Decision
from dispatch.rules import codes
from dispatch.rules.ruleset import Ruleset, Situation
from dispatch.rules.ruleset_file import load_default_ruleset
from hearteam.events.models import Stream
from partners.access import Actor
from partners.models import Unit
from tests.cast import Cast, make_cast
from tests.factories import make_call, make_unit

SYSTEM = Actor.system("stage")
CLEAR_ADULT = {
    "weapon": "NONE",
    "violence": "NONE",
    "medical": "NONE",
    "self_harm": "NONE",
    "scene": "SAFE",
    "crime": "NONE_OR_MINOR",
    "age": "ADULT",
    "acuity": "LOW",
    "caller_wants_police": "NO",
    "premise_caution": "NO",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The cast, beside CRT2, HPD2 and EMS1, and the steps tests take most often. All raise what the actions raise."""

    cast: Cast
    dispatcher: Actor
    supervisor: Actor
    crew: Actor
    officer: Actor
    crt2: Unit
    hpd2: Unit
    ems1: Unit

    def call(self, **fields: Any) -> Call:
        """A pending call downtown (a row; no event)."""
        return make_call(**fields)

    def triage(self, call: Call, *, by: Actor | None = None, **changes: str) -> Decision:
        """Answer all questions: a clear adult with some answers changed (R8 without any)."""
        return triage.triage_answer(by=by or self.dispatcher, call_id=call.pk, answers={**CLEAR_ADULT, **changes})

    def send(self, call: Call, *units: str, **more: Any) -> list[Assignment]:
        """Dispatch units."""
        return assignments.assignment_create(by=self.dispatcher, call_id=call.pk, units=list(units), **more)

    def step(self, assignment: Assignment, *statuses: str, **more: Any) -> Assignment:
        """Take a unit through these statuses, on the dispatcher's word."""
        for status in statuses:
            assignment = assignments.assignment_status_set(
                by=self.dispatcher, assignment_id=assignment.pk, status=status, **more
            )
        return assignment

    def triaged_call(self, **changes: str) -> Call:
        """A call with its triage done."""
        call = self.call()
        self.triage(call, **changes)
        return Call.objects.get(pk=call.pk)

    def crt_at(self, *statuses: str) -> tuple[Call, Assignment]:
        """CRT1 sent to a clear adult (R8), and taken through these statuses."""
        call = self.triaged_call()
        (assignment,) = self.send(call, "CRT1")
        return call, self.step(assignment, *statuses)


def set_stage() -> Stage:
    """Everybody on shift, reachable and available; the default ruleset published; code tables filled."""
    cast = make_cast()
    publish_default_ruleset()
    fill_code_tables()
    return Stage(
        cast=cast,
        dispatcher=cast.actor("dispatcher"),
        supervisor=cast.actor("supervisor"),
        crew=cast.actor("crt1_clinician"),
        officer=cast.actor("hpd1_officer"),
        crt2=make_unit("CRT2", "CRT"),
        hpd2=make_unit("HPD2", "HPD"),
        ems1=make_unit("EMS1", "EMS"),
    )


def publish_default_ruleset() -> models.Ruleset:
    """The programme's table."""
    return publish_ruleset(default_ruleset())


@cache
def default_ruleset() -> Ruleset:
    """The programme's table, read once by each process: reading it takes longer than the rest of the stage."""
    return load_default_ruleset()


def publish_ruleset(ruleset: Ruleset) -> models.Ruleset:
    """Decides from now on; published without proving it (tests of the rules do that exhaustively)."""
    row = ruleset_import(by=SYSTEM, ruleset=ruleset)
    now = timezone.now()
    models.Ruleset.objects.filter(pk=row.pk).update(
        status="published",
        approver_name="somebody else",
        checked_at=now,
        approved_at=now,
        published_at=now,
        effective_at=now,
    )
    return models.Ruleset.objects.get(pk=row.pk)


def fill_code_tables() -> None:
    """Call types with the default plan, dispositions and interventions, where they are not there yet."""
    if models.Disposition.objects.exists():
        return
    types = models.CallType.objects.bulk_create(
        models.CallType(
            code=row.code,
            name=row.name,
            apco=row.code,
            asks_triage=row.triage.value,
            default_priority=row.priority,
            extra_roles=["FIRE"] if row.adds_fire else [],
            situation=Situation.OVERDOSE.value if row.is_overdose else "",
        )
        for row in codes.CALL_TYPES
    )
    by_code = {row.code: row for row in types}
    models.ResponsePlan.objects.bulk_create(
        models.ResponsePlan(call_type=by_code[row.call_type], priority=row.priority, role=need.role, count=need.count)
        for row in codes.default_response_plan()
        for need in row.needs
    )
    models.Disposition.objects.bulk_create(
        models.Disposition(name=row.name, label=row.description, apco=row.code) for row in codes.DISPOSITIONS
    )
    models.Intervention.objects.bulk_create(models.Intervention(**row) for row in reference.interventions())


@contextmanager
def rolled_back() -> Iterator[None]:
    """What happens inside is undone at its end. Marked as a test's own, as durable actions must run in it."""
    atomic = transaction.atomic()
    atomic._from_testcase = True
    with atomic:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """One stage a module, in a transaction around all its tests; each test's own is nested in it."""
    with django_db_blocker.unblock(), rolled_back():
        yield set_stage()


@pytest.fixture
def stage(module_stage: Stage, db: None) -> Stage:
    """The module's stage as it was set, whatever earlier tests did on it."""
    return module_stage


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's, which would leave the log without its stream's row."""
    with django_db_blocker.unblock():
        Stream.objects.get_or_create(name="board")
        yield
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        Stream.objects.get_or_create(name="board")


@pytest.fixture
def committed(transactional_db: None) -> Stage:
    """A stage that other connections see. In modules of their own: beside `stage`, its rows would be there twice."""
    return set_stage()
