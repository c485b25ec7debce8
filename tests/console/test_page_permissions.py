"""Which page answers whom how: every address outside the API, for everybody who works outside the center."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dispatch.models import Call
from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]

CREWS = {"crt1_clinician", "crt1_peer", "crmhc1_clinician", "hpd1_officer"}
ON_CALL = {"crt1_clinician", "crt1_peer", "hpd1_officer"}
PEOPLE = ("anonymous", "stranger", "officer", "clinical_lead", "phone_system", *sorted(CREWS))
"""CRT1 and HPD1 are on the call, CRMHC1 is not; `officer` and `clinical_lead` (of CRT) are on no unit."""
EVERYBODY = frozenset(PEOPLE)


@dataclass(frozen=True, slots=True)
class Page:
    """Who gets it (200), and who is led elsewhere (302): who is not signed in, to sign in. Others get `refused`."""

    path: str
    opens: frozenset[str] | set[str] = field(default_factory=frozenset)
    leads: frozenset[str] | set[str] = frozenset({"anonymous"})
    refused: int = 403

    def status(self, who: str) -> int:
        return 200 if who in self.opens else 302 if who in self.leads else self.refused


PAGES = {
    "": Page("/"),
    "login/": Page("/login/", {"anonymous"}, leads=EVERYBODY),
    "logout/": Page("/logout/", leads=set(), refused=405),
    "language/": Page("/language/", leads=EVERYBODY),
    "unit/": Page("/unit/", CREWS, leads={"anonymous", "officer", "clinical_lead"}),
    "unit/crew/": Page("/unit/crew/", CREWS | {"officer", "clinical_lead"}),
    "unit/shell/": Page("/unit/shell/", EVERYBODY),
    "sw.js": Page("/sw.js", EVERYBODY),
    "manifest.webmanifest": Page("/manifest.webmanifest", EVERYBODY),
    "map/": Page("/map/"),
    "board/": Page("/board/"),
    "paper/": Page("/paper/"),
    "paper/worker.js": Page("/paper/worker.js", EVERYBODY),
    "paper/entry/": Page("/paper/entry/"),
    "reports/": Page("/reports/", {"clinical_lead"}),
    "reach/": Page("/reach/", EVERYBODY - {"anonymous", "stranger", "phone_system"}),
    "opened/<uuid:key>/": Page("/opened/9f0c6c1e-3a55-4b0e-9d58-0f4d1c1f0a11/", leads=EVERYBODY),
    "calls/<str:call_id>/print/": Page("/calls/{call}/print/", ON_CALL | {"officer", "clinical_lead"}, refused=404),
    r"^guest/(?P<token>[A-Za-z0-9_.-]{20,160})/$": Page("/guest/1-nobodyIssuedThis.x/", leads=set(), refused=404),
}
"""Route -> its row. Those of the API are in tests/api/test_permissions.py; the admin's are tried below."""


def routes(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


HEALTH = {"healthz", "readyz", "metrics"}
"""Of the machine, not of people: tests/platform/test_health.py, tests/observe/test_metrics.py."""


def test_no_page_is_missing_from_the_table() -> None:
    found = [route for route, _ in routes(get_resolver().url_patterns) if not route.startswith(("api/", "admin/"))]
    assert sorted(found) == sorted({*PAGES, *HEALTH})


@pytest.fixture
def call(stage: Stage) -> Call:
    """Somebody else's story, at CRT1 and HPD1."""
    call = stage.triaged_call(violence="THREATS")
    Call.objects.filter(pk=call.pk).update(location_text="77 HIDDEN LANE")
    stage.send(call, "HPD1")
    other = stage.triaged_call()
    stage.send(other, "CRT1")
    return call


@pytest.fixture
def scene(stage: Stage) -> Call:
    """CRT1 and HPD1 are on it."""
    call = stage.triaged_call()
    stage.send(call, "CRT1", "HPD1")
    return call


def visitor(stage: Stage, who: str) -> Client:
    client = Client()
    if who != "anonymous":
        client.force_login(getattr(stage.cast, who))
    return client


def test_each_page_answers_each_person_as_the_table_says(stage: Stage, scene: Call) -> None:
    wrong = []
    for who in PEOPLE:
        client = visitor(stage, who)
        for route, page in PAGES.items():
            status = client.get(page.path.format(call=scene.pk)).status_code
            if status != page.status(who):
                wrong.append(f"/{route} by {who}: {status}, not {page.status(who)}")
    assert wrong == []


GAP = re.compile(r"\(\?P<\w+>[^)]*\)|<[^>]+>|[\^$]")
OPEN_IN_ADMIN = {"admin/login/", "admin/logout/"}


def test_no_page_of_the_administration_opens_to_a_crew(stage: Stage) -> None:
    found = [route for route, _ in routes(get_resolver().url_patterns) if route.startswith("admin/")]
    clients = {who: visitor(stage, who) for who in ("crt1_clinician", "hpd1_officer")}
    opened = []
    for route in set(found) - OPEN_IN_ADMIN:
        path = "/" + GAP.sub(lambda gap: "dispatch" if "app_label" in gap[0] else "1" if len(gap[0]) > 1 else "", route)
        for who, client in clients.items():
            answer = client.get(path)
            if answer.status_code not in (302, 403, 404):
                opened.append(f"{path} by {who}: {answer.status_code}")
    assert len(found) > 100
    assert opened == []


def test_a_crew_reads_nothing_of_anothers_call_on_any_page(stage: Stage, call: Call) -> None:
    for who in ("crt1_clinician", "crmhc1_clinician", "stranger"):
        client = visitor(stage, who)
        for page in PAGES.values():
            told = client.get(page.path.format(call=call.pk)).content.decode()
            assert call.number not in told, (who, page.path)
            assert "HIDDEN LANE" not in told, (who, page.path)
