"""Services of a test run: private, quick instead of safe, and apart from those of every other run."""

import atexit
import fcntl
import os
import re
from pathlib import Path
from typing import IO

from hearteam.embedded.services import make_home, use_for_this_command

REDIS_DATABASES_PER_RUN = 4
RUNS_AT_ONCE = 15
held: list[IO[str]] = []


def point_at_test_services(home: Path) -> None:
    """Put DATABASE_URL, REDIS_URL and HEARTEAM_TEST_RUN (a number, this run's own) in the environment.

    The workers of a parallel run inherit the first two from the run that started them, and take a Redis database each.
    """
    if "HEARTEAM_TEST_RUN" not in os.environ:
        make_home(home)
        os.environ["HEARTEAM_TEST_RUN"] = str(own_number(home))
        atexit.register(os.environ.pop, "HEARTEAM_TEST_RUN", None)
        use_for_this_command(home, durable=False)
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or -1) + 1
    database = int(os.environ["HEARTEAM_TEST_RUN"]) * REDIS_DATABASES_PER_RUN + worker
    os.environ["REDIS_URL"] = re.sub(r"/\d+$", "", os.environ["REDIS_URL"]) + f"/{database}"


def own_number(home: Path) -> int:
    """The lowest number no other run in `home` has; it is held until this process ends."""
    for number in range(RUNS_AT_ONCE):
        lock = (home / f"run-{number}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        held.append(lock)
        return number
    raise RuntimeError(f"{RUNS_AT_ONCE} test runs are already using {home}")
