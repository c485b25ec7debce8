"""A call from its first ring to its end without the mouse, and without wasted keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import KEYS_HIGH_ACUITY, open_console
from tests.browser.site import Site

pytestmark = pytest.mark.browser

MOST_KEYS = 25
# Every key that went down, modifiers too: Ctrl+Enter is two.
COUNT = "window.down = 0; addEventListener('keydown', () => { window.down += 1; }, true)"


class Typist:
    """Types; what is data is not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.data_keys = 0
        page.evaluate(COUNT)

    def data(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.data_keys += len(text)

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def beside_data(self) -> int:
        return int(self.page.evaluate("window.down")) - self.data_keys


def test_a_call_is_taken_triaged_dispatched_and_closed_in_25_keystrokes_beside_its_data(
    site: Site, sign_in: SignIn
) -> None:
    page = open_console(sign_in)
    for unit in ("CRMHC1", "CRMHC2"):
        site.post("dispatcher", f"units/{unit}/check/", {"kind": "RADIO"})
    typist = Typist(page)
    typist.keys("F2")
    typist.data("415 Park St")
    typist.keys("Tab", "Tab")
    typist.data("Luz Ejemplo")
    typist.keys("F4", *KEYS_HIGH_ACUITY)
    expect(page.locator(".recommend:not(.provisional) .pick")).to_contain_text("CRMHC")
    typist.keys("Control+Enter")
    expect(page.locator(".assignment[data-unit^=CRMHC]")).to_be_visible()
    typist.keys("Escape", *"C 18 /")
    typist.data("her sister is with her")
    typist.keys("Enter")
    expect(page.locator("#head-call")).to_contain_text("closed")
    assert typist.beside_data <= MOST_KEYS
    number = page.locator("#head-call .number").first.inner_text()
    (call,) = site.get("dispatcher", f"calls/?q={number}")["calls"]
    seen = site.get("dispatcher", f"calls/{call['id']}/")
    assert (seen["location"]["text"], seen["caller"]["name"]) == ("415 Park St", "Luz Ejemplo")
    assert seen["disposition"] == "settled_by_contact"
