"""A log never grows for ever, whoever writes to it meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hearteam.embedded import supervisor
from hearteam.embedded.supervisor import keep_short


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(supervisor, "LOG_LIMIT", 20)
    return tmp_path / "web.log"


def test_a_long_log_is_moved_and_its_writer_goes_on(log: Path) -> None:
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a line that is long enough\n")
        keep_short(log)
        writer.write(b"next\n")
    assert log.read_bytes() == b"next\n"
    assert log.with_suffix(".log.1").read_bytes() == b"a line that is long enough\n"
    keep_short(log)
    assert log.read_bytes() == b"next\n"


def test_where_it_cannot_be_moved_it_makes_room(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    log.write_bytes(b"a line that is long enough\n")
    monkeypatch.setattr(supervisor.shutil, "copyfile", full)
    keep_short(log)
    assert log.read_bytes() == b""


def test_a_log_that_is_not_there_yet_is_no_trouble(log: Path) -> None:
    keep_short(log)
    assert not log.exists()
