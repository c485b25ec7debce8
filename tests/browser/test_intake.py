"""Calls by phone and text at the console: beside the work in hand, by keyboard, and never over what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser
THERE = {"lat": 41.7637, "lon": -72.6851, "uncertainty_m": 300}
NEARER = {"lat": 41.7652, "lon": -72.6833, "uncertainty_m": 12}


def test_a_ringing_phone_is_taken_beside_the_call_in_hand_and_its_word_by_one_key(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    page.keyboard.press("F2")
    page.keyboard.press("Tab")
    page.locator("#field-caller-phone").fill("860-555-0101")
    phoned = {"reference": "browser-1", "number": "860-555-0142", "class_of_service": "WPH2", "position": "dispatcher"}
    call = site.post("phone-system", "intake/", phoned)
    hand = page.get_by_role("navigation", name="Calls in hand")
    expect(hand).to_contain_text("☎")
    expect(page.locator("#field-caller-phone")).to_have_value("860-555-0101")
    page.keyboard.press("Shift+F2")
    expect(page.locator("#head-call")).to_contain_text(call["number"])
    expect(page.get_by_role("group", name="What the phone says")).to_contain_text("Wireless, located")
    page.locator("#field-location-text").fill("41.7841, -72.6612")
    until(
        page,
        lambda: site.get("dispatcher", f"calls/{call['call']}/")["location"]["text"] == "41.7841, -72.6612",
        "it is saved",
    )
    site.post("phone-system", "intake/browser-1/rebid/", NEARER)
    expect(page.locator(".phone-offer")).to_contain_text("41.76520, -72.68330 ± 12 m")
    expect(page.locator("#field-location-text")).to_have_value("41.7841, -72.6612")
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("#field-location-text")).to_have_value("41.76520, -72.68330")
    expect(page.locator(".phone-offer")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-live=live]")).to_be_visible()
    expect(page.locator("#head-call")).to_contain_text(call["number"])
    page.keyboard.press("F2")
    expect(page.locator("#field-caller-phone")).to_have_value("860-555-0101")


def test_who_writes_is_answered_by_keyboard_and_never_called(
    site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    page = open_console(sign_in)
    said = site.post("phone-system", "intake/texts/", {"number": "860-555-0143", "text": "No puedo hablar", **THERE})
    mark = row(page, "Pending", said["number"]).locator(".flag.unread")
    expect(mark).to_have_text("✉1")
    command(page, f"S {said['number'][-4:]}")
    expect(page.locator(".novoice")).to_contain_text("NEVER CALL BACK BY VOICE")
    thread = page.get_by_role("region", name="Texts with the caller")
    expect(thread).to_contain_text("No puedo hablar")
    page.keyboard.press("Control+Shift+Y")
    expect(page.locator("#text-draft")).to_be_focused()
    expect(mark).to_have_count(0)
    page.keyboard.press("Shift+F4")
    page.locator("#text-phrase").select_option("WHERE")
    expect(page.locator("#text-draft")).to_have_value("¿Dónde está usted? Una dirección, un cruce o un lugar conocido.")
    page.keyboard.press("Enter")
    expect(thread).to_contain_text("NOT SENT: no gateway")
    site.post("dispatcher-2", f"calls/{said['call']}/interpreter/", {"step": "requested", "language": "es"})
    expect(page.get_by_role("group", name="Interpreter")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Call back…").click()
    expect(page.get_by_role("dialog")).to_contain_text("NEVER CALL BACK BY VOICE")
    page.keyboard.press("Escape")


def test_an_interpreter_is_asked_for_joins_and_the_words_to_say_are_in_the_callers_language(
    site: Site, sign_in: SignIn
) -> None:
    page = open_console(sign_in)
    call = make_call(site, caller={"name": "Ada Example", "language": "es"})
    open_call(page, call)
    page.keyboard.press("F4")
    expect(page.locator(".wording .say")).to_have_attribute("lang", "es")
    page.keyboard.press("Shift+F4")
    expect(page.locator(".wording .say")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Interpreter…").click()
    expect(page.get_by_role("dialog").get_by_role("combobox", name="Language", exact=True)).to_have_value("es")
    page.get_by_role("button", name="Ask for one").click()
    line = page.get_by_role("group", name="Interpreter")
    expect(line).to_contain_text("860-555-0191")
    line.get_by_label("Interpreter's id").fill("4711")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("4711")
    line.get_by_role("button", name="Ended").click()
    expect(line).to_have_count(0)
    until(page, lambda: frames(site, call, "interpreter_ended"), "the end is in the timeline")
    (joined,) = frames(site, call, "interpreter_joined")
    assert joined["data"]["interpreter"] == "4711"
