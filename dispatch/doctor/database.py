"""PostgreSQL: does it keep what it is given, is it up to date with the code, and does anybody stand in its way?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from dispatch.doctor.finding import Finding, failed, warning, well
from hearteam.observe.logs import first_line

OLDEST_SERVER: Final = 140_000
MOST_USED: Final = 0.8
IDLE_S: Final = 30
LONG_S: Final = 120
WAITS_S: Final = 3
DEAD_ROWS: Final = 100_000
DEAD_SHARE: Final = 0.3
WRAPAROUND: Final = 1_000_000_000
LEFT_BY_REINDEX: Final = re.compile(r"_cc(new|old)\d*\Z")
"""What REINDEX CONCURRENTLY leaves beside the index when it breaks off: finished, it would be a second one."""
SKEW_S: Final = 1.0
FAR_SKEW_S: Final = 5.0

Row = dict[str, Any]


def look_at_database() -> list[Finding]:
    """All of it; only that it does not answer when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0])
    except Error as error:
        connection.close()
        do = "Start PostgreSQL, or correct DATABASE_URL. Until then dispatch goes on by radio and paper."
        return [failed("database", f"The database does not answer: {first_line(error)}", do)]
    found = [well("database", f"The database answers (PostgreSQL {version // 10_000}).")]
    if version < OLDEST_SERVER:
        do = "Move to a supported version."
        found = [warning("database", f"PostgreSQL {version // 10_000} is older than what this is tried with.", do)]
    for look in (migrations, indexes, safety, timeouts, connections, waiting, vacuum, clock):
        found += look()
    return found


def rows(statement: str, arguments: list[Any] | None = None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments or [])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def setting(name: str) -> str:
    return str(rows("SELECT current_setting(%s) AS value", [name])[0]["value"])


def migrations() -> Iterator[Finding]:
    """Those of this code against those that were applied: either may be the newer."""
    loader = MigrationLoader(connection)
    missing = sorted(set(loader.graph.nodes) - set(loader.applied_migrations))
    ours = {app for app, _ in loader.graph.nodes}
    unknown = sorted(key for key in set(loader.applied_migrations) - set(loader.graph.nodes) if key[0] in ours)
    if missing:
        says = f"{len(missing)} migrations are not applied, the first is {' '.join(missing[0])}."
        yield failed("migrations", says, "Run manage.py migrate with the code that is running.")
    if unknown:
        says = f"The database is newer than this code: {' '.join(unknown[-1])} is unknown here."
        yield failed("migrations", says, "Run the newer code; an older one may not know what it changes.")
    if not missing and not unknown:
        yield well("migrations", "Its tables are those of this code.")


def indexes() -> Iterator[Finding]:
    """One whose building broke off is kept up to date and helps nobody."""
    broken = rows(
        "SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table FROM pg_index"
        " WHERE NOT indisvalid ORDER BY 1"
    )
    for row in broken:
        says = f"The index {row['name']} of {row['table']} was not finished: searches go without it."
        how = "DROP" if LEFT_BY_REINDEX.search(row["name"]) else "REINDEX"
        do = f"If nothing builds it at this moment: {how} INDEX CONCURRENTLY {row['name']}."
        yield warning("indexes", says, do)
    if not broken:
        yield well("indexes", "Every index is whole.")


def safety() -> Iterator[Finding]:
    """Whether what was committed outlives a failure of the machine."""
    off = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if setting(name) == "off"]
    if off:
        says = f"{', '.join(off)} {'is' if len(off) == 1 else 'are'} off: what was answered as saved can be lost."
        yield failed("durability", says, "Set it to on in PostgreSQL's configuration and restart PostgreSQL.")
    else:
        yield well("durability", "What was committed is on the disk.")


def timeouts() -> Iterator[Finding]:
    unbounded = [name for name in ("lock_timeout", "statement_timeout") if setting(name) == "0"]
    if unbounded:
        says = (
            f"{' and '.join(unbounded)} did not arrive at the database: a stuck statement can hold a screen for ever."
        )
        do = "A pool between drops them: let it pass startup parameters, or set them for the role (ALTER ROLE .. SET)."
        yield warning("timeouts", says, do)
    else:
        yield well("timeouts", "Every wait in the database is bounded.")


def connections() -> Iterator[Finding]:
    (counted,) = rows(
        "SELECT count(*) AS used, current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int AS most"
        " FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )
    used, most = counted["used"], counted["most"]
    if used > MOST_USED * most:
        says = f"{used} of {most} connections are in use."
        do = "Raise max_connections, put PgBouncer between, or start fewer processes (docs/scale.md)."
        yield warning("connections", says, do)
    else:
        yield well("connections", f"{used} of {most} connections are in use.")


def waiting() -> Iterator[Finding]:
    """Who holds others up: a transaction left open, one that runs for long, and who waits for a lock."""
    busy = rows(
        "SELECT pid, coalesce(nullif(application_name, ''), usename) AS who, state,"
        " extract(epoch FROM clock_timestamp() - xact_start)::int AS open_s,"
        " extract(epoch FROM clock_timestamp() - state_change)::int AS since_s,"
        " cardinality(pg_blocking_pids(pid)) AS blockers FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        " AND backend_type = 'client backend' ORDER BY xact_start"
    )
    idle = [row for row in busy if row["state"].startswith("idle in") and row["since_s"] > IDLE_S]
    long = [row for row in busy if row["open_s"] > LONG_S and row not in idle]
    blocked = [row for row in busy if row["blockers"] and row["since_s"] > WAITS_S]
    do = "SELECT pg_terminate_backend({pid}) ends it, if nobody knows it."
    for row in idle:
        says = f"{row['who']} (pid {row['pid']}) left a transaction open {row['since_s']} s ago and does nothing."
        yield failed("transactions", says, do.format(**row))
    for row in long:
        says = f"{row['who']} (pid {row['pid']}) has had a transaction open for {row['open_s']} s."
        yield warning("transactions", says, f"A backup or a report may. Otherwise {do.format(**row)}")
    for row in blocked:
        says = f"{row['who']} (pid {row['pid']}) has waited {row['since_s']} s for a lock of another."
        yield warning("locks", says, f"SELECT pg_blocking_pids({row['pid']}) names who holds it.")
    if not (idle or long or blocked):
        yield well("transactions", "Nobody holds anybody up.")


def vacuum() -> Iterator[Finding]:
    if setting("autovacuum") == "off" or setting("track_counts") == "off":
        yield failed(
            "vacuum", "Autovacuum is off: tables will swell and slow down.", "Set autovacuum and track_counts to on."
        )
    behind = rows(
        "SELECT relname AS table, n_dead_tup AS dead FROM pg_stat_user_tables"
        " WHERE n_dead_tup > %s AND n_dead_tup > %s * n_live_tup ORDER BY n_dead_tup DESC LIMIT 3",
        [DEAD_ROWS, DEAD_SHARE],
    )
    for row in behind:
        says = f"Autovacuum is far behind: {row['table']} holds {row['dead']} dead rows."
        yield warning(
            "vacuum", says, f"VACUUM (ANALYZE) {row['table']}; give autovacuum more (autovacuum_vacuum_cost_limit)."
        )
    (age,) = rows("SELECT age(datfrozenxid) AS of FROM pg_database WHERE datname = current_database()")
    if age["of"] > WRAPAROUND:
        yield failed("vacuum", "The database nears the end of its transaction numbers.", "Run VACUUM FREEZE tonight.")
    elif not behind:
        yield well("vacuum", "Dead rows are cleared away.")


def clock() -> Iterator[Finding]:
    before = time.time()
    (said,) = rows("SELECT clock_timestamp() AS at")
    middle = datetime.fromtimestamp((before + time.time()) / 2, UTC)
    yield skew("the database", (said["at"] - middle).total_seconds())


def skew(whose: str, seconds: float) -> Finding:
    """Times of calls come from several machines' clocks."""
    says = f"The clock of {whose} is {abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} this machine's."
    do = "Set both by the same time server (chrony, systemd-timesyncd)."
    if abs(seconds) > FAR_SKEW_S:
        return failed("clocks", says, do)
    if abs(seconds) > SKEW_S:
        return warning("clocks", says, do)
    return well("clocks", f"The clock of {whose} goes with this machine's.")
