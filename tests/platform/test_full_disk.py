"""A disk that is full or fills: said in one sentence before anything is made, at every stage, and while it runs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.test import Client

from hearteam import health
from hearteam.embedded import disk
from hearteam.embedded.failure import CannotRun
from hearteam.embedded.processes import free_port, is_running, wait_until
from tests.tools import cannot_run

PROJECT = Path(__file__).resolve().parent.parent.parent
MOUNT = 'mount -t tmpfs -o size="$2",mode=755 tmpfs "$1" && shift 2 && exec "$@"'
OUTSIDE = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HEARTEAM_TEST_RUN")


def free_is(monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    monkeypatch.setattr(disk, "free", lambda path: left)


def test_a_first_start_says_how_much_is_free_and_how_much_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    free_is(monkeypatch, 62 * disk.MB)
    with pytest.raises(CannotRun, match=r"62 MB are free, and a first start needs 150 MB. Free some"):
        disk.must_have_room(tmp_path / "not" / "made")


def test_a_later_start_needs_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = tmp_path / "postgres-18" / "data" / "PG_VERSION"
    made.parent.mkdir(parents=True)
    made.touch()
    free_is(monkeypatch, disk.LATER_START)
    disk.must_have_room(tmp_path)
    free_is(monkeypatch, disk.LATER_START - 1)
    with pytest.raises(CannotRun, match="a start needs 50 MB"):
        disk.must_have_room(tmp_path)


def test_free_space_is_asked_of_the_disk_that_a_new_folder_will_be_on(tmp_path: Path) -> None:
    assert disk.free(tmp_path / "a" / "b") > 0


@pytest.mark.parametrize(
    "words",
    [
        "OSError: [Errno 28] No space left on device",
        'could not extend file "base/1/2": wrote only 4096 of 8192 bytes at block 0\nHINT:  Check free disk space.',
        "[Errno 122] Disk quota exceeded: 'logs'",
    ],
)
def test_every_word_for_a_full_disk_is_known(words: str) -> None:
    assert disk.is_the_cause(words)
    assert not disk.is_the_cause("connection refused")


def test_a_small_file_is_overwritten_with_more_or_less(tmp_path: Path) -> None:
    path = tmp_path / "port"
    for text in ("5432", "54321", "1"):
        disk.overwrite(path, text)
        assert path.read_text() == text


@pytest.mark.django_db
def test_readyz_names_a_full_disk(client: Client, redis_client: object, monkeypatch: pytest.MonkeyPatch) -> None:
    free_is(monkeypatch, disk.ALMOST_FULL - 1)
    for name in health.PROCESSES:
        health.beat(name)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["down"]) == (503, ["disk"])
    free_is(monkeypatch, disk.ALMOST_FULL)
    assert client.get("/readyz").status_code == 200


class SmallDisk:
    """`make run` after its installation, with HEARTEAM_HOME on a disk of its own that only it and its children see."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.output = folder.parent / "output"

    def start(self) -> SmallDisk:
        kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE and "PYTEST" not in name}
        environment = {"HEARTEAM_HOME": str(self.folder / "home"), "PORT": str(self.port), "TRAFFIC": "none"}
        command = [*own_mounts(), "sh", "-c", MOUNT, "sh", str(self.folder), str(self.size), *as_myself()]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, sys.executable, "-m", "hearteam.embedded.run"],
                cwd=PROJECT, env={**kept, **environment}, stdout=output, stderr=output,
            )  # fmt: skip
        return self

    def said(self, words: str) -> bool:
        assert self.process is not None
        return words in self.output.read_text() or self.process.poll() is not None

    @property
    def inside(self) -> Path:
        """The disk, as its processes see it."""
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/root{self.folder}")

    @property
    def home(self) -> Path:
        return self.inside / "home"

    def fill(self, leave: int = 0) -> None:
        with (self.inside / "filler").open("wb") as filler:
            try:
                while (left := shutil.disk_usage(self.inside).free - leave) > 0:
                    filler.write(b"\0" * min(left, disk.MB))
                    filler.flush()
            except OSError:
                pass

    def has_looked_for_room(self) -> bool:
        """Whether the database is being made or there: before, too little room is said in other words."""
        return any(self.home.glob("postgres-*/data*")) or self.process is None or self.process.poll() is not None

    def ended(self) -> tuple[int, str]:
        """Exit code and what it said last."""
        assert self.process is not None
        code = self.process.wait(90)
        return code, self.output.read_text().strip().splitlines()[-1]

    def everything_left(self) -> list[str]:
        """Command lines that name this disk."""
        shown = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True)
        return [line for line in shown.stdout.splitlines() if str(self.folder) in line]

    def ready(self) -> list[str]:
        """What `/readyz` says is down."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10):
                return []
        except urllib.error.HTTPError as error:
            return list(json.load(error).get("down", ["all"]))
        except OSError:
            return ["all"]

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


def own_mounts() -> list[str]:
    return ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]


def as_myself() -> list[str]:
    """Back from the root that may mount to the user that PostgreSQL accepts."""
    me = str(os.geteuid())
    return [] if me == "0" else ["unshare", "--user", f"--map-user={me}", f"--map-group={os.getegid()}", "--"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk with room for a first start and then some."""
    if not can_mount(tmp_path):
        cannot_run("This machine lets nobody but root mount a small disk: what happens when it fills is not tried")
    folder = tmp_path / "disk"
    folder.mkdir()
    for above in (folder, tmp_path, tmp_path.parent, tmp_path.parent.parent):
        above.chmod(0o755)
    small = SmallDisk(folder, disk.FIRST_START + 20 * disk.MB)
    yield small
    small.stop()


def can_mount(folder: Path) -> bool:
    if not shutil.which("unshare"):
        return False
    probe = [*own_mounts(), "sh", "-c", MOUNT, "sh", str(folder), "1m", *as_myself(), "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def test_a_small_disk_is_refused_before_anything_is_made(small_disk: SmallDisk) -> None:
    small_disk.size = 62 * 1024 * 1024
    code, last = small_disk.start().ended()
    assert code == 1
    assert "65 MB are free, and a first start needs 150 MB." in last


@pytest.mark.reliability
@pytest.mark.parametrize(
    ("stage", "leave"),
    [
        ("Starting PostgreSQL", 0),
        ("Bringing the database", 8 * disk.MB),
        ("Loading demo people", 0),
        ("Starting web", 8 * disk.MB),
    ],
)
def test_a_disk_that_fills_ends_every_stage_in_one_sentence(small_disk: SmallDisk, stage: str, leave: int) -> None:
    small_disk.start()
    assert wait_until(lambda: small_disk.said(stage) and small_disk.has_looked_for_room(), 180)
    small_disk.fill(leave)
    code, last = small_disk.ended()
    assert code == 1
    assert last.startswith(f"The disk that holds {small_disk.folder}/home is full:")
    assert last.endswith("Free at least 150 MB and start again; what was saved is kept.")
    assert small_disk.everything_left() == []


@pytest.mark.reliability
def test_a_disk_that_fills_while_it_runs_is_named_and_all_goes_on_when_there_is_room(small_disk: SmallDisk) -> None:
    small_disk.start()
    # Until it has said so itself it is starting, and a start on a full disk ends.
    assert wait_until(lambda: small_disk.said("HEARTeam is running after"), 120, 0.3)
    assert small_disk.ready() == [], small_disk.output.read_text()
    children = json.loads((small_disk.home / "children.json").read_text())
    small_disk.fill(leave=8 * disk.MB)
    next_log_file_of_the_database(small_disk)
    assert wait_until(lambda: {"disk", "database"} <= set(small_disk.ready()), 90, 0.2)
    small_disk.fill()
    # PostgreSQL ends, or lives on and lets nobody in: by what its recovery found to write with.
    assert wait_until(lambda: small_disk.said("and soon nothing can be saved."), 90)
    assert wait_until(lambda: {"disk", "database"} <= set(small_disk.ready()), 90, 0.2)
    assert all(is_running(children[name], "") for name in ("front", "web", "live", "timers"))
    (small_disk.inside / "filler").unlink()
    assert wait_until(lambda: small_disk.ready() == [], 120, 0.3), small_disk.output.read_text()
    assert {name: children[name] for name in ("front", "web", "live", "timers")}.items() <= json.loads(
        (small_disk.home / "children.json").read_text()
    ).items()
    assert wait_until(lambda: small_disk.said("There is room again"), 90)
    said = small_disk.output.read_text()
    assert (said.count("soon nothing can be saved"), said.count("There is room again")) == (1, 1)
    assert said.count("waits for room") <= 1


def next_log_file_of_the_database(small: SmallDisk) -> None:
    """What a busy day does sooner or later: PostgreSQL needs the next 16 MiB for its log, and stops without."""
    password, port = ((small.home / f"postgres.{name}").read_text() for name in ("password", "port"))
    connection = psycopg2.connect(f"postgresql://hearteam:{password}@127.0.0.1:{port}/hearteam")
    connection.autocommit = True
    with pytest.raises(psycopg2.Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_switch_wal()")
        cursor.execute("CREATE TABLE one_more (number int)")
    connection.close()
