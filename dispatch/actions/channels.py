"""A person's own channels: browsers they subscribe, addresses they add and prove to be theirs, quiet and removed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dispatch.actions.notices import notice_put
from dispatch.actions.transaction import action
from dispatch.models import Delivery, Notice, NotificationChannel, PushSubscription
from dispatch.queries.reaching import channel_for
from dispatch.reach.codes import code_hash
from dispatch.reach.endpoints import endpoint_problem, keys_problem
from dispatch.reach.offer import offered
from dispatch.rules.reaching import ChannelKind, NoticeKind
from hearteam.problems import Malformed, NotAllowed, Refused
from partners.access import Actor, Role

MOST_CHANNELS: Final = 6
MOST_BROWSERS: Final = 6
MOST_TRIES: Final = 5
CODE_LASTS: Final = timedelta(minutes=10)
CODE_EVERY: Final = timedelta(seconds=60)
TEST_EVERY: Final = timedelta(seconds=10)
PHONE: Final = re.compile(r"\+?[0-9]{10,15}")


def require_worker(by: Actor) -> int:
    """The user of a person who works here. Raises NotAllowed for others and for programs: they are told nothing."""
    if by.user_id is None or by.roles <= {Role.PHONE_SYSTEM}:
        raise NotAllowed("You may not be told of calls.")
    return by.user_id


def push_subscribe(
    *, by: Actor, endpoint: str, p256dh: str, auth: str, user_agent: str = "", session: str = "", language: str = "en"
) -> NotificationChannel:
    """This browser shall be told. Whoever subscribed it before is told there no more."""
    user_id = require_worker(by)
    if ChannelKind.PUSH not in offered():
        raise Refused("Push messages are not set up here.")
    problem = endpoint_problem(endpoint)
    if problem:
        raise Refused(problem, errors={"endpoint": [problem]})
    wrong = keys_problem(p256dh, auth)
    if wrong:
        raise Malformed(wrong, errors={"keys": [wrong]})
    with action(by):
        now = timezone.now()
        channel, _ = NotificationChannel.objects.get_or_create(
            user_id=user_id, kind=ChannelKind.PUSH, address="", defaults={"created_at": now, "verified_at": now}
        )
        NotificationChannel.objects.filter(pk=channel.pk).update(language=language)
        fields = {"channel": channel, "p256dh": p256dh, "auth": auth, "user_agent": user_agent[:200]}
        fields |= {"session": session, "gone_at": None}
        PushSubscription.objects.update_or_create(
            endpoint=endpoint, defaults=fields, create_defaults={**fields, "endpoint": endpoint, "created_at": now}
        )
        newest = channel.subscriptions.order_by("-pk").values_list("pk", flat=True)[:MOST_BROWSERS]
        channel.subscriptions.exclude(pk__in=list(newest)).delete()
        return channel


def push_unsubscribe(*, by: Actor, endpoint: str) -> None:
    """This browser shall be told no more."""
    user_id = require_worker(by)
    with action(by):
        PushSubscription.objects.filter(endpoint=endpoint, channel__user_id=user_id).delete()


def push_forget(*, session: str) -> None:
    """A session ended by signing out: the browser it was in is told nothing of that person any more."""
    if session:
        PushSubscription.objects.filter(session=session).delete()


def channel_add(*, by: Actor, kind: str, address: str, language: str = "en") -> NotificationChannel:
    """An address to be reached at, used once its code was given back. Added again, a fresh code is sent."""
    user_id = require_worker(by)
    known = ChannelKind(kind) if kind in ChannelKind.__members__ else None
    if known is None or known is ChannelKind.PUSH:
        raise Malformed("There is no such channel.", errors={"kind": ["Must be one of SMS, VOICE, EMAIL."]})
    if known not in offered():
        raise Refused("That is not set up here.", errors={"kind": ["It is not set up here."]})
    clean = _address(known, address)
    with action(by):
        now = timezone.now()
        found = NotificationChannel.objects.filter(user_id=user_id, kind=known, address=clean).first()
        if found is None and NotificationChannel.objects.filter(user_id=user_id).count() >= MOST_CHANNELS:
            raise Refused(f"At most {MOST_CHANNELS} channels: remove one first.")
        channel = found or NotificationChannel.objects.create(
            user_id=user_id, kind=known, address=clean, language=language, created_at=now
        )
        if channel.verified_at is None:
            _send_code(user_id, channel)
        return channel


def _address(kind: ChannelKind, address: str) -> str:
    text = address.strip()
    if kind is ChannelKind.EMAIL:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Malformed("That is no e-mail address.", errors={"address": ["It is no e-mail address."]}) from error
        return text
    return phone_number(text)


def phone_number(text: str) -> str:
    """A number as providers take it: `+`, country, number. Raises Malformed."""
    digits = re.sub(r"[\s().-]", "", text)
    if not PHONE.fullmatch(digits):
        raise Malformed("That is no phone number.", errors={"address": ["10 to 15 digits."]})
    return digits if digits.startswith("+") else f"+1{digits}" if len(digits) == 10 else f"+{digits}"


def _send_code(user_id: int, channel: NotificationChannel) -> None:
    """One a minute for all of a person's addresses together, also those they removed since: the messages cost money,
    and go to whoever is named.
    """
    now = timezone.now()
    asked = NotificationChannel.objects.filter(user_id=user_id, code_at__gt=now - CODE_EVERY)
    went = Delivery.objects.filter(user_id=user_id, notice__kind=NoticeKind.VERIFY, queued_at__gt=now - CODE_EVERY)
    if asked.exists() or went.exists():
        raise Refused("A code was sent a moment ago: wait a minute for the next one.")
    NotificationChannel.objects.filter(pk=channel.pk).update(code_at=now, code_hash="")
    notice_put(NoticeKind.VERIFY, channel=channel)


def channel_verify(*, by: Actor, channel_id: str | int, code: str) -> NotificationChannel:
    """The code came through: the address is theirs. Refused when wrong, too old, or tried too often."""
    require_worker(by)
    with action(by):
        channel = channel_for(by, channel_id, lock=True)  # so that guesses made at once are counted one by one
        if channel.verified_at is not None:
            return channel
        old = channel.code_at is None or timezone.now() - channel.code_at > CODE_LASTS
        if old or not channel.code_hash or channel.code_tries >= MOST_TRIES:
            raise Refused("That code is no longer good: ask for another one.", errors={"code": ["Ask for another."]})
        right = constant_time_compare(channel.code_hash, code_hash(channel.pk, code.strip()))
        if right:
            channel.verified_at, channel.code_hash = timezone.now(), ""
        else:
            channel.code_tries += 1
        channel.save(update_fields=["verified_at", "code_hash", "code_tries"])
    if not right:
        raise Refused("That is not the code.", errors={"code": ["That is not the code."]})
    return channel


def channel_quiet(*, by: Actor, channel_id: str | int, quiet: bool) -> NotificationChannel:
    """Keep the channel and do not use it, or use it again."""
    require_worker(by)
    with action(by):
        channel = channel_for(by, channel_id)
        channel.quiet = quiet
        channel.save(update_fields=["quiet"])
        return channel


def channel_remove(*, by: Actor, channel_id: str | int) -> None:
    """Forget the address, or all browsers. What was sent to it stays in the delivery log."""
    require_worker(by)
    with action(by):
        channel = channel_for(by, channel_id)
        Notice.objects.filter(channel=channel).update(channel=None)
        channel.delete()


def channel_test(*, by: Actor, channel_id: str | int) -> NotificationChannel:
    """Send a test message there. Refused for one that is not verified, and within seconds of another test."""
    user_id = require_worker(by)
    with action(by):
        channel = channel_for(by, channel_id)
        if channel.verified_at is None:
            raise Refused("Give the code first.")
        lately = Notice.objects.filter(kind=NoticeKind.TEST, at__gt=timezone.now() - TEST_EVERY)
        if lately.filter(channel__user_id=user_id).exists():
            raise Refused("A test was sent a moment ago.")
        notice_put(NoticeKind.TEST, channel=channel)
        return channel


def delivery_open(*, by: Actor, key: UUID) -> bool:
    """The person opened a message; the first time counts. False where it is none of theirs."""
    mine = Delivery.objects.filter(key=key, user_id=by.user_id or 0)
    return bool(mine.filter(opened_at__isnull=True).update(opened_at=timezone.now())) or mine.exists()
