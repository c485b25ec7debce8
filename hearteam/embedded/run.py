"""`make run` after the installation: services, database, demo data, then everything under the supervisor.

1. Refuse at once what cannot work: a taken port, a second start on the same HEARTEAM_HOME.
2. End what a killed predecessor left; start PostgreSQL and Valkey, or join those that run.
3. Migrate and load, unless the database says that this code has already done so.
4. Start the processes, wait until all is well, say how to sign in, and watch until told to stop.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg2
import redis

from hearteam.embedded import disk, forks, processes, welcome
from hearteam.embedded.address import Address, traffic_source
from hearteam.embedded.children import all_children, figures_folder, shared_environment, socket_folder
from hearteam.embedded.failure import CannotRun
from hearteam.embedded.prepare import code_fingerprint, prepare
from hearteam.embedded.services import Services, make_home
from hearteam.embedded.supervisor import Supervisor, end_leftovers
from hearteam.redis_address import RedisAddress
from hearteam.settings.environment import PROJECT_DIR, home_dir

SAY_SLOW_AFTER_S = 30.0
# A process with threads cannot be copied; and each copy says its own name to PostgreSQL.
COPIED = {"OPENBLAS_NUM_THREADS": "1", "PGAPPNAME": "supervisor", "HEARTEAM_PROCESS": "supervisor"}


def say(line: str) -> None:
    show(f"  {line}")


def show(text: str) -> None:
    """Our output may go to a file on the disk that is full: no reason to stop."""
    try:
        print(text, flush=True)
    except OSError:
        pass


def main() -> None:
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, frame: sys.exit(128 + number))
    try:
        run(home_dir(), Address.from_environment(), traffic_source())
    except CannotRun as reason:
        sys.exit(f"\n{in_plain_words(str(reason))}")
    except OSError as error:
        if not disk.is_the_cause(str(error)):
            raise
        sys.exit(f"\n{disk.full(home_dir())}")
    except KeyboardInterrupt:
        sys.exit(130)


def in_plain_words(reason: str) -> str:
    """A full disk shows itself in many ways; it is said in one."""
    return disk.full(home_dir()) if disk.is_the_cause(reason) else reason


def run(home: Path, address: Address, traffic: str) -> None:
    began = time.monotonic()
    make_home(home)
    held = only_one(home, address)
    left = end_leftovers(home)
    if left:
        say(f"Ended what an earlier run left: {', '.join(left)}.")
    address.must_be_free()
    disk.must_have_room(home)
    follow_make()
    os.environ.update(COPIED | shared_environment(home))
    os.environ.update({"HEARTEAM_HOME": str(home), "HOST": address.host, "PORT": str(address.port), "TRAFFIC": traffic})
    services = Services.from_environment(home)
    guard, guarded = start_guard(home)
    try:
        say("Starting PostgreSQL and Valkey ..")
        os.environ.update(services.join())
        forget_proofs_of_life(os.environ["REDIS_URL"])
        prepare(home, address.url, traffic, say)
        serve(home, address, traffic, services, began)
    except (CannotRun, OSError, psycopg2.Error, redis.RedisError) as error:
        if disk.is_almost_full(home):
            raise CannotRun(disk.full(home)) from error
        raise
    finally:
        services.leave()
        guarded.close()
        guard.wait(20)
        held.close()
    show("Stopped. The data is kept; make run starts again.")


def serve(home: Path, address: Address, traffic: str, services: Services, began: float) -> None:
    sockets = socket_folder(home)
    figures = figures_folder(home)
    shutil.rmtree(figures, ignore_errors=True)
    supervisor = Supervisor(home, PROJECT_DIR, all_children(home, address, sockets, traffic), services, say)
    supervisor.catch_signals()
    say("Starting web, live, timers, worker and beat ..")
    try:
        modules = forks.MODULES + (() if traffic == "none" else forks.TRAFFIC_MODULES)
        supervisor.code = forks.read_code(modules, services.addresses, code_fingerprint)
        supervisor.watch(until_ready(home, address, began))
    finally:
        show("\nStopping ..")
        supervisor.stop()
        shutil.rmtree(figures, ignore_errors=True)


def until_ready(home: Path, address: Address, began: float) -> Callable[[], None]:
    """A look that asks `/readyz` until all is well, welcomes the newcomer once, and says so when it takes long.

    It raises CannotRun when the disk fills before all is well: somebody is there who can help.
    """
    state = {"ready": False, "slow": False, "next": 0.0}
    slow_at = time.monotonic() + SAY_SLOW_AFTER_S

    def look() -> None:
        now = time.monotonic()
        if state["ready"] or now < state["next"]:
            return
        state["next"] = now + 0.3
        if disk.is_almost_full(home):
            raise CannotRun(disk.full(home))
        missing = welcome.what_is_missing(address)
        if not missing:
            state["ready"] = True
            show(welcome.text(home, address, time.monotonic() - began))
        elif now > slow_at and not state["slow"]:
            state["slow"] = True
            say(f"Not ready yet. {missing} Logs are in {home / 'logs'}.")

    return look


def only_one(home: Path, address: Address) -> IO[str]:
    """The lock of this HEARTEAM_HOME, held while the file stays open. Raises CannotRun when another start holds it."""
    lock = (home / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise CannotRun(
            f"HEARTeam is already running from {home} at {lock.read().strip() or 'another address'}. "
            "Open that, or set HEARTEAM_HOME to run a second one."
        ) from error
    lock.truncate(0)
    lock.write(address.url)
    lock.flush()
    return lock


def start_guard(home: Path) -> tuple[forks.Process, IO[bytes]]:
    """The process that cleans up when this one is killed, and the pipe by whose end it notices."""
    command = [sys.executable, "-m", "hearteam.embedded.guard", str(home)]
    if sys.platform != "linux":
        guard = subprocess.Popen(command, cwd=PROJECT_DIR, stdin=subprocess.PIPE, start_new_session=True)
        assert guard.stdin is not None
        return guard, guard.stdin
    reads, writes = os.pipe()
    copy = forks.fork(command, PROJECT_DIR, {}, log=sys.stdout.fileno(), reads=reads)
    os.close(reads)
    return copy, os.fdopen(writes, "wb")


def forget_proofs_of_life(redis_url: str) -> None:
    """What the processes of the last run wrote may be alive still: `/readyz` must speak of this run."""
    with RedisAddress.parse(redis_url).client() as client:
        for key in client.scan_iter("hearteam:alive:*"):
            client.delete(key)


def follow_make() -> None:
    """When `make` itself is killed, stop as if by Ctrl-C. Started by anything else, outlive it."""
    parent = processes.state_and_command(os.getppid())
    if parent and Path(parent[1].split(" ")[0]).name in ("make", "gmake"):
        processes.die_with_parent()


if __name__ == "__main__":
    main()
