"""Figures of the whole installation, as the database has them now: one statement, each part by an index over what is
open. For `/metrics` and `manage.py doctor`; counts and ages only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from dispatch.leading import SAYS
from dispatch.models import Call

OLDEST: Final = "coalesce(extract(epoch FROM statement_timestamp() - min({})), 0)"

_OPEN: Final = ", ".join(f"'{status}'" for status in Call.ENDED)
STATEMENT: Final = f"""
SELECT 'calls_open', coalesce(tier::text, 'none') || '/' || status, count(*)::float8 FROM dispatch_call
 WHERE status NOT IN ({_OPEN}) GROUP BY 2
UNION ALL SELECT 'oldest_pending_call', 'P' || priority, {OLDEST.format("received_at")} FROM dispatch_call
 WHERE status NOT IN ({_OPEN}) AND status = 'pending' AND pace = 1 GROUP BY 2
UNION ALL SELECT 'alerts_unacknowledged', 'L' || level, count(*) FROM dispatch_alert
 WHERE cleared_at IS NULL AND acknowledged_at IS NULL GROUP BY 2
UNION ALL SELECT 'oldest_alert', 'L' || level, {OLDEST.format("raised_at")} FROM dispatch_alert
 WHERE cleared_at IS NULL AND acknowledged_at IS NULL GROUP BY 2
UNION ALL SELECT 'deadlines_overdue', '', count(*) FROM dispatch_deadline
 WHERE fired_at IS NULL AND cancelled_at IS NULL AND due_at < statement_timestamp() - interval '1 second'
UNION ALL SELECT 'oldest_deadline', '', {OLDEST.format("due_at")} FROM dispatch_deadline
 WHERE fired_at IS NULL AND cancelled_at IS NULL AND due_at < statement_timestamp()
UNION ALL SELECT 'timers_silent', name, extract(epoch FROM statement_timestamp() - at) FROM dispatch_timerswatch
UNION ALL SELECT 'waiting', 'texts', count(*) FROM dispatch_textmessage WHERE state = 'QUEUED'
UNION ALL SELECT 'oldest_waiting', 'texts', {OLDEST.format("at")} FROM dispatch_textmessage WHERE state = 'QUEUED'
UNION ALL SELECT 'waiting', 'notices', count(*) FROM dispatch_notice WHERE told_at IS NULL
UNION ALL SELECT 'oldest_waiting', 'notices', {OLDEST.format("at")} FROM dispatch_notice WHERE told_at IS NULL
UNION ALL SELECT 'waiting', 'messages', count(*) FROM dispatch_delivery WHERE state IN ('queued', 'sending')
UNION ALL SELECT 'oldest_waiting', 'messages', {OLDEST.format("queued_at")} FROM dispatch_delivery
 WHERE state IN ('queued', 'sending')
UNION ALL SELECT 'head', '', version FROM events_stream WHERE name = 'board'
UNION ALL SELECT 'connections', coalesce(state, 'background'), count(*) FROM pg_stat_activity
 WHERE datname = current_database() GROUP BY 2
UNION ALL SELECT 'connections_max', '', setting::float8 FROM pg_settings WHERE name = 'max_connections'
UNION ALL SELECT 'database_bytes', '', pg_database_size(current_database())
"""  # noqa: S608 (our own constants)


@dataclass(frozen=True, slots=True)
class Figures:
    """Name -> label -> value. Ages are seconds."""

    of: dict[str, dict[str, float]] = field(default_factory=dict)

    def one(self, name: str) -> float:
        """A figure that has one value; 0 when there is none."""
        return next(iter(self.of.get(name, {}).values()), 0.0)

    def by_label(self, name: str) -> dict[str, float]:
        return self.of.get(name, {})

    def timers_silent_s(self) -> dict[str, float]:
        """Seconds since the timers' `leader` said so, and since they left nothing `undone`."""
        said = self.of.get("timers_silent", {})
        return {"leader" if name == SAYS else "undone": age for name, age in said.items()}


def figures() -> Figures:
    """Read them all. Raises django.db.Error."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        for name, label, value in cursor.fetchall():
            found[name][label] = float(value)
    return Figures(dict(found))
