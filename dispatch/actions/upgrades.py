"""What more danger sets off on a locked call: crews turn round, police are asked for, aloud. Private pieces of the
public actions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from dispatch.actions.alerts import raise_alert
from dispatch.actions.changed import call_save
from dispatch.actions.holds import end_hold
from dispatch.actions.orders import put_order
from dispatch.actions.progress import active_assignments, check_sooner
from dispatch.actions.scene import word_lapse
from dispatch.actions.slots import POLICE, police_wanted
from dispatch.actions.transaction import Work
from dispatch.models import Assignment, Call, Decision
from dispatch.queries import decisions, rulesets
from dispatch.queries.scene import assigned_fact
from dispatch.rules import safety
from dispatch.rules.timers import AlertKind
from hearteam.events import types

MORE_DANGER = "Re-triage: more danger"
POLICE_COME = "Police come in: more danger"
TURNED_BY_DANGER = (MORE_DANGER, POLICE_COME)
"""Reasons of orders that hold while police are part of the response."""
WITH_POLICE = 2
"""No call with police and civilians is of a lower tier than this."""


def carry_out(
    work: Work, call: Call, effects: safety.UpgradeEffects, assigned: Collection[Assignment], reason: str
) -> None:
    """Give the orders, raise the alerts and ask for police, as the rules say; crews are asked as the tier demands."""
    by_callsign = {row.unit.callsign: row for row in assigned}
    for order in effects.orders:
        put_order(work, call, by_callsign[order.callsign], order.kind.value, reason)
    for callsign in effects.alert:
        raise_alert(work, AlertKind.UPGRADE, call=call, unit=by_callsign[callsign].unit, again="the danger rose again")
    check_sooner(work, call, assigned)
    if assigned and POLICE in effects.request:
        police_wanted(work, call)
        work.emit(types.PoliceRequested(source=reason), call=call)


def effects_of_response(
    old: Decision, tier: int, response: Collection[str], assigned: Collection[Assignment]
) -> safety.UpgradeEffects:
    """What another response than the decided one sets off: police who come in turn crews round as a re-triage does."""
    ruled = decisions.replay(old)
    before = replace(ruled, tier=old.tier, response=tuple(old.response))
    after = replace(ruled, tier=tier, response=tuple(response), is_fallback=False)
    ruleset = rulesets.load(old.ruleset_id)
    return safety.upgrade_effects(ruleset, before, after, [assigned_fact(row) for row in assigned])


def police_come_in(work: Work, call: Call) -> None:
    """Police came into the response beside what was decided: by the plan of the call's type, or by another call that
    was about the same event.
    """
    assigned = active_assignments(call)
    if call.decision is not None:
        with_police = [POLICE, *(role for role in call.decision.response if role != POLICE)]
        tier = min(call.decision.tier, WITH_POLICE)
        effects = effects_of_response(call.decision, tier, with_police, assigned)
        if effects.alert:
            call.priority = 1
            call_save(call, "priority")
        if effects.scene_safe_lapses:
            word_lapse(work, call, POLICE_COME)
        carry_out(work, call, effects, assigned, POLICE_COME)
    end_hold(work, call, POLICE_COME)


def order_out(work: Work, call: Call, assignment: Assignment) -> None:
    """A crew tells only now that it went in before the danger was known: it withdraws at once."""
    reason = assignment.order_reason if assignment.order else MORE_DANGER
    put_order(work, call, assignment, Assignment.Order.WITHDRAW, reason)
    raise_alert(work, AlertKind.UPGRADE, call=call, unit=assignment.unit, again="the crew was on scene already")
