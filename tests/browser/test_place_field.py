"""The place of a call as it is typed: offered right though misspelt, taken by keyboard, and nothing moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.console import open_console, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_a_misspelt_place_is_offered_and_taken_by_keyboard_and_nothing_moves(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    page.keyboard.press("F2")
    field, offered = (
        page.get_by_role("combobox", name="Location"),
        page.get_by_role("listbox", name="Places it could be"),
    )
    caller = page.locator("#field-caller-name")
    before = caller.bounding_box()
    page.keyboard.type("hartfrd hospitl")
    expect(offered.get_by_role("option").first).to_contain_text("Hartford Hospital")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert caller.bounding_box() == before
    page.keyboard.press("ArrowDown")
    chosen = offered.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Hartford Hospital")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "none")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hartford Hospital, 80 SEYMOUR ST")
    expect(page.locator("#field-location-unit")).to_be_focused()
    until(
        page,
        lambda: (
            [call["location"]["text"] for call in site.get("dispatcher", "board/")["calls"] if call["location"]["lat"]]
            == ["Hartford Hospital, 80 SEYMOUR ST"]
        ),
        "the call is saved at the hospital",
    )


def test_escape_closes_the_offered_places_and_keeps_what_is_typed(sign_in: SignIn) -> None:
    page = open_console(sign_in)
    page.keyboard.press("F2")
    page.keyboard.type("wshington")
    offered = page.get_by_role("listbox", name="Places it could be")
    expect(offered.get_by_role("option").first).to_contain_text("WASHINGTON ST")
    page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    field = page.get_by_role("combobox", name="Location")
    expect(field).to_have_value("wshington")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(offered).to_be_visible()
