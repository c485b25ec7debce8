"""A database with every migration applied, copied for each test process: migrating takes seconds, copying a fraction.

It is kept with the test services and made anew when a migration, or Django, is another.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import django
import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from hearteam.settings.environment import home_dir

PROJECT = Path(__file__).parent.parent
PREFIX = "migrated_"


def migrated_template() -> str:
    """The name of the database to copy. One process makes it; the others wait for that."""
    name = f"{PREFIX}{_digest()}"
    with (home_dir() / "test" / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name])
                found = cursor.fetchone()
                if found is None or not found[0]:
                    _make(cursor, name)
    return name


def _digest() -> str:
    files = sorted(PROJECT.glob("*/migrations/*")) + sorted(PROJECT.glob("*/*/migrations/*"))
    texts = (path.read_bytes() for path in files if path.suffix in (".py", ".json"))
    return sha256(b"\0".join([django.__version__.encode(), *texts])).hexdigest()[:16]


def _make(cursor: psycopg2.extensions.cursor, name: str) -> None:
    """In the place of those of other migrations, and of one that was left half made."""
    database = sql.Identifier(name)
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
    for (other,) in cursor.fetchall():
        cursor.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(other)))
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(other)))
    cursor.execute(sql.SQL("CREATE DATABASE {}").format(database))
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rsplit('/', 1)[0]}/{name}{f'?{options}' if options else ''}"
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=PROJECT, env={**os.environ, "DATABASE_URL": url}, check=True)
    cursor.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(database))
