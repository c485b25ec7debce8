"""What came by the phone's side: its own word on the place, the text conversation, the interpreters of a call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatch.models import (
    AliField,
    Call,
    CannedPhrase,
    InterpreterLine,
    InterpreterUse,
    LocationBid,
    PhoneCall,
    TextMessage,
)
from dispatch.queries.call import merged_into
from hearteam.events.log import rfc3339


def ali_table(user_id: int | None) -> list[dict[str, Any]]:
    """Where the fields of an account's legacy text stand: its own table, else that of all; empty when there is none."""
    rows = list(
        AliField.objects.filter(system__user=user_id, system__isnull=False).values("field", "line", "column", "length")
    )
    return rows or list(AliField.objects.filter(system=None).values("field", "line", "column", "length"))


def line_for(language: str) -> InterpreterLine | None:
    """The line to call for a language: its own, else the one for all others."""
    lines = InterpreterLine.objects.filter(active=True, language__in=[language, ""])
    return lines.order_by("-language", "pk").first()


def phrases() -> list[dict[str, Any]]:
    """The approved texts: `code`, `en`, `es`."""
    return list(CannedPhrase.objects.filter(active=True).values("code", "en", "es"))


def interpreter_lines() -> list[dict[str, Any]]:
    """`language` (empty: any other), `name`, `phone`."""
    return list(InterpreterLine.objects.filter(active=True).values("language", "name", "phone"))


def phone_side(call: Call) -> dict[str, Any]:
    """`{phone: [..], texts: [..], interpreters: [..]}` of a call and of those merged into it, oldest first."""
    calls = [call.pk, *merged_into(call)]
    phones = PhoneCall.objects.filter(call__in=calls).select_related("system").prefetch_related("bids")
    texts = TextMessage.objects.filter(call__in=calls)
    return {
        "phone": [_phone_row(phone) for phone in phones],
        "texts": [text_row(text) for text in texts],
        "interpreters": [interpreter_row(use) for use in call.interpreters.all()],
    }


def _phone_row(phone: PhoneCall) -> dict[str, Any]:
    plain = ("number", "class_of_service", "name", "address", "provider", "position", "raw", "problems")
    return {
        "id": str(phone.pk),
        "reference": phone.reference,
        "system": phone.system.name,
        "at": rfc3339(phone.at),
        **{name: getattr(phone, name) for name in plain},
        "bids": [bid_row(bid) for bid in phone.bids.all()],
    }


def bid_row(bid: LocationBid) -> dict[str, Any]:
    """Where the phone said it was."""
    plain = ("lat", "lon", "uncertainty_m", "confidence", "address", "used_by")
    return {
        "id": str(bid.pk),
        "at": rfc3339(bid.at),
        "used_at": _z(bid.used_at),
        **{name: getattr(bid, name) for name in plain},
    }


def text_row(text: TextMessage) -> dict[str, Any]:
    """A line of the conversation."""
    return {
        "id": str(text.pk),
        "call": str(text.call_id),
        "direction": text.direction,
        "text": text.text,
        "language": text.language,
        "state": text.state,
        "state_at": rfc3339(text.state_at),
        "at": rfc3339(text.at),
        "by": text.author_name,
        "read_at": _z(text.read_at),
        "read_by": text.read_by,
    }


def texts_waiting(user_id: int | None, limit: int) -> list[dict[str, Any]]:
    """Texts that an account's gateway has not reported on yet, oldest first: `{id, number, text, at}`."""
    rows = TextMessage.objects.filter(system__user=user_id, direction="OUT", state="QUEUED").order_by("pk")[:limit]
    return [{"id": str(row.pk), "number": row.number, "text": row.text, "at": rfc3339(row.at)} for row in rows]


def interpreter_row(use: InterpreterUse) -> dict[str, Any]:
    """An interpreter on a call."""
    plain = ("language", "whose", "line_name", "line_phone", "requested_by", "interpreter")
    return {
        "id": str(use.pk),
        **{name: getattr(use, name) for name in plain},
        "requested_at": rfc3339(use.requested_at),
        "joined_at": _z(use.joined_at),
        "ended_at": _z(use.ended_at),
    }


def call_of_number(number: str) -> Call | None:
    """The open call that texts from this number belong to: the newest one it texted or rang about, or where that was
    merged.
    """
    digits = digits_of(number)
    if not digits:
        return None
    by_text = TextMessage.objects.filter(number=digits).order_by("-pk").values_list("call_id", flat=True).first()
    by_phone = PhoneCall.objects.filter(number=digits).order_by("-pk").values_list("call_id", flat=True).first()
    calls = Call.objects.filter(pk__in=[pk for pk in (by_text, by_phone) if pk]).order_by("-pk")
    for call in calls:
        standing = standing_call(call)
        if standing.open:
            return standing
    return None


def standing_call(call: Call) -> Call:
    """The call itself, or the one it was merged into at last."""
    while call.status == Call.Status.MERGED and call.merged_into_id is not None:
        call = Call.objects.get(pk=call.merged_into_id)
    return call


def digits_of(number: str) -> str:
    """A call-back number in one spelling: ten digits as 860-555-0142, others as they are."""
    digits = "".join(c for c in number if c.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else number.strip()


def _z(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
