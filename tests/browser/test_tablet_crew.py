"""A crew at the beginning and at the end of its shift."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site
from tests.browser.tablet import PHONE, TABLET, make_call, open_tablet

pytestmark = pytest.mark.browser

WIDER_THAN_ITS_FRAME = """frame => [...frame.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > frame.getBoundingClientRect().right)
  .map((one) => one.outerHTML.slice(0, 80))"""


def test_a_crew_says_who_is_on_board_with_what_and_hands_over_at_the_end(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    expect(page.get_by_text("Nobody has said who is on board.")).to_be_visible()
    page.get_by_role("button", name="Sign on", exact=True).click()
    page.get_by_label("Vehicle").fill("Van 7")
    page.get_by_role("button", name="Naloxone").click()
    page.get_by_label("Somebody else, by name").fill("a")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("button", name=re.compile(r"on CRT2$")).first).to_be_disabled()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.locator("fieldset").first.evaluate(WIDER_THAN_ITS_FRAME) == []
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.get_by_role("button", name="Start the shift").click()
    expect(page.get_by_text("missing: First-aid kit")).to_be_visible()
    expect(page.locator(".rest")).to_contain_text("Van 7")
    [row] = [unit for unit in site.get("dispatcher", "board/")["units"] if unit["unit"] == "CRT1"]
    assert row["signed_on_at"] is not None
    assert "Naloxone" not in row["missing"]

    page.get_by_role("button", name="End of shift").click()
    expect(page.get_by_label("For the next crew")).to_be_visible()
    page.get_by_label("For the next crew").fill("Tank is half empty")
    page.get_by_role("button", name="Hand over: we are off duty").click()
    expect(page.locator("header .status")).to_have_text("OFF off shift")
    expect(page.get_by_role("button", name="Break", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Sign on", exact=True).click()
    expect(page.locator(".left-word")).to_contain_text("Tank is half empty")
    page.get_by_role("button", name="Start the shift").click()
    expect(page.locator("header .status")).to_have_text("AV available")


def test_a_crew_sees_what_waits_for_it_and_nobody_else_does(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    expect(page.get_by_role("heading", name=call["number"])).to_be_visible()
    waiting = make_call(site, [])
    site.post("dispatcher", f"calls/{waiting['id']}/stack/", {"unit": "CRT1"})
    expect(page.locator(".next")).to_contain_text(waiting["number"])
    other = sign_in("responder-HPD1", path="/unit/", viewport=TABLET)
    expect(other.get_by_text("No call. Live")).to_be_visible()
    assert other.locator(".next").count() == 0
