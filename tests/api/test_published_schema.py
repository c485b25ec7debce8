"""The API tells of itself: an OpenAPI 3 document of every address, and a page that a strict policy lets run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from django.test import Client
from drf_spectacular.validation import validate_schema
from pytest_django import DjangoDbBlocker

from tests.api.client import Api
from tests.api.conftest import As
from tests.api.test_permissions import OF_DEVICES, TABLE

WITHOUT_BODY = {"acknowledge", "link", "read", "remove", "revoke", "send", "take", "test"}


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    """As it is made once; no test changes it."""
    with django_db_blocker.unblock():
        answer = Client().get("/api/schema/", headers={"Accept": "application/yaml"})
    assert answer.status_code == 200
    return dict(yaml.safe_load(answer.content))


def test_the_document_is_valid_openapi_3(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    validate_schema(schema)


def test_it_has_every_address_with_its_methods(schema: dict[str, Any]) -> None:
    told = {
        (method.upper(), path)
        for path, operations in schema["paths"].items()
        for method in operations
        if method != "parameters"
    }
    known = {(line.method, line.path) for line in TABLE} | OF_DEVICES
    assert told == {(method, "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", path)) for method, path in known}


def test_each_command_tells_of_its_body_its_key_and_its_errors(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in ("post", "patch"):
                assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}, path
                assert "requestBody" in operation or path.split("/")[-2] in WITHOUT_BODY, path
            assert {"401", "403"} <= set(operation["responses"]), path
            assert "application/problem+json" in operation["responses"]["403"]["content"], path


class Scripts(HTMLParser):
    """What a strict content policy would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.inside = tag if tag == "script" else ""
        if tag == "script" and not named.get("src"):
            self.found.append("a script without src")
        self.found += [f"{tag} {name}" for name in named if name.startswith("on")]
        for name in ("src", "href"):
            if re.match(r"(https?:)?//", named.get(name) or ""):
                self.found.append(f"{tag} from elsewhere: {named[name]}")

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.found.append(f"inline {self.inside}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def test_the_page_of_the_documents_has_no_inline_script(db: None) -> None:
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    parser = Scripts()
    parser.feed(page.content.decode())
    assert parser.found == []
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert Client().get("/api/docs/?script").headers["Content-Type"].startswith("application/javascript")


def test_the_schema_is_json_for_who_asks_for_it(as_: As) -> None:
    answer = Api(client=Client()).client.get("/api/schema/?format=json")
    assert answer.json()["info"]["title"]
