"""Undo, corrections, the record on paper, and a shift handed over, on the console by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_the_last_action_is_undone_by_a_key_and_the_timeline_shows_both(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    open_call(page, call)
    command(page, "P1")
    expect(page.locator("#head-call")).to_contain_text("P1")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("Alt+z")
    expect(page.locator("#head-call")).to_contain_text("P2")
    expect(page.locator(".timeline .struck")).to_contain_text("Changed: priority")
    expect(page.locator(".timeline")).to_contain_text("UNDONE: the change")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    command(page, "PD")
    expect(row(page, "Pending", call["number"])).to_contain_text("P1")
    page.locator("#grid-pending").focus()
    page.keyboard.press("z")
    expect(page.locator("#notices")).to_contain_text("not taken back by a key")
    assert frames(site, call, "police_requested")


def test_a_note_is_corrected_by_keyboard_found_and_printed(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    open_call(page, call)
    page.locator("#note").focus()
    for text in ("Caller hears shouting", "Blue door"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator(".timeline")).to_contain_text(text)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("New words")).to_have_value("Blue door")
    expect(page.get_by_label("New words")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Red door")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline s.text")).to_have_text("Blue door")
    expect(page.locator(".timeline .correction")).to_contain_text("Red door")
    page.get_by_label("Search in the timeline").fill("shouting")
    expect(page.locator(".timeline li")).to_have_count(1)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Print").click()
    paper = opened.value
    expect(paper.locator("#record s")).to_have_text("Blue door")
    expect(paper.locator("#record")).to_contain_text("Red door")
    assert paper.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_shift_is_handed_over_to_a_colleague_who_sees_the_call_open_elsewhere(site: Site, sign_in: SignIn) -> None:
    leaving, staying = open_console(sign_in), open_console(sign_in, "dispatcher-2")
    leaving.keyboard.press("F2")
    leaving.keyboard.type("415 Park St")
    leaving.keyboard.press("Tab")
    expect(leaving.locator("#head-call")).to_contain_text("Saved")
    (call,) = site.get("dispatcher", "board/")["calls"]
    open_call(staying, call)
    expect(staying.locator(".whose")).to_contain_text(f"Worked at {call['position']}")
    expect(staying.locator(".whose")).to_contain_text("by dispatcher")
    leaving.get_by_role("button", name="Sign out").click()
    expect(leaving.get_by_role("dialog")).to_contain_text(call["number"])
    leaving.locator("dialog select").select_option("dispatcher-2")
    leaving.get_by_role("textbox", name="Note").fill("He rings at six")
    leaving.keyboard.press("Enter")
    expect(staying.locator("#notices")).to_contain_text("He rings at six")
    staying.get_by_role("button", name="Take them").click()
    expect(staying.locator(".whose")).to_have_count(0)
    expect(leaving.get_by_text("You are signed out")).to_be_visible()
    assert site.get("dispatcher", f"calls/{call['id']}/")["position"] != call["position"]
