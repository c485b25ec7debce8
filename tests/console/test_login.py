"""Signing in and out, and which page is open to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

# Page -> who may see it. Everybody else gets 403.
OPEN = {
    "/unit/": {"crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer"},
    "/map/": {"calltaker", "dispatcher", "dispatcher2", "supervisor", "supervisor2", "auditor"},
    "/board/": {"calltaker", "dispatcher", "dispatcher2", "supervisor", "supervisor2", "auditor"},
    "/unit/crew/": {"crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer", "officer", "clinical_lead"},
    "/": {"calltaker", "dispatcher", "dispatcher2", "supervisor", "supervisor2"},
}
RIDES_LATER = {"officer", "clinical_lead"}
"""On no unit yet: from the unit's page they are led to where they sign on."""
EVERYBODY = sorted(set().union(*OPEN.values()) | {"stranger", "clinical_lead"})


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def enter(username: str, password: str, following: str = "") -> Any:
    """The answer to a sign-in from a new browser."""
    return Client().post("/login/", {"username": username, "password": password, "next": following})


def test_a_person_lands_where_they_work(cast: Cast) -> None:
    for who, home in (
        ("crt1_clinician", "/unit/"), ("hpd1_officer", "/unit/"), ("dispatcher", "/"), ("calltaker", "/"),
        ("supervisor", "/"), ("auditor", "/reports/"), ("clinical_lead", "/reports/"),
        ("officer", "/unit/crew/"),
    ):  # fmt: skip
        username = getattr(cast, who).username
        answer = enter(username, username)
        assert (answer.status_code, answer.url) == (302, home), who


def test_the_page_that_was_asked_for_follows_only_when_it_is_ours_and_open(cast: Cast) -> None:
    username = cast.crt1_clinician.username
    for following, target in (
        ("/unit/?from=mail", "/unit/?from=mail"), ("/api/docs/", "/api/docs/"), ("/", "/unit/"), ("/board/", "/unit/"),
        ("/login/", "/unit/"), ("https://evil.example/unit/", "/unit/"), ("//evil.example/", "/unit/"),
    ):  # fmt: skip
        assert enter(username, username, following).url == target, following


def test_a_wrong_password_is_said_without_telling_which_part_was_wrong(cast: Cast) -> None:
    wrong_password = enter(cast.dispatcher.username, "no")
    unknown_name = enter("nobody-here", "no")
    for answer in (wrong_password, unknown_name):
        assert answer.status_code == 200
        assert "That user name and password do not match." in answer.content.decode()
        assert "sessionid" not in answer.cookies


def test_repeated_wrong_passwords_lock_the_name_out_from_that_address_with_one_sentence(
    cast: Cast, settings: Any
) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    name = cast.dispatcher.username
    answers = [enter(name, "wrong") for _ in range(3)]
    assert answers[0].status_code == 200
    locked = enter(name, name)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == 15 * 60
    assert "Too many wrong passwords for this name from here. Wait 15 minutes" in locked.content.decode()
    assert enter(cast.calltaker.username, cast.calltaker.username).status_code == 302


def test_a_page_is_open_to_its_roles_and_tells_others_where_to_go(cast: Cast, client: Client) -> None:
    for who in EVERYBODY:
        client.force_login(getattr(cast, who))
        for page, allowed in OPEN.items():
            answer = client.get(page)
            led = page == "/unit/" and who in RIDES_LATER
            assert answer.status_code == (200 if who in allowed else 302 if led else 403), (who, page)
            if who not in allowed and not led:
                body = answer.content.decode()
                assert "This page is not for your role" in body
                assert ("You can go to:" in body) == (who != "stranger"), who


def test_an_anonymous_person_is_sent_to_sign_in_and_back(client: Client) -> None:
    for page in OPEN:
        answer = client.get(page)
        assert (answer.status_code, answer.url) == (302, f"/login/?next={page}")


def test_pages_are_never_stored_and_keep_the_strict_policy(cast: Cast, client: Client) -> None:
    for page, user in (
        ("/login/", None),
        ("/", cast.dispatcher),
        ("/map/", cast.dispatcher),
        ("/unit/", cast.crt1_peer),
    ):
        if user:
            client.force_login(user)
        answer = client.get(page)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"], page
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_signing_out_is_a_post_that_ends_the_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.dispatcher)
    assert client.get("/logout/").status_code == 405
    answer = client.post("/logout/")
    assert (answer.status_code, answer.url) == (302, "/login/?signed_out=1")
    assert client.get("/map/").status_code == 302
    assert "You are signed out." in client.get(answer.url).content.decode()


def test_who_is_signed_in_already_is_led_on(cast: Cast, client: Client) -> None:
    client.force_login(cast.crt1_clinician)
    assert client.get("/login/?next=/login/").url == "/unit/"


def test_the_manifest_names_no_person_and_no_unit(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert answer.json()["start_url"] == "/unit/"


def test_the_maps_base_is_for_those_who_read_the_board(cast: Cast, client: Client) -> None:
    assert client.get("/api/map/").status_code == 401
    client.force_login(cast.crt1_clinician)
    assert client.get("/api/map/").status_code == 403
    client.force_login(cast.dispatcher)
    body = client.get("/api/map/").json()
    assert {body["areas"]["type"], body["streets"]["type"]} == {"FeatureCollection"}
