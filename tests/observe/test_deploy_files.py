"""The dashboard and the alert rules ask for figures that there are, by labels that they have."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from prometheus_client.core import GaugeMetricFamily

from dispatch.api import metrics as installation
from dispatch.queries.figures import Figures
from hearteam.embedded import postgres
from hearteam.observe import metrics
from hearteam.observe.exposition import Processes

DEPLOY = settings.PROJECT_DIR / "docs" / "deploy"
DOCS = settings.PROJECT_DIR / "docs" / "monitoring.md"
NAME = re.compile(r"\bhearteam_[a-z_]+")
SELECTED = re.compile(r"(hearteam_[a-z_]+)\{([^}]*)\}")
GROUPED = re.compile(r"by \(([a-z_, ]+)\)")
GENERAL = {"le"}


def known() -> dict[str, set[str]]:
    """Name of each series -> its labels, from what the product itself declares and reads."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for metric in metrics.REGISTRY._collector_to_names:
        name, labels, kind = metric._name, set(metric._labelnames), metric._type
        if kind == "histogram":
            found |= {f"{name}_bucket": labels | GENERAL, f"{name}_sum": labels, f"{name}_count": labels}
        found[f"{name}_total" if kind == "counter" else name] = labels
    for family in [*families(), *Processes().collect()]:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        for sample in family.samples:
            found[name] |= set(sample.labels)
        found[name] |= set(family._labelnames)
    return dict(found)


def families() -> Iterator[GaugeMetricFamily]:
    yield from installation.of_database(Figures({}))
    yield from installation.of_backups()
    yield installation.plain("database_answer_seconds", "", 0.0)
    up = installation.gauge("up", "", "service")
    yield from installation.of_redis(up)
    yield up


@pytest.fixture
def series(monkeypatch: pytest.MonkeyPatch, redis_client: Any) -> dict[str, set[str]]:
    now = installation.timezone.now()
    monkeypatch.setattr(installation, "newest_backup_at", lambda: now)
    return known()


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "alert-rules.yml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    return [*shown, *(rule["expr"] for rule in rules())]


def test_every_figure_that_is_asked_for_is_there_with_its_labels(series: dict[str, set[str]]) -> None:
    wrong = []
    for expression in expressions():
        names = NAME.findall(expression)
        assert names, expression
        wrong += [f"{name} in {expression}" for name in names if name not in series]
        for name, selector in SELECTED.findall(expression):
            labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
            wrong += [f"{name} has no {label}" for label in labels - series.get(name, labels)]
        grouped = {label.strip() for labels in GROUPED.findall(expression) for label in labels.split(",")}
        having = set().union(*(series.get(name, set()) for name in names))
        wrong += [f"nothing in {expression} has {label}" for label in grouped - having]
    assert wrong == []


def test_every_rule_says_whom_it_wakes_and_what_to_do() -> None:
    found = rules()
    assert len({rule["alert"] for rule in found}) == len(found) > 10
    for rule in found:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert len(rule["annotations"]["summary"]) > 10
        for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
            assert label in rule["expr"]


def test_the_page_about_monitoring_names_every_figure_and_none_that_is_not_there(series: dict[str, set[str]]) -> None:
    said = set(NAME.findall(DOCS.read_text()))
    base = {re.sub(r"_(bucket|sum|count)$", "", name) for name in series}
    assert said - base == set()
    assert base - said == set()


def test_the_proxy_lets_no_figures_out() -> None:
    caddyfile = Path(DEPLOY / "Caddyfile").read_text()
    assert re.search(r"@figures path /metrics /metrics/\*\s+respond @figures 404", caddyfile)


def test_no_client_chooses_the_id_of_its_log_lines() -> None:
    _, _, web = Path(DEPLOY / "Caddyfile").read_text().partition("reverse_proxy {")
    assert "header_up X-Request-ID {http.request.uuid}" in web


def test_no_log_of_a_database_holds_what_people_said() -> None:
    quiet = {"log_min_error_statement=panic", "log_error_verbosity=terse", "log_parameter_max_length=0"}
    for path in (settings.PROJECT_DIR / "docker-compose.yml", DEPLOY / "compose.two-of-each.yml"):
        assert quiet <= set(yaml.safe_load(path.read_text())["services"]["postgres"]["command"]), path.name
    assert quiet <= set(postgres.SILENT_ON_VALUES)


def test_containers_keep_their_figures_in_memory() -> None:
    given = yaml.safe_load((settings.PROJECT_DIR / "docker-compose.yml").read_text())["x-app"]["environment"]
    assert given["PROMETHEUS_MULTIPROC_DIR"].startswith("/dev/shm/")
    assert given["LOG_FORMAT"] == "${LOG_FORMAT:-json}"
