"""What the console says of itself is true: stale when stale, live when nothing is missing, one call in all windows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, until
from tests.browser.site import Site
from tests.browser.tablet import Network

pytestmark = pytest.mark.browser

HIDE = """state => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SHOWN = """() => ({
  calls: [...document.querySelectorAll("#pending .line[id] > :first-child, #active .line[id] > :first-child")]
    .map((cell) => cell.textContent).sort(),
  units: Object.fromEntries([...document.querySelectorAll("#units .line[id]")].map((row) => {
    const [unit, status, , call] = [...row.children].map((cell) => cell.innerText.trim());
    return [unit, [status, call]];
  })),
})"""


def known_to_server(site: Site) -> dict[str, object]:
    """What a fresh snapshot would have the console show."""
    board = site.get("dispatcher", "board/")
    calls = sorted(call["number"] for call in board["calls"])
    units = {one["unit"]: [one["status"], (one["call_number"] or "–")[-4:]] for one in board["units"]}
    return {"calls": calls, "units": units}


def test_with_its_connection_cut_it_says_since_when_sends_what_it_can_and_misses_nothing(
    site: Site, sign_in: SignIn
) -> None:
    page = sign_in("dispatcher", path="/healthz")
    network = Network(page)
    page.clock.install()
    page.goto(site.base_url)
    expect(page.locator("[data-live=live]")).to_be_visible()
    call, ends = make_call(site), make_call(site, "100 Albany Ave")
    open_call(page, call)
    network.cut()
    network.only_sockets()
    page.clock.fast_forward(11_000)
    stale = page.get_by_role("alert").filter(has_text=re.compile(r"DATA STALE since \d\d:\d\d:\d\d\."))
    expect(stale).to_be_visible()
    command(page, "NOTE /said while stale")
    until(page, lambda: frames(site, call, "note_added"), "the note arrives over HTTP")
    expect(stale).to_be_visible()
    network.cut()
    command(page, "NOTE /said while offline")
    expect(page.get_by_text("NOT SENT YET:")).to_be_visible()
    expect(stale).to_contain_text("1 command is not sent yet")
    new = make_call(site, "101 Albany Ave", priority=1)
    site.post("dispatcher-2", f"calls/{call['id']}/assignments/", {"units": ["HPD4"]})
    site.post("dispatcher-2", f"calls/{ends['id']}/close/", {"disposition": "10"})
    expect(row(page, "Pending", new["number"])).to_have_count(0)
    network.mend()
    page.clock.fast_forward(15_000)
    expect(page.locator("[data-live=live]")).to_be_visible()
    expect(stale).to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text("said while offline")
    until(page, lambda: page.evaluate(SHOWN) == known_to_server(site), "the screen is as a fresh snapshot")
    texts = [event["data"]["text"] for event in frames(site, call, "note_added")]
    assert texts == ["said while stale", "said while offline"]


def test_a_hidden_page_follows_and_is_drawn_when_it_is_shown(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    page.evaluate(HIDE, "hidden")
    call = make_call(site, "102 Albany Ave", priority=1)
    expect(page.locator("#spoken")).to_contain_text("102 Albany Ave")
    expect(row(page, "Pending", call["number"])).to_have_count(0)
    page.evaluate(HIDE, "visible")
    expect(row(page, "Pending", call["number"])).to_be_visible()


def test_calls_that_come_and_go_leave_nothing_in_the_page(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    nodes = "() => document.querySelector('#grid-pending').childNodes.length"
    held = []
    for number in range(3):
        call = make_call(site, f"{110 + number} Albany Ave")
        expect(row(page, "Pending", call["number"])).to_be_visible()
        held.append(page.evaluate(nodes))
        site.post("dispatcher-2", f"calls/{call['id']}/close/", {"disposition": "10"})
        expect(row(page, "Pending", call["number"])).to_have_count(0)
    assert held == held[:1] * 3


def test_all_windows_of_a_desk_show_one_call_and_one_theme(site: Site, sign_in: SignIn) -> None:
    console = open_console(sign_in)
    call, other = (make_call(site, place) for place in ("41.7601, -72.6812", "41.7701, -72.6712"))
    open_call(console, call)
    windows: list[Page] = []
    for path in ("/map/", "/board/", "/"):
        windows.append(console.context.new_page())
        windows[-1].goto(site.base_url + path)
    on_map, wall, second = windows
    for shown in (call, other):
        if shown is other:
            command(second, f"S {other['number'][-4:]}")
        marker = on_map.get_by_role("button", name=re.compile(f"call {shown['number']}"))
        expect(marker).to_have_attribute("aria-pressed", "true")
        expect(wall.locator("[aria-current=true]")).to_contain_text(shown["number"])
        for one in (console, second):
            expect(one.locator("#head-call")).to_contain_text(shown["number"])
    second.keyboard.press("F2")
    expect(second.locator("#head-call")).to_contain_text("New call")
    second.keyboard.type("41.7801, -72.6712")
    expect(second.locator("#head-call")).to_contain_text("Saved")
    expect(console.locator("#head-call")).to_contain_text(second.locator("#head-call .number").first.inner_text())
    console.get_by_role("button", name="Theme").click()
    for window in windows:
        expect(window.locator("html")).to_have_attribute("data-theme", "light")
