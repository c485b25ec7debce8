"""What the console's tests share: its panes, its command line, a call to work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests import waiting
from tests.browser.conftest import SignIn
from tests.browser.site import Site

ALL_CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
KEYS_HIGH_ACUITY = "nnnnsnahnn"


def until(page: Page, found: Callable[[], Any], what: str, patience: float = waiting.PATIENCE) -> Any:
    """As `tests.waiting.until`. The page's requests are served meanwhile: what goes through a test's `Network` or is
    routed by it gets no further while the test sleeps."""
    return waiting.until(found, what, patience, pause=lambda seconds: page.wait_for_timeout(seconds * 1000))


def resize(page: Page, width: int, height: int) -> None:
    """Another size of the window. What the page then arranges by itself stands in its next frames."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def open_console(sign_in: SignIn, who: str = "dispatcher", **options: Any) -> Page:
    """The console with the board on it."""
    page = sign_in(who, **options)
    expect(row(page, "Units", "CRT1")).to_be_visible()
    expect(page.locator("[data-live=live]")).to_be_visible()
    return page


def row(page: Page, pane: str, text: str) -> Locator:
    """The row that holds `text` in a pane."""
    return page.get_by_role("region", name=pane).get_by_role("row").filter(has_text=text)


def command(page: Page, line: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.type(line)
    page.keyboard.press("Enter")


def make_call(site: Site, address: str = "415 Park St", **more: Any) -> dict[str, Any]:
    """A call by the API: what it answers."""
    call: dict[str, Any] = site.post("dispatcher-2", "calls/", {"location": {"text": address}, **more})
    return call


def triage(site: Site, call: dict[str, Any], **answers: str) -> None:
    site.post("dispatcher-2", f"calls/{call['id']}/triage/", {"answers": {**ALL_CLEAR, **answers}})


def open_call(page: Page, call: dict[str, Any]) -> None:
    command(page, f"S {call['number'][-4:]}")
    expect(page.locator("#head-call")).to_contain_text(call["number"])
    expect(page.locator("#field-location-text")).not_to_have_value("")


def frames(site: Site, call: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The call's events of a type, as the log has them."""
    events = site.get("dispatcher", f"calls/{call['id']}/timeline/")["events"]
    return [event for event in events if event["type"] == kind]


def desk_at_work(site: Site, sign_in: SignIn) -> Page:
    """A desk with calls in both lists, an L1 with its card, and one call open in the middle of its triage."""
    page = open_console(sign_in)
    make_call(site, "100 Albany Ave", caller={"name": "Luz Ejemplo", "phone": "860-555-0142", "language": "es"})
    active = make_call(site, "101 Albany Ave", priority=1)
    site.post("dispatcher-2", f"calls/{active['id']}/assignments/", {"units": ["HPD5"]})
    site.post("dispatcher-2", "units/HPD5/emergency/", {})
    call = make_call(site)
    site.post("dispatcher-2", f"calls/{call['id']}/notes/", {"text": "Loose dog in the yard", "kind": "HAZARD"})
    triage(site, call, self_harm="IDEATION")
    open_call(page, call)
    page.keyboard.press("F4")
    expect(page.locator(".recommend")).to_be_visible()
    expect(page.get_by_role("region", name="What to do")).to_be_visible()
    expect(page.locator(".bar-1")).to_be_visible()
    return page
