"""What whoever holds a crew's link can reach, by every method, and what others who try it are told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from dispatch.actions import guest_links, handoffs
from dispatch.actions.notes import note_add
from dispatch.console import guest as page
from dispatch.models import Assignment, GuestLink, GuestLinkUse, PersonInCrisis
from dispatch.queries.guest_links import token_of
from hearteam.events.models import Event
from tests.actions.reading import again, open_alerts
from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]

ADDRESS = "550 MAIN ST"
PRIVATE = ("Bo Secret", "Ana Secret", "860-555-0199", "He is pacing")


@pytest.fixture
def assignment(stage: Stage) -> Assignment:
    """WHEELER1 took a call about a child, of whom much is known."""
    call = stage.call(location_text=ADDRESS)
    PersonInCrisis.objects.create(call=call, name="Bo Secret", apparent_age="9")
    stage.triage(call, age="CHILD_3_17")
    note_add(by=stage.dispatcher, call_id=call.pk, text="He is pacing")
    note_add(by=stage.dispatcher, call_id=call.pk, text="Dog in the yard", kind="HAZARD")
    handoff = handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted", eta_minutes=20, meeting_point="Lobby",
        guardian="Ana Secret", guardian_phone="860-555-0199",
    )  # fmt: skip
    assert handoff.assignment is not None
    return handoff.assignment


@pytest.fixture
def path(stage: Stage, assignment: Assignment) -> str:
    return address(guest_links.link_issue(by=stage.dispatcher, assignment_id=assignment.pk))


def address(link: GuestLink) -> str:
    return f"/guest/{token_of(link)}/"


def opened(path: str) -> Client:
    """A phone on which the link was opened."""
    phone = Client()
    assert phone.post(path, {"act": "open"}).status_code == 303
    return phone


def form_of(phone: Client, path: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', phone.get(path).content.decode())
    assert found
    return found[1]


def tap(phone: Client, path: str, act: str, **more: str) -> Any:
    return phone.post(path, {"act": act, "form": form_of(phone, path), **more})


def test_a_messenger_that_fetches_the_link_learns_nothing_and_changes_nothing(path: str) -> None:
    before = Event.objects.count()
    for method in ("get", "head"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 200
        assert ADDRESS not in answer.content.decode()
        assert not answer.cookies
    assert (Event.objects.count(), GuestLinkUse.objects.count()) == (before, 0)


def test_opened_by_hand_it_shows_what_the_work_needs_and_nothing_of_anybody(path: str, assignment: Assignment) -> None:
    page = opened(path).get(path).content.decode()
    for shown in (ADDRESS, assignment.call.number, "Lobby", "Dog in the yard", "WHEELER1"):
        assert shown in page
    for private in PRIVATE:
        assert private not in page


def test_it_says_how_long_it_works_and_in_its_last_hour_to_ask_for_another(path: str) -> None:
    phone = opened(path)
    ask = "Ask the dispatch center for a new link"
    page = phone.get(path).content.decode()
    assert f"works until {timezone.localtime(GuestLink.objects.get().expires_at):%H:%M}" in page
    assert ask not in page
    GuestLink.objects.update(expires_at=timezone.now() + timedelta(minutes=50))
    assert ask in phone.get(path).content.decode()


def test_looking_again_changes_nothing(path: str) -> None:
    phone = opened(path)
    before = (Event.objects.count(), GuestLinkUse.objects.count())
    for _ in range(3):
        assert phone.get(path).status_code == phone.head(path).status_code == 200
    assert (Event.objects.count(), GuestLinkUse.objects.count()) == before


def test_the_page_is_kept_nowhere_found_by_nobody_and_said_to_nobody(path: str) -> None:
    for answer in (Client().get(path), opened(path).get(path), Client().get("/guest/" + "x" * 30 + "/")):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "form-action 'self'" in answer["Content-Security-Policy"]
    cookie = Client().post(path, {"act": "open"}).cookies["hearteam_guest"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", path)


def test_a_crew_reports_by_its_own_phone(path: str, assignment: Assignment) -> None:
    phone = opened(path)
    for act, status in (("on_the_way", "ER"), ("arrived", "OS")):
        assert tap(phone, path, act, minutes="15").status_code == 303
        assert again(assignment).status == status
    assert tap(phone, path, "police").status_code == 303
    assert ("POLICE_REQUESTED", "WHEELER1") in open_alerts(assignment.call)


def test_spanish_by_its_own_word_also_after_a_step(path: str) -> None:
    phone = opened(path)
    spanish = f"{path}?language=es"
    assert 'lang="es"' in phone.get(spanish).content.decode()
    assert tap(phone, spanish, "confirm")["Location"] == spanish


def test_a_form_is_good_on_its_own_device_and_link_only(stage: Stage, path: str, assignment: Assignment) -> None:
    first, second = opened(path), opened(path)
    for form in ("", "x", form_of(second, path)):
        assert first.post(path, {"act": "arrived", "form": form}).status_code == 409
    assert Client().post(path, {"act": "arrived", "form": form_of(first, path)}).status_code == 303
    assert first.post(path, {"act": "close", "form": form_of(first, path)}).status_code == 409
    assert again(assignment).status == "ER"


def test_a_tap_on_a_page_that_has_changed_shows_the_new_one(stage: Stage, path: str, assignment: Assignment) -> None:
    phone = opened(path)
    form = form_of(phone, path)
    stage.triage(assignment.call, age="CHILD_3_17", weapon="IN_HAND")
    answer = phone.post(path, {"act": "arrived", "form": form})
    assert answer.status_code == 409
    assert "STAY OUT" in answer.content.decode()
    assert tap(phone, path, "arrived").status_code == 422
    assert again(assignment).status == "ER"


@pytest.mark.parametrize("end", ["revoked", "expired", "cleared"])
def test_a_link_that_is_over_says_so_and_nothing_else(
    stage: Stage, path: str, assignment: Assignment, end: str
) -> None:
    phone = opened(path)
    form = form_of(phone, path)
    if end == "revoked":
        guest_links.link_revoke(by=stage.dispatcher, assignment_id=assignment.pk)
    elif end == "expired":
        long_ago = timezone.now() - timedelta(days=1)
        GuestLink.objects.update(issued_at=long_ago, expires_at=long_ago + timedelta(hours=8))
    else:
        stage.step(assignment, "OS", "AV")
    known = Event.objects.count()
    for answer in (
        phone.get(path), phone.head(path), phone.post(path, {"act": "open"}),
        phone.post(path, {"act": "police", "form": form}), Client().post(path, {"act": "open"}),
    ):  # fmt: skip
        assert answer.status_code == 410
        page = answer.content.decode()
        assert ADDRESS not in page
        assert assignment.call.number not in page
    assert Event.objects.count() == known


def test_a_forged_link_is_no_link(path: str) -> None:
    token = path.split("/")[2]
    for wrong in (token[:-1], token[1:], "0" + token, "x" * 60):
        for method in ("get", "head", "post"):
            answer = getattr(Client(), method)(f"/guest/{wrong}/")
            assert answer.status_code == 404
            assert ADDRESS not in answer.content.decode()
    assert [Client().generic(method, path).status_code for method in ("PUT", "PATCH", "DELETE")] == [405] * 3


def test_a_link_opens_its_own_call_and_no_other_door(stage: Stage, path: str, assignment: Assignment) -> None:
    phone = opened(path)
    other = handoffs.handoff_record(
        by=stage.dispatcher, call_id=stage.triaged_call(age="CHILD_3_17").pk, team="WHEELER", outcome="accepted"
    ).assignment
    assert other is not None
    elsewhere = address(guest_links.link_issue(by=stage.dispatcher, assignment_id=other.pk))
    phone.cookies["hearteam_guest"]["path"] = elsewhere
    assert other.call.number not in phone.get(elsewhere).content.decode()
    assert phone.post(elsewhere, {"act": "arrived", "form": form_of(phone, path)}).status_code == 303
    assert again(other).status == "ER"
    for closed in ("/", "/unit/", "/board/", "/map/", "/reports/", f"/calls/{assignment.call_id}/print/"):
        assert phone.get(closed).status_code == 302
    for closed in ("/api/board/", "/api/unit/", f"/api/calls/{assignment.call_id}/"):
        assert phone.get(closed).status_code == 401
    assert phone.post(f"/api/assignments/{assignment.pk}/status/", {"status": "OS"}).status_code == 401


def test_taps_without_end_are_told_to_wait(path: str) -> None:
    phone = opened(path)
    form = form_of(phone, path)
    answers = [phone.post(path, {"act": "leaving", "form": form}) for _ in range(20)]
    assert (answers[0].status_code, answers[-1].status_code) == (422, 429)
    assert answers[-1]["Retry-After"] == "60"
    assert phone.post(path, {"act": "police", "form": form}).status_code == 303


@pytest.mark.parametrize("minutes", ["-1", "9999", "x", "601", "٣"])
def test_minutes_that_are_none_promise_nothing(path: str, assignment: Assignment, minutes: str) -> None:
    before = again(assignment).eta_at
    assert tap(opened(path), path, "confirm", minutes=minutes).status_code == 303
    assert again(assignment).eta_at == before


def test_a_page_that_fails_leaves_its_address_in_no_log(
    path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(link: GuestLink) -> None:
        raise OperationalError

    device = opened(path)
    monkeypatch.setattr(page, "guest_view", fails)
    assert device.get(path).status_code == 503
    assert "Service Unavailable: /guest/.../" in caplog.messages
    assert path.split("/")[2] not in caplog.text
