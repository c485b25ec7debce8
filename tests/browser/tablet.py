"""What tests of the responder page share: a call with a crew on it, a network that can be cut, a held button."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Page, Route, WebSocketRoute, expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site

TABLET = {"width": 1024, "height": 768}
UPRIGHT = {"width": 768, "height": 1024}
PHONE = {"width": 390, "height": 844}
CLEAR = {
    "weapon": "NONE", "violence": "NONE", "medical": "NONE", "self_harm": "NONE", "scene": "SAFE",
    "crime": "NONE_OR_MINOR", "age": "ADULT", "acuity": "LOW", "caller_wants_police": "NO", "premise_caution": "NO",
}  # fmt: skip


class Network:
    """Between a page and the site. Cut, nothing of the API or the socket gets through; the page itself still loads."""

    def __init__(self, page: Page) -> None:
        self.up = self.sockets_up = True
        self.sockets: list[WebSocketRoute] = []
        page.route("**/api/**", self.request)
        page.route_web_socket("**/ws/**", self.socket)

    def request(self, route: Route) -> None:
        if self.up:
            route.continue_()
        else:
            route.abort()

    def socket(self, socket: WebSocketRoute) -> None:
        if not self.sockets_up:
            socket.close(code=1013, reason="cut")
            return
        socket.connect_to_server()
        self.sockets.append(socket)

    def cut(self) -> None:
        self.up = self.sockets_up = False
        for socket in self.sockets:
            socket.close(code=1013, reason="cut")
        self.sockets.clear()

    def mend(self) -> None:
        self.up = self.sockets_up = True

    def only_sockets(self) -> None:
        """Requests get through again, sockets do not."""
        self.up = True


def open_tablet(sign_in: SignIn, who: str = "responder-CRT1", **viewport: int) -> tuple[Page, Network]:
    """A responder's page, live and with no call. Its clock runs, and a test may push it on instead of waiting."""
    page = sign_in(who, path="/healthz", viewport=viewport or TABLET)
    network = Network(page)
    page.clock.install()
    page.goto(page.url.replace("/healthz", "/unit/"))
    expect(page.get_by_text("No call. Live")).to_be_visible()
    return page, network


def make_call(site: Site, units: list[str], **answers: str) -> dict[str, Any]:
    """A triaged call with these units sent to it: `{id, number, assignments: {unit: id}}`."""
    call = site.post(
        "dispatcher", "calls/",
        {
            "location": {"text": "415 Park St", "lat": 41.7565, "lon": -72.686, "unit": "3B"},
            "caller": {"name": "Luz Ejemplo", "phone": "860-555-0142", "relationship": "sister", "language": "es"},
            "person": {"name": "Ana Ejemplo", "apparent_age": "40"},
            "type": "EDP",
            "narrative": "Brother is sad and alone.",
        },
    )  # fmt: skip
    site.post("dispatcher", f"calls/{call['id']}/triage/", {"answers": {**CLEAR, **answers}})
    sent = site.post("dispatcher", f"calls/{call['id']}/assignments/", {"units": units}) if units else []
    return {"id": call["id"], "number": call["number"], "assignments": {row["unit"]: row["id"] for row in sent}}


def timeline(site: Site, call: dict[str, Any], kind: str, unit: str) -> list[dict[str, Any]]:
    """The data of this call's events of one type for one unit, oldest first."""
    events = site.get("dispatcher", f"calls/{call['id']}/timeline/")["events"]
    return [event["data"] for event in events if event["type"] == kind and event.get("unit") == unit]


def stop_clock(page: Page) -> None:
    """At a moment that is still to come: where asking what time it is takes long, at a later one."""
    for ahead in (1, 5, 25):
        with suppress(Error):
            page.clock.pause_at(page.evaluate("Date.now() / 1000") + ahead)
            return
    raise AssertionError("the page's clock cannot be stopped")


def hold(page: Page, selector: str, ms: int = 1300) -> None:
    """Press with the mouse for a while of the page's own clock, however long that takes here."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stop_clock(page)
    page.mouse.down()
    page.clock.run_for(ms)
    page.mouse.up()
    page.clock.resume()
