"""Load what a new center starts from. Run again it changes nothing: what a supervisor edited since stays."""

from __future__ import annotations

from django.db import transaction

from dispatch import models, reference
from dispatch.actions.geography import gazetteer_load
from dispatch.actions.rulesets import ruleset_approve, ruleset_check, ruleset_import, ruleset_publish
from dispatch.rules import codes
from dispatch.rules.command_grammar import grammar
from dispatch.rules.ruleset import Situation
from dispatch.rules.ruleset_file import load_default_ruleset
from partners.access import Actor
from partners.actions.reference import reference_add

AUTHOR = Actor(name="reference data", is_system=True)
APPROVER = Actor(name="programme default", is_system=True)


def reference_load() -> dict[str, int]:
    """Everything, in the order it depends on each other; returns how many rows of each kind were new."""
    new = reference_add(by=AUTHOR, **reference.partners())
    with transaction.atomic(durable=True):
        new["call types"] = _add_call_types()
        new["dispositions"] = _add_dispositions()
        new["interventions"] = _add_interventions()
        new["command aliases"] = _add_aliases()
        new["phrases"] = _add_phrases()
        new["interpreter lines"] = _add_interpreter_lines()
    new["rulesets"] = _publish_default()
    places = models.Place.objects.count()
    gazetteer_load()
    new["places"] = models.Place.objects.count() - places
    return new


def _add_call_types() -> int:
    """A new call type comes with its response plan; the plan of a known one is the center's own."""
    known = set(models.CallType.objects.values_list("code", flat=True))
    missing = [row for row in codes.CALL_TYPES if row.code not in known]
    rows = models.CallType.objects.bulk_create(_call_type(row) for row in missing)
    by_code = {row.code: row for row in rows}
    models.ResponsePlan.objects.bulk_create(
        models.ResponsePlan(call_type=by_code[plan.call_type], priority=plan.priority, role=need.role, count=need.count)
        for plan in codes.default_response_plan()
        if plan.call_type in by_code
        for need in plan.needs
    )
    if codes.DEFAULT_CALL_TYPE in by_code:
        _add_plan_for_calls_without_a_type()
    return len(rows)


def _call_type(row: codes.CallType) -> models.CallType:
    return models.CallType(
        code=row.code,
        name=row.name,
        apco=row.code,
        asks_triage=row.triage.value,
        default_priority=row.priority,
        extra_roles=["FIRE"] if row.adds_fire else [],
        situation=Situation.OVERDOSE.value if row.is_overdose else "",
    )


def _add_plan_for_calls_without_a_type() -> None:
    models.ResponsePlan.objects.bulk_create(
        models.ResponsePlan(call_type=None, priority=plan.priority, role=need.role, count=need.count)
        for plan in codes.default_response_plan()
        if plan.call_type == codes.DEFAULT_CALL_TYPE
        for need in plan.needs
    )


def _add_aliases() -> int:
    """One that a supervisor put out of use stays so."""
    known = set(models.CommandAlias.objects.values_list("word", flat=True))
    rows = [models.CommandAlias(word=word, verb=verb) for word, verb in grammar().aliases.items() if word not in known]
    return len(models.CommandAlias.objects.bulk_create(rows))


def _add_dispositions() -> int:
    known = set(models.Disposition.objects.values_list("name", flat=True))
    rows = [
        models.Disposition(name=row.name, label=row.description, apco=row.code)
        for row in codes.DISPOSITIONS
        if row.name not in known
    ]
    return len(models.Disposition.objects.bulk_create(rows))


def _add_interventions() -> int:
    known = set(models.Intervention.objects.values_list("code", flat=True))
    rows = [models.Intervention(**row) for row in reference.interventions() if row["code"] not in known]
    return len(models.Intervention.objects.bulk_create(rows))


def _add_phrases() -> int:
    known = set(models.CannedPhrase.objects.values_list("code", flat=True))
    rows = [models.CannedPhrase(**row) for row in reference.intake()["phrases"] if row["code"] not in known]
    return len(models.CannedPhrase.objects.bulk_create(rows))


def _add_interpreter_lines() -> int:
    """Only where there is none at all: the numbers are a demonstration's, and a center's own replace them."""
    if models.InterpreterLine.objects.exists():
        return 0
    rows = [models.InterpreterLine(**row) for row in reference.intake()["lines"]]
    return len(models.InterpreterLine.objects.bulk_create(rows))


def _publish_default() -> int:
    """Publish the programme's default table where no ruleset was ever published."""
    if models.Ruleset.objects.filter(published_at__isnull=False).exists():
        return 0
    default = load_default_ruleset()
    row = models.Ruleset.objects.filter(name=default.name, version=default.version).first()
    if row is None:
        row = ruleset_import(by=AUTHOR, ruleset=default, note="The programme's default table")
    ruleset_check(by=AUTHOR, ruleset_id=row.pk)
    ruleset_approve(by=APPROVER, ruleset_id=row.pk)
    ruleset_publish(by=AUTHOR, ruleset_id=row.pk)
    return 1
