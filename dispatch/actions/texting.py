"""The conversation with a caller who writes: what they sent, what the center sent, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dispatch.actions.changed import call_save, moment, require_open
from dispatch.actions.intake import bid_again, intake_receive, phone_system_of
from dispatch.actions.transaction import Work, action
from dispatch.intake.record import Bid, PhoneRecord
from dispatch.models import Call, CannedPhrase, PhoneSystem, TextMessage
from dispatch.queries import access
from dispatch.queries.call import merged_into
from dispatch.queries.intake import call_of_number, digits_of, standing_call
from hearteam.events import types
from hearteam.outgoing import task_send
from hearteam.problems import Malformed, NotFound, Refused
from partners.access import Actor, Permission

DELIVER_TASK = "dispatch.tasks.text_deliver"
LONGEST_TEXT = 1_600
POST_TIMEOUT_S = 5
CLAIMED_FOR = timedelta(seconds=30)
"""Longer than a post can take: who has not finished by then never will."""
MOST_AT_ONCE = 8
GIVEN_UP_AFTER = timedelta(minutes=2)
LANGUAGES = ("en", "es")
REPORTED = (TextMessage.State.SENT, TextMessage.State.DELIVERED, TextMessage.State.FAILED)
WRITTEN = (Call.ContactChannel.TEXT, Call.ContactChannel.TTY)
ENDED_FOR_GOOD = "no longer be written to"


def text_receive(
    *,
    by: Actor,
    number: str,
    text: str,
    reference: str = "",
    channel: str = Call.ContactChannel.TEXT,
    bid: Bid | None = None,
    position: str = "",
    occurred_at: datetime | None = None,
    source_reference: str = "",
) -> TextMessage:
    """A caller wrote: a line of the open call with that number, else a new call that is never called back by voice.

    The same reference again is the same line.
    """
    access.require(by, Permission.CALL_PREFILL, "announce calls")
    with action(by) as work:
        system = phone_system_of(by)
        known = system.texts.filter(reference=reference).first() if reference else None
        if known is not None:
            return known
        text = _clean(text)
        record = PhoneRecord(number=number, class_of_service="TEXT", position=position, bid=bid or Bid())
        call = _written_call(work, system, record, channel, source_reference)
        at = moment(occurred_at)
        message = TextMessage.objects.create(
            call=call,
            system=system,
            reference=reference,
            direction=TextMessage.Direction.IN,
            number=digits_of(number)[:24],
            text=text,
            state=TextMessage.State.RECEIVED,
            state_at=at,
            at=at,
        )
        call_save(call, "channel", "never_voice_call")
        work.emit(types.TextReceived(message=str(message.pk), channel=channel), call=call)
        return message


def _written_call(work: Work, system: PhoneSystem, record: PhoneRecord, channel: str, source_reference: str) -> Call:
    """The locked call that a line belongs to; where the network says the phone is, is one more bid for it.

    Who rang and writes now may not be able to speak any more: they are not called back by voice either.
    """
    call = _open_now(call_of_number(record.number))
    if call is None:
        brought = intake_receive(by=work.by, record=record, channel=channel, source_reference=source_reference).call
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=brought.pk)
    else:
        phone = system.phone_calls.filter(number=digits_of(record.number)).order_by("-pk").first()
        if phone is not None:
            bid_again(work, phone, record.bid)
            call.refresh_from_db()
    if channel in WRITTEN and call.channel not in WRITTEN:
        call.channel, call.never_voice_call = channel, True
    return call


def _open_now(known: Call | None) -> Call | None:
    """The call, locked; None when it ended before we had its lock: who writes on then is not to be overlooked."""
    if known is None:
        return None
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=known.pk)
    if call.status == Call.Status.MERGED:
        into = standing_call(call)
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=into.pk)
    return call if call.open else None


def text_send(
    *, by: Actor, call_id: str | int, text: str = "", phrase: str = "", language: str = "", upto: str = ""
) -> TextMessage:
    """Write to the caller: free words, or an approved phrase by its code in English or Spanish.

    `upto` is the last line that the answer is given to: what came after it is still unread.

    Raises Refused where no number is known to write to. Without a gateway the text is kept as not sent.
    """
    access.require(by, Permission.CALL_CHANGE, "write to callers")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        require_open(call, ENDED_FOR_GOOD)
        words, language = _words(text, phrase, language)
        number = _number_of(call)
        if not number:
            raise Refused(f"{call.number} has no number to write to.")
        system = _gateway_for(call)
        now = timezone.now()
        state = TextMessage.State.QUEUED if system else TextMessage.State.NO_GATEWAY
        message = TextMessage.objects.create(
            call=call,
            system=system,
            direction=TextMessage.Direction.OUT,
            number=number,
            text=words,
            language=language,
            state=state,
            state_at=now,
            at=now,
            author_id=by.user_id,
            author_name=by.name,
        )
        _read(call, by, upto)
        call_save(call)
        work.emit(types.TextSent(message=str(message.pk), channel=call.channel, state=state), call=call)
        if system is not None and system.text_url:
            _deliver_after_commit(message.pk)
        return message


def _words(text: str, phrase: str, language: str) -> tuple[str, str]:
    if phrase and text.strip():
        raise Malformed("Either a phrase or words of your own.", errors={"text": ["Leave it out beside a phrase."]})
    if not phrase:
        return _clean(text), language
    row = CannedPhrase.objects.filter(code=phrase, active=True).first()
    if row is None:
        raise NotFound("There is no such phrase.")
    if language not in ("", *LANGUAGES):
        raise Malformed("Phrases are in English and Spanish.", errors={"language": ["Must be en or es."]})
    return (row.es, "es") if language == "es" else (row.en, "en")


def _clean(text: str) -> str:
    words = text.replace("\x00", "").strip()
    if not words:
        raise Malformed("A text needs words.", errors={"text": ["May not be empty."]})
    if len(words) > LONGEST_TEXT:
        raise Malformed("The text is too long.", errors={"text": [f"At most {LONGEST_TEXT} characters."]})
    return words


def _number_of(call: Call) -> str:
    """Who wrote last, else the caller's number."""
    wrote = call.texts.filter(direction=TextMessage.Direction.IN).exclude(number="").last()
    if wrote is not None:
        return wrote.number
    contact = call.contacts.exclude(phone="").order_by("at", "pk").first()
    return digits_of(contact.phone)[:24] if contact else ""


def _gateway_for(call: Call) -> PhoneSystem | None:
    """The one the caller's texts came through, else any that carries texts."""
    systems = PhoneSystem.objects.filter(carries_texts=True)
    came = call.texts.filter(direction=TextMessage.Direction.IN, system__carries_texts=True).last()
    return came.system if came is not None else systems.order_by("pk").first()


def _deliver_after_commit(message_id: int) -> None:
    transaction.on_commit(lambda: task_send(DELIVER_TASK, message_id), robust=True)


def texts_read(*, by: Actor, call_id: str | int, upto: str = "") -> int:
    """Somebody at the center has read what the caller wrote; returns how many lines were new.

    `upto` is the last line their screen showed: what came after it was drawn is still unread.
    """
    access.require(by, Permission.CALL_CHANGE, "answer texts")
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        count = _read(call, by, upto)
        if count:
            call_save(call)
            work.emit(types.TextsRead(count=count), call=call)
        return count


def _read(call: Call, by: Actor, upto: str = "") -> int:
    theirs = TextMessage.objects.filter(call__in=[call.pk, *merged_into(call)])
    if upto:
        theirs = theirs.filter(pk__lte=_line(upto))
    unread = theirs.filter(direction=TextMessage.Direction.IN, read_at__isnull=True)
    return unread.update(read_at=timezone.now(), read_by=by.name)


def _line(upto: str) -> int:
    if not (upto.isascii() and upto.isdigit() and len(upto) < 19):
        raise Malformed("There is no such line.", errors={"upto": ["Must be the id of a line."]})
    return int(upto)


def text_state_set(*, by: Actor, message_id: str | int, state: str) -> TextMessage:
    """The gateway says what became of a text. A delivered one stays delivered, whatever comes late."""
    if not by.may(Permission.CALL_PREFILL):
        raise NotFound("There is no such text.")
    with action(by) as work:
        message = access.text_for(phone_system_of(by), message_id)
        if state not in REPORTED:
            raise Malformed("There is no such state.", errors={"state": ["Must be SENT, DELIVERED or FAILED."]})
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=message.call_id)
        _set_state(work, call, message, state)
        return message


def _set_state(work: Work, call: Call, message: TextMessage, state: str) -> None:
    message.refresh_from_db()
    if message.state in (state, TextMessage.State.DELIVERED):
        return
    message.state, message.state_at = state, timezone.now()
    message.save(update_fields=["state", "state_at"])
    call_save(call)
    work.emit(types.TextStateChanged(message=str(message.pk), state=state), call=call)


def text_post(*, message_id: int) -> bool:
    """Post a queued text to its gateway's address; True when it is sent or needs no sending any more.

    The address is the center's own configuration. No transaction is open while it is spoken to.
    """
    message = TextMessage.objects.select_related("system").filter(pk=message_id).first()
    if message is None or message.state != TextMessage.State.QUEUED:
        return True
    system = message.system
    if system is None or not system.text_url:
        return True
    if not _claimed(message):
        return False
    body = {"id": str(message.pk), "number": message.number, "text": message.text}
    if not _posted(system.text_url, body):
        TextMessage.objects.filter(pk=message.pk).update(posting_since=None)
        return False
    _settle(system, message, TextMessage.State.SENT)
    return True


def _claimed(message: TextMessage) -> bool:
    """Whether it is ours to post: of a worker and a sweep at the same moment one posts it. Who died at it is followed
    by the next; the gateway knows a text by its id.
    """
    now = timezone.now()
    free = Q(posting_since__isnull=True) | Q(posting_since__lt=now - CLAIMED_FOR)
    queued = TextMessage.objects.filter(free, pk=message.pk, state=TextMessage.State.QUEUED)
    return queued.update(posting_since=now) == 1


def texts_sweep(*, now: datetime) -> int:
    """Post again what could not be posted, and give up on what is too old to be still the answer; returns how many."""
    waiting = TextMessage.objects.filter(state=TextMessage.State.QUEUED)
    rows = list(waiting.select_related("system").order_by("pk")[:MOST_AT_ONCE])
    for message in rows:
        is_posted = message.system is not None and bool(message.system.text_url) and text_post(message_id=message.pk)
        if not is_posted and now - message.at > GIVEN_UP_AFTER and message.system is not None:
            _settle(message.system, message, TextMessage.State.FAILED)
    return len(rows)


def _settle(system: PhoneSystem, message: TextMessage, state: str) -> None:
    with action(Actor.system(system.name)) as work:
        call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=message.call_id)
        _set_state(work, call, message, state)


def _posted(url: str, body: dict[str, Any]) -> bool:
    if not url.startswith(("https://", "http://")):
        return False
    headers = {"Content-Type": "application/json"}
    if settings.TEXT_GATEWAY_TOKEN:
        headers["Authorization"] = f"Bearer {settings.TEXT_GATEWAY_TOKEN}"
    request = Request(url, data=json.dumps(body).encode(), headers=headers, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=POST_TIMEOUT_S) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (URLError, OSError, ValueError):
        return False
