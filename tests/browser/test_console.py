"""The dispatcher console against the real processes: by keyboard, under the eyes of two dispatchers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.console import command, frames, make_call, open_call, open_console, row, triage, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_what_is_typed_while_the_call_is_first_saved_is_kept(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    page.keyboard.press("F2")
    for text in ("415 Park St", "3B", "Marta Ortiz", "860-555-0142", "sister"):
        page.keyboard.type(text, delay=20)
        page.keyboard.press("Tab")
    expect(page.locator("#head-call")).to_contain_text("Saved")
    (call,) = site.get("dispatcher", "board/")["calls"]
    wanted = {"name": "Marta Ortiz", "phone": "860-555-0142", "relationship": "sister"}

    def kept() -> bool:
        seen = site.get("dispatcher", f"calls/{call['id']}/")
        caller = {field: seen["caller"][field] for field in wanted}
        return (seen["location"]["text"], seen["location"]["unit"], caller) == ("415 Park St", "3B", wanted)

    until(page, kept, "all that was typed is at the server")


def test_a_second_report_is_seen_while_it_is_typed_merged_and_unmerged_by_keyboard(site: Site, sign_in: SignIn) -> None:
    place = "41.7901, -72.6612"  # where no other test has a call
    first = make_call(site, place)
    page = open_console(sign_in)
    page.keyboard.press("F2")
    fields = page.locator("#field-caller-name")
    before = fields.bounding_box()
    page.keyboard.type(place)
    nearby = page.get_by_role("group", name="Calls nearby")
    expect(nearby).to_contain_text(f"1 call nearby: {first['number']}")
    expect(page.locator("#field-location-text")).to_be_focused()
    expect(page.locator("#head-call")).to_contain_text("Saved")
    assert fields.bounding_box() == before
    number = page.locator("#head-call .number").first.inner_text()
    page.keyboard.press("F7")
    expect(nearby.get_by_role("button", name="Open")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_value(first["id"])
    page.get_by_label("Reason").press_sequentially("the same event")
    page.keyboard.press("Enter")
    expect(page.locator("#head-call")).to_contain_text("merged")
    command(page, f"UMG {number[-4:]} /another person")
    expect(page.locator("#head-call")).to_contain_text("pending")
    notes = site.get("dispatcher", f"calls/{first['id']}/")["notes"]
    assert [number in note["text"] for note in notes] == [True, True]


def test_a_new_urgent_call_does_not_move_the_open_one(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    calls = [make_call(site, f"{number} Albany Ave", priority=3) for number in (100, 101)]
    open_call(page, calls[1])
    before = row(page, "Pending", calls[1]["number"]).bounding_box()
    urgent = make_call(site, "300 Farmington Ave", priority=1)
    expect(row(page, "Pending", urgent["number"])).to_be_visible()
    assert row(page, "Pending", calls[1]["number"]).bounding_box() == before
    numbers = page.locator("#pending .line .number:first-child").all_inner_texts()
    assert numbers[0] == urgent["number"]


def test_the_second_to_send_a_unit_is_told_by_which_call_it_is_taken(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    mine, theirs = make_call(site, "100 Albany Ave"), make_call(site, "101 Albany Ave")
    open_call(page, mine)
    site.post("dispatcher-2", f"calls/{theirs['id']}/assignments/", {"units": ["HPD3"]})
    command(page, "D HPD3")
    expect(page.get_by_role("alert").filter(has_text="HPD3 is on")).to_contain_text(theirs["number"])
    expect(page.locator("#command")).to_have_value("D HPD3")


def test_a_provisional_recommendation_needs_a_second_press(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    site.post("dispatcher-2", f"calls/{call['id']}/triage/", {"answers": {"weapon": "NONE"}})
    open_call(page, call)
    expect(page.locator(".recommend.provisional .pick").first).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name=re.compile("press again"))).to_be_visible()
    assert frames(site, call, "assignment_created") == []
    page.keyboard.press("Control+Enter")
    expect(row(page, "Active", call["number"])).to_contain_text("HPD")


def test_why_is_there_on_demand_and_behind_the_line_of_the_timeline(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    triage(site, call, weapon="ACCESSIBLE")
    open_call(page, call)
    recommendation = page.get_by_role("region", name="Recommendation")
    recommendation.get_by_text("who is out of scope").click()
    expect(recommendation).to_contain_text("CRT out of scope: a weapon within reach")
    expect(recommendation.get_by_role("listitem").filter(has_text="no weapon: T4 CRT")).to_be_visible()
    said = site.get("dispatcher", f"calls/{call['id']}/")["triage"]["decision"]["explanation"]
    line = page.locator(".timeline li").filter(has_text="Triage R5")
    line.get_by_text("why").click()
    for text in (*said, "Out of scope: CRT (a weapon within reach), WHEELER (adult)."):
        expect(line.get_by_text(text)).to_be_visible()


def test_a_team_reached_by_phone_is_handed_the_call(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    triage(site, call, age="CHILD_3_17")
    open_call(page, call)
    expect(page.locator(".handoff .phone")).to_have_text(re.compile(r"555"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Who answered")).to_be_focused()
    page.keyboard.type("Sam")
    page.keyboard.press("Tab")
    page.keyboard.type("Dr. Vega")
    page.keyboard.press("Tab")
    page.keyboard.type("860-555-0171")
    page.keyboard.press("Tab")
    page.keyboard.type("25")
    page.get_by_role("button", name="Accepted").click()
    expect(row(page, "Units", "WHEELER1")).to_contain_text("ER")
    (handoff,) = site.get("dispatcher", f"calls/{call['id']}/")["handoffs"]
    assert (handoff["outcome"], handoff["contact"], handoff["eta_minutes"]) == ("accepted", "Sam", 25)


def test_an_emergency_shows_what_to_do_and_one_key_sends_police(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    call = make_call(site)
    site.post("dispatcher-2", f"calls/{call['id']}/assignments/", {"units": ["HPD5"]})
    top = page.locator("#pending").bounding_box()
    site.post("dispatcher-2", "units/HPD5/emergency/", {"reason": "shots heard"})
    expect(page.locator(".bar-1:not(.seen)")).to_contain_text("HPD5 EMERGENCY")
    expect(page.get_by_role("region", name="What to do").get_by_role("listitem").first).to_contain_text("voice radio")
    assert page.locator("#pending").bounding_box() == top
    page.keyboard.press("Shift+F8")
    until(page, lambda: frames(site, call, "police_requested"), "police are requested")
    page.keyboard.press("F8")
    expect(page.locator(".bar-1.seen")).to_contain_text("seen by")
    page.locator(".bar-1.seen").get_by_role("button", name="Clear…").click()
    page.keyboard.type("Spoke with the crew")
    page.keyboard.press("Enter")
    expect(page.locator(".bar-1")).to_have_count(0)


def test_two_people_in_one_field_both_keep_what_they_typed_until_one_decides(site: Site, sign_in: SignIn) -> None:
    first, second = open_console(sign_in), open_console(sign_in, "dispatcher-2")
    call = make_call(site, caller={"phone": "860-555-0142"})
    for page in (first, second):
        open_call(page, call)
    first.context.set_offline(True)
    first.locator("#field-caller-name").fill("Ann")
    second.locator("#field-caller-name").fill("Anna")
    second.keyboard.press("Tab")
    until(first, lambda: site.get("dispatcher", f"calls/{call['id']}/")["caller"]["name"] == "Anna", "Anna is saved")
    first.context.set_offline(False)
    both = first.get_by_role("group", name="Changed by two")
    expect(both.get_by_role("row").last).to_have_text(re.compile(r"Caller\s*Ann\s*Anna"))
    first.keyboard.press("Alt+4")
    expect(both.get_by_role("button", name="Keep mine: Caller Ann")).to_be_focused()
    first.keyboard.press("Enter")
    expect(both).to_have_count(0)
    until(first, lambda: site.get("dispatcher", f"calls/{call['id']}/")["caller"]["name"] == "Ann", "Ann is kept")
