"""Workstations: who sits where, whose call it is, and telling everybody of one that nobody is at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from dispatch.actions.alerts import alert_reword, alert_text, clear_alerts, raise_alert
from dispatch.actions.changed import call_save, require_open
from dispatch.actions.transaction import Work, action
from dispatch.actions.watching import Watch
from dispatch.models import Alert, Call, Position
from dispatch.queries import access
from dispatch.queries import positions as facts
from dispatch.rules.timers import AlertKind
from hearteam.events import types
from hearteam.events.broadcast import publish_position
from hearteam.problems import Conflict, Malformed
from partners.access import Actor, Permission

NAME = re.compile(r"[A-Z][A-Z0-9-]{0,11}", re.ASCII)
MOST_POSITIONS = 99
TIMERS = Actor.system("timers")


def position_claim(*, by: Actor, name: str = "") -> Position:
    """Sit down at a position: the one named, else the one held already, else the first free one (D1, D2, ..).

    Who moves to another takes the calls along. Conflict: a position that somebody else is at.
    """
    access.require(by, Permission.CALL_CHANGE, "sit at a position")
    wanted = name.strip().upper()
    if wanted and not NAME.fullmatch(wanted):
        raise Malformed("A position is named like D2.", errors={"name": ["A letter, then letters and digits."]})
    with action(by) as work:
        now = timezone.now()
        held = facts.position_of(by)
        moving = list(_locked_calls(held)) if held is not None and wanted not in ("", held.name) else []
        position = _free_one(by, wanted, held, now)
        if held is not None and held.pk != position.pk:
            _leave(work, held, left=0)
        is_new = position.holder_id != by.user_id
        position.holder_id, position.seen_at = by.user_id, now
        if is_new:
            position.claimed_at, position.open_call, position.opened_at = now, None, None
        position.save()
        if is_new:
            work.emit(types.PositionClaimed(position=position.name, holder=by.name))
        for call in moving:
            give_call(work, call, position)
        return position


def _free_one(by: Actor, wanted: str, held: Position | None, now: datetime) -> Position:
    """The position, locked; made when it is new."""
    name = wanted or (held.name if held is not None else _first_free(now))
    Position.objects.get_or_create(name=name)
    position = Position.objects.select_for_update(no_key=True).get(name=name)
    if position.holder_id not in (None, by.user_id) and facts.attended(position, now):
        holder = position.holder.get_username() if position.holder else ""
        raise Conflict(f"{holder} is at {position.name}.", holder={"position": position.name, "user": holder})
    return position


def _first_free(now: datetime) -> str:
    """One that nobody is at and that has no open call, so that nobody takes over calls without knowing."""
    taken = {
        row.name
        for row in Position.objects.annotate(open_calls=facts.OPEN_CALLS)
        if facts.attended(row, now) or row.open_calls
    }
    return next(name for number in range(1, MOST_POSITIONS + len(taken)) if (name := f"D{number}") not in taken)


def position_release(*, by: Actor) -> Position | None:
    """Leave the position one sits at; its calls stay with it. None when one sits at none."""
    with action(by) as work:
        held = facts.position_of(by)
        if held is None:
            return None
        _leave(work, held, left=facts.open_calls_of(held).count())
        return held


def _leave(work: Work, position: Position, *, left: int) -> None:
    position.holder, position.open_call, position.opened_at = None, None, None
    position.seen_at = timezone.now()
    position.save()
    work.emit(types.PositionReleased(position=position.name, holder=work.by.name, calls=left))


def position_open(*, by: Actor, call_id: str | None) -> None:
    """Say which call is open on one's console (None: no longer). Told and kept, never logged."""
    call = access.call_for(by, call_id) if call_id else None
    held = facts.position_of(by)
    if held is None:
        return
    opened_at = timezone.now() if call is not None else None
    Position.objects.filter(pk=held.pk).update(open_call=call, opened_at=opened_at)
    frame = {
        "type": "opened",
        "unit": f"position {held.name}",
        "position": held.name,
        "holder": by.name,
        "call": str(call.pk) if call is not None else None,
    }
    transaction.on_commit(lambda: publish_position(frame), robust=True)


def call_take(*, by: Actor, call_id: str | int) -> Call:
    """Work the call from now on, whoever did before. Who sits nowhere sits down."""
    access.require(by, Permission.CALL_CHANGE, "take calls over")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be taken over")
        position = facts.position_of(by) or position_claim(by=by)
        if call.position_id != position.pk:
            give_call(work, call, position)
        return call


def give_call(work: Work, call: Call, position: Position) -> None:
    """A locked call is worked at this position from now on."""
    before = call.position.name if call.position is not None else ""
    call.position = position
    call_save(call, "position")
    work.emit(types.CallTaken(position=position.name, from_position=before), call=call)


def own_unowned(by: Actor, call: Call) -> list[str]:
    """Who works a locked call that no position has, has it. Returns the changed columns (not saved): the database
    looks the position up as it writes. No event: the one of their work carries the row.
    """
    if call.position_id is not None or by.user_id is None:
        return []
    held = Position.objects.filter(holder_id=by.user_id).values("pk")[:1]
    call.position_id = Subquery(held)
    return ["position"]


def _locked_calls(position: Position) -> list[Call]:
    open_calls = facts.open_calls_of(position).select_for_update(of=("self",), no_key=True)
    return list(open_calls.select_related("position").order_by("pk"))


_watch = Watch()


def positions_watch(now: datetime) -> None:
    """Called on every tick of the timers: every few seconds, tell of positions nobody is at and of hand-overs nobody
    answered. Not in the first minute: after a restart the consoles must come back first.
    """
    if _watch.is_due(now):
        positions_tell(now)


def positions_tell(now: datetime) -> None:
    """Raise, renew or clear the two alerts about positions, as it is now."""
    _keep_told(AlertKind.POSITION_UNATTENDED, facts.unattended, now)
    _keep_told(AlertKind.HANDOVER_UNANSWERED, facts.unanswered, now)


def _keep_told(kind: AlertKind, read: Callable[[datetime], dict[str, str]], now: datetime) -> None:
    """One alert names them all; it sounds anew when another comes to them, and stays as seen when one is gone."""
    standing = Alert.objects.filter(kind=kind, cleared_at__isnull=True).first()
    subjects = read(now)
    detail = ", ".join(subjects.values())
    named = _named(standing.text) if standing is not None else set()
    wanted = _named(alert_text(kind, detail=detail)) if subjects else set()
    if named == wanted:
        return
    with action(TIMERS) as work, transaction.atomic():
        if standing is not None and wanted and wanted < named:
            alert_reword(work, standing.pk, alert_text(kind, detail=detail))
            return
        reason = "Somebody is there again, or took over" if named - wanted else "Another one beside it"
        clear_alerts(work, reason, kinds=[kind])
        if subjects:
            raise_alert(work, kind, detail=detail)


def _named(text: str) -> set[str]:
    """The positions that an alert names; one that is cut off at its end is not."""
    return set(re.findall(r"[A-Z][A-Z0-9-]*(?= \(| to )", text))
