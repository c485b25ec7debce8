"""Alerts on the console: heard and seen, never in the way of the hands; in a flood; when nobody watches the clock."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from dispatch.models import Deadline, TimersWatch
from tests.browser.conftest import SignIn
from tests.browser.console import make_call, open_console, until
from tests.browser.site import Site
from tests.waiting import until as happens

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.sounding = 0;
  const { start, stop } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function () { if (this.loop) window.sounding += 1; return start.call(this); };
  AudioBufferSourceNode.prototype.stop = function () { if (this.loop) window.sounding -= 1; return stop.call(this); };
}"""
HIDE = """
  Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
"""
SHOW = "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"


def emergency(site: Site) -> None:
    site.post("dispatcher-2", "units/CRT1/emergency/", {"reason": "pressed"})


def alarms(page: Page, count: int) -> None:
    """So many alarm loops run in the page's audio."""
    until(page, lambda: page.evaluate("window.sounding") == count, f"{count} alarms sound")


def test_a_red_alert_sounds_until_it_is_acknowledged_and_takes_neither_focus_nor_keys(
    site: Site, sign_in: SignIn
) -> None:
    page = open_console(sign_in)
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Start shift").click()
    page.locator("#command").focus()
    page.keyboard.type("NOTE /she is calm and waits")
    emergency(site)
    bar = page.locator(".bar-1")
    expect(bar).to_contain_text("CRT1 EMERGENCY")
    page.keyboard.type(" at the door")
    expect(page.locator("#command")).to_be_focused()
    expect(page.locator("#command")).to_have_value("NOTE /she is calm and waits at the door")
    alarms(page, 1)
    page.keyboard.press("F8")
    alarms(page, 0)
    expect(bar).to_have_class(re.compile("seen"))
    expect(bar).to_contain_text(re.compile(r"seen by dispatcher after \d+ s"))
    page.evaluate(HIDE)
    emergency(site)
    alarms(page, 1)
    expect(page).to_have_title(re.compile(r"^\(1!\) |^■ CRT1 EMERGENCY"))
    page.evaluate(SHOW)
    expect(bar).not_to_have_class(re.compile("seen"))
    page.keyboard.press("F8")
    alarms(page, 0)


def test_a_flood_of_one_kind_is_one_bar_and_none_of_it_is_acknowledged_unseen(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    calls = [make_call(site, priority=1) for _ in range(4)]
    ids = [call["id"] for call in calls]
    Deadline.objects.filter(kind="PENDING", call_id__in=ids, fired_at=None).update(due_at=timezone.now())
    flood = page.locator("[data-group=PENDING_OVERDUE]")
    expect(flood).to_contain_text("4 calls wait for a unit")
    expect(page.locator(".bar")).to_have_count(1)
    page.keyboard.press("F8")
    shown = page.get_by_role("dialog", name="Alerts")
    for call in calls:
        expect(shown).to_contain_text(call["number"])
    assert all(not alert["acknowledged_by"] for alert in site.get("dispatcher", "board/")["alerts"])
    shown.get_by_role("button", name="Acknowledge these 4").click()
    expect(page.locator(".bar-2")).to_have_count(0)
    alerts = site.get("dispatcher", "board/")["alerts"]
    assert {alert["acknowledged_by"] for alert in alerts} == {"dispatcher"}
    assert all(alert["acknowledged_after_s"] >= 0 for alert in alerts)


@pytest.fixture
def halted_timers(site: Site) -> Iterator[None]:
    """The timers process stands still for the test."""
    process = site.running["timers"]

    def stands() -> bool:
        """Not with a row in its hands: nobody else could write that."""
        process.send_signal(signal.SIGSTOP)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                TimersWatch.objects.update(at=timezone.now() - timedelta(minutes=2))
        except OperationalError:
            process.send_signal(signal.SIGCONT)
            return False
        return True

    happens(stands, "the timers stand still between two transactions")
    yield
    process.send_signal(signal.SIGCONT)


def test_timers_that_stand_still_alarm_the_console_with_what_to_do_until_they_run_again(
    site: Site, sign_in: SignIn, halted_timers: None
) -> None:
    page = open_console(sign_in)
    expect(page.locator(".bar-1")).to_contain_text("THE TIMERS STAND STILL")
    expect(page.locator("#card")).to_contain_text("Call every crew on scene by voice radio now")
    page.keyboard.press("F8")
    expect(page.locator(".bar-1")).to_contain_text("seen by dispatcher")
    site.running["timers"].send_signal(signal.SIGCONT)
    expect(page.locator(".bar-1")).to_have_count(0)
