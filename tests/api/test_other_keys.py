"""A link's token and a device's open what they are for, and no other door."""

from __future__ import annotations

from django.test import Client

from dispatch.actions.devices import device_add
from dispatch.models import Device
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CHILD, make_scene, new_call, ok, triage
from tests.api.test_permissions import TABLE
from tests.cast import Cast

FOR_DEVICES = "fixes/"


def handed_over(desk: Api) -> tuple[str, str]:
    """(call, token of the link) of a call that Wheeler took by phone."""
    call = new_call(desk)["id"]
    triage(desk, call, CHILD)
    body = {"team": "WHEELER", "outcome": "accepted", "eta_minutes": 20}
    assignment = ok(desk.post(f"/api/calls/{call}/handoffs/", body), 201)["assignment"]
    ok(desk.post(f"/api/assignments/{assignment}/link/", {}), 201)
    url = ok(desk.get(f"/api/assignments/{assignment}/link/"))["url"]
    return call, url.rstrip("/").rsplit("/", 1)[1]


def test_neither_a_links_token_nor_a_devices_signs_in_to_the_api(desk: Api, as_: As, cast: Cast) -> None:
    scene = make_scene(desk)
    _, link = handed_over(desk)
    device = device_add(by=cast.actor("supervisor"), device=Device(label="Phone of HPD1", unit=cast.hpd1))
    holders = [
        Api(client=Client(raise_request_exception=False, headers={"Authorization": f"{scheme} {token}"}))
        for token in (link, device)
        for scheme in ("Token", "Bearer")
    ]
    let_in = []
    for line in TABLE:
        if line.path.startswith(FOR_DEVICES):
            continue
        path = scene.address(line.path)
        body = line.body(scene) if line.body else b""
        let_in += [path for holder in holders if holder.send(line.method, path, body).status not in (401, 403)]
    assert let_in == []


def test_the_cookie_of_an_opened_link_is_no_session(desk: Api, as_: As, cast: Cast) -> None:
    _, link = handed_over(desk)
    browser = Client()
    page = browser.get(f"/guest/{link}/")
    assert page.status_code == 200
    browser.post(f"/guest/{link}/", {"act": "open"})
    for path in ("/unit/", "/", "/map/"):
        assert browser.get(path).status_code == 302, path
    for path in ("/api/unit/", "/api/board/", "/api/me/"):
        assert browser.get(path).status_code == 401, path
