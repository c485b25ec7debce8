"""Everybody can use every page: all themes, both sizes, zoom, forced colours, no motion; and none breaks its policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, desk_at_work, resize
from tests.browser.site import Site

pytestmark = pytest.mark.browser

LARGE, SMALL = {"width": 1920, "height": 1080}, {"width": 1366, "height": 768}
THEMES = ("dark", "light", "glare")
Axe = Callable[[Page], list[str]]
# Contrast is all that a theme changes, and behind a dialog nothing changes.
CONTRAST = """() => axe.run(document.querySelector("dialog[open]") ?? document,
  { runOnly: ["color-contrast"], preload: false })
  .then((found) => found.violations.flatMap((one) => one.nodes.map((node) => node.html.slice(0, 160))))"""
# What can be reached by keyboard has a name.
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, [tabindex='0']")]
  .filter((element) => element.checkVisibility() && element.type !== "hidden")
  .filter((element) => !(element.labels?.length || element.ariaLabel || element.getAttribute("aria-labelledby")
    || element.title || element.textContent.trim()))
  .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def at_work(site: Site, sign_in: SignIn) -> Page:
    return desk_at_work(site, sign_in)


@contextmanager
def opened(page: Page, key: str, what: str) -> Iterator[None]:
    """With a dialog or overlay that a key opens, or a line of the command line."""
    if len(key) > 2 and key.isupper():
        command(page, key)
    else:
        page.keyboard.press(key)
    expect(page.locator("dialog[open]"), what).to_be_visible()
    yield
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]"), what).to_have_count(0)


def complaints(page: Page, axe: Axe) -> list[str]:
    """What axe says of the page as it is, in every theme; in the one that is shown, with all else it says."""
    found = [*axe(page), *page.evaluate(NAMELESS)]
    shown = page.evaluate("document.documentElement.dataset.theme")
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        if theme != shown:
            found += [f"{theme}: {one}" for one in page.evaluate(CONTRAST)]
    return found


def test_nobody_is_kept_from_using_the_console_in_any_theme_size_or_dialog(at_work: Page, axe: Axe) -> None:
    for size in (LARGE, SMALL):
        resize(at_work, **size)
        assert complaints(at_work, axe) == [], size
    for key, what in (("F1", "help"), ("Control+k", "palette"), ("Control+Shift+O", "override")):
        with opened(at_work, key, what):
            assert complaints(at_work, axe) == [], what
    for name in ("Close…", "Hold…", "More…", "Alerts"):
        at_work.get_by_role("button", name=name).first.click()
        expect(at_work.locator("dialog[open]")).to_be_visible()
        assert complaints(at_work, axe) == [], name
        at_work.keyboard.press("Escape")
        expect(at_work.locator("dialog[open]")).to_have_count(0)
    resize(at_work, 683, 384)  # the small screen at 200 %
    assert at_work.evaluate("document.documentElement.scrollWidth") <= 683
    for reached in ("#grid-active", "#note", "#grid-units", "#command", ".card .danger", "#field-location-text"):
        at_work.locator(reached).scroll_into_view_if_needed()
        expect(at_work.locator(reached)).to_be_in_viewport()
    at_work.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert at_work.evaluate("document.getAnimations().length") == 0
    assert axe(at_work) == []
    at_work.locator("#grid-pending").focus()
    assert at_work.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


PAGES = {
    "dispatcher": ("/", "/map/", "/board/", "/api/docs/", "/unit/"),
    "responder-CRT1": ("/unit/", "/unit/crew/"),
    "supervisor": ("/reports/", "/admin/", "/reach/"),
}


def test_every_page_keeps_its_policy_and_says_what_it_is(site: Site, sign_in: SignIn) -> None:
    """`sign_in` watches all pages for violations of the policy and for errors."""
    for who, paths in PAGES.items():
        page = sign_in(who, path="/healthz")
        links: list[str] = []
        for path in paths:
            page.goto(f"{site.base_url}{path}")
            assert page.title(), path
            expect(page.locator("h1").first, path).to_be_attached()
            if path == "/admin/":
                found = "links => [...new Set(links.map((link) => link.getAttribute('href')))]"
                links = page.locator("#content a[href^='/admin/']").evaluate_all(found)
                assert len(links) > 20
        for path in links:
            answer = page.goto(f"{site.base_url}{path}")
            assert answer is not None and answer.status == 200, path
