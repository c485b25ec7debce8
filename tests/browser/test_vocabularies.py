"""A center's own types at the desk: chosen by its words, offered where a crisis may hide, and who decided so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import make_call, open_call, open_console, row
from tests.browser.site import Site

pytestmark = pytest.mark.browser

FILE = "code,type\nM1,Mental sample\nD1,Disorderly sample\nP1,Parked sample\n"


@pytest.fixture
def vocabulary(site: Site, tmp_path: Path) -> Iterator[None]:
    """Nobody's type is left active for the tests that follow."""
    (tmp_path / "types.csv").write_text(FILE)
    call_command("vocabulary", "import", "sample", str(tmp_path / "types.csv"), verbosity=0)
    call_command("vocabulary", "activate", "sample", verbosity=0)
    yield
    call_command("vocabulary", "deactivate", verbosity=0)


def test_questions_are_asked_offered_or_a_key_away(
    vocabulary: None, site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    page = open_console(sign_in)
    asked, offered, plain = (make_call(site, type=code) for code in ("M1", "D1", "P1"))
    first = page.locator(".question").first
    open_call(page, asked)
    expect(first).to_be_visible()
    open_call(page, plain)
    expect(page.locator("#triage")).to_contain_text("not asked")
    expect(first).to_be_hidden()
    open_call(page, offered)
    expect(page.locator("#triage")).to_contain_text("May be a crisis: F4 asks")
    expect(row(page, "Pending", offered["number"])).to_contain_text("triage?")
    assert axe(page) == []
    page.keyboard.press("F4")
    expect(first).to_be_visible()
    page.keyboard.press("n")
    expect(row(page, "Pending", offered["number"])).not_to_contain_text("triage?")
    expect(first).to_be_visible()


def test_a_type_is_chosen_in_the_centers_own_words(vocabulary: None, site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    open_call(page, call)
    expect(page.locator("#call-types option[value=D1]")).to_have_text("Disorderly sample")
    expect(page.locator("#call-types option[value=WELFARE]")).to_have_count(1)
    page.locator("#field-type").fill("m1")
    other = make_call(site, "100 Albany Ave")
    expect(row(page, "Pending", other["number"])).to_be_visible()
    expect(page.locator("#field-type")).to_have_value("m1")
    page.keyboard.press("Tab")
    expect(row(page, "Pending", call["number"])).to_contain_text("M1")
    expect(page.locator("#field-type")).to_have_value("M1")
    detail = site.get("dispatcher", f"calls/{call['id']}/")
    assert (detail["type"], detail["reported_type"]) == ("MNTL", "M1")


def test_a_supervisor_decides_on_types_in_the_administration(vocabulary: None, sign_in: SignIn, site: Site) -> None:
    page = sign_in("supervisor", path="/admin/dispatch/vocabularyentry/?decided__exact=0")
    page.locator("tr", has_text="Parked sample").locator("input.action-select").check()
    page.select_option("select[name=action]", label="Ask: maybe (offered)")
    page.click("button[name=index]")
    expect(page.locator(".messagelist .success")).to_contain_text("Ask: maybe: 1 type.")
    assert make_call(site, type="P1")["behavioural"] == "UNKNOWN"
