"""A call from intake to cleared with two dispatchers and a crew signed in at once: nobody reloads anything."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site

TABLET = {"viewport": {"width": 1024, "height": 768}}


def open_call_with_triage(page: Page, address: str) -> None:
    pass


def test_placeholder(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher")
    expect(page).to_have_title("Console - HEARTeam")
