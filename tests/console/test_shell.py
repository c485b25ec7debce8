"""What the responder page opens with when there is no network: public files and a page that names nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from dispatch.console import shell


@pytest.fixture
def told(client: Client) -> dict[str, Any]:
    """What the service worker is told."""
    script = client.get("/sw.js").content.decode()
    named: dict[str, Any] = json.loads(re.findall(r"self\.SHELL = (.*);", script)[0])
    return named


def test_the_worker_keeps_every_module_of_the_page_and_proves_it(told: dict[str, Any]) -> None:
    names = {address.removeprefix("/static/") for address in told["files"]}
    assert {"dispatch/js/views/unit.js", "dispatch/js/outbox.js", "dispatch/css/unit.css"} <= names
    assert any(name.startswith("vendor/idb@") for name in names)
    assert any(name.startswith("vendor/lit-html@") for name in names)
    assert not any("console" in name or "/sw/" in name for name in names)
    for address, proof in told["files"].items():
        path = finders.find(address.removeprefix("/static/"))
        assert isinstance(path, str)
        with open(path, "rb") as file:
            assert base64.b64encode(hashlib.sha256(file.read()).digest()).decode() == proof


def test_a_changed_file_is_another_release(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shell.current().name
    changed = tmp_path / "unit.css"
    changed.write_text("body { color: red }")
    found = shell._found
    monkeypatch.setattr(shell, "_found", lambda name: changed if name == "dispatch/css/unit.css" else found(name))
    assert shell.current().name != before


def test_the_shell_is_open_to_all_names_nobody_and_is_of_the_workers_release(
    client: Client, told: dict[str, Any]
) -> None:
    for language, address in told["shells"].items():
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert answer["HEARTeam-Release"] == told["release"]
        assert f'<html lang="{language}"' in page
        assert 'data-shell="yes"' in page
        assert "data-user" not in page
        assert "csrfmiddlewaretoken" not in re.sub(r'<input type="hidden" name="csrfmiddlewaretoken">', "", page)
        assert "csrftoken" not in answer.cookies
        assert "sessionid" not in answer.cookies


def test_the_app_can_be_installed(client: Client) -> None:
    app = json.loads(client.get("/manifest.webmanifest").content)
    assert (app["start_url"], app["display"]) == ("/unit/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in app["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in app["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_worker_and_manifest_keep_the_policy(client: Client) -> None:
    for address in ("/sw.js", "/manifest.webmanifest", "/unit/shell/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "worker-src 'self'" in policy
        assert "manifest-src 'self'" in policy
        assert "unsafe" not in policy
    assert client.get("/sw.js")["Content-Type"] == "text/javascript"
