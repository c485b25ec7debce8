"""Signing in and out in a browser: by keyboard, in every theme, leaving nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import until
from tests.browser.site import Site
from tests.browser.tablet import TABLET

pytestmark = pytest.mark.browser


def test_a_person_signs_in_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site.base_url}/unit/")
    account = site.users["responder-CRT1"]
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(account["username"])
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That user name and password do not match.")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.base_url}/unit/")
    page.context.close()


def test_signing_out_closes_the_crews_other_windows_and_clears_what_was_kept(site: Site, sign_in: SignIn) -> None:
    page = sign_in("responder-CRT1", path="/unit/", viewport=TABLET)
    expect(page.get_by_text("No call. Live")).to_be_visible()
    page.get_by_role("button", name="Glare").click()
    other = page.context.new_page()
    other.goto(f"{site.base_url}/unit/")
    expect(other.get_by_text("No call. Live")).to_be_visible()
    page.evaluate("localStorage.setItem('hearteam.outbox.someone.1.x', '{}')")
    page.get_by_role("button", name="Sign out").click()
    page.locator(".sheet").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    until(page, lambda: page.evaluate("Object.keys(localStorage)") == ["hearteam.theme"], "what was kept is cleared")
    # By the socket, or by the window that left: whichever comes first.
    expect(
        other.get_by_text("You are signed out.").or_(other.get_by_role("button", name="Sign in")).first
    ).to_be_visible()
    expect(other.get_by_text("No call. Live")).to_have_count(0)


def test_the_closed_page_names_the_open_ones(site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]) -> None:
    page = sign_in("dispatcher", path="/unit/")
    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Wall screen").click()
    expect(page).to_have_url(f"{site.base_url}/board/")


def test_no_accessibility_violation_on_the_sign_in_page_in_any_theme(
    site: Site, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page()
    page.goto(f"{site.base_url}/login/")
    for theme in ("dark", "light", "glare"):
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert axe(page) == [], theme
        page.get_by_role("button", name="Theme").click()
    page.context.close()
