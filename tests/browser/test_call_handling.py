"""Transfers and calls that wait for a busy unit, by keyboard, as the row and the pane show them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, triage, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_a_transfer_is_offered_taken_by_name_and_then_closed_as_referred(site: Site, sign_in: SignIn) -> None:
    call = make_call(site)
    triage(site, call)
    page = open_console(sign_in)
    open_call(page, call)
    command(page, "XFR 211")
    expect(page.locator("#notices")).to_contain_text("consent")
    command(page, "XFR 211 /she agrees")
    expect(row(page, "Pending", call["number"])).to_contain_text("XFR 2-1-1 offered 0:")
    page.locator("#call").get_by_role("button", name="Taken by…").click()
    page.keyboard.type("Ana Example")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Disposition")).to_have_value("referred")
    expect(dialog.get_by_label("Outcome")).to_have_value("Transferred to 2-1-1, taken by Ana Example")
    expect(row(page, "Pending", call["number"])).to_have_count(1)
    dialog.get_by_role("button", name="Close the call").click()
    expect(row(page, "Pending", call["number"])).to_have_count(0)
    assert [frame["data"]["taken_by"] for frame in frames(site, call, "transfer_settled")] == ["Ana Example"]


def test_a_call_waits_for_a_busy_unit_and_one_key_sends_it_when_it_is_free(site: Site, sign_in: SignIn) -> None:
    first, second = make_call(site), make_call(site, "90 Main St")
    for call in (first, second):
        triage(site, call)
    site.post("dispatcher-2", "units/CRT1/check/", {"kind": "RADIO"})
    (assignment,) = site.post("dispatcher-2", f"calls/{first['id']}/assignments/", {"units": ["CRT1"]})
    page = open_console(sign_in)
    open_call(page, second)
    command(page, f"STK CRT1 {second['number'][-4:]}")
    expect(row(page, "Pending", second["number"])).to_contain_text("→CRT1")
    expect(row(page, "Units", "CRT1")).to_contain_text(f"+{second['number'][-4:]}")
    site.post("dispatcher-2", f"assignments/{assignment['id']}/status/", {"status": "AV"})
    expect(page.locator("#bars")).to_contain_text(f"CRT1 is free: {second['number']} waits for it")
    page.keyboard.press("Shift+F9")
    expect(page.locator("#bars")).not_to_contain_text("CRT1 is free")
    until(
        page,
        lambda: [one["unit"] for one in site.get("dispatcher", f"calls/{second['id']}/")["assignments"]] == ["CRT1"],
        "CRT1 is on the call that waited for it",
    )


def test_the_unit_chosen_in_a_form_is_the_one_that_is_sent_whoever_comes_and_goes(site: Site, sign_in: SignIn) -> None:
    call = make_call(site)
    page = open_console(sign_in)
    open_call(page, call)
    page.get_by_role("button", name="Add unit…").click()
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Unit", exact=True).select_option("HPD5")
    site.post("dispatcher-2", f"calls/{call['id']}/assignments/", {"units": ["HPD3"]})
    expect(form.locator("option[value=HPD3]")).to_have_count(0)
    expect(form.get_by_role("combobox", name="Unit", exact=True)).to_have_value("HPD5")
    form.get_by_role("button", name="Do it").click()
    expect(row(page, "Units", "HPD5")).to_contain_text("DP")
