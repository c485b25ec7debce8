"""The production shape: what docker-compose.yml promises, checked without an engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from uvicorn.importer import import_from_string

from dispatch.live.application import CONNECTING_THREADS
from dispatch.live.protocol import LiveProtocol
from hearteam.embedded import children
from hearteam.redis_address import RedisAddress
from tests.tools import cannot_run

PROJECT = Path(__file__).resolve().parent.parent.parent
FILLED_IN = {"SITE_NAME": "dispatch.example.org", "SECRET_KEY": "s", "POSTGRES_PASSWORD": "p", "REDIS_PASSWORD": "r"}
OURS = ("web", "live", "worker", "beat", "timers", "migrate")
NOT_TO_BE_SET = {
    "DATABASE_POOLER", "DATABASE_REPLICA_URL", "DATABASE_REPLICA_LAG_S",  # the shape says them: compose.two-of-each.yml
    "PGAPPNAME", "DEBUG", "LOG_EXCEPTION_TEXTS",
}  # fmt: skip
PAST_THE_POOL = 20
"""Connections to PostgreSQL itself: migrate, a backup and its copy, the replica, whoever looks after it."""
KEPT_FOR_SUPERUSERS = 3
"""PostgreSQL's own default."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return loaded


TWO_OF_EACH = PROJECT / "docs" / "deploy" / "compose.two-of-each.yml"


def validate(*more: Path, show: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the program says of docker-compose.yml with the files `more` on top of it; `show`: and the whole of it."""
    program = shutil.which("docker-compose") or str(Path(sys.executable).parent / "docker-compose")
    if not Path(program).exists():
        cannot_run("docker-compose is missing: the compose file was not validated")
    files = [word for path in (PROJECT / "docker-compose.yml", *more) for word in ("--file", str(path))]
    return subprocess.run(
        [program, *files, "config", *([] if show else ["--quiet"])],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=PROJECT / "docs",
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_compose_file_is_valid() -> None:
    checked = validate(**FILLED_IN)
    assert checked.stderr == ""  # some builds of the program exit with 0 whatever they find


def test_two_of_each_go_through_the_pool_the_sentinels_and_the_replica() -> None:
    checked = validate(TWO_OF_EACH, show=True, **FILLED_IN)
    assert checked.stderr == ""
    services = yaml.safe_load(checked.stdout)["services"]
    for name in ("web", "live", "worker", "timers", "beat"):
        given = services[name]["environment"]
        assert "@pgbouncer:" in given["DATABASE_URL"], name
        assert given["DATABASE_POOLER"] == "session", name
        assert "@postgres-replica:" in given["DATABASE_REPLICA_URL"], name
        assert len(RedisAddress.parse(given["REDIS_URL"]).sentinels) == 3, name
        assert services[name]["deploy"]["replicas"] == 2 if name != "beat" else "deploy" not in services[name], name
    assert "@postgres:" in services["migrate"]["environment"]["DATABASE_URL"]


def test_two_full_pools_fit_into_the_database_and_one_is_enough_for_all() -> None:
    services = yaml.safe_load(validate(TWO_OF_EACH, show=True, **FILLED_IN).stdout)["services"]
    many = {name: services[name].get("deploy", {}).get("replicas", 1) for name in (*OURS, "pgbouncer")}
    web = services["web"]["command"]
    needed = {
        "web": int(option(web, "--workers")) * int(option(web, "--threads")),
        "live": CONNECTING_THREADS + 1,
        "worker": int(option(services["worker"]["command"], "-c")),
        "timers": 1,
        "beat": 1,
    }
    pool = int(services["pgbouncer"]["environment"]["DEFAULT_POOL_SIZE"])
    assert sum(many[name] * each for name, each in needed.items()) <= pool, "one pool holds all while the other is away"
    taken = {
        name: int(re.findall(r"max_connections=(\d+)", str(words))[0])
        for name, words in (
            ("primary", services["postgres"]["command"]),
            ("replica", services["postgres-replica"]["entrypoint"]),
        )
    }
    assert many["pgbouncer"] * pool + PAST_THE_POOL + KEPT_FOR_SUPERUSERS <= taken["primary"]
    assert taken["replica"] >= taken["primary"], "a standby that takes fewer than its primary stops"


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


@pytest.mark.parametrize("name", FILLED_IN)
def test_a_missing_value_stops_it_by_name(name: str) -> None:
    checked = validate(**{key: value for key, value in FILLED_IN.items() if key != name})
    assert f"set {name} in .env" in checked.stderr


def test_the_example_names_every_value_that_is_needed() -> None:
    example = (PROJECT / "docs" / "deploy" / "example.env").read_text().splitlines()
    assert set(FILLED_IN) <= {line.split("=")[0] for line in example if "=" in line and not line.startswith("#")}


def test_web_live_and_timers_run_more_than_once_and_beat_once(compose: dict[str, Any]) -> None:
    replicas = {name: compose["services"][name].get("deploy", {}).get("replicas", 1) for name in OURS}
    assert replicas == {"web": 2, "live": 2, "worker": 1, "beat": 1, "timers": 2, "migrate": 1}


def test_live_is_started_with_our_protocol_here_and_in_production(compose: dict[str, Any]) -> None:
    for command in (children.live(Path("/run")), compose["services"]["live"]["command"]):
        assert import_from_string(command[command.index("--ws") + 1]) is LiveProtocol


def test_only_the_proxy_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", OURS)
def test_our_processes_run_with_production_settings_and_few_rights(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["environment"]["DJANGO_SETTINGS_MODULE"] == "hearteam.settings.prod"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_the_image_does_not_run_as_root() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER hearteam"]
    assert lines[-1] == "USER hearteam"


def test_what_an_installation_may_set_reaches_its_containers(compose: dict[str, Any]) -> None:
    sources = [PROJECT / "hearteam" / path for path in ("settings/base.py", "settings/prod.py", "observe/logs.py")]
    read = re.compile(r"environment\.(?:text|number|names|flag|choice)\(\"(\w+)\"")
    known = {name for path in sources for name in read.findall(path.read_text())}
    given = set().union(*(compose["services"][name]["environment"] for name in OURS))
    assert known - given == NOT_TO_BE_SET


def test_backups_are_made_by_the_image_and_kept_outside_of_it() -> None:
    """A pg_dump that is older than the server refuses it."""
    image = (PROJECT / "Dockerfile").read_text()
    services = yaml.safe_load(validate(show=True, **FILLED_IN).stdout)["services"]
    assert f"ARG POSTGRES_MAJOR={services['postgres']['image'].partition(':')[2]}\n" in image
    assert "postgresql-client-${POSTGRES_MAJOR}" in image
    for name, is_reader in (("worker", False), ("web", True)):
        folder = services[name]["environment"]["BACKUP_DIR"]
        (kept,) = [volume for volume in services[name]["volumes"] if volume["target"] == folder]
        assert (kept["type"], kept["source"], kept.get("read_only", False)) == ("volume", "backups", is_reader), name
        assert f"chown hearteam /kept {folder}\n" in image


def test_backups_go_to_a_folder_of_the_machine_or_nowhere_when_that_is_said() -> None:
    asked = validate(show=True, **FILLED_IN, BACKUP_FOLDER="/mnt/backups", BACKUP_DIR="")
    worker = yaml.safe_load(asked.stdout)["services"]["worker"]
    assert worker["environment"]["BACKUP_DIR"] == ""
    assert [(one["type"], one["target"]) for one in worker["volumes"] if one["source"] == "/mnt/backups"] == [
        ("bind", "/backups")
    ]


def test_every_secret_comes_from_outside(compose: dict[str, Any]) -> None:
    """No service has a password written into it."""
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if key.endswith(("PASSWORD", "SECRET_KEY", "_AUTH")):
                assert value.startswith("${") and ":?" in value


def test_the_proxy_sends_sockets_to_live_and_the_rest_to_web() -> None:
    text = (PROJECT / "docs" / "deploy" / "Caddyfile").read_text()
    live, _, web = text.partition("reverse_proxy {")
    assert "@live path /ws/*" in live and "dynamic a live 8001" in live
    assert "dynamic a web 8000" in web


def test_every_vendored_file_has_a_checksum() -> None:
    folder = PROJECT / "static" / "vendor"
    listed = {line.split(maxsplit=1)[1].removeprefix("./") for line in (folder / "CHECKSUMS").read_text().splitlines()}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"CHECKSUMS"}
    assert listed == present
