"""One access function per object. What a person may not know of is NotFound, like what does not exist.

With `lock=True` the row is locked for update. Lock order: call -> units by id -> rows of the call -> stream.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import BigIntegerField, CharField, Q, QuerySet
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, LocationBid, Note, PhoneSystem, ResponseSlot, TextMessage, Transfer
from hearteam.prepared import AnyOf, Parameter, Prepared
from hearteam.problems import NotAllowed, NotFound
from partners.access import Actor, Permission, Role
from partners.models import Agency, FollowUp, Unit

STILL_KNOWN = timedelta(hours=12)
"""How long after clearing a crew may still read and finish its call."""


def require(by: Actor, permission: Permission, doing: str) -> None:
    """Raise NotAllowed unless one of the actor's roles allows it; `doing` ends the sentence "You may not ..."."""
    if not by.may(permission):
        raise NotAllowed(f"You may not {doing}.")


def visible_calls(by: Actor) -> QuerySet[Call]:
    """The calls an actor may know of.

    The center and auditors: all. A crew: those it is or was lately assigned to. An officer: those with police.
    A clinical lead: those their team served or follows up.
    """
    calls = Call.objects.all()
    if _may_know_every_call(by):
        return calls
    reachable = Q(pk__in=[])
    if by.unit_id is not None:
        since = timezone.now() - STILL_KNOWN
        mine = Assignment.objects.filter(unit_id=by.unit_id).filter(
            Q(cleared_at__isnull=True) | Q(cleared_at__gte=since)
        )
        reachable |= Q(pk__in=mine.values("call_id"))
    if Role.OFFICER in by.roles:
        police = Assignment.objects.filter(unit__team__agency__kind=Agency.Kind.POLICE)
        reachable |= Q(pk__in=police.values("call_id"))
    if Role.CLINICAL_LEAD in by.roles and by.team:
        served = Assignment.objects.filter(unit__team__code=by.team)
        followed = FollowUp.objects.filter(team__code=by.team)
        reachable |= Q(pk__in=served.values("call_id")) | Q(pk__in=followed.values("call_id"))
    return calls.filter(reachable)


def _may_know_every_call(by: Actor) -> bool:
    return by.is_system or by.may(Permission.BOARD_READ)


_ID = Parameter("id", BigIntegerField())
_call = Prepared(lambda: Call.objects.filter(pk=_ID))
call_locked = Prepared(lambda: Call.objects.filter(pk=_ID).select_for_update(of=("self",), no_key=True))
unit_locked = Prepared(lambda: Unit.objects.filter(pk=_ID).select_for_update(of=("self",), no_key=True))
_assignment = Prepared(lambda: Assignment.objects.select_related("unit__team__agency", "call").filter(pk=_ID))


def _pk(value: str | int) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound("There is no such record, or you may not see it.")
    return int(text)


def call_for(by: Actor, call_id: str | int, *, lock: bool = False) -> Call:
    """The call by id. Raises NotFound."""
    if _may_know_every_call(by):
        call = (call_locked if lock else _call).first(id=_pk(call_id))
    else:
        calls = visible_calls(by)
        if lock:
            calls = calls.select_for_update(of=("self",), no_key=True)
        call = calls.filter(pk=_pk(call_id)).first()
    if call is None:
        raise NotFound("There is no such call, or you may not see it.")
    return call


def may_read_note(by: Actor, audience: str) -> bool:
    """ALL: everyone. CLINICAL: clinical people. POLICE: police and the center. CENTER: everyone but police."""
    if audience == Note.Audience.CLINICAL:
        return by.is_clinician and not by.is_police
    if audience == Note.Audience.POLICE:
        return by.is_system or by.is_police or by.may(Permission.POLICE_READ)
    return audience != Note.Audience.CENTER or not by.is_police


def note_for(by: Actor, call: Call, note_id: str | int) -> Note:
    """A note of the call by id, as far as this reader may see it. Raises NotFound."""
    note = call.notes.filter(pk=_pk(note_id)).first()
    if note is None or not may_read_note(by, note.audience):
        raise NotFound("There is no such note on this call.")
    return note


def bid_for(by: Actor, call: Call, bid_id: str | int) -> LocationBid:
    """What a phone of this call, or of one merged into it, once said of its place. Raises NotFound."""
    bid = LocationBid.objects.select_related("phone_call__call").filter(pk=_pk(bid_id)).first()
    if bid is None or not by.may(Permission.BOARD_READ):
        raise NotFound("There is no such bid on this call.")
    holder = bid.phone_call.call
    while holder.pk != call.pk and holder.merged_into_id is not None:
        holder = Call.objects.get(pk=holder.merged_into_id)
    if holder.pk != call.pk:
        raise NotFound("There is no such bid on this call.")
    return bid


def text_for(system: PhoneSystem, message_id: str | int) -> TextMessage:
    """A text to a caller that went to this gateway. Raises NotFound."""
    message = system.texts.filter(pk=_pk(message_id), direction=TextMessage.Direction.OUT).first()
    if message is None:
        raise NotFound("There is no such text.")
    return message


def assignment_for(by: Actor, assignment_id: str | int) -> Assignment:
    """The assignment by id, as far as its call may be known and, for a crew, the unit is theirs. Raises NotFound.

    It is not locked: lock its call first (`call_for(.., lock=True)`), then read it again.
    """
    found = _assignment.first(id=_pk(assignment_id))
    if found is None or not (_may_know_unit(by, found.unit_id) or visible_calls(by).filter(pk=found.call_id).exists()):
        raise NotFound("There is no such assignment, or you may not see it.")
    return found


def _may_know_unit(by: Actor, unit_id: int) -> bool:
    return by.may(Permission.BOARD_READ) or by.unit_id == unit_id


def unit_for(by: Actor, callsign: str, *, lock: bool = False) -> Unit:
    """The unit by call sign (upper case), one's own for a crew. Raises NotFound."""
    units = Unit.objects.filter(active=True, callsign=callsign.strip().upper())
    if lock:
        units = units.select_for_update(of=("self",), no_key=True)
    unit = units.select_related("team__agency").first()
    if unit is None or not _may_know_unit(by, unit.pk):
        raise NotFound(f"There is no unit {callsign[:16]} on the roster.")
    return unit


def units_locked(callsigns: list[str]) -> list[Unit]:
    """These units by call sign, locked in the order of their ids. Raises NotFound naming the first unknown one."""
    wanted = [callsign.strip().upper() for callsign in callsigns]
    units: list[Unit] = _units_locked.all(callsigns=wanted)
    known = {unit.callsign for unit in units}
    for callsign in wanted:
        if callsign not in known:
            raise NotFound(f"There is no unit {callsign[:16]} on the roster.")
    return units


_units_locked = Prepared(
    lambda: (
        Unit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team__agency")
        .filter(active=True, callsign=AnyOf("callsigns", CharField()))
        .order_by("pk")
    )
)


def transfer_for(by: Actor, transfer_id: str | int) -> Transfer:
    """The transfer by id, of a call that the actor may know of. Raises NotFound."""
    found = Transfer.objects.filter(pk=_pk(transfer_id), call__in=visible_calls(by)).first()
    if found is None:
        raise NotFound("There is no such transfer, or you may not see it.")
    return found


def slot_for(by: Actor, slot_id: str | int) -> ResponseSlot:
    """The response slot by id, of a call that the actor may know of. Raises NotFound."""
    found = ResponseSlot.objects.filter(pk=_pk(slot_id), call__in=visible_calls(by)).first()
    if found is None:
        raise NotFound("There is no such request, or you may not see it.")
    return found


def alert_for(by: Actor, alert_id: str | int, *, lock: bool = False) -> Alert:
    """The alert by id; for a crew only those about its own unit. Raises NotFound."""
    alerts = Alert.objects.select_related("call", "unit")
    if lock:
        alerts = alerts.select_for_update(of=("self",), no_key=True)
    alert = alerts.filter(pk=_pk(alert_id)).first()
    if alert is None or not (by.may(Permission.BOARD_READ) or (alert.unit_id and alert.unit_id == by.unit_id)):
        raise NotFound("There is no such alert, or you may not see it.")
    return alert
