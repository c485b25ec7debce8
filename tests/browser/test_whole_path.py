"""A call from intake to cleared with two dispatchers and a crew signed in at once: nobody reloads anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, open_console, row, until
from tests.browser.site import STARTS_WITHIN_S, Site

TABLET = {"viewport": {"width": 1024, "height": 768}}
ALL_CLEAR = "nnnnsnalnn"  # no weapon, violence, medical, self-harm; safe; no crime; adult; low; no police; no caution


def receive_by_keyboard(page: Page, address: str) -> str:
    """F2, the address, Tab: the call is saved. Returns its number."""
    page.keyboard.press("F2")
    expect(page.locator("#head-call")).to_contain_text("New call")
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    expect(page.locator("#head-call")).to_contain_text("Saved")
    return page.locator("#head-call .number").first.inner_text()


@pytest.fixture
def only_crt1(site: Site) -> Iterator[None]:
    """Of two units as good, the one that had fewer calls in the tests before would go."""
    site.post("dispatcher", "units/CRT2/status/", {"status": "OO", "reason": "Restock"})
    yield
    site.post("dispatcher", "units/CRT2/status/", {"status": "AV"})


def test_two_dispatchers_and_a_crew_take_a_call_from_intake_to_cleared(
    site: Site, sign_in: SignIn, only_crt1: None
) -> None:
    first, second = open_console(sign_in), open_console(sign_in, "dispatcher-2")
    tablet = sign_in("responder-CRT1", path="/unit/", **TABLET)
    expect(tablet.get_by_text("No call. Live")).to_be_visible()

    number = receive_by_keyboard(first, "PARK ST & WASHINGTON ST")
    expect(row(second, "Pending", number)).to_be_visible()

    first.keyboard.press("F4")
    first.keyboard.type(ALL_CLEAR)
    expect(row(second, "Pending", number)).to_contain_text("T4")
    expect(first.get_by_text("R8 T4", exact=False).first).to_be_visible()

    first.keyboard.press("Control+Enter")
    expect(row(second, "Active", number)).to_contain_text("CRT1")
    expect(row(second, "Units", "CRT1")).to_contain_text("DP")
    expect(tablet.get_by_text(number)).to_be_visible()
    expect(tablet.get_by_text("PARK ST & WASHINGTON ST").first).to_be_visible()

    tablet.get_by_role("button", name="En route").click()
    for console in (first, second):
        expect(row(console, "Units", "CRT1")).to_contain_text("ER")
    tablet.get_by_role("button", name="On scene").click()
    for console in (first, second):
        expect(row(console, "Units", "CRT1")).to_contain_text("OS")

    command(second, f"NOTE {number[-4:]} /Sister waits at the corner")
    expect(tablet.get_by_text("Sister waits at the corner").first).to_be_visible()
    expect(first.get_by_text("Sister waits at the corner").first).to_be_visible()

    tablet.get_by_role("button", name=re.compile("We are OK")).click()
    until(tablet, lambda: welfare_checks(site, number), "the welfare check is stored")

    command(first, f"C {number[-4:]} 18")
    for console in (first, second):
        expect(row(console, "Active", number)).to_have_count(0)
        expect(row(console, "Units", "CRT1")).to_contain_text("AV")
    expect(tablet.get_by_text("No call", exact=False).first).to_be_visible()
    (found,) = site.get("dispatcher", f"calls/?q={number}")["calls"]
    assert (found["status"], found["disposition"]) == ("closed", "settled_by_contact")


def welfare_checks(site: Site, number: str) -> list[dict[str, object]]:
    (found,) = site.get("dispatcher", f"calls/?q={number}")["calls"]
    events = site.get("dispatcher", f"calls/{found['id']}/timeline/")["events"]
    return [event for event in events if event["type"] == "welfare_check_passed"]


def test_the_second_dispatcher_is_told_who_has_the_unit(site: Site, sign_in: SignIn) -> None:
    first, second = open_console(sign_in), open_console(sign_in, "dispatcher-2")
    one = receive_by_keyboard(first, "PARK ST & WASHINGTON ST")
    two = receive_by_keyboard(second, "Albany Ave & Garden St")
    command(first, f"D HPD5 {one[-4:]}")
    expect(row(second, "Active", one)).to_contain_text("HPD5")
    command(second, f"D HPD5 {two[-4:]}")
    expect(second.get_by_text(f"HPD5 is on call {one}", exact=False).first).to_be_visible()
    expect(row(second, "Pending", two)).to_be_visible()


def test_a_board_whose_socket_was_cut_catches_up_without_reloading(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    before = receive_by_keyboard(page, "PARK ST & WASHINGTON ST")
    site.restart("live")
    missed = site.post("dispatcher-2", "calls/", {"location": {"text": "Albany Ave & Garden St"}})["number"]
    until(page, row(page, "Pending", missed).is_visible, "what was missed is there", patience=STARTS_WITHIN_S)
    expect(row(page, "Pending", before)).to_have_count(1)
