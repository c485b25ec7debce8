"""What a newcomer is told when the first start cannot work, before anything is downloaded."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hearteam.embedded import bootstrap
from hearteam.embedded.failure import CannotRun

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.venv` in a folder of its own, so that the real one is not touched."""
    folder = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "VENV", folder)
    monkeypatch.setattr(bootstrap, "PYTHON", folder / "bin" / "python")
    monkeypatch.setattr(bootstrap, "INSTALLED", folder / "hearteam-installed.json")
    monkeypatch.setattr(bootstrap, "UNFINISHED", folder / "hearteam-unfinished")
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`bootstrap.py run` as `make run` calls it, on a Python that sees no installed package."""
    return subprocess.run(
        [sys.executable, "-S", str(PROJECT / "hearteam" / "embedded" / "bootstrap.py"), "run"],
        env={"PATH": os.environ["PATH"], "HEARTEAM_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_said_at_once(tmp_path: Path, taken_port: int) -> None:
    refused = start(tmp_path, PORT=str(taken_port))
    assert refused.returncode == 1
    assert refused.stderr.strip() == (
        f"Port {taken_port} is taken by another program. Choose another: make run PORT={taken_port + 1}"
    )


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_said(tmp_path: Path, port: str) -> None:
    assert f"PORT must be a number from 1 to 65535, not '{port}'" in start(tmp_path, PORT=port).stderr


def test_a_host_that_is_not_ours_is_said(tmp_path: Path) -> None:
    assert "203.0.113.7 port 8000 cannot be used" in start(tmp_path, HOST="203.0.113.7").stderr


def test_traffic_from_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "there is no such file" in start(tmp_path, TRAFFIC="nowhere.csv").stderr


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: No matching distribution found for Django==5.2.19", "A package is not to be had"),
        ("NewConnectionError(<pip._vendor>: [Errno 111] Connection refused", "The package index cannot be reached"),
        ("error: [Errno 13] Permission denied: '/x'", "A file cannot be written"),
        ("something else\nlast line", "The installation failed. Its last words:\nsomething else\nlast line"),
    ],
)
def test_a_failed_installation_is_explained(output: str, sentence: str) -> None:
    assert bootstrap.explain(output).startswith(sentence)


def test_a_python_without_venv_is_named_with_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "starts", lambda python, code="": False)
    with pytest.raises(CannotRun, match=r"apt-get install python3\.\d+-venv"):
        bootstrap.python_with_venv()


def test_too_little_disk_is_said_before_anything_is_made(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bootstrap.NEEDED_BYTES, "dev", 10**18)
    with pytest.raises(CannotRun, match=r"MB are free, and the installation needs \d+ MB"):
        bootstrap.make_venv("dev")
    assert not venv.exists()


def test_a_half_finished_installation_is_made_afresh(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(venv)
    bootstrap.UNFINISHED.touch()
    monkeypatch.setattr(bootstrap, "pip_install", lambda files: None)
    assert not bootstrap.is_installed("run")
    bootstrap.install("run")
    assert not (venv / "left-over").exists()
    assert bootstrap.is_installed("run")


def test_nothing_is_installed_twice_and_changed_requirements_are(venv: Path) -> None:
    finish(venv)
    assert bootstrap.is_installed("run")
    assert not bootstrap.is_installed("dev")
    changed = {**bootstrap.fingerprints(bootstrap.REQUIREMENTS["run"]), "requirements.txt": "older"}
    bootstrap.INSTALLED.write_text(json.dumps(changed))
    assert not bootstrap.is_installed("run")


def test_a_venv_whose_python_is_gone_is_not_used(venv: Path) -> None:
    finish(venv)
    bootstrap.PYTHON.unlink()
    assert not bootstrap.is_installed("run")


def finish(venv: Path) -> None:
    """What a finished installation leaves, with the Python of the tests."""
    (venv / "bin").mkdir(parents=True)
    bootstrap.PYTHON.symlink_to(sys.executable)
    (venv / "left-over").touch()
    bootstrap.INSTALLED.write_text(json.dumps(bootstrap.fingerprints(bootstrap.REQUIREMENTS["run"])))
