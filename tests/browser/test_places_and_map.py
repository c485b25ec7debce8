"""Places by keyboard: what is known of one, a point of the map for one, and a map that asks nobody but this server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import ALL_CLEAR, make_call, open_call, open_console, until
from tests.browser.site import Site
from tests.browser.tablet import make_call as send_to
from tests.browser.test_watching import drive

pytestmark = pytest.mark.browser


def asked_of_others(page: Page, site: Site) -> list[str]:
    """Addresses outside this server that the page asks, from now on."""
    asked: list[str] = []
    own = (site.base_url, site.base_url.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else asked.append(request.url))
    return asked


def test_calls_and_cautions_of_a_place_open_by_f6_and_one_is_added_without_a_mouse(
    site: Site, sign_in: SignIn
) -> None:  # fmt: skip
    place = "260 Sigourney St"  # where no other test has a call
    earlier, call = make_call(site, place), make_call(site, place)
    site.post("dispatcher-2", f"calls/{earlier['id']}/close/", {"disposition": "10"})
    page = open_console(sign_in)
    open_call(page, call)
    expect(page.locator(".premise-line")).to_contain_text(f"1 call in 12 months; last {earlier['number']}")
    page.keyboard.press("F6")
    block = page.get_by_role("region", name="Premise")
    expect(block.get_by_role("button", name=re.compile(earlier["number"]))).to_be_visible()
    expect(page.get_by_role("button", name="Add caution…")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("V")
    for words in ("Threw bottles at a crew", "HPD, last call"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Hazards")).to_contain_text("Threw bottles at a crew")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(block).to_contain_text("HPD, last call, by dispatcher")
    body = {"answers": {**ALL_CLEAR, "premise_caution": "NO"}}
    assert site.post("dispatcher-2", f"calls/{call['id']}/triage/", body)["answers"]["premise_caution"] == "YES"
    for key in ("F6", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#head-call")).to_contain_text(earlier["number"])


def test_a_place_is_set_on_the_map_by_keyboard_and_a_typed_one_is_replaced_only_after_asking(
    site: Site, sign_in: SignIn
) -> None:  # fmt: skip
    page = open_console(sign_in)
    others = asked_of_others(page, site)
    expect(page.get_by_role("button", name="Set place (P)")).to_be_visible()
    field = page.get_by_role("combobox", name="Location")
    page.keyboard.press("F2")
    page.keyboard.type("a red house near the river")
    page.keyboard.press("Alt+5")
    for key in ("p", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_contain_text("Replace “a red house near the river”?")
    page.keyboard.press("Escape")
    expect(field).to_have_value("a red house near the river")
    page.keyboard.press("Alt+5")
    for key in ("p", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"^41\.\d{5}, -72\.\d{5}$"))
    until(
        page,
        lambda: any(call["location"]["source"] == "GIVEN" for call in site.get("dispatcher", "board/")["calls"]),
        "the call is saved at the point",
    )
    assert others == []


def test_layers_and_the_way_of_a_unit_are_on_the_map_and_nobody_else_is_asked(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/map/")
    others = asked_of_others(page, site)
    drive(site, 41.76, -72.68)
    call = send_to(site, ["CRT1"])
    mark = page.get_by_role("button", name=re.compile(f"^P3 .*call {call['number']}"))
    expect(page.locator(".eta")).to_have_count(1)
    mark.focus()
    page.keyboard.press("Enter")
    expect(mark).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Layers").focus()
    page.keyboard.press("Enter")
    lines = page.get_by_role("checkbox", name="Lines to the call")
    expect(lines).to_be_checked()
    lines.press("Space")
    expect(page.locator(".eta")).to_have_count(0)
    page.get_by_role("checkbox", name="Calls").press("Space")
    expect(mark).to_have_count(0)
    page.get_by_role("checkbox", name="Calls").press("Space")
    expect(mark).to_have_attribute("aria-pressed", "true")
    assert others == []
