"""The responder page in the hand: sizes for gloves and glare, no sideways scrolling, and no accessibility violation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site
from tests.browser.tablet import PHONE, TABLET, UPRIGHT, make_call, open_tablet

pytestmark = pytest.mark.browser

MEASURE = """() => {
  const box = (element) => element.getBoundingClientRect();
  const shown = (element) => box(element).width > 0;
  const text = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const named = (element) => (element.innerText || element.id).trim();
  const [police, emergency] = ["police", "emergency"].map((id) => box(document.getElementById(id)));
  return {
    buttons: [...document.querySelectorAll(".button")].filter(shown).filter((element) => !element.closest("header"))
      .map((element) => [named(element), Math.round(box(element).width), Math.round(box(element).height)]),
    primary: Math.round(box(document.querySelector(".primary")).height),
    smallText: [...document.querySelectorAll("body *")].filter(shown).filter(text)
      .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18).map(named),
    address: parseFloat(getComputedStyle(document.querySelector(".address")).fontSize),
    apart: Math.round(emergency.left - police.right),
    sideways: document.documentElement.scrollWidth - innerWidth,
    alarmsInSight: emergency.bottom <= innerHeight && police.top >= 0,
  };
}"""


@pytest.fixture
def at_work(site: Site, sign_in: SignIn) -> Page:
    """A crew on scene of a call with much to show."""
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1", "HPD1"], self_harm="IDEATION")
    site.post("dispatcher", f"calls/{call['id']}/notes/", {"text": "Loose dog in the yard", "kind": "HAZARD"})
    site.post("dispatcher", f"calls/{call['id']}/scene-safe/", {})
    site.post("dispatcher", f"assignments/{call['assignments']['CRT1']}/status/", {"status": "OS"})
    expect(page.locator(".countdown")).to_be_visible()
    expect(page.get_by_label("Hazards")).to_be_visible()
    return page


def test_everything_to_press_is_large_and_far_enough_apart_in_every_size(at_work: Page) -> None:
    for size in (TABLET, UPRIGHT, PHONE):
        at_work.set_viewport_size({"width": size["width"], "height": size["height"]})
        found: dict[str, Any] = at_work.evaluate(MEASURE)
        small = [button for button in found["buttons"] if button[1] < 80 or button[2] < 80]
        assert small == [], size
        assert found["smallText"] == [], size
        assert found["primary"] >= 96
        assert found["address"] >= 28
        assert found["apart"] >= 48, size
        assert found["sideways"] <= 0, size
        assert found["alarmsInSight"], size


def test_on_a_phone_the_next_step_is_in_sight_without_scrolling(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in, **PHONE)
    make_call(site, ["CRT1"])
    step = page.get_by_role("button", name="En route", exact=True)
    expect(step).to_be_visible()
    step_box, alarms_box = step.bounding_box(), page.locator("footer").bounding_box()
    assert step_box and alarms_box
    assert step_box["y"] + step_box["height"] <= alarms_box["y"]


def test_zoomed_to_twice_the_size_nothing_is_lost(at_work: Page) -> None:
    at_work.set_viewport_size({"width": TABLET["width"] // 2, "height": TABLET["height"] // 2})
    assert at_work.evaluate(MEASURE)["sideways"] <= 0
    for name in ("Available", "Transport", "Outcome", "We are OK (+15 min)"):
        button = at_work.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()
    assert at_work.evaluate(MEASURE)["alarmsInSight"]


def test_no_accessibility_violation_in_any_theme_and_size(at_work: Page, axe: Callable[[Page], list[str]]) -> None:
    for theme in ("dark", "light", "glare"):
        at_work.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        for size in (TABLET, PHONE):
            at_work.set_viewport_size({"width": size["width"], "height": size["height"]})
            assert axe(at_work) == [], (theme, size)


def test_no_accessibility_violation_in_a_sheet_and_at_rest(
    site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    page, _ = open_tablet(sign_in)
    assert axe(page) == []
    for name in (re.compile("^(Sign on|On board)$"), "End of shift"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".sheet .primary")).to_be_visible()
        assert axe(page) == [], name
        page.get_by_role("button", name="Back", exact=True).click()
    make_call(site, ["CRT1"])
    for name in ("Note", "Outcome"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".sheet")).to_be_visible()
        assert axe(page) == [], name
        page.get_by_role("button", name="Back", exact=True).click()


def test_the_glare_button_changes_the_theme_and_keeps_it(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    page.get_by_role("button", name="Glare").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "glare")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "glare")
    expect(page.get_by_role("button", name="Glare")).to_have_attribute("aria-pressed", "true")
