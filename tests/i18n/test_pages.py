"""A person chooses the language of the pages; this machine keeps it, and the page brings the texts of its scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def language_of_this_thread() -> Iterator[None]:
    """A request leaves its language behind in the thread; the tests after it speak English."""
    yield
    translation.activate("en")


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(User.objects.get(username=make_cast().dispatcher.username))
    return client


def test_english_unless_something_else_is_asked_for(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert '<html lang="en"' in page
    assert "User name" in page


def test_the_browsers_language_counts_until_a_person_chooses(client: Client) -> None:
    page = client.get("/login/", headers={"accept-language": "es-US,es;q=0.9"}).content.decode()
    assert '<html lang="es"' in page
    assert "Nombre de usuario" in page
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert "User name" in client.get("/login/", headers={"accept-language": "es-US"}).content.decode()


def test_the_choice_outlives_the_shift_and_leads_back(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    cookie = answer.cookies["hearteam_language"]
    assert (cookie.value, int(cookie["max-age"]) >= 300 * 24 * 3600) == ("es", True)
    assert "Nombre de usuario" in client.get("/login/").content.decode()


def test_a_language_there_is_not_and_another_site_are_refused(client: Client) -> None:
    client.post("/language/", {"language": "tlh"})
    assert "User name" in client.get("/login/").content.decode()
    assert client.post("/language/", {"language": "es", "next": "https://example.com/"})["Location"] == "/"


def test_the_console_brings_its_texts_in_spanish_and_none_in_english(desk: Client) -> None:
    assert 'id="texts"' not in desk.get("/").content.decode()
    desk.post("/language/", {"language": "es"})
    page = desk.get("/").content.decode()
    found = re.search(r'<script id="texts" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    brought = json.loads(found[1])
    assert brought["language"] == "es"
    assert brought["texts"]["No call waits."] == "Ninguna llamada espera."
    assert brought["texts"]["{count} call on the map"] == ["{count} llamada en el mapa", "{count} llamadas en el mapa"]
    assert brought["texts"]["served\x04{number} is not held."] == "{number} no está retenida."


def test_a_wrong_password_is_refused_in_spanish(client: Client) -> None:
    client.post("/language/", {"language": "es"})
    page = client.post("/login/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "El nombre de usuario y la contraseña no coinciden." in page
