"""What of one's own last action may be taken back, for how long, and why the rest may not. Pure.

An action is all events that one person's transaction wrote. It may be undone when every one of them may: each is either
taken back by a step of its own, or comes back with the rows of its call, or leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

UNDO_WITHIN: Final = timedelta(seconds=10)
"""From the moment that the server wrote the action."""


class Undo(StrEnum):
    """How an event is taken back: by a step of its own, with its call's rows, or not at all as it left nothing."""

    STEP = "STEP"
    ROWS = "ROWS"
    NOTHING = "NOTHING"


UNDOABLE: Final[Mapping[str, Undo]] = {
    "assignment_created": Undo.STEP,
    "assignment_status_changed": Undo.STEP,
    "order_acknowledged": Undo.STEP,
    "welfare_check_passed": Undo.STEP,
    "unit_status_changed": Undo.STEP,
    "call_updated": Undo.STEP,
    "call_merged": Undo.STEP,
    "note_added": Undo.STEP,
    "alert_raised": Undo.STEP,
    "alert_acknowledged": Undo.STEP,
    "alert_cleared": Undo.STEP,
    "call_stacked": Undo.STEP,
    "call_unstacked": Undo.STEP,
    "interpreter_ended": Undo.STEP,
    "call_held": Undo.ROWS,
    "call_resumed": Undo.ROWS,
    "call_cancelled": Undo.ROWS,
    "call_closed": Undo.ROWS,
    "call_unserved": Undo.ROWS,
    "call_scheduled": Undo.ROWS,
    "callback_set": Undo.ROWS,
    "slots_changed": Undo.ROWS,
    "recommendation_made": Undo.NOTHING,
    "unit_next_changed": Undo.NOTHING,
}
FINAL: Final[Mapping[str, str]] = {
    "call_received": "A call that came in stays: cancel it, or close it.",
    "call_entered_from_paper": "What was entered from paper stays: reopen the call, or correct it by a note.",
    "legal_hold_placed": "Lift the hold.",
    "legal_hold_lifted": "Place the hold again.",
    "call_triaged": "Answer the question again.",
    "response_overridden": "Override the response again.",
    "field_asked": "What a crew asked for stays: answer it.",
    "police_requested": "Police were asked for: that is not taken back by a key.",
    "order_given": "The crew has its order: lift it.",
    "order_lifted": "Give the order again.",
    "scene_marked_safe": "Mark the scene unsafe: crews are told.",
    "scene_marked_unsafe": "That the scene is not safe is not taken back by a key.",
    "assignment_acknowledged": "What a crew said stays.",
    "handoff_amended": "Amend it again.",
    "handoff_recorded": "What was said on the phone stays: clear the unit, or record another attempt.",
    "guest_link_issued": "Revoke the link.",
    "guest_link_sent": "A link that was sent stays: revoke it.",
    "guest_link_used": "That a link was used stays.",
    "guest_link_revoked": "Issue another link.",
    "contact_added": "Who called stays with the call.",
    "intervention_recorded": "What was done on scene stays.",
    "channel_checked": "That a crew was heard stays.",
    "transfer_offered": "Withdraw the transfer.",
    "transfer_settled": "What the other side said stays.",
    "crew_signed_on": "Say again who is on board.",
    "crew_signed_off": "Sign on again.",
    "units_exchanged": "Swap the units back.",
    "unit_preempted": "Send the unit back.",
    "call_reopened": "Close the call again.",
    "call_taken": "Take the call over again.",
    "handover_offered": "Withdraw the offer.",
    "text_sent": "A text that was sent stays.",
    "location_bid_used": "Choose the place again.",
    "interpreter_requested": "End the request for an interpreter.",
    "call_unmerged": "Merge the call again.",
    "action_undone": "An undo is not undone: do it again.",
}
"""Event type -> what to do instead."""

CANNOT = "This is not undone."
PROTECTS: Final = frozenset({"POLICE", "EMS"})
"""Roles whose request raised protection."""

DANGER: Final = frozenset({"EMERGENCY", "UPGRADE", "POLICE_REQUESTED", "POLICE_UNASSIGNED"})
"""Alerts that an action raised and that no key takes back."""

NO_CHANGE: Final = frozenset(
    {
        "recommendation_made",
        "note_added",
        "contact_added",
        "channel_checked",
        "welfare_check_sooner",
        "unit_fell_silent",
        "unit_heard_again",
        "intervention_recorded",
        "alert_raised",
        "alert_escalated",
        "notice_escalated",
        "alert_reworded",
        "alert_acknowledged",
        "alert_cleared",
        "roster_changed",
        "crew_signed_on",
        "unit_next_changed",
        "call_taken",
        "handover_offered",
        "handover_answered",
        "text_received",
        "text_sent",
        "text_state_changed",
        "texts_read",
        "interpreter_requested",
        "interpreter_joined",
        "interpreter_ended",
        "location_bid_received",
        "guest_link_issued",
        "guest_link_sent",
        "guest_link_used",
        "guest_link_revoked",
        "legal_hold_placed",
        "legal_hold_lifted",
        "call_redacted",
    }
)
"""Events that leave the call and the unit as they were: what somebody else does of these stands in no one's way."""


NO_ACTION: Final = frozenset({"recommendation_made", "texts_read", "position_claimed", "position_released"})
"""What a screen does by itself in a person's name."""


@dataclass(frozen=True, slots=True)
class Done:
    """An event as the rules see it. `data` is its own fields, without the rows it carried."""

    v: int
    type: str
    at: datetime
    by: str
    by_user_id: int | None
    call: str = ""
    unit: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def last_action(events: Sequence[Done], user_id: int) -> list[Done]:
    """The events of this person's last action, oldest first; empty without one. `events`: the newest ones, in order.

    What a screen does by itself is no action of a person.
    """
    mine = [event for event in events if event.by_user_id == user_id and event.type not in NO_ACTION]
    if not mine:
        return []
    last = mine[-1]
    return [event for event in events if event.by_user_id == user_id and event.at == last.at]


def refusal(action: Sequence[Done], later: Sequence[Done], now: datetime, wanted_roles: Collection[str]) -> str | None:
    """Why this action is not undone now; None when it may be.

    `later`: the events after it. `wanted_roles`: the roles of the slots that it asked for.
    """
    if not action or now - action[-1].at > UNDO_WITHIN:
        return "Nothing of yours in the last 10 seconds to undo."
    for event in action:
        reason = _stays(event, action)
        if reason is not None:
            return reason
    if _only_asks(action) and not PROTECTS.isdisjoint(wanted_roles):
        return "A request for police or EMS is not taken back by a key."
    changed = _changed_since(action, later)
    return f"Changed since by {changed}." if changed else None


def _stays(event: Done, action: Sequence[Done]) -> str | None:
    if any(other.type == "call_merged" for other in action):
        return None  # undone as a whole: the call comes out again, the other keeps what it took over
    if event.type == "alert_raised" and event.data.get("kind") in DANGER:
        return "It raised an alert: that is not taken back by a key."
    if event.type == "call_triaged" and any(other.type == "call_updated" for other in action):
        return "The call was decided anew by it: change it back."
    if event.type == "order_given" and any(other.type == "assignment_created" for other in action):
        return None  # part of the dispatch, and goes with it
    return None if event.type in UNDOABLE else FINAL.get(event.type, CANNOT)


def _only_asks(action: Sequence[Done]) -> bool:
    """Whether asking for units is all that the action did, so that its slots are the person's own wish."""
    return {event.type for event in action} <= {"slots_changed", "recommendation_made", "call_resumed"}


def _changed_since(action: Sequence[Done], later: Sequence[Done]) -> str:
    """Who changed one of the same calls, units, alerts or notes after it; empty when nobody did."""
    calls = {event.call for event in action if event.call and event.type not in NO_CHANGE}
    units = {event.unit for event in action if event.unit and event.type not in NO_CHANGE}
    alerts = {event.data.get("alert") for event in action} - {None}
    notes = {event.data.get("note") for event in action if event.type == "note_added"}
    for event in later:
        about_same = (event.call in calls or event.unit in units) and event.type not in NO_CHANGE
        if about_same or event.data.get("alert") in alerts or event.data.get("corrects") in notes - {None}:
            return event.by.removeprefix("system:")
    return ""
