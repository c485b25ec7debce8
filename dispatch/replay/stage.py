"""What the parts of a replay share: the agenda, who acts, chance, and the list of what did not go as planned."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.models import Intervention
from dispatch.replay.clock import Agenda
from dispatch.replay.draws import seeded
from dispatch.replay.records import RecordedIncident
from hearteam.problems import Problem
from partners.access import Actor
from partners.models import Facility


@dataclass(slots=True)
class IncidentRun:
    """One incident on its way. `shift` is added to its recorded moments, `wait` to those after the dispatch."""

    incident: RecordedIncident
    reference: str
    shift: timedelta
    call_id: int | None = None
    wait: timedelta = timedelta(0)
    sent: bool = False
    missing: set[str] = field(default_factory=set)
    handoffs: list[str] = field(default_factory=list)
    decided_again: bool = False
    ended: bool = False

    @property
    def received_at(self) -> datetime:
        """When the call comes in, on the day it is laid on."""
        return self.incident.received_at + self.shift

    @property
    def planned_dispatch(self) -> datetime:
        """When the center dispatched it."""
        return (self.incident.dispatched_at or self.incident.received_at) + self.shift

    @property
    def clears_at(self) -> datetime:
        """When its last unit leaves and the call ends."""
        return (self.incident.cleared_at or self.incident.received_at) + self.shift + self.wait

    def span(self, start: datetime | None, end: datetime | None) -> timedelta:
        """A recorded duration; nothing where one end is missing."""
        return max(end - start, timedelta(0)) if start and end else timedelta(0)


@dataclass(slots=True)
class Stage:
    """The setting of one replay. `problems` are sentences about what an action refused."""

    by: Actor
    seed: int
    speed: int
    agenda: Agenda = field(default_factory=Agenda)
    problems: list[str] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    hospitals: list[Facility] = field(default_factory=list)
    care_places: list[Facility] = field(default_factory=list)
    interventions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for facility in Facility.objects.filter(active=True).exclude(kind=Facility.Kind.HOME):
            (self.hospitals if facility.kind == Facility.Kind.HOSPITAL else self.care_places).append(facility)
        self.interventions = list(Intervention.objects.filter(active=True).values_list("code", flat=True))

    def chance(self, run: IncidentRun, *names: object) -> random.Random:
        """Chance for one purpose of one incident."""
        return seeded(self.seed, run.incident.reference, *names)

    def attempt(self, run: IncidentRun, what: str, action: Callable[[], object]) -> Problem | None:
        """Do an action; a refusal is kept as a sentence and handed back."""
        self.commands[what] += 1
        try:
            action()
        except Problem as problem:
            self.problems.append(f"{run.incident.reference} (line {run.incident.line}), {what}: {problem.detail}")
            return problem
        return None
