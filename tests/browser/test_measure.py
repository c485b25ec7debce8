"""A screen says over its socket how long events took to it, once a minute."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import WebSocket, expect

from tests.browser.conftest import SignIn
from tests.browser.console import make_call, row, until
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_a_console_reports_what_it_painted_and_stays_connected(site: Site, sign_in: SignIn) -> None:
    page = sign_in("dispatcher", path="/healthz")
    reports: list[dict[str, Any]] = []
    pongs: list[str] = []

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", lambda text: reports.append(json.loads(text)) if "painted" in str(text) else None)
        socket.on("framereceived", lambda text: pongs.append(str(text)) if "pong" in str(text) else None)

    page.on("websocket", follow)
    page.clock.install()
    page.goto(site.base_url)
    expect(page.locator("[data-live=live]")).to_be_visible()
    until(page, lambda: pongs, "the server's clock is known")
    calls = [make_call(site), make_call(site, "100 Albany Ave")]
    for call in calls:
        expect(row(page, "Pending", call["number"])).to_be_visible()
    page.clock.fast_forward(61_000)
    until(page, lambda: sum(sum(report["counts"]) for report in reports) >= len(calls), "it reports what it painted")
    for report in reports:
        assert set(report) == {"type", "counts", "error_ms"}
        assert 0 <= report["error_ms"] < 5_000
    answered = len(pongs)
    page.clock.fast_forward(5_000)
    until(page, lambda: len(pongs) > answered, "the socket goes on")
    expect(page.locator("[data-live=live]")).to_be_visible()
