"""PostgreSQL behind a real PgBouncer in session mode."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hearteam.embedded.postgres import Postgres
from hearteam.embedded.processes import free_port, wait_until
from tests.reliability.test_live_faults import new_home

PROJECT = Path(__file__).resolve().parent.parent.parent
# Two connections one after the other, which the pool serves with one of the server's.
ASKS = """
import json
import django; django.setup()
from django.db import connection
from django.db.models import TextField
from hearteam.prepared import Parameter, make_known
told = []
for _ in range(2):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_setting('lock_timeout'), current_setting('statement_timeout'),"
                       " current_setting('plan_cache_mode')")
        row = cursor.fetchone()
        make_known(connection, "kept", "SELECT %s::text", [Parameter("x", TextField())])
        cursor.execute("EXECUTE kept (%s)", ["well"])
        told.append([*row, cursor.fetchone()[0]])
    connection.close()
print(json.dumps(told))
"""


@pytest.fixture
def pooled_url() -> Iterator[str]:
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    if not Path(program).exists():
        pytest.skip("pgbouncer is missing: connections through a pool were not tried")
    with new_home() as home:
        server = Postgres(home, durable=False)
        host = server.start().rpartition("@")[2].partition("/")[0]
        port = free_port()
        folder = home / "pool"
        folder.mkdir()
        (folder / "users").write_text(f'"hearteam" "{server.password}"\n')
        (folder / "ini").write_text(
            f"[databases]\nhearteam = host=127.0.0.1 port={host.partition(':')[2]} dbname=hearteam\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {folder / 'users'}\npool_mode = session\ndefault_pool_size = 1\n"
        )
        user = []
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            for path in (folder, *folder.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            user = ["-u", "nobody"]
        with (home / "pool.log").open("wb") as log:
            pool = subprocess.Popen([program, *user, str(folder / "ini")], stdout=log, stderr=log)
        try:
            assert wait_until(lambda: free_port(port) != port, 60), (home / "pool.log").read_text()
            yield f"postgresql://hearteam:{server.password}@127.0.0.1:{port}/hearteam"
        finally:
            pool.kill()
            pool.wait(60)
            server.stop()


def asked(url: str, pooler: str) -> subprocess.CompletedProcess[str]:
    given = {"DATABASE_URL": url, "DATABASE_POOLER": pooler, "REDIS_URL": "redis://x/0"}
    environment = {**os.environ, **given, "DJANGO_SETTINGS_MODULE": "hearteam.settings.dev"}
    return subprocess.run(
        [sys.executable, "-c", ASKS], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.reliability
def test_each_connection_has_its_limits_and_its_own_kept_statements(pooled_url: str) -> None:
    through = asked(pooled_url, "session")
    assert through.returncode == 0, through.stderr
    first, second = json.loads(through.stdout)
    assert first == second == [first[0], "3s", "15s", "force_generic_plan", "well"]
    without = asked(pooled_url, "none")
    assert "unsupported startup parameter: options" in without.stderr


def test_a_pool_that_would_break_what_we_rely_on_is_refused() -> None:
    refused = asked("postgresql://x@127.0.0.1:1/x", "transaction")
    assert "DATABASE_POOLER must be none or session, not 'transaction'." in refused.stderr
