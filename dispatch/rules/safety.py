"""Safety gates of the running operation: who may be sent and go in, what an upgrade orders, what may be overridden.

Source: the programme's operational invariants 9, 10, 12 and 14, and invariants 2-6 for the units actually sent.
Every gate returns None when the step is allowed, else a Refusal with the number of the invariant.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dispatch.rules.evaluate import complete, offered
from dispatch.rules.explain import Direction, direction, protection
from dispatch.rules.ruleset import (
    HIGHEST_TIER,
    LOWEST_TIER,
    Answers,
    Ruleset,
    is_civilian,
)
from dispatch.rules.status import BEFORE_ARRIVAL, AssignmentStatus, Refusal, RefusalCode
from dispatch.rules.timers import DEFAULT_TIMERS, TimerSettings
from dispatch.rules.triage import Decision
from dispatch.rules.verify import ALWAYS_REQUIRED, MEDICAL_NOW


@dataclass(frozen=True, slots=True)
class Channel:
    """How a civilian unit can be reached: seconds since its tablet was seen and since a logged voice check."""

    tablet_seen_s: float | None = None
    voice_check_s: float | None = None
    handoff_accepted: bool = False


NO_CHANNEL: Final = Channel()


@dataclass(frozen=True, slots=True)
class UnitToSend:
    """A unit about to be assigned. `role` is POLICE, EMS, FIRE or its team's code.

    `welfare_timer_running` says that welfare checks of the assignment will come due: their deadlines are being watched.
    """

    callsign: str
    role: str
    channel: Channel = NO_CHANNEL
    welfare_timer_running: bool = True


@dataclass(frozen=True, slots=True)
class Marker:
    """A unit on a call whose word makes its scene safe. `arrived`: it has been on scene. `gave_word`: it said so."""

    arrived: bool
    gave_word: bool = False


class OrderKind(StrEnum):
    """What a crew is ordered to do by an upgrade."""

    STAGE = "STAGE"
    WITHDRAW = "WITHDRAW"


@dataclass(frozen=True, slots=True)
class Assigned:
    """A unit on a call. `order` is the order that stands for it."""

    callsign: str
    role: str
    status: AssignmentStatus
    order: OrderKind | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order to one crew."""

    callsign: str
    kind: OrderKind


@dataclass(frozen=True, slots=True)
class UpgradeEffects:
    """What a re-triage sets off. `alert` names the civilian units to raise the L1 upgrade alert with.

    `request` are the public-safety roles to request that nobody on the call fills, police at P1.
    `scene_safe_lapses` says that an earlier word that the scene is safe counts no longer.
    """

    orders: tuple[Order, ...] = ()
    request: tuple[str, ...] = ()
    alert: tuple[str, ...] = ()
    scene_safe_lapses: bool = False


NO_DANGER_TO_CREWS: Final = ("medical",)
"""Safety questions whose answers bring EMS but endanger nobody who is inside."""
HELD_BY_SUPERVISOR: Final = (1, 2)
"""Tiers whose calls only a supervisor lets wait."""
NO_EFFECTS: Final = UpgradeEffects()


def unclear(ruleset: Ruleset, answers: Answers) -> tuple[str, ...]:
    """The safety questions whose answer is not clear, in the order they are asked. `answers` is complete."""
    return tuple(
        question.field
        for question in ruleset.questions
        if question.safety and not question.answer(answers[question.field]).clear
    )


def channel_proven(channel: Channel, settings: TimerSettings = DEFAULT_TIMERS) -> bool:
    """Whether a civilian unit is known to be reachable: tablet seen, voice checked, or a phone hand-off accepted."""
    seen = channel.tablet_seen_s is not None and channel.tablet_seen_s <= settings.tablet_seen_s
    heard = channel.voice_check_s is not None and channel.voice_check_s <= settings.voice_check_s
    return seen or heard or channel.handoff_accepted


def may_send(
    ruleset: Ruleset,
    unit: UnitToSend,
    decision: Decision | None,
    final: Collection[str],
    settings: TimerSettings = DEFAULT_TIMERS,
) -> Refusal | None:
    """Whether a unit may be assigned (invariants 2-6 and 12).

    `final` are the roles and teams of the call once this unit is on it: assigned ones and requested slots.
    Public safety may always go.
    """
    if not is_civilian(unit.role):
        return None
    if decision is None:
        return Refusal(RefusalCode.NEEDS_TRIAGE, f"{unit.callsign} is a civilian unit: triage the call first.", 2)
    if not unit.welfare_timer_running:
        return _unsafe(12, f"{unit.callsign} would go without a running welfare timer.")
    if not channel_proven(unit.channel, settings):
        return _unsafe(12, f"{unit.callsign} has no proven channel: check it by radio or phone first.")
    return may_come(ruleset, unit.role, decision, final)


def may_come(ruleset: Ruleset, team: str, decision: Decision, final: Collection[str]) -> Refusal | None:
    """Whether a civilian team may be part of the final set of roles and teams (invariants 2-6)."""
    answers = decision.counted
    scope = next((row for row in ruleset.teams if row.code == team), None)
    if scope is None:
        return _unsafe(5, f"The ruleset does not know {team}.")
    if answers["age"] not in scope.ages:
        return _unsafe(5, f"{team} does not serve this age ({ruleset.question('age').answer(answers['age']).phrase}).")
    always = ALWAYS_REQUIRED.get(team)
    if not scope.requires.matches(answers) or (always is not None and not always.matches(answers)):
        return _unsafe(4, f"{team} does not come with these answers on weapon and violence.")
    if decision.tier == HIGHEST_TIER and team not in {join.team for join in decision.joins}:
        return _unsafe(3, f"Tier 1 is public safety only; {team} does not join this call.")
    return public_safety_missing(ruleset, decision, final)


def public_safety_missing(ruleset: Ruleset, decision: Decision, final: Collection[str]) -> Refusal | None:
    """Whether the final set lacks police or EMS that invariants 2, 3 and 6 demand."""
    concerns = unclear(ruleset, decision.counted)
    if decision.tier == HIGHEST_TIER and not {"POLICE", "EMS"} <= set(final):
        return _unsafe(3, "Tier 1 needs police and EMS: request them first.")
    if MEDICAL_NOW.matches(decision.counted) and "EMS" not in final:
        return _unsafe(6, "A medical emergency or self-harm in progress needs EMS: request them first.")
    if concerns and "POLICE" not in final:
        labels = ", ".join(ruleset.question(field).label.lower() for field in concerns)
        return _unsafe(2, f"Civilians never go alone while an answer is not clear ({labels}): request police first.")
    return None


def override_allowed(
    ruleset: Ruleset, decision: Decision, requested: Collection[str], *, is_supervisor: bool, reason: str
) -> Refusal | None:
    """Whether the final set of roles and teams may differ from the decision like this (invariant 9).

    More protection is free for anyone. Less, which is police or EMS left out, the rule's team left out without police
    or EMS coming instead, or a team the rule does not name going without police, needs a supervisor and a reason.
    Nothing may break invariants 2-6.
    """
    if not requested:
        return _unsafe(1, "Somebody has to come.")
    broken = public_safety_missing(ruleset, decision, requested)
    civilians = [team for team in requested if is_civilian(team)]
    if decision.tier == HIGHEST_TIER and civilians:
        broken = broken or _unsafe(3, f"Tier 1 is public safety only; {' and '.join(civilians)} may only join, staged.")
    for team in requested:
        if broken is None and is_civilian(team):
            broken = may_come(ruleset, team, decision, requested)
    if broken is not None:
        return broken
    below = _below(decision, requested)
    if below is None:
        return None
    if not is_supervisor:
        return Refusal(RefusalCode.NEEDS_SUPERVISOR, f"{below}: this needs a supervisor.", 9)
    if not reason.strip():
        return Refusal(RefusalCode.NEEDS_REASON, f"{below}: this needs a reason.", 9)
    return None


def _below(decision: Decision, requested: Collection[str]) -> str | None:
    missing = [role for role in ("POLICE", "EMS") if role in decision.response and role not in requested]
    if missing:
        return f"{' and '.join(missing)} left out of {decision.rule}"
    named = {*decision.choices, *(join.team for join in decision.joins)}
    teams = [team for team in decision.response if is_civilian(team)]
    instead = {"POLICE", "EMS"} & set(requested) - set(decision.response)
    if teams and named.isdisjoint(requested) and not instead:
        return f"{' and '.join(teams)} left out of {decision.rule}"
    strangers = [team for team in requested if is_civilian(team) and team not in named]
    if strangers and "POLICE" not in requested:
        return f"{' and '.join(strangers)} instead of what {decision.rule} sends"
    return None


def ems_stages(answers: Answers) -> bool:
    """Whether it is unsafe for police alone, so that EMS waits for the scene to be safe too. `answers` is complete."""
    return answers["weapon"] == "IN_HAND" or answers["violence"] == "ACTIVE"


def scene_safe_markers(ruleset: Ruleset, answers: Answers) -> frozenset[str]:
    """Whose word makes a scene safe: an officer's, and EMS's where the only concern is medical."""
    purely_medical = unclear(ruleset, answers) == ("medical",)
    return frozenset({"POLICE", "EMS"}) if purely_medical else frozenset({"POLICE"})


def may_go_on_scene(
    unit: Assigned, *, police_in_response: bool, scene_safe: bool, answers: Answers | None = None
) -> Refusal | None:
    """Whether a unit may go on scene (invariants 14 and 10).

    `police_in_response` is True once police are part of the response, recommended or requested. `scene_safe` is a word
    given since the last upgrade; it lifted the orders given before it, so one that stands came later and binds every
    role. `answers` is the complete set of the latest decision, None for a call without one.
    """
    if not scene_safe:
        if unit.role == "EMS" and answers is not None and ems_stages(answers):
            return _unsafe(14, f"{unit.callsign} stages until an officer on the call marks the scene safe.")
        if is_civilian(unit.role) and police_in_response:
            return _unsafe(14, f"{unit.callsign} waits until an officer on the call marks the scene safe.")
    if unit.order is not None:
        return _unsafe(10, f"{unit.callsign} is under the order to {unit.order.value.lower()}.")
    return None


def may_lift_order(unit: Assigned, *, police_in_response: bool, scene_safe: bool) -> Refusal | None:
    """Whether a person may take a crew's order back (invariant 14): on scene, it stands until the word is given."""
    if unit.status is AssignmentStatus.OS and is_civilian(unit.role) and police_in_response and not scene_safe:
        return _unsafe(14, f"{unit.callsign} is on scene: its order stands until an officer marks the scene safe.")
    return None


def word_lapses(leaving: Marker, staying: Collection[Marker], *, civilians_wanted: bool) -> bool:
    """Whether the word that the scene is safe goes with a unit that leaves the call (invariant 14).

    It does with one that gave it, or with the only one there could have been, when that never arrived; and with the
    last whose word counts while a civilian is on the call or would be sent.
    """
    if not staying:
        return civilians_wanted or not leaving.arrived
    return not leaving.arrived and (leaving.gave_word or not any(marker.arrived for marker in staying))


def is_upgrade(ruleset: Ruleset, old: Decision | None, new: Decision) -> bool:
    """Whether a re-triage brings danger to crews already sent. `ruleset` is the one that decided `new`.

    Police come in, the tier rises with police in it, or with police in it an answer tells of more danger to whoever is
    inside, whatever the tier (a weapon in hand at a medical scene that was called safe). Police in place of a team that
    is not available, at the same tier, are no upgrade.
    """
    tier = LOWEST_TIER if old is None else old.tier
    response: tuple[str, ...] = () if old is None else old.response
    if "POLICE" not in new.response:
        return False
    if old is not None and _more_danger(ruleset, old.counted, new.counted):
        return True
    return new.tier < tier or (new.tier == tier and "POLICE" not in response and not new.is_fallback)


def _more_danger(ruleset: Ruleset, before: Answers, after: Answers) -> bool:
    """Whether a safety answer that is not clear went up the order of danger of invariant 7.

    What the questions of an earlier ruleset did not ask was not asked before.
    """
    was = complete(ruleset, offered(ruleset, before))
    return any(
        question.answer(was[question.field]).danger < question.answer(after[question.field]).danger
        and not question.answer(after[question.field]).clear
        for question in ruleset.questions
        if question.safety and question.field not in NO_DANGER_TO_CREWS
    )


def upgrade_effects(
    ruleset: Ruleset, old: Decision | None, new: Decision, assigned: Collection[Assigned]
) -> UpgradeEffects:
    """What a re-triage by this ruleset orders, requests and raises (invariant 10).

    Crews not yet inside stage, civilians on scene withdraw; EMS stages too where it is unsafe for police alone. A crew
    that already stands under the same order gets it only once.
    """
    filled = {unit.role for unit in assigned if unit.status is not AssignmentStatus.AV}
    civilians = [unit for unit in assigned if is_civilian(unit.role) and unit.status is not AssignmentStatus.AV]
    before = protection(LOWEST_TIER, ()) if old is None else protection(old.tier, old.response)
    upgrade = is_upgrade(ruleset, old, new)
    if direction(before, protection(new.tier, new.response)) is not Direction.RAISES and not upgrade:
        return NO_EFFECTS
    request = tuple(role for role in new.response if not is_civilian(role) and role not in filled)
    if not upgrade:
        return UpgradeEffects(request=request)
    stages = [unit for unit in assigned if unit.role == "EMS"] if ems_stages(new.counted) else []
    orders = [_order(unit) for unit in [*civilians, *stages]]
    given = {unit.callsign: unit.order for unit in assigned}
    return UpgradeEffects(
        orders=tuple(order for order in orders if order is not None and given[order.callsign] is not order.kind),
        request=request,
        alert=tuple(unit.callsign for unit in civilians),
        scene_safe_lapses=True,
    )


def _order(unit: Assigned) -> Order | None:
    if unit.status in BEFORE_ARRIVAL:
        return Order(unit.callsign, OrderKind.STAGE)
    if unit.status is AssignmentStatus.OS and is_civilian(unit.role):
        return Order(unit.callsign, OrderKind.WITHDRAW)
    return None


def out_of_scope_crews(decision: Decision, assigned: Collection[Assigned]) -> dict[str, str]:
    """Call sign -> why, of the crews whose team does not come with these answers (invariants 4 and 5) and that no order
    keeps from going in: they are named to the dispatcher and stay assigned (invariant 9).
    """
    return {
        unit.callsign: decision.out_of_scope[unit.role]
        for unit in assigned
        if unit.role in decision.out_of_scope and unit.order is None and unit.status is not AssignmentStatus.AV
    }


def hold_allowed(tier: int | None, *, is_supervisor: bool, police_awaited: bool = False) -> Refusal | None:
    """Whether a call may wait on purpose: with danger known or feared (tiers 1 and 2), or police waited for, on a
    supervisor's word only.
    """
    if is_supervisor:
        return None
    if tier in HELD_BY_SUPERVISOR:
        return Refusal(RefusalCode.NEEDS_SUPERVISOR, f"A tier {tier} call waits on a supervisor's word only.")
    if police_awaited:
        reason = "Police are waited for and none are assigned: the call waits on a supervisor's word only."
        return Refusal(RefusalCode.NEEDS_SUPERVISOR, reason)
    return None


def ends_hold(ruleset: Ruleset, old: Decision | None, new: Decision) -> bool:
    """Whether a triage takes a held call back to those that wait for a unit: it is graver than it was.

    A call not triaged before counts as tier 4, as it was held like one.
    """
    return new.tier < (LOWEST_TIER if old is None else old.tier) or is_upgrade(ruleset, old, new)


def _unsafe(invariant: int, reason: str) -> Refusal:
    return Refusal(RefusalCode.SAFETY, reason, invariant)
