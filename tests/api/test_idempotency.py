"""A command that is sent again acts once: the same key and body get the same answer, another body is refused."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from dispatch.models import Call, Command
from tests.api.client import Api
from tests.api.conftest import As
from tests.api.stage import CLEAR, PLACE, Scene, call_with_units, head, make_scene, new_call, ok, triage
from tests.api.test_permissions import TABLE
from tests.cast import Cast


@pytest.fixture
def scene(desk: Api) -> Scene:
    return make_scene(desk)


COMMANDS = [line for line in TABLE if line.method in ("POST", "PATCH")]


def test_every_command_sent_twice_acts_once(desk: Api, as_: As, scene: Scene) -> None:
    wrong = []
    for line in COMMANDS:
        undo = transaction.savepoint()
        who = next(one for one in ("dispatcher", "crmhc1_clinician", *sorted(line.allowed)) if one in line.allowed)
        api = desk if who == "dispatcher" else as_(who)
        path = scene.address(line.path, call=getattr(scene, line.on))
        body = line.body(scene) if line.body else {}
        first = api.send(line.method, path, body, key="k1")
        after = head(desk)
        same = api.send(line.method, path, body, key="k1") == first and head(desk) == after
        other = api.send(line.method, path, {**body, "reason": "Another word"}, key="k1")
        if first.status != line.status or not same or other.status not in (400, 422) or head(desk) != after:
            wrong.append(f"{line.method} {line.path}: {first.status}, same {same}, other {other.status}")
        transaction.savepoint_rollback(undo)
    assert wrong == []


def test_members_in_another_order_are_the_same_body(desk: Api) -> None:
    body = {"location": PLACE, "caller": {"name": "Ada Example", "phone": "860-555-0101"}}
    backwards = {
        "caller": dict(reversed(body["caller"].items())), "location": dict(reversed(body["location"].items())),
    }  # fmt: skip
    first = ok(desk.post("/api/calls/", body, key="k"), 201)
    assert ok(desk.post("/api/calls/", backwards, key="k"), 201).body == first.body


@pytest.mark.parametrize("change", [{"text": "Other"}, {"audience": "POLICE"}])
def test_the_key_with_another_body_is_refused(desk: Api, change: dict[str, str]) -> None:
    path = f"/api/calls/{new_call(desk)['id']}/notes/"
    ok(desk.post(path, {"text": "One"}, key="k"), 201)
    before = head(desk)
    ok(desk.post(path, {"text": "One", **change}, key="k"), 422)
    assert head(desk) == before


def test_the_key_at_another_address_or_method_is_refused(desk: Api) -> None:
    first, second = new_call(desk), new_call(desk)
    ok(desk.post(f"/api/calls/{first['id']}/police/", {}, key="k"), 201)
    ok(desk.post(f"/api/calls/{second['id']}/police/", {}, key="k"), 422)
    ok(desk.patch(f"/api/calls/{first['id']}/", {"version": 1}, key="k"), 422)


def test_a_refusal_is_kept_and_said_again_even_when_it_would_pass_now(desk: Api) -> None:
    _, (assignment,) = call_with_units(desk, "CRT1")
    other = new_call(desk)["id"]
    triage(desk, other, CLEAR)
    path = f"/api/calls/{other}/assignments/"
    taken = ok(desk.post(path, {"units": ["CRT1"]}, key="k"), 409)
    ok(desk.post(f"/api/assignments/{assignment}/status/", {"status": "AV"}))
    again = ok(desk.post(path, {"units": ["CRT1"]}, key="k"), 409)
    assert again.body == taken.body
    ok(desk.post(path, {"units": ["CRT1"]}, key="k2"), 201)


def test_a_rule_that_forbids_is_kept_too(desk: Api) -> None:
    path = f"/api/calls/{new_call(desk)['id']}/assignments/"
    first = ok(desk.post(path, {"units": ["CRT1"]}, key="k"), 422)
    assert ok(desk.post(path, {"units": ["CRT1"]}, key="k"), 422).body == first.body


def test_a_malformed_or_forbidden_command_leaves_its_key_free(desk: Api, as_: As) -> None:
    call = new_call(desk)["id"]
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": ""}, key="k"), 400)
    ok(desk.post(f"/api/calls/{call}/close/", {"disposition": "99"}, key="k"), 400)
    ok(desk.post("/api/calls/77777/police/", {}, key="k"), 404)
    assert not Command.objects.exists()
    ok(desk.post(f"/api/calls/{call}/notes/", {"text": "Right"}, key="k"), 201)


def test_a_key_belongs_to_one_person(desk: Api, as_: As) -> None:
    first = ok(desk.post("/api/calls/", {"location": PLACE}, key="k"), 201)
    second = ok(as_("dispatcher2").post("/api/calls/", {"location": PLACE}, key="k"), 201)
    assert first["id"] != second["id"]


@pytest.mark.parametrize("key", ["x" * 201, "a\x01b"])
def test_a_key_that_cannot_be_kept_is_malformed(desk: Api, key: str) -> None:
    ok(desk.post("/api/calls/", {"location": PLACE}, key=key), 400)
    assert not Call.objects.exists()


def browser(user: User) -> tuple[Client, dict[str, str]]:
    """A signed-in browser and the header its scripts send."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    token = get_token(RequestFactory().get("/"))
    client.cookies["csrftoken"] = token
    return client, {"X-CSRFToken": token}


def test_a_browser_needs_its_csrf_token_and_acts_once_as_well(cast: Cast) -> None:
    client, header = browser(cast.dispatcher)
    body = json.dumps({"location": PLACE})

    def post(**headers: str) -> Any:
        return client.post("/api/calls/", body, content_type="application/json", headers=headers)

    assert post().status_code == HTTPStatus.FORBIDDEN
    assert not Call.objects.exists()
    first = post(**header, **{"Idempotency-Key": "k"})
    assert first.status_code == HTTPStatus.CREATED
    assert post(**header, **{"Idempotency-Key": "k"}).json() == first.json()
    assert Call.objects.count() == 1


def test_the_browser_and_the_token_of_one_person_share_its_keys(cast: Cast, desk: Api) -> None:
    first = ok(desk.post("/api/calls/", {"location": PLACE}, key="k"), 201)
    client, header = browser(cast.dispatcher)
    headers = {**header, "Idempotency-Key": "k"}
    again = client.post("/api/calls/", {"location": PLACE}, content_type="application/json", headers=headers)
    assert again.json() == first.body
