"""A typed line, carried out as one transaction: all units it names, or none.

`DEEDS` says which action a verb of `rules/command_grammar.json` is. Each joins the work opened here, so a refusal at
the second unit takes the first one back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from dispatch.actions import calls, endings, holds, orders, safety, units
from dispatch.actions.assignments import assignment_create, assignment_status_set
from dispatch.actions.exchanges import unit_preempt, unit_swap
from dispatch.actions.interpreters import interpreter_request
from dispatch.actions.notes import LONGEST_NOTE, note_add
from dispatch.actions.scheduling import call_schedule
from dispatch.actions.slots import slot_request
from dispatch.actions.stacking import stack_add
from dispatch.actions.tiers import tier_override
from dispatch.actions.transaction import action
from dispatch.actions.transfers import transfer_offer
from dispatch.actions.undo import undo_last
from dispatch.actions.unmerging import call_unmerge
from dispatch.models import Assignment
from dispatch.queries import access, board
from dispatch.queries.command_line import Board, ids_of_number, last_picks
from dispatch.rules.command_facts import Parsed, Wrong
from dispatch.rules.command_grammar import grammar
from dispatch.rules.command_line import parse
from dispatch.rules.command_times import next_time
from hearteam.events.rows import AlertRow, CallRow, UnitRow
from hearteam.problems import Conflict, Malformed, NotFound, Refused
from partners.access import Actor, Permission

LONGEST_REASON = 200
NOTES = frozenset({"NOTE", "D", "DE", "DO", "C"})
"""Verbs whose text goes into the narrative."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a line did: the line in full, in words, and the rows of what it changed, as they are then."""

    verb: str
    line: str
    said: str
    calls: list[CallRow]
    units: list[UnitRow]
    alerts: list[AlertRow]


def command_line_run(
    *, by: Actor, line: str, selected: str = "", seen: Mapping[str, str] | None = None, confirmed: bool = False
) -> Done:
    """Carry a line out, whole or not at all. `selected`: the id of the call that is open where it was typed.

    `seen`: call sign -> the assignment it had there ("" for none); Conflict when a unit named has another by now.
    `confirmed`: said a second time, which lowering protection needs. Refused with the grammar's reason for a wrong
    line, and with the action's for what may not be done.
    """
    access.require(by, Permission.BOARD_READ, "type commands")
    with action(by) as work:
        parsed = _understood(line, Board(by, selected))
        _check_text(parsed)
        if parsed.lowers and not confirmed:
            raise Refused(
                f"{parsed.preview}. This lowers protection: send it a second time.", rule="NEEDS_CONFIRMATION"
            )
        _lock(by, parsed)
        _check_seen(parsed, seen or {})
        already = len(work.collected)
        DEEDS[parsed.verb](by, parsed)
        call_ids, unit_ids, alert_ids = work.touched(already)
        return Done(
            verb=parsed.verb,
            line=parsed.line,
            said=parsed.preview,
            calls=board.call_rows(call_ids),
            units=board.unit_rows(unit_ids),
            alerts=board.alert_rows(alert_ids),
        )


def _understood(line: str, known: Board) -> Parsed:
    parsed = parse(line, known)
    if isinstance(parsed, Wrong):
        if not parsed.code:
            raise Malformed("There is nothing to do.", errors={"line": ["Type a command."]})
        raise Refused(parsed.error, code=parsed.code)
    if grammar().verbs[parsed.verb].screen:
        raise Refused(f"{parsed.verb} is for the screen it is typed on.", code="screen")
    return parsed


def _check_text(parsed: Parsed) -> None:
    longest = LONGEST_NOTE if parsed.verb in NOTES else LONGEST_REASON
    if len(parsed.text) > longest:
        raise Malformed("The text is too long.", errors={"line": [f"At most {longest} characters after the slash."]})


def _lock(by: Actor, parsed: Parsed) -> None:
    """All calls, then all units, each in the order of their ids: the actions find them locked."""
    named = [*parsed.units, *([parsed.other_unit] if parsed.other_unit else [])]
    touched = {unit.call for unit in named if unit.call}
    touched |= {call.id for call in (parsed.call, parsed.other_call) if call is not None}
    for call_id in sorted(touched, key=int):
        access.call_for(by, call_id, lock=True)
    if named:
        access.units_locked([unit.unit for unit in named])


def _check_seen(parsed: Parsed, seen: Mapping[str, str]) -> None:
    """Nobody steps a unit on by what they saw before it went elsewhere."""
    named = [*parsed.units, *([parsed.other_unit] if parsed.other_unit else [])]
    asked = [unit.unit for unit in named if unit.unit in seen]
    if not asked:
        return
    rows = Assignment.objects.filter(unit__callsign__in=asked, cleared_at__isnull=True).select_related("call", "unit")
    now = {row.unit.callsign: row for row in rows}
    for callsign in asked:
        row = now.get(callsign)
        if (str(row.pk) if row else "") != seen[callsign]:
            where = f"on call {row.call.number}" if row else "on no call"
            raise Conflict(f"{callsign} is {where} by now: look again.", unit=callsign)


def _dispatch(by: Actor, parsed: Parsed, then: str | None = None) -> None:
    """A text is a note, and the reason too where the units are not those recommended."""
    callsigns = [unit.unit for unit in parsed.units]
    deviates = bool(parsed.text) and not last_picks(_call(parsed)) >= set(callsigns)
    reason = parsed.text[:LONGEST_REASON] if deviates else ""
    created = assignment_create(by=by, call_id=_call(parsed), units=callsigns, override_reason=reason)
    for row in created if then else ():
        assignment_status_set(by=by, assignment_id=row.pk, status=str(then))
    if parsed.text:
        note_add(by=by, call_id=_call(parsed), text=parsed.text)


def _step(by: Actor, parsed: Parsed, status: str) -> None:
    for unit in parsed.units:
        assignment_status_set(
            by=by,
            assignment_id=unit.assignment or "",
            status=status,
            note=parsed.text,
            destination=parsed.place,
        )


def _free(by: Actor, parsed: Parsed) -> None:
    for unit in parsed.units:
        if unit.assignment:
            assignment_status_set(by=by, assignment_id=unit.assignment, status="AV", note=parsed.text)
        else:
            units.unit_status_set(by=by, callsign=unit.unit, status="AV", reason=parsed.text)


def _rest(by: Actor, parsed: Parsed, status: str) -> None:
    for unit in parsed.units:
        units.unit_status_set(by=by, callsign=unit.unit, status=status, reason=parsed.text, minutes=parsed.minutes)


def _well(by: Actor, parsed: Parsed) -> None:
    for unit in parsed.units:
        safety.welfare_pass(by=by, assignment_id=unit.assignment or "", minutes=parsed.minutes)


def _emergency(by: Actor, parsed: Parsed) -> None:
    for unit in parsed.units:
        safety.unit_emergency(by=by, callsign=unit.unit, reason=parsed.text)


def _order(by: Actor, parsed: Parsed, order: str) -> None:
    for unit in parsed.units:
        reason = parsed.text or "Dispatcher's order"
        orders.order_give(by=by, assignment_id=unit.assignment or "", order=order, reason=reason)


def _bring_back(by: Actor, parsed: Parsed, act: Callable[..., Any]) -> None:
    """An ended call, by the end of its number."""
    found = ids_of_number(by, parsed.digits)
    if not found:
        raise NotFound(f"There is no call {parsed.digits}.")
    if len(found) > 1:
        raise Refused(f"{parsed.digits} ends the number of {len(found)} calls: type more digits.", code="several_calls")
    act(by=by, call_id=found[0], reason=parsed.text)


def _when(parsed: Parsed) -> datetime:
    now = timezone.now()
    if parsed.minutes is not None:
        return now + timedelta(minutes=parsed.minutes)
    return next_time(timezone.localtime(now), parsed.time)


def _call(parsed: Parsed) -> str:
    assert parsed.call is not None
    return parsed.call.id


Deed = Callable[[Actor, Parsed], Any]


def _on_call(act: Callable[..., Any], arguments: Callable[[Parsed], dict[str, Any]]) -> Deed:
    """One action on the line's call."""
    return lambda by, parsed: act(by=by, call_id=_call(parsed), **arguments(parsed))


def _level(act: Callable[..., Any], arguments: Callable[[Parsed], dict[str, Any]], letter: str) -> dict[str, Deed]:
    return {f"{letter}{level}": _on_call(act, arguments) for level in (1, 2, 3, 4)}


DEEDS: dict[str, Deed] = {
    "D": _dispatch,
    "DE": partial(_dispatch, then="ER"),
    "DO": partial(_dispatch, then="OS"),
    **{status: partial(_step, status=status) for status in ("ER", "ST", "OS", "TR", "AD")},
    "X": partial(_step, status="AV"),
    "AV": _free,
    "BK": partial(_rest, status="BK"),
    "OO": partial(_rest, status="OO"),
    "OK": _well,
    "EMG": _emergency,
    "STG": partial(_order, order="STAGE"),
    "WD": partial(_order, order="WITHDRAW"),
    "PD": _on_call(safety.police_request, lambda parsed: {"reason": parsed.text}),
    "SAFE": _on_call(safety.scene_mark_safe, lambda parsed: {"source": parsed.text}),
    "RQ": _on_call(slot_request, lambda parsed: {"role": parsed.word, "reason": parsed.text}),
    **_level(calls.call_update, lambda parsed: {"version": None, "fields": {"priority": parsed.level}}, "P"),
    **_level(tier_override, lambda parsed: {"tier": parsed.level, "reason": parsed.text}, "T"),
    "H": _on_call(holds.call_hold, lambda parsed: {"until": _when(parsed), "reason": parsed.text}),
    "SCH": _on_call(call_schedule, lambda parsed: {"at": _when(parsed), "reason": parsed.text}),
    "CB": _on_call(calls.callback_set, lambda parsed: {"at": _when(parsed)}),
    "C": _on_call(endings.call_close, lambda parsed: {"disposition": parsed.word, "note": parsed.text}),
    "CAN": _on_call(endings.call_cancel, lambda parsed: {"reason": parsed.text}),
    "MRG": _on_call(
        endings.call_merge,
        lambda parsed: {"into_id": parsed.other_call.id if parsed.other_call else "", "reason": parsed.text},
    ),
    "REO": partial(_bring_back, act=endings.call_reopen),
    "UMG": partial(_bring_back, act=call_unmerge),
    "NOTE": _on_call(note_add, lambda parsed: {"text": parsed.text}),
    "XFR": _on_call(
        transfer_offer,
        lambda parsed: {"resource": parsed.word, "consent": bool(parsed.text), "note": parsed.text},
    ),
    "INT": _on_call(interpreter_request, lambda parsed: {"language": parsed.word}),
    "STK": lambda by, parsed: stack_add(by=by, callsign=parsed.units[0].unit, call_id=_call(parsed)),
    "PRE": lambda by, parsed: unit_preempt(
        by=by, callsign=parsed.units[0].unit, call_id=_call(parsed), reason=parsed.text
    ),
    "SWP": lambda by, parsed: unit_swap(
        by=by,
        callsign=parsed.units[0].unit,
        other=parsed.other_unit.unit if parsed.other_unit else "",
        reason=parsed.text,
    ),
    "Z": lambda by, parsed: undo_last(by=by),
}
