"""What a phone system sends twice at the same moment is one call, with true threads on committed rows."""

from __future__ import annotations

from dispatch.actions.intake import intake_rebid, intake_receive
from dispatch.actions.texting import text_receive
from dispatch.intake.record import Bid, PhoneRecord
from dispatch.models import Call, LocationBid, TextMessage
from partners.access import Actor
from tests.events.test_concurrency import in_threads
from tests.stage import Stage

PHONE = Actor.system("phone system")


def test_one_call_and_one_line_however_often_they_come_at_once(committed: Stage) -> None:
    record = PhoneRecord(reference="1", number="860-555-0142", bid=Bid(41.7637, -72.6851, 300))

    def ring() -> None:
        intake_receive(by=PHONE, record=record)

    def write() -> None:
        text_receive(by=PHONE, number="860-555-0143", text="Help", reference="t-1")

    in_threads([ring, write] * 3)
    assert Call.objects.count() == 2
    assert LocationBid.objects.filter(phone_call__number="860-555-0142").count() == 1
    assert TextMessage.objects.count() == 1


def test_bids_and_a_persons_work_on_the_call_wait_for_each_other(committed: Stage) -> None:
    phone = intake_receive(by=PHONE, record=PhoneRecord(reference="1", number="860-555-0142"))

    def bid() -> None:
        intake_rebid(by=PHONE, reference="1", bid=Bid(41.7637, -72.6851, 30))

    in_threads([bid, lambda: committed.triage(phone.call), bid, lambda: committed.triage(phone.call, weapon="UNKNOWN")])
    assert LocationBid.objects.filter(phone_call=phone).count() == 3
