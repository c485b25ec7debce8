"""The folder of the figures lies where any account of the machine may write."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from hearteam.observe import slots


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_mine", slots._Mine())


def test_a_folder_that_leads_elsewhere_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    figures = tmp_path / "figures"
    figures.symlink_to(elsewhere)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(figures))
    assert slots._file("counter") is None
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_another_account_made_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = os.getuid() + 1
    if os.getuid() == 0:
        os.chown(tmp_path, theirs, theirs)
    else:
        monkeypatch.setattr(os, "getuid", lambda: theirs)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert slots._file("counter") is None
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_said_is_removed_while_nobody_can_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    place = tmp_path / "slot-3.lock"
    place.write_text("live 1")
    held = []

    def look(number: int, folder: Path) -> None:
        with place.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.append((number, folder))

    monkeypatch.setattr("prometheus_client.multiprocess.mark_process_dead", look)
    assert slots.counting_processes() == []
    assert held == [(3, tmp_path)]
