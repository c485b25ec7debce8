"""The conversation with a caller who writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import texting
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Call, PhoneSystem, TextMessage
from tests.api.client import Answer, Api
from tests.api.conftest import As
from tests.api.stage import ok

NUMBER = "860-555-0142"


@pytest.fixture
def gateway(as_: As, cast: Any) -> Api:
    """The API as a gateway that carries texts and fetches those to callers."""
    PhoneSystem.objects.create(user=cast.phone_system, name="Text gateway", carries_texts=True)
    return as_("phone_system")


def write(gateway: Api, text: str, **more: Any) -> Answer:
    return ok(gateway.post("/api/intake/texts/", {"number": NUMBER, "text": text, **more}), 201)


def side(desk: Api, call: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(desk.get(f"/api/calls/{call}/intake/"))["texts"]
    return found


def test_who_writes_makes_a_call_that_is_never_called_back_by_voice(gateway: Api, desk: Api) -> None:
    call = write(gateway, "He is in the next room", lat=41.76, lon=-72.69, uncertainty_m=800)["call"]
    (row,) = ok(desk.get("/api/board/"))["calls"]
    assert (row["channel"], row["never_voice_call"], row["unread_texts"]) == ("text", True, 1)
    assert row["location"]["uncertainty_m"] == 800
    assert [line["text"] for line in side(desk, call)] == ["He is in the next room"]


def test_what_they_write_next_goes_to_the_same_call_however_the_number_is_spelt(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Help")["call"]
    assert (
        ok(gateway.post("/api/intake/texts/", {"number": "+1 (860) 555 0142", "text": "Please"}), 201)["call"] == call
    )
    assert write(gateway, "Hurry", reference="m-1")["call"] == call
    write(gateway, "Hurry", reference="m-1")
    assert [line["text"] for line in side(desk, call)] == ["Help", "Please", "Hurry"]


def test_a_text_after_the_end_is_a_new_call_and_after_a_merge_the_others(gateway: Api, desk: Api) -> None:
    first = write(gateway, "Help")["call"]
    into = ok(desk.post("/api/calls/", {"location": {"text": "415 Park St"}}), 201)["id"]
    ok(desk.post(f"/api/calls/{first}/merge/", {"into": into}))
    assert write(gateway, "Still here")["call"] == into
    assert [line["text"] for line in side(desk, into)] == ["Help", "Still here"]
    ok(desk.post(f"/api/calls/{into}/close/", {"disposition": "10"}))
    assert write(gateway, "Again")["call"] not in (first, into)


def test_a_text_whose_call_ends_at_that_moment_is_a_new_call_that_shows(
    gateway: Api, desk: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(gateway, "Help")["call"]
    seen_open = Call.objects.get(pk=first)
    ok(desk.post(f"/api/calls/{first}/close/", {"disposition": "10"}))
    monkeypatch.setattr(texting, "call_of_number", lambda number: seen_open)
    again = write(gateway, "He is back")["call"]
    assert again != first
    assert [call["id"] for call in ok(desk.get("/api/board/"))["calls"]] == [again]


def test_reading_is_by_name_and_takes_the_mark_off_the_row(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Help")["call"]
    assert ok(desk.post(f"/api/calls/{call}/texts/read/"))["read"] == 1
    assert ok(desk.get("/api/board/"))["calls"][0]["unread_texts"] == 0
    assert side(desk, call)[0]["read_by"] == "dispatcher"
    assert ok(desk.post(f"/api/calls/{call}/texts/read/"))["read"] == 0


def test_what_came_after_the_screen_was_drawn_is_still_unread(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Help")["call"]
    shown = side(desk, call)[-1]["id"]
    write(gateway, "He has a knife")
    assert ok(desk.post(f"/api/calls/{call}/texts/read/", {"upto": shown}))["read"] == 1
    ok(desk.post(f"/api/calls/{call}/texts/", {"text": "Where are you?", "upto": shown}), 201)
    assert ok(desk.get("/api/board/"))["calls"][0]["unread_texts"] == 1
    ok(desk.post(f"/api/calls/{call}/texts/read/", {"upto": "last"}), 400)


def test_an_answer_is_fetched_sent_and_delivered(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Ayuda")["call"]
    sent = ok(desk.post(f"/api/calls/{call}/texts/", {"phrase": "WHERE", "language": "es"}), 201)
    assert (sent["state"], sent["language"]) == ("QUEUED", "es")
    assert sent["text"].startswith("¿Dónde")
    (waiting,) = ok(gateway.get("/api/intake/texts/"))["texts"]
    assert (waiting["id"], waiting["number"]) == (sent["id"], NUMBER)
    for state in ("SENT", "DELIVERED", "SENT"):
        ok(gateway.post(f"/api/intake/texts/{sent['id']}/state/", {"state": state}))
    assert side(desk, call)[-1]["state"] == "DELIVERED"
    assert ok(gateway.get("/api/intake/texts/"))["texts"] == []


def test_without_a_gateway_a_text_is_kept_as_not_sent(as_: As, desk: Api) -> None:
    call = ok(desk.post("/api/calls/", {"location": {"text": "415 Park St"}, "caller": {"phone": NUMBER}}), 201)["id"]
    assert ok(desk.post(f"/api/calls/{call}/texts/", {"text": "Where are you?"}), 201)["state"] == "NO_GATEWAY"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({"text": "  "}, 400), ({"phrase": "NONE"}, 404), ({"phrase": "WHERE", "language": "pl"}, 400),
        ({"phrase": "WHERE", "text": "x"}, 400), ({"text": "x" * 1601}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_and_nothing_is_kept(
    gateway: Api, desk: Api, body: dict[str, Any], status: int
) -> None:
    call = write(gateway, "Help")["call"]
    ok(desk.post(f"/api/calls/{call}/texts/", body), status)
    assert len(side(desk, call)) == 1


def test_a_call_without_a_number_cannot_be_written_to(desk: Api) -> None:
    call = ok(desk.post("/api/calls/", {"location": {"text": "415 Park St"}}), 201)["id"]
    ok(desk.post(f"/api/calls/{call}/texts/", {"text": "Where?"}), 422)


def test_the_words_are_read_at_the_center_and_stand_in_no_event(gateway: Api, desk: Api, as_: As) -> None:
    call = write(gateway, "The code is 4711")["call"]
    ok(as_("auditor").get(f"/api/calls/{call}/intake/"))
    for who in ("crt1_peer", "hpd1_officer", "clinical_lead", "phone_system"):
        assert as_(who).get(f"/api/calls/{call}/intake/").status in (403, 404)
    assert "4711" not in json.dumps(ok(desk.get("/api/events/", after=0, limit=500)).body)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """A gateway's address, what is posted there, and the statuses it answers with in turn (then 200)."""
    posted: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/out", posted, answers
    server.shutdown()
    server.server_close()


def queued(gateway: Api, desk: Api, url: str) -> TextMessage:
    PhoneSystem.objects.update(text_url=url)
    call = write(gateway, "Help")["call"]
    sent = ok(desk.post(f"/api/calls/{call}/texts/", {"text": "Where are you?"}), 201)
    return TextMessage.objects.get(pk=sent["id"])


def test_a_gateway_with_an_address_gets_the_text_posted_once(gateway: Api, desk: Api, listener: Any) -> None:
    url, posted, _ = listener
    message = queued(gateway, desk, url)
    assert texting.text_post(message_id=message.pk)
    assert texting.text_post(message_id=message.pk)
    assert posted == [{"id": str(message.pk), "number": NUMBER, "text": "Where are you?"}]
    message.refresh_from_db()
    assert message.state == "SENT"


def test_of_a_worker_and_a_sweep_at_once_one_posts_the_text(
    gateway: Api, desk: Api, listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, posted, _ = listener
    message = queued(gateway, desk, url)
    post = texting._posted

    def sweep_meanwhile(*args: Any) -> bool:
        texting.texts_sweep(now=timezone.now())
        return post(*args)

    monkeypatch.setattr(texting, "_posted", sweep_meanwhile)
    assert texting.text_post(message_id=message.pk)
    assert len(posted) == 1


def test_a_text_whose_worker_died_is_posted_by_the_next(gateway: Api, desk: Api, listener: Any) -> None:
    url, posted, _ = listener
    message = queued(gateway, desk, url)
    TextMessage.objects.filter(pk=message.pk).update(posting_since=timezone.now() - timedelta(seconds=31))
    texting.texts_sweep(now=timezone.now())
    assert len(posted) == 1


def test_what_could_not_be_posted_is_tried_again_and_given_up_when_it_is_no_answer_any_more(
    gateway: Api, desk: Api, listener: Any
) -> None:
    url, posted, answers = listener
    answers += [503, 500, 503]
    message = queued(gateway, desk, url)
    now = timezone.now()
    texting.texts_sweep(now=now)
    texting.texts_sweep(now=now + timedelta(seconds=30))
    message.refresh_from_db()
    assert message.state == "QUEUED"
    texting.texts_sweep(now=now + timedelta(minutes=3))
    message.refresh_from_db()
    assert (message.state, len(posted)) == ("FAILED", 3)


def test_a_text_of_a_voice_call_makes_it_a_written_one_and_keeps_its_number(gateway: Api, desk: Api) -> None:
    announced = {"reference": "1", "number": NUMBER, "class_of_service": "WPH2"}
    call = ok(gateway.post("/api/intake/", announced), 201)["call"]
    assert write(gateway, "I cannot speak")["call"] == call
    found = Call.objects.get(pk=call)
    assert (found.channel, found.never_voice_call) == ("text", True)


def test_where_the_network_says_the_writer_is_now_is_one_more_bid(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Help", lat=41.76, lon=-72.69, uncertainty_m=800)["call"]
    for _ in range(2):
        write(gateway, "Here", lat=41.761, lon=-72.691, uncertainty_m=30)
    (phone,) = ok(desk.get(f"/api/calls/{call}/intake/"))["phone"]
    assert [bid["uncertainty_m"] for bid in phone["bids"]] == [800, 30]
    assert ok(desk.get("/api/board/"))["calls"][0]["location"]["uncertainty_m"] == 30


def test_the_alert_of_a_call_back_that_is_due_says_to_write(gateway: Api, desk: Api) -> None:
    call = write(gateway, "Help")["call"]
    ok(desk.post(f"/api/calls/{call}/callback/", {"minutes": 5}))
    deadlines_fire(timezone.now() + timedelta(minutes=6))
    alerts = ok(desk.get("/api/board/"))["alerts"]
    (due,) = [alert for alert in alerts if alert["kind"] == "CALLBACK_DUE"]
    assert due["text"].endswith("write, never call by voice")
