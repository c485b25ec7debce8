"""`/api/intake/`: calls that phone systems bring, in our own form, as legacy ALI text or as PIDF-LO."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, Any

from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.intake import LONGEST_REFERENCE, bid_use, intake_rebid, intake_receive
from dispatch.api.fields import Id, Moment, Number, Text, Whole
from dispatch.api.parsing import StrictJSONParser
from dispatch.api.views import Fields, View
from dispatch.intake import ali, pidf
from dispatch.intake.record import LONGEST, MOST_UNCERTAIN_M, Bid, PhoneRecord, class_of
from dispatch.intake.xml_tree import RefusedXml
from dispatch.models import Call, PhoneCall
from dispatch.queries import access
from dispatch.queries.intake import ali_table, bid_row, phone_side
from hearteam.problems import Malformed
from partners.access import Permission

ASIDE = ("reference", "number", "class_of_service", "position")
LONGEST_XML = 200_000


class BidFields(Fields):
    """Where the phone says it is: a point, an address, or both."""

    lat = Number(-90, 90)
    lon = Number(-180, 180)
    uncertainty_m = Number(0, MOST_UNCERTAIN_M)
    confidence = Whole(0, 100)
    address = Text(LONGEST["address"])


class RebidFields(BidFields):
    at = Moment()


class IntakeFields(BidFields):
    """A call as a phone system announces it. A number, a place or a reference is enough."""

    reference = Text(LONGEST_REFERENCE)
    number = Text(LONGEST["number"])
    class_of_service = Text(40)
    name = Text(LONGEST["name"])
    provider = Text(LONGEST["provider"])
    position = Text(LONGEST["position"])
    channel = serializers.ChoiceField(choices=Call.ContactChannel.choices, required=False)


class Screen(Text):
    """Text in which every column counts, the first ones too."""

    def __init__(self, max_length: int) -> None:
        super().__init__(max_length, required=True)
        self.trim_whitespace = False


class AliFields(Fields):
    """Legacy text in JSON, for who cannot send `text/plain`."""

    text = Screen(ali.LONGEST_TEXT)
    reference = Text(LONGEST_REFERENCE)
    position = Text(LONGEST["position"])


class PidfFields(Fields):
    """PIDF-LO in JSON, with what the document does not say."""

    xml = Text(LONGEST_XML, required=True)
    reference = Text(LONGEST_REFERENCE)
    number = Text(LONGEST["number"])
    class_of_service = Text(40)
    position = Text(LONGEST["position"])


def bid_of(values: dict[str, Any]) -> Bid:
    """The bid of validated fields."""
    return Bid(
        values.get("lat"), values.get("lon"), values.get("uncertainty_m"), values.get("confidence"),
        values.get("address") or "",
    )  # fmt: skip


class _WholeText(BaseParser):
    """A body that is one text. What else is known of the call stands in the address."""

    member = "text"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {self.member: self.decoded(stream.read())}

    def decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError("The body is not valid UTF-8.") from error


class AliText(_WholeText):
    """`text/plain`. A byte that is no UTF-8 is noise on the line, never a reason to lose a call."""

    media_type = "text/plain"

    def decoded(self, raw: bytes) -> str:
        return raw.decode("utf-8", errors="replace").replace("\x00", " ")[: ali.LONGEST_TEXT]


class PidfXml(_WholeText):
    media_type = "application/pidf+xml"
    member = "xml"


class AnyXml(PidfXml):
    media_type = "application/xml"


def phone_answer(phone: PhoneCall) -> dict[str, Any]:
    """What the phone system is told: our call, and the reference to name it by."""
    return {
        "reference": phone.reference,
        "call": str(phone.call_id),
        "number": phone.call.number,
        "position": phone.position,
        "problems": phone.problems,
    }


class IntakeView(View):
    """Base of the addresses that announce a call."""

    def aside(self, body: dict[str, Any]) -> dict[str, Any]:
        """What stands in the address counts where the body says nothing."""
        query = {name: self.request.query_params[name] for name in ASIDE if name in self.request.query_params}
        return {**query, **{name: value for name, value in body.items() if value}}

    def announced(self, record: PhoneRecord, channel: str = Call.ContactChannel.VOICE) -> Response:
        def run() -> tuple[int, Any]:
            return 201, phone_answer(intake_receive(by=self.actor, record=record, channel=channel))

        return self.command(run)


class Intake(IntakeView):
    """`/api/intake/`"""

    @extend_schema(request=IntakeFields, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Announce a call. The same `reference` again makes no second one; a new place in it is one more bid."""
        body = self.read(IntakeFields)
        bid = bid_of(body)
        if not (body.get("number") or body.get("reference") or bid.has_point or bid.address):
            raise Malformed("Nothing is known of this call.", errors={"number": ["Give a number, place or reference."]})
        record = PhoneRecord(
            reference=body.get("reference") or "",
            number=body.get("number") or "",
            class_of_service=class_of(body.get("class_of_service") or ""),
            name=body.get("name") or "",
            provider=body.get("provider") or "",
            position=body.get("position") or "",
            bid=bid,
        )
        return self.announced(record, body.get("channel") or Call.ContactChannel.VOICE)


_ASIDE_PARAMETERS = [OpenApiParameter(name, str) for name in ASIDE]


class IntakeAli(IntakeView):
    """`/api/intake/ali/`"""

    parser_classes = [StrictJSONParser, AliText]

    @extend_schema(
        request={"text/plain": OpenApiTypes.STR, "application/json": AliFields},
        responses={201: dict},
        parameters=_ASIDE_PARAMETERS,
    )
    def post(self, request: Request) -> Response:
        """A screen of legacy ALI text. What cannot be read is named in `problems`; the call is made all the same."""
        body = self.aside(self.read(AliFields))
        table = [ali.At(**row) for row in ali_table(self.actor.user_id)]
        record = ali.read(body["text"], table or ali.DEFAULT)
        said = {name: str(body[name])[: LONGEST.get(name, LONGEST_REFERENCE)] for name in ASIDE if body.get(name)}
        return self.announced(replace(record, **said))


def _without_place(body: dict[str, Any], error: pidf.NoLocation) -> PhoneRecord:
    """A caller nobody can place yet is still a caller."""
    if not (error.number or body.get("number")):
        raise Malformed(str(error), errors={"xml": [str(error)]}) from error
    return PhoneRecord(number=error.number, problems=(str(error),), raw=body["xml"])


class IntakePidf(IntakeView):
    """`/api/intake/pidf/`"""

    parser_classes = [StrictJSONParser, PidfXml, AnyXml]

    @extend_schema(
        request={"application/pidf+xml": OpenApiTypes.STR, "application/json": PidfFields},
        responses={201: dict},
        parameters=_ASIDE_PARAMETERS,
    )
    def post(self, request: Request) -> Response:
        """A PIDF-LO document (RFC 4119, 5139, 5491). One with a document type or entities is refused.

        Where it says no place that can be read but who called, the call is made all the same, and `problems` says so.
        """
        body = self.aside(self.read(PidfFields))
        try:
            record = pidf.read(body["xml"])
        except pidf.NoLocation as error:
            record = _without_place(body, error)
        except RefusedXml as error:
            raise Malformed(str(error), errors={"xml": [str(error)]}) from error
        said = {name: str(body[name])[: LONGEST.get(name, LONGEST_REFERENCE)] for name in ASIDE if body.get(name)}
        record = replace(record, **{**said, "class_of_service": class_of(said.get("class_of_service", ""))})
        return self.announced(record)


class IntakeRebid(View):
    """`/api/intake/{reference}/rebid/`"""

    @extend_schema(request=RebidFields, responses={200: dict})
    def post(self, request: Request, reference: str) -> Response:
        """Where the phone is now. A place a person typed, or a verified one, stays: the bid is offered beside it."""
        body = self.read(RebidFields)
        bid = bid_of(body)
        if not (bid.has_point or bid.address):
            raise Malformed("Where is it?", errors={"lat": ["Give a point or an address."]})

        def run() -> tuple[int, Any]:
            row = intake_rebid(by=self.actor, reference=reference, bid=bid, at=body.get("at"))
            return 200, {**bid_row(row), "call": str(row.phone_call.call_id), "followed": row.used_at is not None}

        return self.command(run)


class CallPhoneSide(View):
    """`/api/calls/{id}/intake/`"""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, call_id: str) -> Response:
        """What the phone said of the call, the texts, the interpreters: for the center only."""
        access.require(self.actor, Permission.BOARD_READ, "read a caller's texts")
        return Response(phone_side(access.call_for(self.actor, call_id)))


class BidUseFields(Fields):
    bid = Id(required=True)
    version = Whole(1, 2**31 - 1)


class CallBidUse(View):
    """`/api/calls/{id}/bid/`"""

    @extend_schema(request=BidUseFields, responses={200: dict})
    def post(self, request: Request, call_id: str) -> Response:
        """Take the phone's word for the call's place."""
        body = self.read(BidUseFields)

        def run() -> tuple[int, Any]:
            call = bid_use(by=self.actor, call_id=call_id, bid_id=body["bid"], version=body.get("version"))
            return 200, self.call_answer(call)

        return self.command(run)
