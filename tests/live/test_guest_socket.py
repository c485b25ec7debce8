"""Who holds a crew's link is told when its page changes, and never of anything else that happens."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest
from django.test import Client
from django.utils import timezone
from websockets.sync.client import ClientConnection

from dispatch.actions import guest_links, handoffs
from dispatch.actions.notes import note_add
from dispatch.live.guests import MOST_SOCKETS
from dispatch.models import Assignment, GuestLink
from dispatch.queries.guest_links import guest_view, socket_ticket, token_of
from tests.cast import Cast
from tests.live.process import Frame, LiveProcess, frame, write
from tests.live.test_admission import closed_with
from tests.stage import Stage, set_stage


@pytest.fixture(scope="module")
def stage(transactional_db: None) -> Stage:
    return set_stage()


@pytest.fixture(scope="module")
def cast(stage: Stage) -> Cast:
    """In place of the folder's: the stage has one."""
    return stage.cast


@pytest.fixture
def link(stage: Stage) -> GuestLink:
    """Of a team by phone that took a call."""
    call = stage.triaged_call(age="CHILD_3_17")
    handoff = handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted", eta_minutes=20, meeting_point="Lobby",
        guardian="Ana Secret", guardian_phone="860-555-0199",
    )  # fmt: skip
    assert handoff.assignment is not None
    return guest_links.link_issue(by=stage.dispatcher, assignment_id=handoff.assignment.pk)


def address(link: GuestLink) -> str:
    return f"/ws/guest/?ticket={socket_ticket(link)}"


def shown(link: GuestLink) -> str:
    """The version of the page as it is now."""
    link = GuestLink.objects.select_related("call", "assignment__unit__team").get(pk=link.pk)
    return guest_view(link).version


def until_version(guest: ClientConnection, version: str) -> list[Frame]:
    """All frames up to the first that names `version`."""
    found = [frame(guest)]
    while found[-1]["version"] != version:
        found.append(frame(guest))
    return found


def test_a_guest_is_told_that_its_page_changed_and_to_what(live: LiveProcess, stage: Stage, link: GuestLink) -> None:
    before = shown(link)
    with live.connect(address(link)) as guest:
        assert frame(guest) == {"type": "heartbeat", "version": before}
        note_add(by=stage.dispatcher, call_id=link.call_id, text="Dog in the yard", kind="HAZARD")
        after = shown(link)
        assert after != before
        assert until_version(guest, after)[-1] == {"type": "changed", "version": after}


def test_what_its_page_does_not_show_reaches_no_guest_in_any_form(
    live: LiveProcess, stage: Stage, link: GuestLink
) -> None:
    with live.connect(address(link)) as guest:
        before = frame(guest)["version"]
        note_add(by=stage.dispatcher, call_id=link.call_id, text="He is pacing")
        stage.triaged_call()
        write(3, text="the center's own")
        note_add(by=stage.dispatcher, call_id=link.call_id, text="Dog in the yard", kind="HAZARD")
        *others, last = until_version(guest, shown(link))
        assert last["type"] == "changed"
        assert all(one == {"type": "heartbeat", "version": before} for one in others)


def test_the_sockets_of_a_link_that_is_revoked_close(live: LiveProcess, stage: Stage, link: GuestLink) -> None:
    with live.connect(address(link)) as guest:
        frame(guest)
        guest_links.link_revoke(by=stage.dispatcher, assignment_id=link.assignment_id)
        assert closed_with(guest) == 4403
    assert live.status(address(link)) == 403


def test_only_a_ticket_of_ours_opens_it(live: LiveProcess, link: GuestLink, dispatcher: str) -> None:
    ticket = socket_ticket(link)
    for wrong in ("", "?ticket=", "?ticket=1", f"?ticket={ticket}x", f"?ticket={token_of(link)}", "?ticket=1:%00"):
        assert live.status(f"/ws/guest/{wrong}", token=dispatcher) == 403
    GuestLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    assert live.status(address(link)) == 403


def test_a_guest_has_nothing_to_say(live: LiveProcess, link: GuestLink) -> None:
    with live.connect(address(link)) as guest:
        guest.send('{"type": "ping"}')
        assert closed_with(guest) == 4400


def test_a_link_that_opens_too_many_sockets_is_refused_the_next(live: LiveProcess, link: GuestLink) -> None:
    with ExitStack() as phones:
        guests = [phones.enter_context(live.connect(address(link))) for _ in range(MOST_SOCKETS)]
        assert all(frame(guest)["type"] == "heartbeat" for guest in guests)
        assert live.status(address(link)) == 403


def test_only_the_page_of_a_device_that_opened_the_link_has_a_ticket(link: GuestLink) -> None:
    path, phone = f"/guest/{token_of(link)}/", Client()
    assert b"data-ticket" not in phone.get(path).content
    phone.post(path, {"act": "open"})
    found = re.search(r'data-ticket="([^"]+)"', phone.get(path).content.decode())
    assert found is not None
    assert found[1] == socket_ticket(link)
    assert Assignment.objects.filter(guest_links=link).exists()
