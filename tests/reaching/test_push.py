"""Web Push from the subscription to the browser that reads the message, against a push service on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.test import Client

from dispatch.actions.channels import push_subscribe
from dispatch.models import Delivery, NotificationChannel, PushSubscription
from dispatch.reach.endpoints import endpoint_problem, resolved
from dispatch.reach.keys import decoded, new_key, private_key, public_key
from dispatch.reach.push import Browser, Outcome, push_send
from hearteam.problems import Malformed, Refused
from partners.access import actor_for
from tests.reaching.conftest import Outbox
from tests.reaching.people import work_off
from tests.reaching.push_service import Service, Subscriber, serve
from tests.stage import Stage


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    service, server, trusted = serve(tmp_path_factory.mktemp("push"))
    yield service, trusted
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(running: tuple[Service, Path], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Known here, and trusted."""
    found, trusted = running
    found.answers[:], found.requests[:] = [201], []
    settings.PUSH_HOSTS, settings.PUSH_PRIVATE_NETWORK = ["127.0.0.1"], True
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return found


def subscribe(user: User, service: Service, name: str = "ada", **more: Any) -> Subscriber:
    browser = Subscriber()
    push_subscribe(by=actor_for(user), endpoint=service.endpoint(name), **browser.keys(), **more)
    return browser


def test_a_dispatch_reaches_the_browser_signed_and_sealed(stage: Stage, outbox: Outbox, service: Service) -> None:
    browser = subscribe(stage.cast.crt1_clinician, service)
    call, _ = stage.crt_at()
    assert work_off() == ["sent"]
    (request,) = service.requests
    assert request.path == "/push/ada"
    assert (request.headers["ttl"], request.headers["urgency"]) == ("120", "high")
    assert request.headers["content-encoding"] == "aes128gcm"
    message = browser.read(request.body)
    delivery = Delivery.objects.get()
    assert message["text"] == f"Call {call.number}: open the app."
    assert message["url"] == f"/opened/{delivery.key}/"
    assert call.number.encode() not in request.body
    assert PushSubscription.objects.get().last_success_at == delivery.sent_at


def test_the_header_is_signed_by_the_installations_own_key(stage: Stage, service: Service) -> None:
    push_send(_browser(service), {"text": "x"})
    scheme, _, rest = service.requests[0].headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == public_key(configured.PUSH_KEY)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(parts["k"]))
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience="https://127.0.0.1")
    assert claims["sub"] == f"mailto:{configured.PUSH_CONTACT}"


def _browser(service: Service) -> Browser:
    keys = Subscriber().keys()
    return Browser(service.endpoint(), keys["p256dh"], keys["auth"])


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_not_tried_again(stage: Stage, outbox: Outbox, service: Service, status: int) -> None:
    subscribe(stage.cast.crt1_clinician, service)
    service.answers[:] = [status]
    _, assignment = stage.crt_at()
    assert work_off() == ["failed"]
    assert PushSubscription.objects.get().gone_at is not None
    assert Delivery.objects.get().why == "the browser has unsubscribed"
    stage.step(assignment, "AV")
    assert work_off() == []


def test_a_busy_service_is_asked_again_and_given_up_after_three_times(
    stage: Stage, outbox: Outbox, service: Service
) -> None:
    subscribe(stage.cast.crt1_clinician, service)
    service.answers[:] = [503, 429, 201]
    stage.crt_at()
    assert [work_off() for _ in range(4)] == [["queued"], ["queued"], ["sent"], []]
    assert len(service.requests) == 3


@pytest.mark.parametrize(("status", "outcome"), [(301, Outcome.REFUSED), (400, Outcome.REFUSED), (500, Outcome.LATER)])
def test_an_answer_that_is_no_success_is_none(stage: Stage, service: Service, status: int, outcome: Outcome) -> None:
    service.answers[:] = [status]
    attempt = push_send(_browser(service), {"text": "x"})
    assert attempt.outcome is outcome
    assert len(service.requests) == 1
    assert "127.0.0.1" not in attempt.why


def test_a_service_that_is_not_trusted_or_not_there_is_asked_later(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert push_send(_browser(service), {"text": "x"}).outcome is Outcome.LATER
    keys = Subscriber().keys()
    nobody = Browser("https://127.0.0.1:1/x", keys["p256dh"], keys["auth"])
    assert push_send(nobody, {"text": "x"}).outcome is Outcome.LATER
    assert service.requests == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "ftp://x/",
        "https://fcm.googleapis.com.example.org/x", "https://user@fcm.googleapis.com/x", "https://169.254.169.254/",
        "https://fcm.googleapis.com:8443/x", "https://fcm.googleapis.com:99999/", "https://evil.org/fcm.googleapis.com",
        "https://push.apple.com.evil.org/", "file:///etc/passwd", "", "https://", "https://10.0.0.1#.push.apple.com",
    ],
)  # fmt: skip
def test_no_other_host_is_ever_posted_to(endpoint: str) -> None:
    assert endpoint_problem(endpoint)
    keys = Subscriber().keys()
    assert push_send(Browser(endpoint, keys["p256dh"], keys["auth"]), {}).outcome is Outcome.REFUSED


@pytest.mark.parametrize("host", ["fcm.googleapis.com", "web.push.apple.com", "wns2-par02p.notify.windows.com"])
def test_the_services_of_browsers_are_known(host: str) -> None:
    assert endpoint_problem(f"https://{host}/wpush/v2/x?y=1") == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "192.168.1.1", "::ffff:10.0.0.1"])
def test_a_known_name_that_means_a_private_address_is_not_connected_to(host: str) -> None:
    with pytest.raises(OSError, match="private network"):
        resolved(host, 443)


def test_a_subscription_elsewhere_or_with_broken_keys_is_refused(stage: Stage, service: Service) -> None:
    by, keys = stage.crew, Subscriber().keys()
    with pytest.raises(Refused):
        push_subscribe(by=by, endpoint="https://evil.org/x", **keys)
    for wrong in ({"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "%%"}, {"auth": ""}):
        with pytest.raises(Malformed):
            push_subscribe(by=by, endpoint=service.endpoint(), **{**keys, **wrong})
    assert not NotificationChannel.objects.exists()


def test_whoever_signs_in_at_the_tablet_next_takes_its_messages_over(stage: Stage, service: Service) -> None:
    subscribe(stage.cast.crt1_clinician, service)
    subscribe(stage.cast.crmhc1_clinician, service)
    assert PushSubscription.objects.get().channel.user == stage.cast.crmhc1_clinician


def test_signing_out_ends_what_the_browser_is_told(stage: Stage, service: Service) -> None:
    client = Client()
    client.force_login(stage.cast.crt1_clinician)
    body = {"endpoint": service.endpoint(), "keys": Subscriber().keys()}
    answer = client.post("/api/notifications/push/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["browsers"][0]["endpoint"] == service.endpoint()
    client.post("/logout/")
    assert not PushSubscription.objects.exists()


def test_without_a_key_there_is_no_push(stage: Stage, service: Service, settings: Any) -> None:
    subscribe(stage.cast.crt1_clinician, service)
    settings.PUSH_KEY = ""
    with pytest.raises(Refused, match="not set up"):
        subscribe(stage.cast.crt1_peer, service)
    stage.crt_at()
    assert work_off() == []


def test_a_key_is_good_for_its_own_public_key_only() -> None:
    one, other = new_key(), new_key()
    assert public_key(one) == public_key(one) != public_key(other)
    assert len(decoded(public_key(one))) == 65
    for wrong in ("", "AAAA", "%" * 43, encoded_zero()):
        with pytest.raises(ValueError):
            private_key(wrong)


def encoded_zero() -> str:
    return "A" * 43
