"""Whom a caller may be transferred to, and when. The call stays ours until somebody there has taken it by name.

Source: the programme's rules on alternatives (a phone service is never one above tier 4, and only with consent) and on
calls from outside the city (that town's center).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.ruleset import LOWEST_TIER
from dispatch.rules.status import Refusal, RefusalCode


class Destination(StrEnum):
    """LINE: a service on the phone (2-1-1, 988, a crisis line, an agency). CENTER: another 911 center."""

    LINE = "LINE"
    CENTER = "CENTER"


@dataclass(frozen=True, slots=True)
class CallToTransfer:
    """What of a call counts. `tier` is None while not triaged; `needs_triage` unless its type never asks.

    `danger_stands`: police are waited for, an unsafe scene, crews turned round.
    """

    tier: int | None
    needs_triage: bool
    danger_stands: bool
    in_city: bool | None


def transfer_allowed(call: CallToTransfer, to: Destination, *, consent: bool, reason: str = "") -> Refusal | None:
    """Whether a call may be offered there; None when it may.

    A center may be offered any call: it answers with police, fire and EMS as we do. One that lies inside our city needs
    a reason.
    """
    if to is Destination.LINE:
        return _line_allowed(call, consent=consent)
    if call.in_city and not reason.strip():
        return Refusal(RefusalCode.NEEDS_REASON, "The place is inside the city: say why another center takes it.")
    return None


def _line_allowed(call: CallToTransfer, *, consent: bool) -> Refusal | None:
    if call.tier is None and call.needs_triage:
        return Refusal(RefusalCode.NEEDS_TRIAGE, "Triage the call first: a phone service is for tier 4 only.", 2)
    if call.tier is not None and call.tier != LOWEST_TIER:
        return _refused(f"A tier {call.tier} call is never handed to a phone service.")
    if call.danger_stands:
        return _refused("Police are waited for or the scene is not safe: no phone service takes this call.")
    if not consent:
        return Refusal(RefusalCode.NEEDS_CONSENT, "Ask the caller first: a transfer to a phone service needs consent.")
    return None


def _refused(reason: str) -> Refusal:
    return Refusal(RefusalCode.SAFETY, reason)
