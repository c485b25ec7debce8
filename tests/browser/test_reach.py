"""People say how they are reached: a tablet that shows what a push says, and addresses that are proven by a code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.console import until
from tests.browser.site import Site
from tests.browser.tablet import TABLET
from tests.browser.test_accessible import Axe, complaints
from tests.reaching.push_service import Subscriber

pytestmark = pytest.mark.browser

ENDPOINT = "https://fcm.googleapis.com/fcm/send/of-a-test"
# Chromium asks its own push service to subscribe, which no test reaches; all after that is the real thing.
SUBSCRIBES = """
  let mine = null;
  const unsubscribe = async () => { mine = null; return true; };
  const made = { endpoint: %s, toJSON: () => ({ endpoint: %s, keys: %s }), unsubscribe };
  PushManager.prototype.getSubscription = async () => mine;
  PushManager.prototype.subscribe = async () => (mine = made);
"""
AWAKE = """() => navigator.serviceWorker.getRegistration("/static/dispatch/js/sw/")
  .then((found) => found?.active?.state === "activated")"""
SHOWN = """() => navigator.serviceWorker.getRegistration("/static/dispatch/js/sw/")
  .then((found) => found.getNotifications()).then((all) => all.map((one) => [one.title, one.body, one.data.url]))"""


def deliver(page: Page, message: dict[str, Any]) -> None:
    """A push arrives at the worker that shows messages."""
    session = page.context.new_cdp_session(page)
    registered: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    session.send("ServiceWorker.enable")

    def ours() -> list[str]:
        return [one["registrationId"] for one in registered if one["scopeURL"].endswith("/js/sw/")]

    until(page, ours, "the worker is registered")
    until(page, lambda: page.evaluate(AWAKE), "the worker takes messages")
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    told = {"origin": origin[0], "registrationId": ours()[-1], "data": json.dumps(message)}
    session.send("ServiceWorker.deliverPushMessage", told)


def test_a_tablet_is_subscribed_in_a_sheet_and_shows_what_a_push_says(site: Site, sign_in: SignIn) -> None:
    page = sign_in(
        "responder-CRT1", path="/healthz", viewport=TABLET, permissions=["notifications"], service_workers="allow"
    )
    keys = json.dumps(Subscriber().keys())
    page.add_init_script(SUBSCRIBES % (json.dumps(ENDPOINT), json.dumps(ENDPOINT), keys))
    page.goto(f"{site.base_url}/unit/")
    page.get_by_role("button", name="How you are reached").click()
    page.get_by_role("button", name="Tell me on this device").click()
    expect(page.get_by_text("This device tells you of calls while you are on shift")).to_be_visible()
    expect(page.get_by_role("button", name="EMERGENCY")).to_be_visible()
    (channel,) = site.get("responder-CRT1", "notifications/")["channels"]
    assert [one["endpoint"] for one in channel["browsers"]] == [ENDPOINT]
    deliver(page, {"title": "HEARTeam", "text": "Call 26-000001: open the app.", "url": "/opened/k/", "tag": "n"})
    shown = until(page, lambda: page.evaluate(SHOWN), "the message is shown")
    assert shown == [["HEARTeam", "Call 26-000001: open the app.", "/opened/k/"]]
    page.get_by_role("button", name="No more on this device").click()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_visible()
    assert site.get("responder-CRT1", "notifications/")["channels"][0]["browsers"] == []


def sent_to(site: Site, page: Page, address: str, words: str) -> str:
    """The text with these words that the worker sent there."""
    path = site.folder / "notifications.jsonl"

    def found() -> list[str]:
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line["text"] for line in lines if line["to"] == address and words in line["text"]]

    return str(until(page, found, f"{words!r} is sent to {address}")[-1])


def test_an_address_is_added_proven_and_tried_by_anybody_in_any_theme(site: Site, sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("supervisor", path="/reach/", viewport={"width": 390, "height": 844})
    page.get_by_label("Number or address").fill("860-555-0199")
    page.get_by_role("button", name="Send a code there").click()
    expect(page.get_by_text("+18605550199")).to_be_visible()
    code = re.findall(r"\d{6}", sent_to(site, page, "+18605550199", "code"))[0]
    assert complaints(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="That is the code").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("status")).to_have_text("A test is on its way.")
    sent_to(site, page, "+18605550199", "This is a test")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("+18605550199")).to_have_count(0)
