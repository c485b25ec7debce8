"""What the supervisor does when things die: small children in place of the real ones."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hearteam.embedded import supervisor
from hearteam.embedded.children import Child
from hearteam.embedded.processes import is_running, wait_until
from hearteam.embedded.services import Services
from hearteam.embedded.supervisor import Running, Supervisor, children_file, end_leftovers

PROJECT = Path(__file__).resolve().parent.parent.parent
OUTSIDE = {"database_url": "postgresql://elsewhere/db", "redis_url": "redis://elsewhere/0"}
LIVES = "import time; time.sleep(600)"
START_ONE = f"subprocess.Popen([sys.executable, '-c', {LIVES!r}])"
HAS_A_CHILD = f"import subprocess, sys; print({START_ONE}.pid, flush=True); {LIVES}"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def child(name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code], {})


def supervise(home: Path, *children: Child) -> tuple[Supervisor, list[str]]:
    said: list[str] = []
    home.mkdir(exist_ok=True)
    return Supervisor(home, PROJECT, list(children), Services(home, **OUTSIDE), said.append), said


def pid_of(running: Running) -> int:
    assert running.process is not None
    return running.process.pid


def test_a_child_whose_program_is_gone_is_tried_again_and_the_others_run_on(tmp_path: Path) -> None:
    program = tmp_path / "late"
    watched, said = supervise(tmp_path / "home", child("web", LIVES), Child("late", [str(program)], {}))
    watched.look_after_children()
    web, late = watched.running
    try:
        assert late.process is None
        assert said[0].startswith("late cannot be started")
        assert web.process is not None
        program.write_text(f"#!{sys.executable}\n{LIVES}\n")
        program.chmod(0o700)

        def back() -> bool:
            watched.look_after_children()
            return late.process is not None

        assert wait_until(back, 60)
    finally:
        watched.stop()


def test_a_killed_child_is_started_again_and_named(tmp_path: Path) -> None:
    watched, said = supervise(tmp_path, child("web", LIVES), child("live", LIVES))
    watched.look_after_children()
    web, live = watched.running
    first, other = pid_of(web), pid_of(live)
    try:
        os.kill(first, signal.SIGKILL)

        def back() -> bool:
            watched.look_after_children()
            return web.process is not None and web.process.pid != first

        assert wait_until(back, 60)
        assert said == ["web ended (killed by SIGKILL); starting it again in 0.2 s."]
        assert pid_of(live) == other
    finally:
        watched.stop()


def test_a_child_that_cannot_start_is_tried_ever_more_rarely_and_its_last_words_shown(tmp_path: Path) -> None:
    watched, said = supervise(tmp_path, child("timers", "raise SystemExit('no such command')"))
    pauses = []
    running = watched.running[0]
    for _ in range(8):
        running.next_start_at = 0.0
        watched.look_after_children()
        assert running.process is not None
        running.process.wait(60)
        watched.look_after_children()
        pauses.append(running.next_start_at > 0)
    watched.stop()
    assert all(pauses)
    assert [line.split(" in ")[1].split(" s")[0] for line in said[:4]] == ["0.2", "0.5", "1.0", "2.0"]
    assert said[-1].startswith("timers ended (exit code 1); starting it again in 10.0 s")
    assert "no such command" in said[0]


def test_stop_ends_children_that_ignore_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    watched, _ = supervise(tmp_path, child("web", LIVES), child("worker", STUBBORN))
    watched.look_after_children()
    pids = [pid_of(running) for running in watched.running]
    assert wait_until(lambda: "up" in watched.log(watched.running[1].child).read_text(), 60)
    watched.stop()
    assert not any(is_running(pid, "python") for pid in pids)
    assert not children_file(tmp_path).exists()


def test_a_child_takes_its_own_children_with_it(tmp_path: Path) -> None:
    watched, _ = supervise(tmp_path, child("worker", HAS_A_CHILD))
    watched.look_after_children()
    log = watched.log(watched.running[0].child)
    assert wait_until(lambda: log.read_text().strip().isdigit(), 60)
    grandchild = int(log.read_text())
    os.kill(pid_of(watched.running[0]), signal.SIGKILL)
    assert wait_until(watched.running[0].has_died, 60)
    watched.look_after_children()
    assert wait_until(lambda: not is_running(grandchild, "python"), 60)
    watched.stop()


def test_the_next_start_ends_what_a_killed_supervisor_left_and_nobody_else(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", LIVES], start_new_session=True)
    stranger = subprocess.Popen([sys.executable, "-c", LIVES])  # leads no group of its own
    reaper = threading.Thread(target=left.wait)
    reaper.start()
    children_file(tmp_path).write_text(f'{{"web": {left.pid}, "live": {stranger.pid}, "beat": 4194000}}')
    try:
        assert end_leftovers(tmp_path) == ["web"]
        assert stranger.poll() is None
        assert not children_file(tmp_path).exists()
        assert end_leftovers(tmp_path) == []
    finally:
        stranger.kill()
        stranger.wait()
        reaper.join()


def test_a_request_to_stop_ends_the_watch(tmp_path: Path) -> None:
    watched, _ = supervise(tmp_path)
    looks: list[float] = []

    def look() -> None:
        looks.append(time.monotonic())
        if len(looks) == 3:
            watched.ask_to_stop()

    watched.watch(look)
    assert len(looks) == 3
