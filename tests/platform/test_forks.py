"""Processes as copies of one that has read the code: each is what its command would have been."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hearteam.embedded import forks
from hearteam.embedded.forks import ReadCode, read_code
from hearteam.embedded.processes import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux only")

PROJECT = Path(__file__).resolve().parent.parent.parent
# pytest has threads of its own, so the copies are made by a process that has none, as the supervisor is.
PARENT = """
import json, os, signal, sys
from pathlib import Path
from hearteam.embedded import forks
held = os.open(sys.argv[1], os.O_RDONLY)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
log = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
copy = forks.fork(json.loads(sys.argv[3]), Path("/"), {"MINE": "yes"}, log=log)
print(copy.pid, flush=True)
print(copy.wait(60), flush=True)
"""
TELLS = """
import json, os, signal, sys
line = open("/proc/self/cmdline").read().split(chr(0))
print(json.dumps({
    "argv": sys.argv[1:], "session": os.getsid(0) == os.getpid(), "mine": os.environ["MINE"], "cwd": os.getcwd(),
    "files": [os.readlink(n) for n in map("/proc/self/fd/{}".format, os.listdir("/proc/self/fd")) if os.path.exists(n)],
    "name": line[:2],
    "term": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, "blocked": len(signal.pthread_sigmask(0, ())),
    "ours": "hearteam.embedded.forks" in sys.modules,
}))
"""


def start(tmp_path: Path, program: str, *arguments: str) -> subprocess.Popen[str]:
    script = tmp_path / "program"
    script.write_text(program)
    command = json.dumps([str(script), *arguments])
    parent = [sys.executable, "-c", PARENT, str(script), str(tmp_path / "log"), command]
    return subprocess.Popen(parent, cwd=PROJECT, stdout=subprocess.PIPE, text=True)


def said(tmp_path: Path, program: str, *arguments: str) -> tuple[int, str]:
    """The exit code of a copy that runs `program`, and what its log holds."""
    with start(tmp_path, program, *arguments) as parent:
        lines = parent.communicate(timeout=60)[0].split()
    return int(lines[1]), (tmp_path / "log").read_text()


def test_a_copy_is_what_its_command_would_be_with_the_code_already_read(tmp_path: Path) -> None:
    code, words = said(tmp_path, TELLS, "one", "two")
    told = json.loads(words)
    assert code == 0
    assert told.pop("name") == [sys.executable, "program"]
    assert set(told.pop("files")) == {"/dev/null", str(tmp_path / "log")}
    assert told == {
        "argv": ["one", "two"], "session": True, "mine": "yes", "cwd": "/", "term": True, "blocked": 0, "ours": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('no such command')", 1, "no such command"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
    ],
)
def test_its_end_is_told_as_of_any_process(tmp_path: Path, program: str, code: int, words: str) -> None:
    found, log = said(tmp_path, program)
    assert found == code
    assert words in log


def test_a_copy_whose_end_the_kernel_told_nobody_has_ended() -> None:
    """Whoever starts us may have SIGCHLD ignored: then nothing is left to wait for."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    assert gone.wait(60) == 0
    assert forks.Fork(gone.pid).poll() == 0


def test_a_copy_ends_with_whoever_made_it(tmp_path: Path) -> None:
    until_killed = "import time; print('up', flush=True); time.sleep(600)"
    with start(tmp_path, until_killed) as parent:
        assert parent.stdout is not None
        copy = int(parent.stdout.readline())
        assert wait_until((tmp_path / "log").read_text, 60)
        parent.kill()
    assert wait_until(lambda: not Path(f"/proc/{copy}").exists() or " Z " in Path(f"/proc/{copy}/stat").read_text(), 60)


def test_edited_code_and_a_service_that_moved_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://here/0")
    now = ["as read"]
    code = ReadCode({"REDIS_URL": "redis://here/0"}, lambda: now[0])
    assert code.is_of_today()
    now[0] = "edited"
    assert not code.is_of_today()
    now[0] = "as read"
    monkeypatch.setenv("REDIS_URL", "redis://there/0")
    assert not code.is_of_today()


def test_code_that_cannot_be_read_is_left_to_the_processes_to_say() -> None:
    assert read_code(("hearteam.no_such_module",), {}, str) is None


def test_everything_is_read_without_starting_a_thread_or_opening_a_connection() -> None:
    """Else the supervisor could not copy itself, and `make run` would start slowly again without a word."""
    look = (
        "import os; from hearteam.embedded import forks;"
        "assert forks.read_code(forks.MODULES + forks.TRAFFIC_MODULES, {}, str);"
        "tasks = os.listdir('/proc/self/task'); assert len(tasks) == 1, tasks;"
        "import pathlib; files = [f for f in pathlib.Path('/proc/self/fd').iterdir() if f.exists()];"
        "assert not [f for f in files if os.readlink(f).startswith('socket')], files"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "DJANGO_SETTINGS_MODULE": "hearteam.settings.dev"}
    subprocess.run([sys.executable, "-c", look], cwd=PROJECT, env=environment, check=True, timeout=120)
    assert forks.MODULES
