"""What reads and commands cost with a short, a longer and a long history: times, pages read, and every plan.

    .venv/bin/python -m benchmarks.history [--home var/history] [--sizes 10000,100000,1000000] [--plans DIR]

Databases `history_<calls>` are made once and kept in the folder: a center with 913 calls a day, for 11 days, four
months, three years. The largest is copied together from the one before it (`history_copies`). Requests run in this
process, so that neither sockets nor servers are counted. Pages are those of PostgreSQL's buffers that the plan of each
statement touched: they do not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from hearteam.embedded.services import Services
from hearteam.settings.environment import PROJECT_DIR, home_dir

CALLS_A_DAY = 913
COPIED_FROM = 300_000
"""From so many calls on, nine tenths are copies."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, default=home_dir() / "history")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--plans", type=Path, help="Write each statement's plan at each size into this folder.")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    services = Services(options.home, durable=False)
    environment = {**os.environ, **services.join(), "HEARTEAM_HOME": str(options.home)}
    try:
        measured = {}
        for size in sizes:
            here = {**environment, "DATABASE_URL": database(environment["DATABASE_URL"], size)}
            make(here, size)
            plans = ["--plans", str(options.plans / str(size))] if options.plans else []
            measured[size] = json.loads(run(here, "benchmarks.history_one", "--rounds", str(options.rounds), *plans))
        show(measured)
    finally:
        services.leave()


def database(url: str, size: int) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/history_{size}"))


def make(environment: dict[str, str], size: int) -> None:
    """The database of this size, if it is not there yet."""
    name = f"history_{size}"
    with closing(psycopg2.connect(environment["DATABASE_URL"].replace(f"/{name}", "/postgres"))) as connection:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            there = cursor.fetchone() is not None
            if not there:
                cursor.execute(f"CREATE DATABASE {name}")
    manage(environment, "migrate", "--verbosity", "0")
    if there:
        return
    for command in ("load_reference", "load_demo"):
        manage(environment, command)
    copied = size >= COPIED_FROM
    calls = size // 10 if copied else size
    days = calls / CALLS_A_DAY
    if copied:
        run(environment, "benchmarks.history_one", "--make-room")
    manage(environment, "generate_history", "--calls", str(calls), "--years", str(days / 365.25))
    if copied:
        run(environment, "benchmarks.history_one", "--copy-before", str(timedelta(days=days).total_seconds()))


def manage(environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True, stdout=sys.stderr)


def run(environment: dict[str, str], module: str, *words: str) -> str:
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def show(measured: dict[int, dict[str, Any]]) -> None:
    """Milliseconds (median) and pages at each size, and how many times those of the smallest the largest takes."""
    sizes = sorted(measured)
    for size in sizes:
        print(f"{size} calls: {measured[size]['about']}")
    heads = [f"{size // 1000}k ms" for size in sizes] + [f"{size // 1000}k pages" for size in sizes]
    print(f"\n{'':28}" + "".join(f"{head:>12}" for head in heads) + f"{'x ms':>8}{'x pages':>9}  whole tables read")
    for name in measured[sizes[0]]["deeds"]:
        rows = [measured[size]["deeds"][name] for size in sizes]
        print(
            f"{name:28}" + "".join(f"{row['ms']:12.1f}" for row in rows) + "".join(f"{row['pages']:12}" for row in rows)
            + f"{rows[-1]['ms'] / max(rows[0]['ms'], 0.01):8.2f}{rows[-1]['pages'] / max(rows[0]['pages'], 1):9.2f}"
            + f"  {', '.join(rows[-1]['scans'])}"
        )  # fmt: skip


if __name__ == "__main__":
    main()
