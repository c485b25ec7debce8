"""Co-response from the field: an officer starts a call and asks for a team, which waits outside for their word."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import until
from tests.browser.site import Site
from tests.browser.tablet import CLEAR, PHONE, TABLET, open_tablet


def step(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_an_officer_asks_for_a_team_that_stages_until_their_word_and_each_tablet_shows_both(
    site: Site, sign_in: SignIn, axe: Callable[[Page], list[str]]
) -> None:
    officer, _ = open_tablet(sign_in, "responder-HPD1")
    crew, _ = open_tablet(sign_in)
    step(officer, "Start a call here")
    officer.get_by_label("Where").fill("415 Park St")
    officer.get_by_label("What happens").fill("Sits on the steps, crying")
    step(officer, "Start the call")
    expect(officer.locator("header .status")).to_have_text("OS on scene")
    expect(officer.locator(".steps")).to_be_visible()
    expect(officer.get_by_text("Welfare check")).to_have_count(0)

    step(officer, "Ask for help")
    for question in site.get("responder-HPD1", "reference/")["questions"]:
        (answer,) = [one["label"] for one in question["answers"] if one["code"] == CLEAR[question["field"]]]
        group = officer.get_by_role("group", name=question["label"], exact=True)
        group.get_by_role("button", name=answer, exact=True).click()
    step(officer, "Send the answers")
    expect(officer.get_by_text("The rules say: T4, CRT")).to_be_visible()
    assert axe(officer) == []
    officer.locator(".asks li").first.get_by_role("button").first.click()
    expect(officer.locator(".asks li").first).to_contain_text("asked for by HPD1, nobody yet")
    officer.set_viewport_size(PHONE)  # type: ignore[arg-type]
    officer.get_by_role("button", name="Call them yourself").first.click()
    expect(officer.locator("dialog a[href^='tel:']"), "the number is the first thing that is seen").to_be_in_viewport()
    officer.set_viewport_size(TABLET)  # type: ignore[arg-type]
    step(officer, "Back")

    (call,) = site.get("dispatcher", "board/")["calls"]
    until(officer, lambda: "FIELD_ASKED" in alerts(site), "the center is told who asks")
    site.post("dispatcher", f"calls/{call['id']}/assignments/", {"units": ["CRT1"]})
    expect(crew.get_by_role("heading", name=call["number"])).to_be_visible()
    others_of_officer, others_of_crew = (page.get_by_label("Other units on this call") for page in (officer, crew))
    expect(others_of_officer).to_contain_text("CRT1")
    expect(others_of_crew).to_contain_text("HPD1 OS on scene")
    step(crew, "En route")
    expect(others_of_officer).to_contain_text("CRT1 ER en route")
    expect(crew.locator(".primary")).to_have_text("Staging")
    step(crew, "Staging")
    expect(officer.get_by_text("CRT1: waiting outside for the scene to be called safe")).to_be_visible()

    step(officer, "Scene is safe: others may come in")
    expect(crew.get_by_text("Scene marked safe by HPD1")).to_be_visible()
    step(crew, "On scene")
    expect(others_of_officer).to_contain_text("CRT1 OS on scene")
    assert "FIELD_ASKED" not in alerts(site)


def alerts(site: Site) -> set[str]:
    return {alert["kind"] for alert in site.get("dispatcher", "board/")["alerts"]}
