"""What a message says and does not say, that it goes once, and what becomes of what was left behind."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from dispatch.actions import channels, deliveries, notices
from dispatch.actions.deliveries import delivery_send, notices_forget, reaching_sweep
from dispatch.actions.notices import DELIVER_TASK, TELL_TASK, notice_tell
from dispatch.models import Call, Delivery, Notice, NotificationChannel
from dispatch.reach.outlets import outlet_send
from dispatch.reach.push import Outcome
from dispatch.reach.words import words
from dispatch.rules.reaching import ChannelKind, NoticeKind
from hearteam.events.models import Event
from hearteam.problems import Malformed, NotAllowed, NotFound, Refused
from partners.access import actor_for
from tests.reaching.conftest import Outbox
from tests.reaching.people import channel, on_duty, work_off
from tests.stage import Stage


@pytest.fixture
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What the broker was given."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(deliveries, "task_send", lambda name, pk: found.append((name, pk)))
    return found


WORD = st.text(st.characters(categories=["L", "N"]), min_size=4, max_size=12).map(lambda text: f"zq{text}")


@how(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secrets=st.lists(WORD, min_size=4, max_size=4, unique=True))
def test_nothing_of_a_person_or_a_place_is_in_a_message_or_its_log(
    secrets: list[str], stage: Stage, outbox: Outbox
) -> None:
    name, address, area, phone = secrets
    Call.objects.update(status="closed")
    call = stage.call(location_text=address, neighborhood=area)
    call.contacts.update(name=name, phone=phone)
    from_contact = call.contacts.get()
    NotificationChannel.objects.filter(user=stage.cast.crt1_clinician).delete()
    channel(stage.cast.crt1_clinician, "EMAIL")
    before = len(outbox())
    Notice.objects.filter(told_at__isnull=True).delete()
    notice = Notice.objects.create(kind="DISPATCH", call=call, unit=stage.cast.crt1, at=timezone.now())
    notice_tell(notice_id=notice.pk)
    for pk in notice.deliveries.values_list("pk", flat=True):
        delivery_send(delivery_id=pk)
    (line,) = outbox()[before:]
    kept = json.dumps([*Notice.objects.values(), *Delivery.objects.values(), line], default=str)
    assert line["text"] == f"Call {call.number}: open the app."
    assert not [secret for secret in (name, address, area, from_contact.phone) if secret in kept]


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in (NoticeKind.TEST, NoticeKind.VERIFY)])
def test_every_kind_says_the_same_two_things(kind: NoticeKind) -> None:
    assert words(kind, "en", number="26-000001") == "Call 26-000001: open the app."
    assert words(kind, "fr") == "Open the app."
    assert "26-000001" in words(kind, "es", number="26-000001")


def test_a_message_goes_once_however_often_its_task_comes(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    notice = Notice.objects.get(kind="DISPATCH")
    assert [notice_tell(notice_id=notice.pk) for _ in range(3)] == [1, 0, 0]
    (message,) = notice.deliveries.all()
    assert [delivery_send(delivery_id=message.pk) for _ in range(3)] == ["sent", "sent", "sent"]
    assert len(outbox()) == 1


def test_the_sweep_finds_what_the_broker_lost(stage: Stage, outbox: Outbox, sent_tasks: list[tuple[str, int]]) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    notice = Notice.objects.get(kind="DISPATCH")
    now = timezone.now()
    assert reaching_sweep(now=now) == 0
    assert reaching_sweep(now=now + timedelta(seconds=6)) == 1
    notice_tell(notice_id=notice.pk)
    message = notice.deliveries.get()
    assert reaching_sweep(now=now + timedelta(seconds=12)) == 1
    assert sent_tasks == [(TELL_TASK, notice.pk), (DELIVER_TASK, message.pk)]


def test_where_nobody_has_a_channel_no_task_is_sent(
    stage: Stage, outbox: Outbox, sent_tasks: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    NotificationChannel.objects.all().delete()
    monkeypatch.setattr(notices, "_after_commit", lambda name, pk: sent_tasks.append((name, pk)))
    stage.crt_at()
    notice = Notice.objects.get(kind="DISPATCH")
    assert reaching_sweep(now=timezone.now() + timedelta(seconds=6)) == 0
    notice.refresh_from_db()
    assert notice.told_at is not None
    assert (sent_tasks, notice.deliveries.count()) == ([], 0)


def test_who_gets_a_channel_just_after_is_told_by_the_sweep(
    stage: Stage, outbox: Outbox, sent_tasks: list[tuple[str, int]]
) -> None:
    NotificationChannel.objects.all().delete()
    stage.crt_at()
    notice = Notice.objects.get(kind="DISPATCH")
    channel(stage.cast.crt1_clinician)
    assert reaching_sweep(now=timezone.now() + timedelta(seconds=6)) == 1
    assert sent_tasks == [(TELL_TASK, notice.pk)]
    assert notice_tell(notice_id=notice.pk) == 1


def test_what_a_dead_worker_had_in_hand_counts_as_failed_and_is_not_sent_twice(
    stage: Stage, outbox: Outbox, sent_tasks: list[tuple[str, int]]
) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    notice = Notice.objects.get(kind="DISPATCH")
    notice_tell(notice_id=notice.pk)
    notice.deliveries.update(state="sending", claimed_at=timezone.now() - timedelta(seconds=61))
    reaching_sweep(now=timezone.now())
    message = notice.deliveries.get()
    assert (message.state, message.why) == ("failed", "the worker stopped while it was sent")
    assert delivery_send(delivery_id=message.pk) == "failed"
    assert outbox() == []


def test_what_is_two_minutes_old_is_told_to_nobody(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    assert work_off(timezone.now() + timedelta(seconds=121)) == []
    assert Notice.objects.get(kind="DISPATCH").why == "it came too late"


def test_old_notices_are_forgotten(stage: Stage, outbox: Outbox, settings: Any) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    work_off()
    settings.NOTICES_KEPT_DAYS = 30
    notices_forget(now=timezone.now() + timedelta(days=29))
    assert Delivery.objects.count() == 1
    notices_forget(now=timezone.now() + timedelta(days=31))
    assert (Delivery.objects.count(), Notice.objects.count()) == (0, 0)


def test_an_address_is_used_once_its_code_was_given_back(stage: Stage, outbox: Outbox) -> None:
    by = actor_for(stage.cast.crt1_peer)
    added = channels.channel_add(by=by, kind="SMS", address="(860) 555-0123", language="es")
    assert (added.address, added.verified_at) == ("+18605550123", None)
    work_off()
    (line,) = outbox()
    code = "".join(letter for letter in line["text"] if letter.isdigit())
    assert line["to"] == "+18605550123"
    assert len(code) == 6
    assert code not in json.dumps([*NotificationChannel.objects.values(), *Delivery.objects.values()], default=str)
    with pytest.raises(Refused):
        channels.channel_verify(by=by, channel_id=added.pk, code=f"{(int(code) + 1) % 10**6:06}")
    assert channels.channel_verify(by=by, channel_id=added.pk, code=f" {code} ").verified_at is not None


def test_a_code_is_not_guessed(stage: Stage, outbox: Outbox) -> None:
    by = actor_for(stage.cast.crt1_peer)
    added = channels.channel_add(by=by, kind="EMAIL", address="peer@example.org")
    work_off()
    code = "".join(letter for letter in outbox()[0]["text"] if letter.isdigit())
    for _ in range(5):
        with pytest.raises(Refused, match="not the code"):
            channels.channel_verify(by=by, channel_id=added.pk, code="x")
    with pytest.raises(Refused, match="no longer good"):
        channels.channel_verify(by=by, channel_id=added.pk, code=code)


def test_wrong_codes_count_under_one_key_too(stage: Stage, outbox: Outbox) -> None:
    client = Client()
    client.force_login(stage.cast.crt1_peer)
    added = channels.channel_add(by=actor_for(stage.cast.crt1_peer), kind="EMAIL", address="peer@example.org")
    work_off()
    for _ in range(2):
        answer = client.post(
            f"/api/channels/{added.pk}/verify/", {"code": "x"}, "application/json", headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 422
    assert NotificationChannel.objects.get().code_tries == 2


def test_codes_are_sent_once_a_minute(stage: Stage, outbox: Outbox) -> None:
    by = actor_for(stage.cast.crt1_peer)
    channels.channel_add(by=by, kind="EMAIL", address="peer@example.org")
    with pytest.raises(Refused, match="a moment ago"):
        channels.channel_add(by=by, kind="SMS", address="860-555-0123")


def test_an_address_that_is_removed_and_added_again_gets_no_second_code(stage: Stage, outbox: Outbox) -> None:
    by = actor_for(stage.cast.crt1_peer)
    added = channels.channel_add(by=by, kind="SMS", address="860-555-0123")
    work_off()
    channels.channel_remove(by=by, channel_id=added.pk)
    with pytest.raises(Refused, match="a moment ago"):
        channels.channel_add(by=by, kind="SMS", address="860-555-0123")
    assert len(outbox()) == 1


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("SMS", "911"), ("SMS", "860-555-0100,860-555-0101"), ("SMS", "abc"), ("VOICE", ""), ("EMAIL", "x"),
        ("EMAIL", "a@example.org,b@example.org"), ("EMAIL", "a@example.org\nbcc: b@example.org"), ("PUSH", "x"),
        ("PIGEON", "860-555-0100"), ("SMS", "+1860555010" + "0" * 20),
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(stage: Stage, outbox: Outbox, kind: str, address: str) -> None:
    with pytest.raises(Malformed):
        channels.channel_add(by=stage.crew, kind=kind, address=address)


def test_a_kind_that_is_not_set_up_is_refused_and_not_used(stage: Stage, outbox: Outbox, settings: Any) -> None:
    channel(stage.cast.crt1_clinician)
    settings.REACH_SMS_URL = ""
    with pytest.raises(Refused, match="not set up"):
        channels.channel_add(by=stage.crew, kind="SMS", address="860-555-0123")
    stage.crt_at()
    assert work_off() == []


def test_an_address_goes_into_the_providers_address_and_nowhere_else(settings: Any) -> None:
    settings.REACH_SMS_URL = "nosuchprovider://key@host/{to}"
    attempt = outlet_send(ChannelKind.SMS, "+18605550123", "x")
    assert (attempt.outcome, "555" in attempt.why) == (Outcome.LATER, False)


def test_channels_are_their_owners(stage: Stage, outbox: Outbox) -> None:
    theirs = channel(stage.cast.crt1_peer)
    for doing in (channels.channel_test, channels.channel_remove):
        with pytest.raises(NotFound):
            doing(by=stage.crew, channel_id=theirs.pk)
    with pytest.raises(NotAllowed):
        channels.channel_add(by=actor_for(stage.cast.stranger), kind="SMS", address="860-555-0123")


def test_a_removed_channel_leaves_the_log(stage: Stage, outbox: Outbox) -> None:
    mine = channel(stage.cast.crt1_clinician)
    channels.channel_test(by=stage.crew, channel_id=mine.pk)
    assert work_off() == ["sent"]
    channels.channel_remove(by=stage.crew, channel_id=mine.pk)
    assert Delivery.objects.get().channel is None


def test_a_test_message_says_that_it_is_one_and_comes_seldom(stage: Stage, outbox: Outbox) -> None:
    mine = channel(stage.cast.crt1_clinician)
    channels.channel_test(by=stage.crew, channel_id=mine.pk)
    work_off()
    assert outbox()[0]["text"] == "This is a test: messages reach you here."
    with pytest.raises(Refused):
        channels.channel_test(by=stage.crew, channel_id=mine.pk)


def test_opening_is_noted_once_and_leads_to_where_the_person_works(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.crt1_clinician)
    stage.crt_at()
    work_off()
    message = Delivery.objects.get()
    path = f"/opened/{message.key}/"
    client, other = Client(), Client()
    assert client.get(path)["Location"].startswith("/login/")
    other.force_login(stage.cast.crt1_peer)
    other.get(path)
    assert Delivery.objects.get().opened_at is None
    client.force_login(stage.cast.crt1_clinician)
    assert client.get(path)["Location"] == "/unit/"
    first = Delivery.objects.get().opened_at
    client.get(path)
    assert Delivery.objects.get().opened_at == first is not None


def test_the_log_of_a_ladder_says_who_when_and_why(stage: Stage, outbox: Outbox) -> None:
    channel(stage.cast.supervisor)
    on_duty(stage.cast.supervisor)
    client = Client()
    stage.cast.supervisor.is_staff = True
    stage.cast.supervisor.save()
    client.force_login(stage.cast.supervisor)
    channel(stage.cast.crt1_clinician)
    call, _ = stage.crt_at()
    work_off()
    page = client.get("/admin/dispatch/delivery/").content.decode()
    assert call.number in page
    assert "CRT1" in page
    assert "+1860555" not in page
    assert not Event.objects.filter(type="notice_escalated").exists()
