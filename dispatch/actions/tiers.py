"""Choosing a tier instead of single roles."""

from __future__ import annotations

from dispatch.actions.changed import require_open
from dispatch.actions.transaction import action
from dispatch.actions.triage import response_override
from dispatch.models import Decision
from dispatch.queries import access, decisions, rulesets
from dispatch.rules.tiers import response_of_tier
from dispatch.rules.triage import stored_availability
from hearteam.problems import Refused
from partners.access import Actor, Permission


def tier_override(*, by: Actor, call_id: str | int, tier: int, reason: str) -> Decision:
    """Give the call what the ruleset sends to this person at a tier. Less protection needs a supervisor and a reason.

    Refused where nothing near the answers given leads to the tier, and where `response_override` refuses the response.
    """
    access.require(by, Permission.POLICE_REQUEST, "change the response")
    with action(by):
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "get another tier")
        if call.decision is None:
            raise Refused("Triage the call first: there is no response to override yet.")
        ruleset = rulesets.load(call.decision.ruleset_id)
        states = stored_availability(call.decision.availability)
        available = [team for team, state in states.items() if state.available]
        response = response_of_tier(ruleset, decisions.replay(call.decision), tier, available)
        if not response:
            raise Refused(f"The rules know no T{tier} near these answers: choose the response, Ctrl+Shift+O.")
        return response_override(by=by, call_id=call.pk, response=list(response), reason=reason, tier=tier)
