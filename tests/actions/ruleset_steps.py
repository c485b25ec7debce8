"""A ruleset on its way, by two supervisors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from dispatch.actions.rulesets import ruleset_approve, ruleset_check, ruleset_import, ruleset_publish
from dispatch.models import Ruleset
from dispatch.queries.rulesets import database_now
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import load_default_ruleset
from hearteam.events.models import Event
from partners.access import Actor
from tests.stage import Stage

HOUR = timedelta(hours=1)


def second(stage: Stage) -> Actor:
    """The supervisor who approves what `stage.supervisor` wrote."""
    return stage.cast.actor("supervisor2")


@cache
def default_table() -> rules.Ruleset:
    """The programme's, read once: reading it takes longer than proving it."""
    return load_default_ruleset()


def edited(version: int = 2) -> rules.Ruleset:
    """The default table with another title on its first row."""
    table = default_table()
    first = replace(table.rules[0], title=f"Danger now ({version})")
    return replace(table, version=version, rules=(first, *table.rules[1:]))


def with_demand(version: int = 2) -> rules.Ruleset:
    """The default table where EMS always comes, and a demand that it does to every thought of suicide."""
    table = default_table()
    thought = rules.Condition(rules.Match.ALL, (rules.Column("self_harm", frozenset({"IDEATION"})),))
    demand = rules.Invariant("CALM", "EMS comes to every thought of suicide", thought, must_send=("EMS",))

    def with_ems(option: rules.Option) -> rules.Option:
        others = tuple(one for one in option.additions if one.role != "EMS")
        return replace(option, send=tuple(dict.fromkeys(("EMS", *option.send))), additions=others)

    def safer(rule: rules.Rule) -> rules.Rule:
        outcomes = (replace(one, options=tuple(map(with_ems, one.options))) for one in rule.outcomes)
        return replace(rule, outcomes=tuple(outcomes))

    demands = (*table.invariants, demand)
    return replace(table, version=version, rules=tuple(map(safer, table.rules)), invariants=demands, cases=())


def draft(stage: Stage, version: int = 2) -> Ruleset:
    """Imported by `stage.supervisor`."""
    return ruleset_import(by=stage.supervisor, ruleset=edited(version))


def approved(stage: Stage, version: int = 2) -> Ruleset:
    """Checked, and approved by the second supervisor."""
    row = draft(stage, version)
    ruleset_check(by=stage.supervisor, ruleset_id=row.pk)
    return ruleset_approve(by=second(stage), ruleset_id=row.pk)


def published(stage: Stage, version: int = 2) -> Ruleset:
    """Decides from now on."""
    return ruleset_publish(by=stage.supervisor, ruleset_id=approved(stage, version).pk)


def took_effect_unseen(stage: Stage, version: int) -> Ruleset:
    """Was published for a time that has come since, while no timers process looked."""
    row = approved(stage, version)
    Ruleset.objects.filter(pk=row.pk).update(status="published", effective_at=database_now())
    row.refresh_from_db()
    return row


def announced() -> list[tuple[int, str | None]]:
    """(version, what it republishes) of each announcement on the log."""
    events = Event.objects.filter(type="ruleset_published").order_by("v")
    return [(event.data["version"], event.data["republishes"]) for event in events]


def steps(row: Ruleset) -> Sequence[tuple[str, str]]:
    """(step, by whom) of a ruleset's life."""
    return list(row.steps.values_list("step", "by_name"))


def in_an_hour() -> datetime:
    """A time to publish for."""
    return database_now() + HOUR
