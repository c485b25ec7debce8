"""The map and the wall screen follow the board by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import resize
from tests.browser.site import Site
from tests.browser.tablet import make_call
from tests.browser.test_accessible import complaints

pytestmark = pytest.mark.browser


def drive(site: Site, lat: float, lon: float) -> None:
    """CRT1's tablet sends a fix."""
    body = {"lat": lat, "lon": lon, "heading": 90, "speed_mps": 9, "fix_at": datetime.now(UTC).isoformat()}
    site.post("responder-CRT1", "units/CRT1/position/", body)


def heard(site: Site) -> None:
    """CRT1 has spoken by radio: no tablet of it is open, and a civilian crew that nobody heard is not sent."""
    site.post("dispatcher", "units/CRT1/check/", {"kind": "RADIO"})


def test_calls_and_units_appear_on_the_map_and_move(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/map/")
    expect(page.locator("#freshness")).to_have_text("Live")
    drive(site, 41.76, -72.68)
    call = make_call(site, ["CRT1"])
    marker = page.get_by_role("button", name=re.compile(f"^P3 .*call {call['number']}"))
    expect(marker).to_have_accessible_name(re.compile("dispatched, CRT1$"))
    unit = page.get_by_role("button", name=re.compile("CRT1.*: dispatched, call"))
    before = unit.bounding_box()
    drive(site, 41.755, -72.685)
    page.wait_for_function(
        "([title, left]) => document.querySelector(`[title^='${title}']`).getBoundingClientRect().left !== left",
        arg=["CRT1:", before["x"] if before else 0],
    )
    site.post("dispatcher", f"calls/{call['id']}/close/", {"disposition": "10"})
    expect(marker).to_have_count(0)


def test_a_supervisor_sees_where_a_calls_units_went(site: Site, sign_in: SignIn) -> None:
    page = sign_in("supervisor", path="/map/")
    heard(site)
    call = make_call(site, ["CRT1"])
    for lat, lon in ((41.76, -72.68), (41.756, -72.684)):
        drive(site, lat, lon)
    button = page.get_by_role("button", name="Where its units went")
    button.click()
    expect(page.locator("#said")).to_have_text("Open a call to see where its units went.")
    marker = page.get_by_role("button", name=re.compile(f"^P3 .*call {call['number']}"))
    marker.focus()
    page.keyboard.press("Enter")
    expect(marker).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(page.locator("#said")).to_contain_text("Where CRT1 went. That you looked is written down.")
    expect(page.locator("path.track")).to_have_count(2)
    button.click()
    expect(page.locator("path.track")).to_have_count(0)
    site.post("dispatcher", f"calls/{call['id']}/close/", {"disposition": "10"})


def test_a_call_on_the_map_is_chosen_by_keyboard_and_other_windows_hear_of_it(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/map/")
    call = make_call(site, ["HPD1"])
    marker = page.get_by_role("button", name=re.compile(f"^P3 .*call {call['number']}"))
    other = page.context.new_page()
    other.goto(f"{site.base_url}/map/")
    others = other.get_by_role("button", name=re.compile(f"^P3 .*call {call['number']}"))
    expect(others).to_have_attribute("aria-pressed", "false")
    marker.focus()
    page.keyboard.press("Enter")
    expect(marker).to_have_attribute("aria-pressed", "true")
    expect(others).to_have_attribute("aria-pressed", "true")


def test_the_wall_screen_follows_and_names_nobody(site: Site, sign_in: SignIn) -> None:
    page = sign_in("auditor", path="/board/")
    expect(page.get_by_role("region", name="Available")).to_contain_text("CRT1")
    heard(site)
    call = make_call(site, ["CRT1"])
    row = page.get_by_role("row", name=re.compile(call["number"]))
    expect(row).to_contain_text("415 Park St")
    expect(row).to_contain_text("CRT1 DP")
    expect(page.get_by_role("region", name="Units at work")).to_contain_text("CRT1")
    assert "Ejemplo" not in page.inner_text("body")
    assert "sad and alone" not in page.inner_text("body")


def test_no_accessibility_violation_on_map_and_wall_screen_in_any_theme(
    site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    """On the map also where marks lie on names: a unit at a hospital, others on the names of neighborhoods."""
    lon, lat = hospital(site)
    drive(site, lat + 0.0001, lon)
    make_call(site, ["CRT1"])
    page = sign_in("dispatcher", path="/map/")
    page.locator(".spot-call").first.wait_for()
    page.locator(".area-name.covered").first.wait_for(state="attached")
    for size in ((1920, 1080), (1366, 768)):
        resize(page, *size)
        assert complaints(page, axe) == [], size
        page.get_by_role("button", name="Zoom in").click()
    page.goto(f"{site.base_url}/board/")
    page.locator(".calls tbody tr").first.wait_for()
    assert complaints(page, axe) == []


def hospital(site: Site) -> tuple[float, float]:
    """Longitude and latitude of a place that has its name on the map."""
    places = site.get("dispatcher", "map/")["places"]["features"]
    found = next(place for place in places if place["properties"]["name"] == "Hartford Hospital")
    lon, lat = found["geometry"]["coordinates"]
    return lon, lat
