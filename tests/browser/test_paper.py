"""Paper mode at the desk: the sheet opens when no server answers, and what was worked on paper is typed in after."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.console import make_call, open_console, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_a_sheet_is_typed_in_and_stands_in_the_record_with_its_times(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/paper/entry/")
    expect(page.get_by_label("Number of the sheet")).to_be_focused()
    page.keyboard.type("1122-1400-3/D2")
    page.get_by_label("Day").fill("2026-11-20")
    for label, words in (("Received", "14:05"), ("Place", "415 Park St"), ("Closed", "15:30")):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("Unit 1", exact=True).fill("hpd1")
    page.get_by_label("hpd1 DP").fill("1410")
    page.get_by_label("hpd1 OS").fill("soon")
    page.get_by_label("Note 1").fill("Brother is pacing.")
    page.get_by_label("Disposition").select_option("15")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Unit 1")
    page.get_by_label("hpd1 OS").fill("1420")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Sheet 1122-1400-3/D2 was entered as")
    expect(page.get_by_label("Place", exact=True)).to_have_value("")
    page.get_by_role("link", name="Print").click()
    expect(page.locator("#record[data-ready]")).to_contain_text("1122-1400-3/D2, entered by dispatcher")
    expect(page.locator("#record")).to_contain_text("14:20:00")
    expect(page.locator("#record")).to_contain_text("Brother is pacing.")


def test_the_sheet_a_console_kept_opens_when_no_server_answers(site: Site, sign_in: SignIn) -> None:
    call = make_call(site, "100 Albany Ave")
    page = open_console(sign_in, service_workers="allow")
    active = "async () => Boolean((await navigator.serviceWorker.getRegistration('/paper/'))?.active)"
    until(page, lambda: page.evaluate(active), "the worker of the sheet is there")
    page.evaluate("import('/static/dispatch/js/paper_kept.js').then((kept) => kept.keepSheet(Date.now()))")
    page.context.set_offline(True)
    sheet = page.context.new_page()
    sheet.goto(f"{site.base_url}/paper/")
    expect(sheet.get_by_role("heading", name="Paper mode")).to_be_visible()
    expect(sheet.locator("body")).to_contain_text(call["number"])
    assert sheet.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    page.context.set_offline(False)
