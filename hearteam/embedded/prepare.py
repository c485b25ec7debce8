"""Bring the database up to this code: migrations, reference data, demo people. Skipped when it has all of that already.

What was loaded is kept as a comment on the database itself, so that it goes where the data goes.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg2

from hearteam.embedded import disk
from hearteam.embedded.failure import CannotRun
from hearteam.settings import environment

WATCHED_FOLDERS = ("hearteam", "dispatch", "partners")
WATCHED_KINDS = (".py", ".yaml", ".csv", ".json", ".sql")
STEPS = (
    ("migrate", ["migrate", "--no-input", "--verbosity", "0"], "Bringing the database up to date .."),
    ("reference data", ["load_reference"], "Loading reference data .."),
    ("demo people", ["load_demo"], "Loading demo people and shifts .."),
)
STAMP_QUERY = """
    SELECT shobj_description(oid, 'pg_database'), to_regclass('auth_user') IS NOT NULL
    FROM pg_database WHERE datname = current_database()
"""
STEP_STATEMENT_TIMEOUT_MS = "600000"
FULL_DISK_SECONDS = 15


def prepare(home: Path, base_url: str, traffic: str, say: Callable[[str], None]) -> None:
    """Raises CannotRun with the step's own last words when one fails."""
    stamp = fingerprint(base_url, traffic)
    if (home / "demo.json").exists() and found_stamp() == stamp:
        return
    began = time.monotonic()
    for name, arguments, line in STEPS:
        say(line)
        run_step(name, arguments, home)
    write_stamp(stamp)
    say(f"Database ready after {time.monotonic() - began:.1f} s.")


def run_step(name: str, arguments: list[str], home: Path) -> None:
    """Raises CannotRun when the step fails, and when it goes on for long on a disk that is full."""
    step = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=environment.PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "STATEMENT_TIMEOUT_MS": STEP_STATEMENT_TIMEOUT_MS},
    )
    full_looks = 0
    try:
        while True:
            try:
                said, _ = step.communicate(timeout=1)
                break
            except subprocess.TimeoutExpired:
                full_looks = full_looks + 1 if disk.is_almost_full(home) else 0
                if full_looks > FULL_DISK_SECONDS:
                    raise CannotRun(disk.full(home)) from None
    finally:
        if step.poll() is None:
            step.kill()
            step.communicate()
    if step.returncode != 0:
        raise CannotRun(f"The step {name!r} failed; the data is as it was before it. It said:\n{said.strip()[-1500:]}")


def fingerprint(base_url: str, traffic: str) -> str:
    """Changes with the code, the address, the traffic and the day (demo shifts are dated)."""
    day = date.today().isoformat()  # noqa: DTZ011
    return hashlib.sha256(f"{base_url} {traffic} {day} {code_fingerprint()}".encode()).hexdigest()


def code_fingerprint() -> str:
    """Changes with every edited file of the code and of what it reads at its start."""
    seen = hashlib.sha256()
    for folder in WATCHED_FOLDERS:
        for path in sorted((environment.PROJECT_DIR / folder).rglob("*")):
            if path.suffix in WATCHED_KINDS:
                stat = path.stat()
                seen.update(f"{path.relative_to(environment.PROJECT_DIR)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def found_stamp() -> str:
    """What this database was last prepared with; empty when never, or when its people are gone."""
    connection = psycopg2.connect(environment.text("DATABASE_URL"), connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(STAMP_QUERY)
            comment, has_tables = cursor.fetchone()
            if not comment or not has_tables:
                return ""
            cursor.execute("SELECT EXISTS (SELECT 1 FROM auth_user)")
            return comment.removeprefix("prepared ") if cursor.fetchone()[0] else ""
    finally:
        connection.close()


def write_stamp(stamp: str) -> None:
    """A database given from outside may not be ours to comment on: then every start prepares it again."""
    connection = psycopg2.connect(environment.text("DATABASE_URL"), connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            name = connection.info.dbname.replace('"', '""')
            cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [f"prepared {stamp}"])
    except psycopg2.Error:
        pass
    finally:
        connection.close()
