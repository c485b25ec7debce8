"""A ruleset's life in the browser: edited, refused with a counterexample, tried, approved by a second person, brought
back; while a dispatcher's console stays open and decides by the one that is in force.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import make_call, open_console, triage
from tests.browser.site import Site
from tests.browser.test_whole_path import ALL_CLEAR, receive_by_keyboard

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1366, "height": 768}}
VERSION = "Hartford default v2"
RULESETS = "/admin/dispatch/ruleset/"
PROVEN_MS = 60_000  # how long a check may take on a busy machine
FIRST_OPTION = "part-outcomes-0-options-0"


def open_part(page: Page, name: str) -> None:
    """From the version's page to the typed columns of one part."""
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("button", name="Write").first).to_be_visible()


def write(page: Page, version: str) -> None:
    """Write the part, and back to the version's page."""
    page.get_by_role("button", name="Write").first.click()
    expect(page.get_by_text("Written. Check it next.")).to_be_visible()
    page.locator(".breadcrumbs").get_by_role("link", name=version).click()


def press(page: Page, label: str, said: str) -> None:
    """Take the ruleset a step on."""
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(said, timeout=PROVEN_MS)


def decided_on_the_console(page: Page, version: str, response: str) -> None:
    """Take a call on the console as it stands, answer its triage, and read what is decided."""
    receive_by_keyboard(page, "PARK ST & WASHINGTON ST")
    page.keyboard.press("F4")
    page.keyboard.type(ALL_CLEAR)
    expect(page.get_by_role("group", name="What will be sent")).to_contain_text(f"T4 {response}")
    expect(page.get_by_role("region", name="Recommendation")).to_contain_text(version)


def test_a_draft_is_refused_mended_tried_approved_by_a_second_person_decides_and_is_taken_back(
    site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    triage(site, make_call(site))
    dispatcher = open_console(sign_in)
    author = sign_in("supervisor", path=RULESETS, **DESK)
    author.click("#result_list tbody th a")
    press(author, "Copy to edit", "Copied: this is the draft to edit.")

    open_part(author, "R5")
    author.locator(f"#{FIRST_OPTION}").get_by_label("POLICE").uncheck()
    write(author, VERSION)
    press(author, "Check", "Invariant 2: adult, a weapon within reach: police not sent: R5 sends CRMHC")
    expect(author.get_by_role("heading", name="The check failed")).to_be_visible()
    assert axe(author) == []

    open_part(author, "R5")
    assert axe(author) == []
    author.locator(f"#{FIRST_OPTION}").get_by_label("POLICE").check()
    write(author, VERSION)
    open_part(author, "R8")
    author.get_by_role("button", name="Move option 2 up").click()
    expect(author.get_by_text("Not written yet.")).to_be_visible()
    expect(author.locator("fieldset.part", has_text="Option 1").last.get_by_label("CRMHC")).to_be_checked()
    write(author, VERSION)
    open_part(author, "Adult crying, nothing unsafe")
    sent = author.get_by_role("group", name="Must be sent")
    sent.get_by_label("CRT").uncheck()
    sent.get_by_label("CRMHC").check()
    write(author, VERSION)
    press(author, "Check", "Checked: every invariant holds.")
    author.get_by_role("link", name="Try it on past calls").click()
    author.click("[name=_save]")
    expect(author.get_by_role("cell", name="R8 T4 CRMHC")).to_be_visible(timeout=PROVEN_MS)
    expect(author.get_by_role("button", name="I looked at this")).to_have_count(0)

    second = sign_in("supervisor-2", path=RULESETS, **DESK)
    second.get_by_role("link", name=VERSION).click()
    expect(second.get_by_text("not ticked by you")).to_be_visible()
    expect(second.get_by_role("button", name="Approve")).to_have_count(0)
    second.get_by_role("link", name="What-if").last.click()
    expect(second.get_by_role("button", name="I looked at this").first).to_be_visible()
    assert axe(second) == []
    tick_every_group(second)
    second.locator("#content-main").get_by_role("link", name=VERSION).click()
    press(second, "Approve", "Approved.")
    press(second, "Publish now", "Published: it decides from now on.")
    assert axe(second) == []
    decided_on_the_console(dispatcher, VERSION, "CRMHC")

    second.goto(f"{site.base_url}{RULESETS}")
    second.get_by_role("link", name="Hartford default v1").click()
    second.get_by_label("Reason").fill("Too many calls for one team")
    press(second, "Bring this version back", "Brought back: it decides from now on.")
    decided_on_the_console(dispatcher, "Hartford default v3", "CRT")


def tick_every_group(page: Page) -> None:
    """Look at each group of changed decisions."""
    untouched = page.get_by_role("button", name="I looked at this")
    taken = page.get_by_role("button", name="Take my tick back")
    expect(untouched.first).to_be_visible()
    page.wait_for_load_state()  # all of them are there
    for done in range(untouched.count()):
        untouched.first.click()
        expect(taken).to_have_count(done + 1)
