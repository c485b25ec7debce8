"""A simulated phone system and text gateway: some invented calls are announced by it, some callers write.

Nothing is remembered: what a caller will say, and where the phone will be found, follows from the call's reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import cos, radians
from random import Random

from dispatch.actions.calls import call_update
from dispatch.actions.intake import intake_rebid, intake_receive
from dispatch.actions.texting import text_receive, text_send, text_state_set
from dispatch.intake.record import PHONE_SAYS, Bid, PhoneRecord
from dispatch.models import Call, PhoneCall, PhoneSystem, Position, TextMessage
from dispatch.replay.demo.colleagues import REFERENCE, colleague, invented_calls
from dispatch.replay.demo.invention import InventedCall, invent
from dispatch.replay.demo.stories import TEXTED, TEXTED_SPANISH
from dispatch.replay.draws import seeded, weighted
from dispatch.replay.placing import Placing
from hearteam.problems import Problem
from partners.access import Actor

SYSTEM = "Demo phone system"
BY = Actor.system(SYSTEM)
KINDS = {"": 60, "voice": 30, "text": 10}
"""How calls come in: taken in by a colleague, announced by the phone, or written."""

CLASSES = {"WPH2": 55, "WPH1": 8, "RESD": 15, "VOIP": 12, "BUSN": 10}
WIRELESS = ("WPH1", "WPH2")
PROVIDERS = ("Example Mobile", "Sample Wireless", "Specimen Telecom")
POSITIONS = ("D1", "D2", "D3")
FAR_M, NEAR_M = (120, 900), (4, 25)
REBIDS_AFTER_S = (8, 40)
TOLD_AFTER_S = (12, 28)
WRITES_AFTER_S = (9, 22)
DELIVERED_AFTER_S = 2
ANSWERED_AFTER_S = {True: 75, False: 18}
"""How long a text waits for whoever sits at a desk, and where nobody does, before a colleague answers."""

OPENING = ("WHERE", "WHAT", "CAN_TALK", "COMING", "STAY")
M_PER_DEGREE = 111_320.0


def bring(kind: str, reference: str, placing: Placing, *, position: str = "") -> Call:
    """A call by phone (`voice`) or by text; its reference says all that will follow."""
    invented = invention_of(reference, placing)
    source = f"{REFERENCE}{invented.situation}:{reference}"[:80]
    rng = seeded("phone", reference)
    desk = position or _position(rng)
    if kind == "text":
        first = _lines(invented)[0]
        return text_receive(
            by=BY, number=invented.caller["phone"], text=first, reference=f"{reference}-0",
            bid=_bid(rng, invented, FAR_M), position=desk, source_reference=source,
        ).call  # fmt: skip
    service = weighted(rng, CLASSES)
    bid = _bid(rng, invented, FAR_M) if service in WIRELESS else Bid(address=invented.location["text"])
    if service == "WPH1":
        bid = Bid(address="Tower 12, sector 2")
    record = PhoneRecord(
        reference=reference, number=invented.caller["phone"], class_of_service=service,
        name="" if service in WIRELESS else invented.caller["name"], provider=rng.choice(PROVIDERS), position=desk,
        bid=bid,
    )  # fmt: skip
    return intake_receive(by=BY, record=record, source_reference=source).call


def invention_of(reference: str, placing: Placing) -> InventedCall:
    """What the caller of this reference will say; the same each time."""
    return invent(seeded("phone call", reference), placing)


def reference_of(call: Call) -> str:
    """The reference a call was brought with."""
    return call.source_reference.removeprefix(REFERENCE).partition(":")[2]


class Phones:
    """Does what is due: phones are found nearer, callers write on, call-takers type what they are told."""

    def __init__(self, placing: Placing) -> None:
        self.placing = placing
        self.refused: Callable[[Call, Problem], None] = lambda call, problem: None

    def begin(self) -> None:
        """The gateway of this simulation carries texts."""
        PhoneSystem.objects.update_or_create(name=SYSTEM, defaults={"carries_texts": True, "text_url": ""})

    def work(self, now: datetime, *, desk_staffed: bool) -> None:
        """One round over all calls that came by phone or text."""
        ours = invented_calls().filter(phone_calls__system__name=SYSTEM).distinct()
        self._deliver(now)
        for call in ours.prefetch_related("phone_calls__bids"):
            try:
                self._step(call, now, desk_staffed=desk_staffed)
            except Problem as problem:
                self.refused(call, problem)

    def _step(self, call: Call, now: datetime, *, desk_staffed: bool) -> None:
        reference = reference_of(call)
        rng = seeded("phone step", reference)
        age = (now - call.received_at).total_seconds()
        invented = invention_of(reference, self.placing)
        (phone,) = call.phone_calls.all()[:1]
        self._find(phone, invented, age)
        if phone.class_of_service == "TEXT":
            self._write(call, invented, now)
            self._answer(call, now, desk_staffed=desk_staffed)
            told = call.texts.filter(direction="IN").count() >= 3
        else:
            told = age >= rng.uniform(*TOLD_AFTER_S)
        if told and call.call_type_id is None:
            _type_in(call, invented)

    def _find(self, phone: PhoneCall, invented: InventedCall, age: float) -> None:
        """A mobile is found nearer with each bid."""
        bids = len(phone.bids.all())
        if phone.class_of_service not in (*WIRELESS, "TEXT") or bids > len(REBIDS_AFTER_S):
            return
        if age >= REBIDS_AFTER_S[bids - 1]:
            rng = seeded("rebid", phone.reference, bids)
            intake_rebid(by=BY, reference=phone.reference, bid=_bid(rng, invented, NEAR_M))

    def _deliver(self, now: datetime) -> None:
        queued = TextMessage.objects.filter(
            system__name=SYSTEM, state="QUEUED", at__lt=now - timedelta(seconds=DELIVERED_AFTER_S)
        )
        for message in queued:
            text_state_set(by=BY, message_id=message.pk, state="DELIVERED")

    def _write(self, call: Call, invented: InventedCall, now: datetime) -> None:
        """The caller's next line, some seconds after the desk's."""
        lines = _lines(invented)
        last, said = _last(call), call.texts.filter(direction="IN").count()
        if last is None or last.direction == "IN" or last.state != "DELIVERED" or said >= len(lines):
            return
        reference = reference_of(call)
        wait = seeded("writes", reference, said).uniform(*WRITES_AFTER_S)
        if (now - last.at).total_seconds() >= wait:
            number = invented.caller["phone"]
            text_receive(by=BY, number=number, text=lines[said], reference=f"{reference}-{said}")

    def _answer(self, call: Call, now: datetime, *, desk_staffed: bool) -> None:
        """A colleague answers who has waited for too long."""
        last = _last(call)
        if last is None or last.direction == "OUT":
            return
        sent = call.texts.filter(direction="OUT").count()
        if sent < len(OPENING) and (now - last.at).total_seconds() >= ANSWERED_AFTER_S[desk_staffed]:
            text_send(by=colleague(call), call_id=call.pk, phrase=OPENING[sent], language=_language(call))


def _type_in(call: Call, invented: InventedCall) -> None:
    """A call-taker types what the caller said; what a person typed before stays."""
    fields: dict[str, object] = {"type": invented.call_type, "narrative": invented.narrative}
    if call.location_source in ("", PHONE_SAYS):
        fields["location"] = invented.location
    if invented.person is not None and not hasattr(call, "person"):
        fields["person"] = invented.person
    if invented.priority is not None and not call.priority_fixed:
        fields["priority"] = invented.priority
    caller = call.contacts.first()
    if caller is None or not caller.name:
        fields["caller"] = invented.caller
    call_update(by=colleague(call), call_id=call.pk, version=None, fields=fields)


def _last(call: Call) -> TextMessage | None:
    return call.texts.order_by("at", "pk").last()


def _lines(invented: InventedCall) -> Sequence[str]:
    """What somebody who writes says, line by line: the story last, as it is asked for."""
    opening = TEXTED_SPANISH if invented.language == "es" else TEXTED
    return (*opening, invented.location["text"], invented.narrative)


def _language(call: Call) -> str:
    first = call.texts.filter(direction="IN").first()
    return "es" if first is not None and first.text == TEXTED_SPANISH[0] else "en"


def _bid(rng: Random, invented: InventedCall, reach: tuple[int, int]) -> Bid:
    """Where the network thinks the phone is: off by less than it admits."""
    uncertainty = rng.randint(*reach)
    lat, lon = invented.location["lat"], invented.location["lon"]
    off = uncertainty * 0.7 / M_PER_DEGREE
    return Bid(
        lat + rng.uniform(-off, off), lon + rng.uniform(-off, off) / cos(radians(lat)), uncertainty,
        rng.choice((90, 90, 95, 68)),
    )  # fmt: skip


def _position(rng: Random) -> str:
    """A position somebody holds, so that a signed-in person's phone rings too; else one of the room."""
    held = list(Position.objects.filter(holder__isnull=False).order_by("name").values_list("name", flat=True))
    return rng.choice(held or POSITIONS)
