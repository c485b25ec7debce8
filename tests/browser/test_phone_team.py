"""A team without tablets: the call to it step by step, its clinician's own phone, and what is late."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect

from dispatch.models import Deadline
from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, triage, until
from tests.browser.site import Site

MOBILE = {"width": 390, "height": 844}


def test_a_team_reached_by_phone_from_the_hand_off_to_its_end(
    site: Site, sign_in: SignIn, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = open_console(sign_in)
    call, other = make_call(site), make_call(site, "100 Albany Ave")
    triage(site, call, age="CHILD_3_17")
    open_call(page, call)
    hand_over(page, call, other)
    expect(row(page, "Units", "WHEELER1")).to_contain_text("ER")
    crew = page.locator(".phone-crew")
    expect(crew).to_contain_text("Ana Ejemplo")
    expect(crew).to_contain_text("Ines Ejemplo")
    amend_one_thing(page, site, call)

    _, handoff = site.get("dispatcher", f"calls/{call['id']}/")["handoffs"]
    late = Deadline.objects.get(assignment=handoff["assignment"], kind="ETA_OVERRUN", fired_at=None, cancelled_at=None)
    Deadline.objects.filter(pk=late.pk).update(due_at=late.due_at - timedelta(days=365))
    overrun = page.locator(".timeline li").filter(has_text="later than its ETA")
    expect(overrun.first).to_be_visible()

    crew.get_by_role("button", name="Link for their phone").click()
    expect(crew).to_contain_text("link not opened yet")
    address = site.get("dispatcher", f"assignments/{handoff['assignment']}/link/")["url"]
    context = browser.new_context(viewport=MOBILE)
    try:
        warning = {"text": "Dog in the yard", "kind": "HAZARD"}
        report_by_link(
            context.new_page(), address, axe, lambda: site.post("dispatcher", f"calls/{call['id']}/notes/", warning)
        )
    finally:
        context.close()
    expect(row(page, "Units", "WHEELER1")).to_contain_text("OS")
    expect(crew).to_contain_text("confirmed by link")
    expect(page.locator(".timeline li").filter(has_text="WHEELER1 on scene")).to_contain_text("WHEELER1 by link")

    row(page, "Units", "WHEELER1").click()
    page.keyboard.press("a")
    expect(row(page, "Units", "WHEELER1")).to_have_count(0)
    until(page, lambda: site.get("dispatcher", f"calls/{call['id']}/")["assignments"] == [], "the crew is cleared")


def hand_over(page: Page, call: dict[str, Any], other: dict[str, Any]) -> None:
    """By keys: the number is rung, and what is said is written down as it is heard; another call does not wipe it."""
    form = page.locator(".handoff")
    expect(form.get_by_role("link")).to_have_attribute("href", re.compile(r"tel:\d+"))
    form.get_by_role("button", name="Calling now").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("being called")
    form.get_by_label("Who answered").fill("A machine")
    form.get_by_label("School contact").fill("Ines Ejemplo")
    open_call(page, other)
    expect(form).to_have_count(0)
    command(page, f"S {call['number'][-4:]}")
    expect(form.get_by_label("Who answered"), "is kept for its call").to_have_value("A machine")
    form.get_by_role("button", name="No answer").click()
    expect(form).to_contain_text("attempt 2")
    expect(form.get_by_label("School contact"), "is not asked for twice").to_have_value("Ines Ejemplo")
    expect(form.get_by_label("Who answered")).to_have_value("")
    form.get_by_role("button", name="Calling now").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("being called")
    expect(form.get_by_label("Who answered")).to_be_focused()
    for word in ("Sam", "Dr. Vega", "860-555-0171", "25", "Ana Ejemplo", "860-555-0172", "", "", "Main entrance"):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
    expect(form.get_by_role("button", name="Accepted")).to_be_focused()
    page.keyboard.press("Enter")
    expect(form).to_have_count(0)


def amend_one_thing(page: Page, site: Site, call: dict[str, Any]) -> None:
    """What is recorded stands there to be corrected, and only what was changed goes out."""
    page.locator(".phone-crew").get_by_role("button", name="Amend…").click()
    asked = page.get_by_role("dialog")
    for label, value in (("Who answered", "Sam"), ("Clinician", "Dr. Vega"), ("Meeting point", "Main entrance")):
        expect(asked.get_by_label(label, exact=True)).to_have_value(value)
    expect(asked.get_by_label("ETA, minutes from now")).to_have_value(re.compile(r"^\d+$"))
    asked.get_by_label("Note", exact=True).fill("Rings twice")
    asked.get_by_role("button", name="Amend").click()
    expect(asked).to_have_count(0)
    told = until(page, lambda: frames(site, call, "handoff_amended"), "it is amended")
    assert [frame["data"]["fields"] for frame in told] == [["note"]]
    assert len(frames(site, call, "assignment_acknowledged")) == 0


def report_by_link(
    phone: Page, address: str, axe: Callable[[Page], list[str]], warn_of_dog: Callable[[], object]
) -> None:
    """What a clinician does on their own phone, without an account. The page asks for itself never: it is told."""
    phone.add_init_script("window.setInterval = () => 0")
    complaints: list[str] = []
    phone.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    phone.goto(address)
    expect(phone.get_by_text("415 PARK ST")).to_have_count(0)
    phone.get_by_role("button", name="Open the call").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text(re.compile("415 park st", re.IGNORECASE))
    expect(phone.get_by_text("Main entrance")).to_be_visible()
    phone.get_by_label("I will be there in (minutes)").fill("12")
    phone.get_by_role("button", name="Confirm").click()
    expect(phone.get_by_role("button", name="Confirm")).to_have_count(0)
    warn_of_dog()
    expect(phone.get_by_text("Dog in the yard")).to_be_visible()
    for theme in ("dark", "light", "glare"):
        phone.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert axe(phone) == []
    server_away(phone)
    phone.get_by_label("I will be there in (minutes)").fill("soon")  # holds up no step that needs no number
    phone.get_by_role("button", name="Arrived").click()
    expect(phone.get_by_text("on scene")).to_be_visible()
    expect(phone.get_by_text("to hear that you are well")).to_be_visible()
    assert complaints == []


def server_away(phone: Page) -> None:
    """While the server restarts, the place and what to do stay on the screen, said not to be up to date."""
    phone.route("**/guest/**", lambda route: route.fulfill(status=503, body="The web process is down."))
    stale = phone.get_by_text("NOT UP TO DATE")
    for _ in range(2):
        with phone.expect_response(lambda answer: answer.status == 503):
            phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(stale).to_be_visible()
    expect(phone.get_by_role("button", name="Arrived")).to_be_visible()
    phone.unroute("**/guest/**")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(stale).to_be_hidden()
