"""The responder page against the real processes: what a crew does, and what it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import until
from tests.browser.site import Site
from tests.browser.tablet import TABLET, hold, make_call, open_tablet, timeline

pytestmark = pytest.mark.browser

KEPT_CALL = """async () => {
    const open = indexedDB.open("hearteam.tablet");
    const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const get = database.transaction("kept").objectStore("kept").get("state");
    const kept = await new Promise((done) => { get.onsuccess = () => done(get.result); });
    database.close();
    return kept?.state?.call?.number ?? null;
}"""
"""The number of the call that the tablet keeps, or null."""


def step(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def emergencies(site: Site) -> list[dict[str, Any]]:
    return [alert for alert in site.get("dispatcher", "board/")["alerts"] if alert["kind"] == "EMERGENCY"]


def placed(site: Site) -> tuple[float | None, float | None]:
    """Where CRT1 is by the board, and its heading."""
    presence = site.get("dispatcher", "board/")["presence"].get("CRT1", {})
    return presence.get("lat"), presence.get("heading")


def test_a_crew_takes_a_call_from_dispatch_to_clear_and_never_reloads(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    expect(page.get_by_role("heading", name=call["number"])).to_be_visible()
    expect(page.locator(".address")).to_have_text("415 Park St, Apt 3B")
    expect(page.get_by_text("Luz Ejemplo, sister, Spanish, 860-555-0142")).to_be_visible()
    step(page, "En route")
    expect(page.locator("header .status")).to_have_text("ER en route")
    step(page, "On scene")
    expect(page.locator(".countdown")).to_contain_text("left")
    step(page, "We are OK (+15 min)")
    step(page, "Transport")
    page.get_by_role("button", name=re.compile("^Hartford Hospital")).click()
    expect(page.get_by_role("button", name="Read aloud is off while transporting")).to_be_disabled()
    step(page, "At destination")
    expect(page.locator("header .status")).to_have_text("AD at destination")
    page.locator(".primary").click()
    step(page, "Clear: we are available")
    expect(page.get_by_text("No call. Live")).to_be_visible()
    changes = timeline(site, call, "assignment_status_changed", "CRT1")
    assert [change["status"] for change in changes] == ["ER", "OS", "TR", "AD", "AV"]
    assert changes[2]["destination"] == "Hartford Hospital"
    assert len(timeline(site, call, "welfare_check_passed", "CRT1")) == 1


def test_a_clinicians_note_is_clinical_unless_they_say_otherwise_and_a_danger_is_for_all(
    site: Site, sign_in: SignIn
) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    for text, choices in (
        ("Knows our peer", []), ("Gate code 4", ["Everybody on the call"]),
        ("Dog in the yard", ["Danger for everybody on the call"]),
    ):  # fmt: skip
        step(page, "Note")
        page.get_by_label("What happened").fill(text)
        for choice in choices:
            step(page, choice)
        step(page, "Save note")
    expect(page.get_by_label("Hazards")).to_have_text("Hazard: Dog in the yard")
    expect(page.locator(".notes")).to_contain_text("Knows our peer")
    seen = site.get("dispatcher", f"calls/{call['id']}/")
    texts = [note["text"] for note in seen["notes"]]
    assert "Gate code 4" in texts
    assert "Knows our peer" not in texts
    assert seen["hazards"] == ["Dog in the yard"]


def test_the_outcome_is_coded_and_told_to_the_dispatcher(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    step(page, "Outcome")
    step(page, "De-escalation")
    step(page, "Unable to locate")
    step(page, "Save outcome")
    expect(page.get_by_text("outcome: Unable to locate")).to_be_visible()
    expect(page.locator(".tap-confirmed")).to_have_count(2)
    seen = site.get("dispatcher", f"calls/{call['id']}/")
    assert [done["label"] for done in seen["interventions"]] == ["De-escalation"]
    assert "Outcome by CRT1: Unable to locate" in [note["text"] for note in seen["notes"]]


def test_ten_minutes_of_taps_offline_survive_a_reload_and_are_applied_once_in_order(
    site: Site, sign_in: SignIn
) -> None:
    page, network = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    expect(page.locator(".primary")).to_have_text("En route")
    network.cut()
    step(page, "En route")
    expect(page.locator("header .status")).to_have_text("ER en route (unsent)")
    step(page, "On scene")
    for text in ("Said while offline", "And this after it"):
        step(page, "Note")
        page.get_by_label("What happened").fill(text)
        step(page, "Everybody on the call")
        step(page, "Save note")
    step(page, "Transport")
    page.get_by_role("button", name=re.compile("^Hartford Hospital")).click()
    step(page, "At destination")
    expect(page.locator("header .status")).to_have_text("AD at destination (unsent)")
    page.clock.fast_forward(600_000)
    expect(page.locator(".connection")).to_contain_text(re.compile(r"Offline 1\d:\d\d: 6 saved, unsent"))
    assert timeline(site, call, "assignment_status_changed", "CRT1") == []

    page.reload()
    expect(page.locator(".connection")).to_contain_text("6 saved, unsent")
    expect(page.get_by_text("Kept on this tablet, as of 1")).to_be_visible()
    expect(page.locator(".address")).to_have_text("415 Park St, Apt 3B")
    network.mend()
    page.clock.fast_forward(15_000)
    expect(page.locator("header .status")).to_have_text("AD at destination")
    expect(page.locator(".connection").first).to_contain_text("Online")
    expect(page.locator(".notes")).to_contain_text("Said while offline")
    changes = timeline(site, call, "assignment_status_changed", "CRT1")
    assert [change["status"] for change in changes] == ["ER", "OS", "TR", "AD"]
    assert sorted(changes, key=lambda change: change["occurred_at"]) == changes
    notes = [note["text"] for note in site.get("dispatcher", f"calls/{call['id']}/")["notes"]]
    assert [notes.count(text) for text in ("Said while offline", "And this after it")] == [1, 1]


def test_two_tablets_of_one_crew_agree_also_when_both_were_offline(site: Site, sign_in: SignIn) -> None:
    (page, network), (other, others_network) = open_tablet(sign_in), open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    step(page, "En route")
    expect(page.locator(".taps li").first).to_contain_text("en route: confirmed")
    for tablet in (page, other):
        expect(tablet.locator("header .status")).to_have_text("ER en route")
    network.cut()
    others_network.cut()
    for tablet in (page, other):
        step(tablet, "On scene")
        expect(tablet.locator("header .status")).to_have_text("OS on scene (unsent)")
    for tablet, its_network in ((page, network), (other, others_network)):
        its_network.mend()
        tablet.clock.fast_forward(15_000)
        expect(tablet.locator("header .status")).to_have_text("OS on scene")
    expect(page.locator(".taps li").first).to_contain_text("on scene: confirmed")
    expect(other.locator(".taps li").first).to_contain_text("on scene: was done already")
    changes = timeline(site, call, "assignment_status_changed", "CRT1")
    assert [change["status"] for change in changes] == ["ER", "OS"]


def test_the_page_opens_without_a_network_for_its_own_crew_and_for_nobody_after_the_sign_out(
    site: Site, sign_in: SignIn
) -> None:
    page = sign_in("responder-CRT1", path="/unit/", viewport=TABLET, service_workers="allow")
    expect(page.get_by_text("No call. Live")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    call = make_call(site, ["CRT1"])
    expect(page.get_by_role("heading", name=call["number"])).to_be_visible()
    until(page, lambda: page.evaluate(KEPT_CALL) == call["number"], "the call is kept on the tablet")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".address")).to_have_text("415 Park St, Apt 3B")
    expect(page.get_by_text("Kept on this tablet, as of")).to_be_visible()
    step(page, "En route")
    expect(page.locator("header .status")).to_have_text("ER en route (unsent)")
    page.context.set_offline(False)
    expect(page.locator("header .status")).to_have_text("ER en route")
    assert [one["status"] for one in timeline(site, call, "assignment_status_changed", "CRT1")] == ["ER"]

    site.post("dispatcher", f"calls/{call['id']}/close/", {"disposition": "10"})
    step(page, "Sign out")
    page.locator("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    until(page, lambda: page.evaluate(KEPT_CALL) is None, "nothing is kept")
    page.context.set_offline(True)
    page.goto(f"{site.base_url}/unit/")
    expect(page.get_by_text("Nobody is signed in on this tablet.")).to_be_visible()
    expect(page.get_by_text(call["number"])).to_have_count(0)


def test_an_alarm_says_sent_only_by_the_servers_word_and_otherwise_to_use_the_radio(
    site: Site, sign_in: SignIn
) -> None:
    page, network = open_tablet(sign_in)
    word = page.locator("#emergency-word")
    place = page.locator("#emergency").bounding_box()
    hold(page, "#emergency")
    expect(word).to_have_text(re.compile(r"^SENT \d\d:\d\d:\d\d$"))
    assert page.locator("#emergency").bounding_box() == place, "the button moved under the finger"
    [alert] = emergencies(site)

    site.post("dispatcher", f"alerts/{alert['id']}/clear/", {"reason": "Answered by radio"})
    make_call(site, ["CRT1"])
    expect(page.locator("#police")).to_have_attribute("aria-disabled", "false")
    network.cut()
    hold(page, "#police")
    expect(page.locator("#police-word")).to_have_text("Sending")
    page.clock.fast_forward(5000)
    expect(page.locator("#police-word")).to_have_text("NOT SENT: USE RADIO / CALL 911")
    network.mend()
    page.clock.fast_forward(2000)
    expect(page.locator("#police-word")).to_have_text(re.compile(r"^SENT \d\d:\d\d:\d\d$"))
    kinds = [alert["kind"] for alert in site.get("dispatcher", "board/")["alerts"]]
    assert kinds.count("POLICE_REQUESTED") == 1


def test_a_short_press_sets_no_alarm_off_and_the_keyboard_can_hold(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    hold(page, "#emergency", ms=400)
    expect(page.locator("#emergency-word")).to_be_empty()
    assert emergencies(site) == []
    page.locator("#emergency").focus()
    page.keyboard.down("Enter")
    expect(page.locator("#emergency-word")).to_have_text(re.compile("^SENT"))
    page.keyboard.up("Enter")


def test_alarms_stay_in_reach_while_a_sheet_is_open(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    make_call(site, ["CRT1"])
    step(page, "Note")
    hold(page, "#police")
    expect(page.locator("#police-word")).to_have_text(re.compile("^SENT"))
    page.get_by_label("What happened").press("Escape")
    expect(page.get_by_label("What happened")).to_have_count(0)


def test_a_step_the_rules_forbid_becomes_a_card_with_the_reason(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in, "responder-CRMHC1")
    call = make_call(site, ["CRMHC1", "HPD1"], weapon="UNKNOWN")
    expect(page.get_by_text("Weapon: Unknown")).to_be_visible()
    step(page, "En route")
    expect(page.locator(".primary")).to_have_text("Staging")
    step(page, "On scene")
    card = page.locator(".card.refused")
    expect(card).to_contain_text("Not done: on scene.")
    expect(card).to_contain_text("safe")
    expect(page.locator("header .status")).to_have_text("ER en route")
    page.reload()
    card.get_by_role("button", name="Throw away").click()
    page.locator("dialog").get_by_role("button", name="Throw away").click()
    expect(card).to_have_count(0)

    site.post("dispatcher", f"assignments/{call['assignments']['HPD1']}/status/", {"status": "OS"})
    site.post("responder-HPD1", f"calls/{call['id']}/scene-safe/", {})
    expect(page.get_by_text("Scene marked safe by")).to_be_visible()
    expect(page.locator(".primary")).to_have_text("On scene")
    step(page, "On scene")
    expect(page.locator("header .status")).to_have_text("OS on scene")


def test_a_standing_order_is_a_card_that_the_crew_answers(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    step(page, "En route")
    expect(page.locator(".primary")).to_have_text("On scene")
    site.post("dispatcher", f"assignments/{call['assignments']['CRT1']}/order/", {"order": "STAGE", "reason": "Shots"})
    expect(page.locator(".card.order")).to_contain_text("STAGE: stop, do not go in")
    expect(page.locator(".primary")).to_have_text("Staging")
    step(page, "We have it")
    expect(page.locator(".card.order")).to_contain_text("You have acknowledged it.")
    assert len(timeline(site, call, "order_acknowledged", "CRT1")) == 1


def test_an_empty_screen_with_old_news_never_reads_as_no_call(site: Site, sign_in: SignIn) -> None:
    page, network = open_tablet(sign_in)
    network.cut()
    page.clock.fast_forward(130_000)
    expect(page.get_by_text("no word from the server")).to_be_visible()
    expect(page.locator(".connection")).to_contain_text(re.compile(r"Offline [2-9]:\d\d"))
    expect(page.get_by_text("There may be one now: listen to the radio.")).to_be_visible()
    expect(page.get_by_text("No call. Live")).to_have_count(0)


def test_a_tablet_sees_its_own_call_only(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["HPD2"])
    other = make_call(site, ["CRT1"])
    expect(page.get_by_role("heading", name=other["number"])).to_be_visible()
    expect(page.get_by_text(call["number"])).to_have_count(0)


def test_a_moving_crew_is_left_the_few_buttons_that_matter(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    make_call(site, ["CRT1"])
    expect(page.get_by_role("button", name="Outcome")).to_be_visible()
    page.add_init_script("""
        const coords = {latitude: 41.76, longitude: -72.68, accuracy: 5, speed: 12, heading: 90};
        navigator.geolocation.watchPosition = (found) => found({coords, timestamp: Date.now()});
    """)
    page.reload()
    expect(page.get_by_text("Moving: notes and outcome come back when you stop.")).to_be_visible()
    expect(page.get_by_role("button", name="Outcome")).to_have_count(0)
    for name in ("En route", "Read aloud"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    for name in ("On scene", "Staging", "Available"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    until(page, lambda: placed(site) == (41.76, 90), "its position is known at the desk")


def test_being_out_of_service_needs_one_tap_and_a_reason(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    step(page, "Out of service")
    step(page, "Restock")
    expect(page.locator("header .status")).to_have_text("OO out of service")
    expect(page.get_by_text("Restock", exact=True)).to_be_visible()
    step(page, "Available")
    expect(page.get_by_text("No call. Live")).to_be_visible()
    expect(page.locator("header .status")).to_have_text("AV available")
