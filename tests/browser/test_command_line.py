"""The command line and every key of the console, against the real processes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, triage
from tests.browser.site import Site

pytestmark = pytest.mark.browser

PLACE = {"text": "41.7802, -72.6711", "lat": 41.7802, "lon": -72.6711}
LETTER_PX = (816, 1056)
MARGIN_PX = 2 * 31


def focused(page: Page, selector: str) -> None:
    expect(page.locator(f"{selector}:focus, {selector} :focus").first).to_be_attached()


def dialog(page: Page, text: str) -> None:
    expect(page.get_by_role("dialog")).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def said(page: Page, text: str) -> None:
    expect(page.locator("#preview")).to_contain_text(text)


def in_list(page: Page, key: str) -> None:
    """The row under the cursor of the pending calls moves."""
    page.keyboard.press("Alt+1")
    for other in ("k", "k") if key in ("j", "ArrowDown") else ("j", "j"):
        page.keyboard.press(other)
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    at = "() => document.querySelector('#grid-pending').getAttribute('aria-activedescendant')"
    before = page.evaluate(at)
    page.keyboard.press(key)
    page.wait_for_function(f"before => ({at})() !== before", arg=before)


def opened(page: Page) -> None:
    page.keyboard.press("Alt+1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#head-call")).to_contain_text(re.compile(r"\d\d-\d{6}"))


def completed(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.type("REF")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("UM")
    page.keyboard.press("Tab")
    expect(page.locator("#command")).to_have_value("UMG ")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")


def other_words(page: Page) -> None:
    page.keyboard.press("F4")
    before = page.locator(".say").get_attribute("lang")
    page.keyboard.press("Shift+F4")
    expect(page.locator(".say")).not_to_have_attribute("lang", str(before))


def next_in_hand(page: Page) -> None:
    number = page.locator("#head-call .number").first
    before = number.inner_text()
    page.keyboard.press("Shift+F2")
    expect(number).not_to_have_text(before)


def undone(page: Page, *keys: str) -> None:
    command(page, "NOTE /Wrong call")
    said(page, "Done.")
    for key in keys:
        page.keyboard.press(key)
    said(page, "Undone.")


EFFECTS: dict[str, Callable[[Page], Any]] = {
    "Esc": lambda page: focused(page, "#command"),
    "F1": lambda page: dialog(page, "Acknowledge the highest alert"),
    "F3": lambda page: expect(page.locator("#command")).to_have_value("? "),
    "F4": lambda page: focused(page, "#triage"),
    "Shift+F4": other_words,
    "F6": lambda page: expect(
        page.locator("#premise, #preview").filter(has_text=re.compile("place|here")).first
    ).to_be_visible(),
    "F7": lambda page: focused(page, "[aria-label='Calls nearby']"),
    "F9": lambda page: focused(page, "#grid-units"),
    "Shift+F9": lambda page: said(page, "No unit is free"),
    "Ctrl+Shift+O": lambda page: dialog(page, "Another response"),
    "Ctrl+Shift+L": lambda page: said(page, "The phone offers no other place."),
    "Ctrl+Shift+Y": lambda page: said(page, "no texts"),
    "Ctrl+K": lambda page: dialog(page, "En route"),
    "Alt+1": lambda page: focused(page, "#grid-pending"),
    "Alt+2": lambda page: focused(page, "#grid-active"),
    "Alt+3": lambda page: focused(page, "#grid-units"),
    "Alt+4": lambda page: focused(page, "#call"),
    "Alt+5": lambda page: focused(page, "#map"),
    "Alt+Z": lambda page: undone(page, "Alt+z"),
    "z": lambda page: undone(page, "Alt+1", "z"),
    "j": lambda page: in_list(page, "j"),
    "k": lambda page: in_list(page, "k"),
    "↓": lambda page: in_list(page, "ArrowDown"),
    "↑": lambda page: in_list(page, "ArrowUp"),
    "Ctrl+Enter": lambda page: expect(page.locator(".assignment[data-unit]").first).to_be_visible(),
    "Enter": opened,
    "Space": lambda page: focused(page, "#grid-pending"),
    "Tab": completed,
    "Shift+F8": lambda page: said(page, "Police requested"),
    "F8": lambda page: said(page, "Acknowledged"),
    "Shift+F2": next_in_hand,
    "F2": lambda page: focused(page, "#field-location-text"),
}
"""What must be seen of each key, in an order in which each still can be."""

DONE_BY_THE_EFFECT = {"Shift+F2", "Alt+Z", "z", "j", "k", "↓", "↑", "Enter", "Tab", "Shift+F4"}
BEFORE = {"Space": ("Alt+1",)}
SPELT = {"Esc": "Escape", "Ctrl+K": "Control+k", "Space": "Space"}


def without_effect(page: Page, key: str) -> AssertionError | None:
    """Press a key at a desk that has just turned to its empty command line; what was not seen of it."""
    for before in ("Escape", "Control+a", "Delete", *BEFORE.get(key, ())):
        page.keyboard.press(before)
    if key not in DONE_BY_THE_EFFECT:
        page.keyboard.press(SPELT.get(key, key.replace("Ctrl", "Control")))
    try:
        EFFECTS[key](page)
    except AssertionError as error:
        return error
    return None


def test_every_key_of_the_help_page_does_what_can_be_seen_and_the_page_fits_on_paper(
    site: Site, sign_in: SignIn
) -> None:
    page = open_console(sign_in)
    nearby = make_call(site, "41.7803, -72.6711", priority=4)
    make_call(site, "101 Albany Ave", priority=4)
    call = make_call(site, PLACE["text"])
    triage(site, call)
    for unit in ("CRT1", "CRT2"):
        site.post("dispatcher-2", f"units/{unit}/check/", {"kind": "RADIO"})
    site.post("dispatcher-2", "units/HPD5/emergency/", {})
    open_call(page, nearby)
    open_call(page, call)
    expect(page.locator(".bar-1")).to_be_visible()
    page.keyboard.press("F1")
    shown = page.locator(".help section").first.locator("kbd").all_inner_texts()
    assert set(shown) == set(EFFECTS)
    page.emulate_media(media="print")
    page.set_viewport_size(dict(zip(("width", "height"), (size - MARGIN_PX for size in LETTER_PX), strict=True)))
    assert page.locator(".help-page").bounding_box()["height"] <= LETTER_PX[1] - MARGIN_PX
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter"))) == 1
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.keyboard.press("Escape")
    wrong = {key: str(error).splitlines()[0] for key in EFFECTS for error in [without_effect(page, key)] if error}
    assert not wrong


def test_a_line_is_done_whole_or_not_at_all_and_is_told_why(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    mine, theirs = make_call(site, "100 Albany Ave"), make_call(site, "101 Albany Ave")
    site.post("dispatcher-2", f"calls/{theirs['id']}/assignments/", {"units": ["HPD3"]})
    open_call(page, mine)
    command(page, "D HPD4,HPD3 /Back door")
    expect(page.get_by_role("alert").filter(has_text="HPD3 is on")).to_contain_text(theirs["number"])
    assert frames(site, mine, "assignment_created") == []
    assert frames(site, mine, "note_added") == []
    command(page, "D HPD4,HPD6 /Back door")
    expect(row(page, "Active", mine["number"])).to_contain_text("HPD6")
    assert len(frames(site, mine, "assignment_created")) == 2
    command(page, "UH HPD4")
    dialog(page, mine["number"])
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#command")).to_have_value("D HPD4,HPD6 /Back door")
    page.reload()
    expect(page.locator("[data-live=live]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#command")).to_have_value("UH HPD4")


def test_less_protection_is_asked_twice_and_a_command_is_found_by_what_it_does(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in, "supervisor")
    call = make_call(site)
    triage(site, call)
    open_call(page, call)
    command(page, "T2 /Neighbour afraid")
    expect(page.locator(".proposal")).to_contain_text("T2")
    command(page, "T4 /Neighbour gone")
    expect(page.locator("#preview")).to_contain_text("press Enter again")
    assert len(frames(site, call, "response_overridden")) == 1
    page.keyboard.press("Enter")
    expect(page.locator(".proposal")).to_contain_text("T4")
    page.keyboard.press("Control+k")
    page.keyboard.type("out of serv")
    page.keyboard.press("Enter")
    expect(page.locator("#command")).to_have_value("OO ")
