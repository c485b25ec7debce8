"""What keeps a crew from being forgotten, as its own tablet, the crew beside it and the desk see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.actions.silence import silence_tell
from dispatch.models import Assignment
from partners.models import ChannelCheck, Unit
from tests.browser.conftest import SignIn
from tests.browser.console import open_console, row, until
from tests.browser.site import Site
from tests.browser.tablet import hold, make_call, open_tablet, timeline

pytestmark = pytest.mark.browser


def falls_silent(callsign: str) -> None:
    """Its last sign of any kind is four minutes old, which the timers notice."""
    quiet = timezone.now() - timedelta(minutes=4)
    Unit.objects.filter(callsign=callsign).update(tablet_seen_at=quiet, fix_at=quiet)
    ChannelCheck.objects.filter(unit__callsign=callsign).delete()
    Assignment.objects.filter(unit__callsign=callsign, cleared_at=None).update(
        dispatched_at=quiet, status_since=quiet, acknowledged_at=None, heard_by_voice_at=None
    )
    silence_tell(timezone.now())


def test_a_crew_asks_for_its_own_time_and_reads_whether_anybody_has_seen_its_alarm(site: Site, sign_in: SignIn) -> None:
    page, _ = open_tablet(sign_in)
    call = make_call(site, ["CRT1"])
    page.get_by_role("button", name="En route", exact=True).click()
    page.get_by_role("button", name="On scene", exact=True).click()
    page.get_by_role("button", name="OK, ask in 30 min").click()
    until(page, lambda: timeline(site, call, "welfare_check_passed", "CRT1"), "the check is answered")
    assert timeline(site, call, "welfare_check_passed", "CRT1")[0]["minutes"] == 30
    hold(page, "#emergency")
    expect(page.locator("#emergency-word")).to_contain_text("SENT")
    alarms = page.get_by_role("status", name="Your alarms")
    expect(alarms).to_contain_text("Nobody has said yet that they saw it")
    (alert,) = [row for row in site.get("dispatcher", "board/")["alerts"] if row["kind"] == "EMERGENCY"]
    site.post("dispatcher", f"alerts/{alert['id']}/acknowledge/", {})
    expect(alarms).to_contain_text("Seen by dispatcher at")
    site.post("dispatcher", f"alerts/{alert['id']}/clear/", {"reason": "heard by radio"})
    expect(alarms).to_have_count(0)


def test_a_silent_crew_stands_out_at_the_desk_until_it_is_heard(site: Site, sign_in: SignIn) -> None:
    page = open_console(sign_in)
    site.post("dispatcher", "units/CRT2/check/", {"kind": "RADIO"})
    call = make_call(site, ["CRT2"])
    site.post("dispatcher", f"assignments/{call['assignments']['CRT2']}/status/", {"status": "OS"})
    falls_silent("CRT2")
    expect(row(page, "Units", "CRT2")).to_contain_text("silent 4:")
    expect(page.locator(".bar-2").filter(has_text="CRT2 is silent")).to_be_visible()
    site.post("dispatcher", "units/CRT2/check/", {"kind": "RADIO"})
    silence_tell(timezone.now())
    expect(row(page, "Units", "CRT2")).not_to_contain_text("silent")
    expect(page.locator(".bar-2").filter(has_text="CRT2 is silent")).to_have_count(0)
