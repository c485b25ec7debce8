"""Answers -> decision -> slots, orders and proposed units. Rules decide (`dispatch.rules`); here is what follows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch import models
from dispatch.actions.alerts import clear_alerts
from dispatch.actions.call_timers import set_call_deadlines
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.due import deadline_set, deadlines_cancel
from dispatch.actions.holds import end_hold
from dispatch.actions.orders import lift_orders
from dispatch.actions.progress import active_assignments
from dispatch.actions.recommendation import propose
from dispatch.actions.scene import officer_awaited, word_lapse
from dispatch.actions.scope import flag_scope
from dispatch.actions.slots import POLICE, asks_no_triage, plan_slots, set_slots
from dispatch.actions.transaction import Work, action
from dispatch.actions.upgrades import (
    MORE_DANGER,
    TURNED_BY_DANGER,
    WITH_POLICE,
    carry_out,
    effects_of_response,
    police_come_in,
)
from dispatch.models import Call, Decision, ResponseSlot, TriageAnswers
from dispatch.queries import access, decisions, rulesets
from dispatch.queries.availability import STILL_OPEN, as_stored, nobody_stays, reached_by_phone, team_states
from dispatch.queries.call import triage_row
from dispatch.queries.scene import assigned_fact, danger_stands, police_in_response
from dispatch.queries.timers import counted_from, timer_settings
from dispatch.rules import safety, timers, triage
from dispatch.rules.answers import lowers
from dispatch.rules.explain import Direction, direction, protection
from dispatch.rules.ruleset import Ruleset, is_civilian
from dispatch.rules.timers import AlertKind, DeadlineKind
from hearteam.events import types
from hearteam.problems import Conflict, Malformed, Refused
from partners.access import Actor, Permission
from partners.models import Team

POLICE_CHOSEN = "Override: police come in"
HANDOFF_KINDS = (DeadlineKind.HANDOFF_NEXT, DeadlineKind.HANDOFF_FALLBACK)


def triage_answer(
    *,
    by: Actor,
    call_id: str | int,
    answers: dict[str, Any],
    source: str = TriageAnswers.Source.CALLER,
    occurred_at: datetime | None = None,
    seen: str | None = None,
) -> Decision:
    """Replace all answers (a missing one was not asked) and decide. Corrections re-triage both ways, for anyone.

    `seen` is the decision whose answers these replace ("" for none). Answers that would lower one given since are a
    Conflict that brings the newest; so are those given before the newest (`occurred_at`).

    1. Check the answers; those that the ruleset of `seen` asked and this one does not are left out. An active caution
       of the place raises `premise_caution`, whatever the client says.
    2. Decide by the published ruleset; store answers, availability, result.
    3. Slots follow the response. More danger orders crews to stage or withdraw and asks for police (invariant 10);
       an assigned unit is never released by it (invariant 9).
    """
    access.require(by, Permission.TRIAGE, "answer triage questions")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be triaged")
        published, ruleset = rulesets.current()
        try:
            given = triage.parse_answers(ruleset, _still_asked(call, ruleset, answers, seen))
        except triage.AnswersError as error:
            raise Malformed("An answer is not one of those offered.", errors=error.errors) from error
        given = triage.with_premise_caution(given, decisions.has_caution(call))
        _check_not_stale(call, ruleset, given, seen, occurred_at)
        row = _keep_answers(work, call, given, source, moment(occurred_at))
        return _decide(work, call, row, ruling=(published, ruleset))


def _still_asked(call: Call, ruleset: Ruleset, answers: dict[str, Any], seen: str | None) -> dict[str, Any]:
    """A screen that still asks a question of an earlier ruleset must not lose a danger over it."""
    others = answers.keys() - {question.field for question in ruleset.questions}
    if not others or seen is None or not (seen.isascii() and seen.isdigit()):
        return answers
    before = call.decisions.filter(pk=seen).first()
    if before is None:
        return answers
    gone = others & {question.field for question in rulesets.load(before.ruleset_id).questions}
    return {field: code for field, code in answers.items() if field not in gone}


def _check_not_stale(
    call: Call, ruleset: Ruleset, given: dict[str, str], seen: str | None, occurred_at: datetime | None
) -> None:
    """Nobody takes a danger back without having seen that it was reported."""
    if call.decision is None:
        return
    newest = call.decision.answers
    unseen = seen is not None and seen != str(call.decision_id)
    earlier = occurred_at is not None and call.pace == 1 and occurred_at < newest.at
    if (unseen or earlier) and lowers(ruleset, decisions.answers_of(newest), given):
        raise Conflict(
            f"{call.number} was triaged meanwhile with more danger: look at the newest answers first.",
            version=call.version,
            triage=triage_row(call),
        )


def triage_again(work: Work, call: Call, reason: str) -> Decision | None:
    """Decide again on the same answers because something else changed (the place, a failed hand-off)."""
    if call.decision is None:
        return None
    row = call.decision.answers
    raised = "YES" if decisions.has_caution(call) else row.premise_caution
    if raised != row.premise_caution:
        given = {**decisions.answers_of(row), "premise_caution": raised}
        row = _keep_answers(work, call, given, TriageAnswers.Source.PREMISE, timezone.now())
    return _decide(work, call, row, because=reason)


def triage_with(work: Work, call: Call, answers: dict[str, str], reason: str) -> Decision:
    """Decide on answers that another record of the same event gave."""
    given = triage.with_premise_caution(answers, decisions.has_caution(call))
    row = _keep_answers(work, call, given, TriageAnswers.Source.OTHER, timezone.now())
    return _decide(work, call, row, because=reason)


def _keep_answers(work: Work, call: Call, given: dict[str, str], source: str, at: datetime) -> TriageAnswers:
    """A set of answers as a row of its own: none is ever changed."""
    return TriageAnswers.objects.create(
        call=call, source=source, answered_by_id=work.by.user_id, at=at, **decisions.as_columns(given)
    )


def _decide(
    work: Work,
    call: Call,
    answers: TriageAnswers,
    because: str = "",
    ruling: tuple[models.Ruleset, Ruleset] | None = None,
) -> Decision:
    """`ruling` is the ruleset whose questions were answered: another may take effect before they are decided on."""
    published, ruleset = ruling or rulesets.current()
    old = decisions.replay(call.decision) if call.decision is not None else None
    states = team_states(call)
    availability = as_stored(states)
    context = decisions.context_of(call)
    new = triage.decide(
        ruleset,
        decisions.answers_of(answers),
        triage.stored_availability(availability),
        context=triage.stored_context(context),
    )
    assigned = active_assignments(call)
    effects = safety.upgrade_effects(ruleset, old, new, [assigned_fact(row) for row in assigned])
    police_before = not asks_no_triage(call) or _had_police(call)
    decision = Decision.objects.create(
        call=call,
        answers=answers,
        ruleset=published,
        availability=availability,
        context=context,
        decided_by_id=work.by.user_id,
        at=answers.at if not because else timezone.now(),
        **as_ruled(new),
    )
    _apply_to_call(call, decision, upgraded=bool(effects.alert))
    if effects.scene_safe_lapses:
        call.scene_safe_at, call.scene_safe_by = None, ""
    call_save(call, "decision", "tier", "behavioural", "priority", "triaged_at", "scene_safe_at", "scene_safe_by")
    work.emit(_triaged(decision, new, because, upgraded=bool(effects.alert)), call=call)
    set_slots(
        work, call, _wanted(call, decision, new), ResponseSlot.Source.RULESET, tuple(join.team for join in new.joins)
    )
    plan_slots(work, call)
    carry_out(work, call, effects, assigned, MORE_DANGER)
    if not police_before and POLICE not in new.response and police_in_response(call):
        police_come_in(work, call)
    flag_scope(work, call, safety.out_of_scope_crews(new, [assigned_fact(row) for row in assigned]), assigned)
    if not effects.orders and not police_in_response(call):
        lift_orders(work, call, "Re-triage: the danger is over", given_for=TURNED_BY_DANGER)
    if safety.ends_hold(ruleset, old, new):
        end_hold(work, call, "Triage: more danger than when it was held")
    _settle_priority(call, decision)
    _triage_timers(work, call, decision, new)
    propose(work, call, states)
    return decision


def as_ruled(new: triage.Decision) -> dict[str, Any]:
    """The ruleset's result as columns: nothing is overridden yet."""
    return {
        "rule": new.rule,
        "ruled_tier": new.tier,
        "ruled_response": list(new.response),
        "tier": new.tier,
        "response": list(new.response),
        "priority": new.priority,
        "provisional": new.provisional,
        "data": triage.decision_data(new),
    }


def _triaged(decision: Decision, new: triage.Decision, because: str, *, upgraded: bool) -> types.CallTriaged:
    return types.CallTriaged(
        decision=str(decision.pk),
        answers=decisions.answers_of(decision.answers),
        source=decision.answers.source,
        tier=new.tier,
        rule=new.rule,
        ruleset=f"{decision.ruleset.name} v{decision.ruleset.version}",
        response=list(new.response),
        provisional=new.provisional,
        reasons=[*([because] if because else []), *triage.told(new)],
        upgraded=upgraded,
    )


def _apply_to_call(call: Call, decision: Decision, *, upgraded: bool) -> None:
    call.decision = decision
    call.tier = decision.tier
    call.behavioural = Call.Behavioural.YES
    _set_priority(call, _ruled_priority(call, decision), upgraded=upgraded)
    if call.triaged_at is None and not decision.provisional:
        call.triaged_at = decision.at


def _set_priority(call: Call, wanted: int, *, upgraded: bool) -> None:
    keeps = upgraded or call.priority_fixed or danger_stands(call)
    call.priority = 1 if upgraded else min(call.priority, wanted) if keeps else wanted


def _had_police(call: Call) -> bool:
    """Whether police were asked for or sent before, though they may have left."""
    slots = call.slots.filter(role=POLICE).exclude(status=ResponseSlot.Status.CANCELLED)
    return police_in_response(call) or slots.exists()


def _settle_priority(call: Call, decision: Decision) -> None:
    """A priority that danger raised goes back to what was decided, once nothing of the danger is left."""
    ruled = _ruled_priority(call, decision)
    if call.priority < ruled and not call.priority_fixed and not danger_stands(call):
        call.priority = ruled
        call.save(update_fields=["priority"])


def _ruled_priority(call: Call, decision: Decision) -> int:
    """The decision's, or the graver one of a type that has its response by plan."""
    if asks_no_triage(call) and call.call_type is not None:
        return min(decision.priority, call.call_type.default_priority)
    return decision.priority


def _wanted(call: Call, decision: Decision, new: triage.Decision) -> Counter[str]:
    """The response; EMS beside it where nobody stays with the person while a team is reached by phone."""
    wanted = Counter(new.response)
    if reached_by_phone(decision) and triage.ems_at_once(new.counted, nobody_stays=nobody_stays(call)):
        wanted["EMS"] = max(wanted["EMS"], 1)
    return wanted


def _triage_timers(work: Work, call: Call, decision: Decision, new: triage.Decision) -> None:
    if not new.provisional or new.settled:
        clear_alerts(work, "Triage done", kinds=[AlertKind.TRIAGE_INCOMPLETE], call=call)
    set_call_deadlines(call)
    by_phone = reached_by_phone(decision)
    waiting = call.slots.filter(role__in=by_phone, status=ResponseSlot.Status.REQUESTED)
    first = waiting.order_by("requested_at").values_list("requested_at", flat=True).first()
    settings = timer_settings(call)
    if settings is None or first is None:
        deadlines_cancel(HANDOFF_KINDS, call=call)
        return
    since = counted_from(call, first)
    attempts = call.handoffs.filter(team__code__in=by_phone).exclude(outcome__in=STILL_OPEN).count()
    deadline_set(DeadlineKind.HANDOFF_NEXT, timers.handoff_next_due(since, attempts, settings), call=call)
    deadline_set(DeadlineKind.HANDOFF_FALLBACK, timers.handoff_fallback_due(since, settings), call=call)


def end_handoff(work: Work, call: Call) -> None:
    """Units were sent: unless a team that is called is waited for, its clock stops and what failed has its fallback."""
    by_phone = reached_by_phone(call.decision) if call.decision is not None else []
    if not call.slots.filter(role__in=by_phone, status=ResponseSlot.Status.REQUESTED).exists():
        deadlines_cancel(HANDOFF_KINDS, call=call)
        clear_alerts(work, "Units sent", kinds=[AlertKind.HANDOFF_NOT_ACCEPTED], call=call)


def response_override(
    *, by: Actor, call_id: str | int, response: list[str], reason: str, tier: int | None = None
) -> Decision:
    """Choose another response than the ruleset's. More protection is free for anyone; less needs a supervisor and
    a reason.

    Nothing may break invariants 2-6 (invariant 9). The ruleset's own result stays stored beside it. `tier`: the one the
    response was chosen for; without it, what the response makes of the ruled one.
    """
    access.require(by, Permission.POLICE_REQUEST, "change the response")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "get another response")
        if call.decision is None:
            raise Refused("Triage the call first: there is no response to override yet.")
        wanted = [role.strip().upper() for role in response]
        unknown = set(wanted) - set(Team.objects.filter(active=True).values_list("role", flat=True))
        if unknown:
            raise Malformed(
                "A role is not known.", errors={"response": [f"No team fills {', '.join(sorted(unknown))}."]}
            )
        ruled = decisions.replay(call.decision)
        refusal = safety.override_allowed(
            rulesets.load(call.decision.ruleset_id),
            ruled,
            wanted,
            reason=reason,
            is_supervisor=by.may(Permission.LOWER_PROTECTION),
        )
        if refusal is not None:
            raise Refused(refusal.reason, rule=refusal.code.value, invariant=refusal.invariant)
        return _override(work, call, wanted, reason, tier)


def _override(work: Work, call: Call, wanted: list[str], reason: str, tier: int | None) -> Decision:
    old = call.decision
    assert old is not None
    decision = _overridden(old, wanted, reason, work.by.user_id, tier or _tier_of(old.ruled_tier, wanted))
    assigned = active_assignments(call)
    effects = effects_of_response(old, decision.tier, decision.response, assigned)
    call.decision, call.tier = decision, decision.tier
    wanted_priority = triage.priority_at(decision.tier, old.ruled_tier, _ruled_priority(call, decision))
    _set_priority(call, wanted_priority, upgraded=bool(effects.alert))
    call_save(call, "decision", "tier", "priority")
    work.emit(
        types.ResponseOverridden(
            decision=str(decision.pk),
            response=wanted,
            from_response=old.ruled_response,
            tier=decision.tier,
            direction=decision.override_direction,
            reason=decision.override_reason,
        ),
        call=call,
    )
    set_slots(work, call, Counter(wanted), ResponseSlot.Source.OVERRIDE, tuple(old.data["joins"]))
    if effects.scene_safe_lapses:
        word_lapse(work, call, POLICE_CHOSEN)
    if POLICE in wanted and POLICE not in old.response:
        officer_awaited(call)
    carry_out(work, call, effects, assigned, POLICE_CHOSEN)
    if direction(protection(old.tier, old.response), protection(decision.tier, wanted)) is Direction.RAISES:
        end_hold(work, call, "Override: more protection than when it was held")
    set_call_deadlines(call)
    propose(work, call)
    return decision


def _overridden(old: Decision, wanted: list[str], reason: str, by_id: int | None, tier: int) -> Decision:
    change = direction(protection(old.ruled_tier, old.ruled_response), protection(tier, wanted))
    return Decision.objects.create(
        call=old.call,
        answers=old.answers,
        ruleset=old.ruleset,
        availability=old.availability,
        context=old.context,
        rule=old.rule,
        ruled_tier=old.ruled_tier,
        ruled_response=old.ruled_response,
        tier=tier,
        response=wanted,
        priority=old.priority,
        provisional=old.provisional,
        data=old.data,
        decided_by_id=old.decided_by_id,
        at=timezone.now(),
        override_direction=_DIRECTIONS[change],
        override_reason=reason[:200],
        overridden_by_id=by_id,
    )


_DIRECTIONS = {
    Direction.RAISES: Decision.Direction.UP,
    Direction.LOWERS: Decision.Direction.DOWN,
    Direction.KEEPS: Decision.Direction.SIDEWAYS,
}


def _tier_of(ruled: int, response: list[str]) -> int:
    """An overridden response's tier: with police beside civilians at least T2, without civilians T1 only if ruled
    so.
    """
    if "POLICE" in response and any(is_civilian(role) for role in response):
        return min(ruled, WITH_POLICE)
    return ruled
