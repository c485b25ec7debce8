"""The console on the screens it is made for: nothing scrolls away, nothing an assistive tool stumbles on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import KEYS_HIGH_ACUITY, desk_at_work, make_call, open_call, open_console, resize, triage
from tests.browser.site import Site

pytestmark = pytest.mark.browser

LARGE, SMALL = (1920, 1080), (1366, 768)
SMALL_TARGETS = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility() && !element.closest(".map") && element.type !== "checkbox")
  .filter((element) => element.getBoundingClientRect().height < 24 || element.getBoundingClientRect().width < 24)
  .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def at_work(site: Site, sign_in: SignIn) -> Page:
    return desk_at_work(site, sign_in)


def test_nothing_is_out_of_reach_and_every_target_is_large_enough(at_work: Page) -> None:
    for width, height in (LARGE, SMALL):
        resize(at_work, width, height)
        scroll = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert at_work.evaluate(scroll) == [width, height]
        assert at_work.evaluate(SMALL_TARGETS) == []
    resize(at_work, 960, 540)  # the large screen at 200 %
    assert at_work.evaluate("document.documentElement.scrollWidth") <= 960
    for reached in ("#grid-active", "#note", "#grid-units", "#command", ".card .danger"):
        at_work.locator(reached).scroll_into_view_if_needed()
        expect(at_work.locator(reached)).to_be_in_viewport()


def test_what_would_be_sent_and_every_question_are_in_sight_while_answering(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in, viewport={"width": SMALL[0], "height": SMALL[1]})
    call = make_call(site)
    open_call(page, call)
    page.keyboard.press("F4")
    page.keyboard.type("nnn")
    proposal = page.get_by_role("group", name="What will be sent")
    expect(proposal).to_contain_text("Provisional")
    before = proposal.bounding_box()
    page.keyboard.type(KEYS_HIGH_ACUITY[3:])
    expect(proposal.get_by_role("button", name="Send ")).to_be_in_viewport(ratio=1)
    assert proposal.bounding_box() == before
    for question in page.locator(".question").all():
        expect(question).to_be_in_viewport(ratio=1)


def test_the_line_of_a_finished_triage_names_thoughts_of_suicide(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    triage(site, call, self_harm="IDEATION")
    open_call(page, call)
    expect(page.locator("#triage .summary")).to_have_text("Self-harm: thoughts")


def test_after_a_dialog_is_left_a_command_goes_to_the_command_line_and_never_into_a_hand_off(
    site: Site, sign_in: SignIn
) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    triage(site, call, age="CHILD_3_17")
    open_call(page, call)
    expect(page.locator(".handoff")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Who answered")).to_be_focused()
    page.keyboard.type("Sam")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Clinician")).to_be_focused()
    page.keyboard.press("Control+Shift+O")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#command")).to_be_focused()
    page.keyboard.type("NONSENSE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="No command NONSENSE")).to_be_visible()
    page.keyboard.press("Control+Shift+O")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#command")).to_be_focused()
    page.keyboard.type("NOTE /Mother calls again")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Mother calls again")
    assert site.get("dispatcher", f"calls/{call['id']}/")["handoffs"] == []


def test_of_a_long_list_only_what_is_in_sight_is_drawn_and_the_keys_reach_the_rest(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    make_call(site, "100 Albany Ave")
    board = site.get("dispatcher", "board/")
    (row,) = board["calls"]
    board["calls"] = [{**row, "id": str(10_000 + n), "number": f"26-{10_000 + n:06d}"} for n in range(400)]
    page.route("**/api/board/", lambda route: route.fulfill(json=board))
    page.reload()
    expect(page.locator("#head-pending")).to_contain_text("(400)")
    assert page.locator("#pending .line").count() < 80
    page.locator("#grid-pending").focus()
    page.keyboard.press("End")
    expect(page.locator("#pending .line.cursor")).to_contain_text("26-010399")
    expect(page.locator("#pending .line.cursor")).to_be_in_viewport()
