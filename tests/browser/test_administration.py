"""The administration and the reports in a browser: stock pages under the strict policy, changes seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def add_unit(page: Page, callsign: str) -> None:
    page.fill("#id_callsign", callsign)
    page.select_option("#id_team", label="HPD")
    page.click("[name=_save]")


def choose(page: Page, field: str, words: str) -> None:
    """Pick from one of the admin's search boxes."""
    page.click(f"{field} .select2-selection")
    page.locator(".select2-search__field").last.fill(words)
    expect(page.locator(".select2-results__option")).to_have_text([re.compile(words)])  # no others are listed any more
    page.locator(".select2-results__option--highlighted", has_text=words).click()
    expect(page.locator(f"{field} .select2-selection").first).to_contain_text(words)


def test_a_supervisors_change_of_the_roster_is_on_the_board_at_once(sign_in: SignIn, site: Site) -> None:
    supervisor = sign_in("supervisor", path="/admin/partners/shift/add/")
    with supervisor.context.expect_page() as opened:
        supervisor.click("#add_id_unit")
    add_unit(opened.value, "HPD90")
    expect(supervisor.locator(".field-unit .select2-selection")).to_contain_text("HPD90")
    supervisor.locator(".field-starts_at a", has_text="Today").first.click()
    supervisor.fill("#id_starts_at_1", "00:00:00")
    supervisor.click("text=Add another Crew member")
    choose(supervisor, "#crew-0", "Cory Example")
    supervisor.select_option("#id_crew-0-role", "OFFICER")
    supervisor.click("[name=_save]")
    expect(supervisor.locator(".messagelist .success")).to_be_visible()
    rows = {row["unit"]: row for row in site.get("dispatcher", "board/")["units"]}
    assert rows["HPD90"]["on_shift"]
    assert [member["name"] for member in rows["HPD90"]["crew"]] == ["Cory Example"]
    supervisor.goto(f"{site.base_url}/admin/partners/unit/?q=HPD90")
    supervisor.click("#result_list tbody th a")
    supervisor.uncheck("#id_active")
    supervisor.click("[name=_save]")
    expect(supervisor.locator(".messagelist .success")).to_be_visible()
    assert "HPD90" not in {row["unit"] for row in site.get("dispatcher", "board/")["units"]}


def test_a_shift_that_doubles_somebody_is_refused_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    page = sign_in("supervisor", path="/admin/partners/shift/add/")
    choose(page, ".field-unit", "HPD3")
    page.locator(".field-starts_at a", has_text="Today").first.click()
    page.fill("#id_starts_at_1", "00:00:00")
    page.click("[name=_save]")
    expect(page.locator(".errornote, .errorlist").filter(has_text="HPD3 has another shift")).to_be_visible()
    expect(page.locator("#id_starts_at_1")).to_have_value("00:00:00")


def test_the_published_ruleset_is_shown_row_by_row_and_has_no_next_step(sign_in: SignIn) -> None:
    page = sign_in("auditor", path="/admin/dispatch/ruleset/")
    page.click("#result_list tbody th a")
    expect(page.locator("th[scope=row]", has_text="R8")).to_be_visible()
    expect(page.locator(".ruleset .does")).to_have_count(0)


def test_the_report_can_be_read_downloaded_and_used_by_everybody(
    sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    page = sign_in("auditor", path="/reports/")
    expect(page.get_by_role("heading", name="From call to arrival")).to_be_visible()
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
    with page.expect_download() as download:
        page.click("text=Download CSV")
    assert download.value.suggested_filename.startswith("hearteam-report-")


def test_a_dispatcher_is_told_whose_pages_these_are(sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/reports/")
    expect(page.get_by_role("heading", name="This page is not for your role")).to_be_visible()
    page.goto(page.url.replace("/reports/", "/admin/"))
    expect(page.locator("body")).to_contain_text("supervisors and auditors")
