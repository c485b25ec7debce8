"""Calls that a phone system brings: made at once, placed by the phone's word until a person says better."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.actions.calls import call_receive, call_update
from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.transaction import Work, action
from dispatch.intake.record import LONGEST, PHONE_CHOSEN, PHONE_SAYS, Bid, PhoneRecord, place_of
from dispatch.models import Call, LocationBid, PhoneCall, PhoneSystem, Position
from dispatch.queries import access
from dispatch.queries.intake import digits_of, standing_call
from hearteam.events import types
from hearteam.problems import NotFound
from partners.access import Actor, Permission

LONGEST_REFERENCE = 80
SAID_AGAIN_WITHIN = timedelta(minutes=10)
"""A system that got no answer says a call again within this time. Later, an ended call's reference is a new call."""

SAME_POINT_DEGREES = 1e-6


def phone_system_of(by: Actor) -> PhoneSystem:
    """The system whose account this is, locked, so that it brings one call at a time. An account new to us gets one."""
    name = by.name.removeprefix("system:")[:80]
    if by.user_id is None:
        system, _ = PhoneSystem.objects.get_or_create(name=name)
    else:
        system, _ = PhoneSystem.objects.get_or_create(user_id=by.user_id, defaults={"name": name})
    return PhoneSystem.objects.select_for_update(of=("self",), no_key=True).get(pk=system.pk)


def intake_receive(
    *,
    by: Actor,
    record: PhoneRecord,
    channel: str = Call.ContactChannel.VOICE,
    received_at: datetime | None = None,
    source_reference: str = "",
) -> PhoneCall:
    """Make a call of what a phone system announces; a place may be missing, and all else too.

    The same reference again makes no second call: what it says of the place, if that is new, is one more bid. But a
    system may name its calls anew after a while: from another number, or once the call has ended, it is a new call.
    Without a reference it is always a new call: one too many is merged, one too few is not there.
    """
    access.require(by, Permission.CALL_PREFILL, "announce calls")
    with action(by) as work:
        system = phone_system_of(by)
        reference = record.reference.strip()[:LONGEST_REFERENCE]
        known = _known(system, reference, digits_of(record.number)) if reference else None
        if known is not None:
            bid_again(work, known, record.bid)
            return known
        place = place_of(record.bid, record.class_of_service)
        call = call_receive(
            by=Actor.system(system.name),
            location=place,
            caller={"name": record.name[:120], "phone": digits_of(record.number)[:24]},
            channel=channel,
            never_voice_call=channel in (Call.ContactChannel.TEXT, Call.ContactChannel.TTY),
            received_at=received_at,
            source_reference=source_reference,
        )
        _ring_at(call, record.position)
        phone = _phone_call(system, reference or uuid.uuid4().hex, call, record)
        _keep(phone, record.bid, call.received_at, used=place is not None)
        event = types.CallPrefilled(
            class_of_service=phone.class_of_service, position=phone.position, is_placed=place is not None
        )
        work.emit(event, call=call)
        return phone


def _known(system: PhoneSystem, reference: str, number: str) -> PhoneCall | None:
    """The call that this reference stands for; a reference that is used for another call lets go of the one before."""
    phone = system.phone_calls.filter(reference=reference).first()
    if phone is None:
        return None
    is_caller = not number or not phone.number or phone.number == number[: LONGEST["number"]]
    if is_caller and (standing_call(phone.call).open or timezone.now() - phone.at < SAID_AGAIN_WITHIN):
        return phone
    phone.reference = uuid.uuid4().hex
    phone.save(update_fields=["reference"])
    return None


def _ring_at(call: Call, name: str) -> None:
    """A call that rings where somebody sits is theirs from the start."""
    held = Position.objects.filter(name__iexact=name.strip(), holder__isnull=False).first() if name.strip() else None
    if held is not None:
        call.position = held
        call.save(update_fields=["position"])


def _phone_call(system: PhoneSystem, reference: str, call: Call, record: PhoneRecord) -> PhoneCall:
    return PhoneCall.objects.create(
        system=system,
        reference=reference,
        call=call,
        number=digits_of(record.number)[: LONGEST["number"]],
        class_of_service=record.class_of_service[: LONGEST["class_of_service"]],
        name=record.name[: LONGEST["name"]],
        address=record.bid.address[: LONGEST["address"]],
        provider=record.provider[: LONGEST["provider"]],
        position=record.position[: LONGEST["position"]],
        raw=record.raw,
        problems=[problem[:120] for problem in record.problems],
        at=call.received_at,
    )


def intake_rebid(*, by: Actor, reference: str, bid: Bid, at: datetime | None = None) -> LocationBid:
    """The phone was asked again where it is. Every bid is kept; the place follows only while it is the phone's own
    word. Raises NotFound for a reference that this account did not bring.
    """
    if not by.may(Permission.CALL_PREFILL):
        raise NotFound("There is no such call of this phone system.")
    with action(by) as work:
        phone = phone_system_of(by).phone_calls.filter(reference=reference[:LONGEST_REFERENCE]).first()
        if phone is None:
            raise NotFound("There is no such call of this phone system.")
        return _take_bid(work, phone, bid, moment(at))


def bid_again(work: Work, phone: PhoneCall, bid: Bid) -> None:
    """One more bid of a phone, unless it says what its last one said, or nothing."""
    last = phone.bids.last()
    if (bid.has_point or bid.address) and (last is None or not _is_same(last, bid)):
        _take_bid(work, phone, bid, timezone.now())


def _is_same(last: LocationBid, bid: Bid) -> bool:
    if bid.has_point != (last.lat is not None):
        return False
    if not bid.has_point:
        return last.address == bid.address[: LONGEST["address"]]
    off = max(abs((bid.lat or 0) - (last.lat or 0)), abs((bid.lon or 0) - (last.lon or 0)))
    return off < SAME_POINT_DEGREES and last.uncertainty_m == _whole(bid.uncertainty_m)


def _take_bid(work: Work, phone: PhoneCall, bid: Bid, at: datetime) -> LocationBid:
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=standing_call(phone.call).pk)
    place = place_of(bid, phone.class_of_service)
    follows = place is not None and call.open and may_follow(call)
    if follows:
        by = Actor.system(phone.system.name)
        call = call_update(by=by, call_id=call.pk, version=None, fields={"location": place})
    row = _keep(phone, bid, at, used=follows)
    if not follows:
        call_save(call)
    event = types.LocationBidReceived(bid=str(row.pk), uncertainty_m=row.uncertainty_m, is_followed=follows)
    work.emit(event, call=call)
    return row


def may_follow(call: Call) -> bool:
    """Whether the call's place may go with the phone: it has none yet, or only the phone's own unconfirmed word.

    Not once a unit was there: it knows the place, and the word that its scene is safe is about that place.
    """
    if not call.location_text:
        return True
    return call.first_on_scene_at is None and call.location_source == PHONE_SAYS and not call.location_verified


def _keep(phone: PhoneCall, bid: Bid, at: datetime, *, used: bool) -> LocationBid:
    return LocationBid.objects.create(
        phone_call=phone,
        at=at,
        lat=bid.lat if bid.has_point else None,
        lon=bid.lon if bid.has_point else None,
        uncertainty_m=_whole(bid.uncertainty_m) if bid.has_point else None,
        confidence=bid.confidence,
        address=bid.address[: LONGEST["address"]],
        used_at=timezone.now() if used else None,
    )


def _whole(metres: float | None) -> int | None:
    return None if metres is None else round(metres)


def bid_use(*, by: Actor, call_id: str | int, bid_id: str | int, version: int | None = None) -> Call:
    """A person takes the phone's word for the place: from now on it is theirs, and no later bid moves it."""
    access.require(by, Permission.CALL_CHANGE, "change calls")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, "be changed")
        bid = access.bid_for(by, call, bid_id)
        word = Bid(bid.lat, bid.lon, bid.uncertainty_m, bid.confidence, bid.address)
        place = place_of(word, bid.phone_call.class_of_service)
        if place is None:
            raise NotFound("That bid says nothing of where the caller is.")
        place["source"] = PHONE_CHOSEN
        call = call_update(by=by, call_id=call.pk, version=version, fields={"location": place})
        bid.used_at, bid.used_by = timezone.now(), by.name
        bid.save(update_fields=["used_at", "used_by"])
        work.emit(types.LocationBidUsed(bid=str(bid.pk)), call=call)
        return call
