"""What the console's tests share: its panes, its command line, a call to work on."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site

ALL_CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip
KEYS_HIGH_ACUITY = "nnnnsnahnn"


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
