"""`manage.py doctor`: each thing is broken, and the sentence is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from dispatch.doctor import center, configuration, database, services
from dispatch.doctor.database import skew
from dispatch.doctor.finding import Finding, Level
from dispatch.management.commands import doctor
from dispatch.models import Deadline, Ruleset, TimersWatch
from dispatch.queries import rulesets
from dispatch.queries.figures import figures
from hearteam import health
from partners.models import ServiceHours, Team, Unit
from partners.models.agencies import Channel
from tests.live.process import PATIENCE, LiveProcess, until
from tests.stage import Stage

pytestmark = pytest.mark.django_db


def wrong(found: Any) -> dict[str, Finding]:
    """What is not well, by check; each says a sentence and what to do."""
    findings = {finding.check: finding for finding in found if finding.level > Level.WELL}
    for finding in findings.values():
        assert finding.says.endswith((".", "!")) or ":" in finding.says
        assert finding.do
    return findings


def said(found: Any, check: str) -> str:
    return wrong(found)[check].says


def test_a_database_that_is_away_is_said_first_and_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused\nDETAIL: secret")

    monkeypatch.setattr(database.connection, "cursor", away)
    (finding,) = database.look_at_database()
    assert finding.level is Level.FAILED
    assert finding.says == "The database does not answer: connection refused"


def test_the_database_of_the_tests_is_quick_instead_of_safe() -> None:
    found = wrong(database.look_at_database())
    assert set(found) == {"durability"}
    assert found["durability"].says.startswith("fsync, full_page_writes, synchronous_commit are off")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "DELETE FROM django_migrations WHERE app = 'dispatch' AND name = '0002_relations'",
            "dispatch 0002",
        ),
        ("SELECT 1", ""),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('dispatch', '9999_later', now())",
            "newer than this",
        ),
    ],
)
def test_migrations_that_do_not_go_with_the_code_are_named(statement: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    found = wrong(database.migrations())
    assert words in found["migrations"].says if words else found == {}


def test_an_index_that_was_not_finished_is_named_with_how_to_finish_it() -> None:
    assert wrong(database.indexes()) == {}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'alert_raised'::regclass")
    told = wrong(database.indexes())["indexes"]
    assert told.says == "The index alert_raised of dispatch_alert was not finished: searches go without it."
    assert "REINDEX INDEX CONCURRENTLY alert_raised" in told.do
    with connection.cursor() as cursor:
        cursor.execute("ALTER INDEX alert_raised RENAME TO alert_raised_ccnew1")
    assert ": DROP INDEX CONCURRENTLY alert_raised_ccnew1." in wrong(database.indexes())["indexes"].do


def test_time_outs_that_a_pool_dropped_are_missed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
    assert said(database.timeouts(), "timeouts").startswith("lock_timeout did not arrive")


@pytest.fixture
def idler() -> Iterator[Any]:
    """Somebody else's connection with a transaction left open."""
    settings = connection.settings_dict
    other = psycopg2.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
        port=settings["PORT"], application_name="a forgotten terminal",
    )  # fmt: skip
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield other
    other.close()


def test_a_transaction_left_open_is_named_with_how_to_end_it(idler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "transactions" not in wrong(database.waiting())
    monkeypatch.setattr(database, "IDLE_S", -1)
    finding = wrong(database.waiting())["transactions"]
    assert finding.says.startswith(f"a forgotten terminal (pid {idler.info.backend_pid}) left a transaction open")
    assert f"pg_terminate_backend({idler.info.backend_pid})" in finding.do


def test_connections_that_run_out_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_USED", 0.0)
    assert "connections are in use" in said(database.connections(), "connections")


@pytest.mark.parametrize(
    ("seconds", "level"), [(0.2, Level.WELL), (-2.0, Level.WARNING), (7.0, Level.FAILED), (-7.0, Level.FAILED)]
)
def test_clocks_that_differ_are_told_by_how_much(seconds: float, level: Level) -> None:
    finding = skew("Redis", seconds)
    assert finding.level is level
    if level > Level.WELL:
        assert f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'}" in finding.says


def test_redis_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = redis.Redis(host="127.0.0.1", port=1, **health.patience())
    monkeypatch.setattr(health, "client", lambda: nowhere)
    assert said(services.look_at_redis(), "redis").startswith("Redis does not answer")


@pytest.mark.parametrize(
    ("info", "check", "words"),
    [
        ({"aof_enabled": 0}, "redis-aof", "keeps nothing across a restart"),
        ({"aof_enabled": 1, "aof_last_write_status": "err"}, "redis-aof", "could not write"),
        (
            {"aof_enabled": 1, "maxmemory": 100, "maxmemory_policy": "allkeys-lru", "used_memory": 1},
            "redis-memory",
            "throws away keys",
        ),
        ({"aof_enabled": 1, "maxmemory": 100_000_000, "used_memory": 90_000_000}, "redis-memory", "90 of 100 MB"),
    ],
)
def test_a_redis_that_loses_things_is_told(info: dict[str, Any], check: str, words: str, redis_client: Any) -> None:
    assert words in said(services.keeping(redis_client, info), check)


def test_no_live_process_is_told(redis_client: redis.Redis) -> None:
    assert said(services.live(redis_client), "live") == "No live process listens: screens do not move."


def test_a_live_process_passes_a_word_on(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ECHO_WAIT_S", PATIENCE)
    process = LiveProcess().start()
    try:
        channel = services.broadcast.channel(services.broadcast.EVENTS_CHANNEL)
        until(lambda: redis_client.pubsub_numsub(channel)[0][1] == 1, "it listens")
        assert [finding.says for finding in services.live(redis_client)] == ["1 live process passed a word on."]
    finally:
        process.stop()


def test_a_listener_that_does_not_answer_is_counted(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ECHO_WAIT_S", 0.0)
    with redis_client.pubsub() as deaf:
        deaf.subscribe(services.broadcast.channel(services.broadcast.EVENTS_CHANNEL))
        deaf.get_message(timeout=5)
        assert said(services.live(redis_client), "live").startswith("1 of 1 live processes did not answer")


def test_timers_that_never_led_are_told() -> None:
    TimersWatch.objects.all().delete()
    assert said(services.timers(figures()), "timers").startswith("No timers process has led ever")


def test_timers_that_are_behind_are_told(stage: Stage) -> None:
    now = timezone.now()
    for name in ("leader", "timers"):
        TimersWatch.objects.update_or_create(name=name, defaults={"at": now})
    assert wrong(services.timers(figures())) == {}
    Deadline.objects.create(kind="pending", call=stage.triaged_call(), due_at=now - timedelta(minutes=1), fired_at=None)
    assert "1 due times wait, the oldest for 6" in said(services.timers(figures()), "timers")


def test_no_worker_is_told(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.app.control, "ping", lambda timeout: [])
    assert said(services.workers(), "worker") == "No worker answers."
    monkeypatch.setattr(services.app.control, "ping", lambda timeout: [{"worker": {"ok": "pong"}}])
    assert said(services.workers(), "beat").startswith("Workers live, but beat sends nothing")
    health.beat("worker")
    assert wrong(services.workers()) == {}


def test_an_address_where_nobody_answers_is_told() -> None:
    assert said(services.web("http://127.0.0.1:1"), "web").startswith("http://127.0.0.1:1 does not answer")
    assert "not known" in said(services.web(""), "web")


def test_settings_that_were_forgotten_are_told(settings: Any, tmp_path: Path) -> None:
    settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = True, "short", ["*"]
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path
    settings.PUSH_KEY = settings.METRICS_TOKEN = ""
    settings.METRICS_NETWORKS, settings.BACKUP_DIR = [], tmp_path / "none"
    found = wrong(configuration.look_at_configuration())
    assert set(found) == {"settings", "hosts", "static", "push", "metrics", "backup"}
    assert found["hosts"].says == "ALLOWED_HOSTS is open to all."
    (tmp_path / configuration.SAMPLE).parent.mkdir(parents=True)
    (tmp_path / configuration.SAMPLE).write_text("old")
    assert said(configuration.static_files(), "static") == "The collected scripts are not those of this code."


@pytest.mark.parametrize(
    ("age", "level"),
    [(timedelta(hours=3), Level.WELL), (timedelta(hours=30), Level.WARNING), (timedelta(days=9), Level.FAILED)],
)
def test_an_old_backup_is_told(age: timedelta, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "newest_backup_at", lambda: timezone.now() - age)
    (finding,) = configuration.backups()
    assert finding.level is level
    assert "old" in finding.says


def test_a_center_of_the_tests_is_well_but_for_people(stage: Stage) -> None:
    assert wrong(center.ruleset()) == {}


def test_no_ruleset_in_force_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulesets, "_in_effect", Ruleset.objects.none())
    assert said(center.ruleset(), "ruleset") == "No ruleset is in force."


def test_a_ruleset_that_became_unsafe_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    row, rules = center.current()
    unsafe = replace(rules, rules=rules.rules[3:])
    monkeypatch.setattr(center, "current", lambda: (row, unsafe))
    assert "fails its checks" in said(center.ruleset(), "ruleset")


def test_teams_that_cannot_be_reached_are_named(stage: Stage) -> None:
    today = timezone.localdate()
    Team.objects.filter(code="WHEELER").update(dedicated_phone="")
    ServiceHours.objects.filter(team__code="WHEELER").update(channel=Channel.PHONE)
    Unit.objects.filter(team__code="CRT").update(active=False)
    ServiceHours.objects.filter(team__code="CRT").update(channel=Channel.TABLET)
    ServiceHours.objects.filter(team__code="CRMHC").delete()
    told = {finding.says for finding in center.teams(today)}
    assert "WHEELER is reached by phone, and has no number." in told
    assert "CRT is in service and has no unit to send." in told
    assert "CRMHC has a contract in force and no service hours: it is never available." in told


def test_the_command_says_it_in_words_in_json_and_by_its_exit_code(
    stage: Stage, redis_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "live", lambda client: iter(()))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--url", "http://127.0.0.1:1", stdout=out)
    assert ended.value.code == 2
    assert "WRONG web: http://127.0.0.1:1 does not answer" in out.getvalue()
    assert "-> Look at the proxy" in out.getvalue()

    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", "--url", "http://127.0.0.1:1", stdout=out)
    found = json.loads(out.getvalue())
    assert found["level"] == "failed"
    assert {"check": "web", "level": "failed"}.items() <= next(
        f for f in found["findings"] if f["check"] == "web"
    ).items()


@pytest.mark.parametrize("level", Level)
def test_the_exit_code_is_the_gravest(level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("a", Level.WELL, "Well."), Finding("b", level, "So.", "Do.")]
    monkeypatch.setattr(doctor, "examine", lambda url: found)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=StringIO())
    assert ended.value.code == int(level)
