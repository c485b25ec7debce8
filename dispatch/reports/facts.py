"""What one period's calls come to, computed by the database in one statement.

Every number is a group of the same facts, one row a call, so that the tables of a report cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, router, transaction
from django.utils import timezone

from dispatch.models import Call

FACTS = """
WITH work AS (
    SELECT a.call_id,
           min(a.dispatched_at) AS dispatched_at,
           min(a.on_scene_at) AS on_scene_at,
           bool_or(g.kind = 'CIVILIAN') AS civilian,
           min(a.on_scene_at) FILTER (WHERE g.kind = 'CIVILIAN') AS civilian_at,
           bool_or(g.kind = 'CIVILIAN' AND a.cleared_at IS NULL) AS civilian_active,
           min(a.dispatched_at) FILTER (WHERE g.kind = 'CIVILIAN') AS civilian_sent_at,
           min(a.dispatched_at) FILTER (WHERE g.kind = 'POLICE') AS police_sent_at
    FROM dispatch_assignment a
    JOIN partners_unit u ON u.id = a.unit_id
    JOIN partners_team t ON t.id = u.team_id
    JOIN partners_agency g ON g.id = t.agency_id
    JOIN dispatch_call c ON c.id = a.call_id AND c.received_at >= %(from)s AND c.received_at < %(until)s
    WHERE NOT a.undone
    GROUP BY a.call_id
), services AS (
    SELECT i.call_id FROM dispatch_callintervention i
    JOIN dispatch_call c ON c.id = i.call_id AND c.received_at >= %(from)s AND c.received_at < %(until)s
), facts AS (
    SELECT c.id, c.received_at, c.status, c.tier, d.rule, d.ruled_tier, d.provisional, d.override_direction,
           c.unserved_team, c.unserved_reason,
           c.behavioural = 'YES' AS behavioural,
           c.triaged_at IS NOT NULL AS triaged,
           c.status NOT IN ('closed', 'cancelled') AS is_open,
           coalesce(d.data -> 'choices', '[]') <> '[]' AS eligible,
           w.dispatched_at, w.on_scene_at, w.civilian_at, w.civilian_sent_at, w.police_sent_at,
           coalesce(w.civilian, false) AS sent, coalesce(w.civilian_active, false) AS civilian_active,
           coalesce(nullif(c.neighborhood, ''), CASE WHEN c.in_city IS FALSE THEN 'outside the city'
               ELSE 'place not known' END) AS neighborhood,
           extract(hour FROM c.received_at AT TIME ZONE %(zone)s)::int::text AS hour,
           coalesce(nullif(q.language, ''), 'not recorded') AS language,
           CASE c.status WHEN 'cancelled' THEN 'cancelled'
               WHEN 'closed' THEN coalesce(p.label, 'no outcome recorded') ELSE 'still open' END AS outcome,
           c.asks_triage, coalesce(nullif(c.reported_type, ''), t.code, 'no type') AS type,
           c.status = 'closed' AND coalesce(p.apco, '') NOT IN ('10', '14', '22') AND (
               w.civilian_at IS NOT NULL OR c.id IN (SELECT call_id FROM services)
               OR s.self_harm IN ('IDEATION', 'INTENT', 'IN_PROGRESS') OR s.acuity = 'HIGH'
               OR (p.apco = '15' AND d.id IS NOT NULL)
           ) IS TRUE AS crisis
    FROM dispatch_call c
    LEFT JOIN dispatch_calltype t ON t.id = c.call_type_id
    LEFT JOIN dispatch_decision d ON d.id = c.decision_id
    LEFT JOIN dispatch_triageanswers s ON s.id = d.answers_id
    LEFT JOIN dispatch_disposition p ON p.id = c.disposition_id
    LEFT JOIN dispatch_personincrisis q ON q.call_id = c.id
    LEFT JOIN work w ON w.call_id = c.id
    WHERE c.received_at >= %(from)s AND c.received_at < %(until)s AND c.status <> 'merged'
), civilian_calls AS (
    SELECT * FROM facts WHERE behavioural AND triaged AND eligible
), times AS (
    SELECT tier, 'answer to dispatch' AS what, extract(epoch FROM dispatched_at - received_at) AS seconds
    FROM facts WHERE dispatched_at >= received_at
    UNION ALL
    SELECT tier, 'answer to arrival', extract(epoch FROM on_scene_at - received_at)
    FROM facts WHERE on_scene_at >= received_at
)
SELECT 'calls' AS section, CASE WHEN behavioural THEN 'next' ELSE 'not about behavioural health' END AS label,
        '' AS part, count(*) AS n, NULL::float AS p50, NULL::float AS p90
    FROM facts GROUP BY 2
UNION ALL SELECT 'behavioural', CASE
        WHEN triaged THEN 'next' WHEN rule IS NULL AND is_open THEN 'not asked yet'
        WHEN rule IS NULL THEN 'never asked' ELSE 'questions left open' END, '', count(*), NULL, NULL
    FROM facts WHERE behavioural GROUP BY 2
UNION ALL SELECT 'triaged', CASE WHEN eligible THEN 'next' ELSE 'no civilian team by rule ' || rule END, '', count(*),
        NULL, NULL
    FROM facts WHERE behavioural AND triaged GROUP BY 2
UNION ALL SELECT 'eligible', CASE
        WHEN sent THEN 'next' WHEN unserved_reason <> '' THEN unserved_reason WHEN is_open THEN 'still open'
        ELSE 'no reason recorded' END, '', count(*), NULL, NULL
    FROM civilian_calls GROUP BY 2
UNION ALL SELECT 'dispatched', CASE
        WHEN civilian_at IS NOT NULL THEN 'next' WHEN civilian_active THEN 'on the way'
        WHEN unserved_reason <> '' THEN unserved_reason ELSE 'cleared before arrival' END, '', count(*), NULL, NULL
    FROM civilian_calls WHERE sent GROUP BY 2
UNION ALL SELECT 'arrived', CASE
        WHEN police_sent_at IS NULL THEN 'without police'
        WHEN police_sent_at > civilian_at THEN 'police after the civilian team arrived'
        WHEN civilian_sent_at > police_sent_at THEN 'civilian team sent after police'
        ELSE 'police sent with or before the civilian team arrived' END, '', count(*), NULL, NULL
    FROM civilian_calls WHERE civilian_at IS NOT NULL GROUP BY 2
UNION ALL SELECT 'unserved', unserved_team, unserved_reason, count(*), NULL, NULL
    FROM civilian_calls WHERE civilian_at IS NULL AND unserved_reason <> '' GROUP BY 2, 3
UNION ALL SELECT 'times', what, coalesce('T' || tier, 'not triaged'), count(*),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
    FROM times GROUP BY 2, 3
UNION ALL SELECT 'overrides', d.override_direction, '', count(*), NULL, NULL
    FROM dispatch_decision d JOIN facts f ON f.id = d.call_id WHERE d.override_direction <> '' GROUP BY 2
UNION ALL SELECT way.name, way.label, '', count(*), NULL, NULL
    FROM facts CROSS JOIN LATERAL (VALUES
        ('neighborhood', neighborhood), ('hour', hour), ('language', language), ('outcome', outcome)
    ) AS way (name, label) WHERE behavioural GROUP BY 1, 2
UNION ALL SELECT 'alerts', level::text, CASE WHEN acknowledged_after_s IS NULL THEN 'over' ELSE 'acknowledged' END,
        count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY acknowledged_after_s),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY acknowledged_after_s)
    FROM dispatch_alert WHERE raised_at >= %(from)s AND raised_at < %(until)s
        AND (acknowledged_after_s IS NOT NULL OR cleared_at IS NOT NULL) GROUP BY 2, 3
UNION ALL SELECT 'asking ' || holds.what, asks_triage, type, count(*), NULL, NULL
    FROM facts CROSS JOIN LATERAL (VALUES
        ('calls', true), ('asked', rule IS NOT NULL), ('completed', triaged), ('eligible', triaged AND ruled_tier >= 3),
        ('served', civilian_at IS NOT NULL), ('crisis', crisis)
    ) AS holds (what, so) WHERE holds.so GROUP BY 1, 2, 3
"""


BY_INDEX = "SET LOCAL random_page_cost = 1.1"
"""A period's calls are found one by one: by PostgreSQL's idea of a disk it would rather read all the years' tables."""


@dataclass(frozen=True, slots=True)
class Group:
    """`n` calls of a section that share a label (and a part of it); seconds at the median and the 90th percentile."""

    section: str
    label: str
    part: str
    n: int
    p50: float | None
    p90: float | None


def groups(*, starts: datetime, ends: datetime) -> list[Group]:
    """All groups of the calls answered from `starts` up to `ends`; a merged call counts with the one it joined."""
    database = router.db_for_read(Call)  # a replica's, where one is asked (dispatch/queries/replica.py)
    with transaction.atomic(using=database), connections[database].cursor() as cursor:
        cursor.execute(BY_INDEX)
        cursor.execute(FACTS, {"from": starts, "until": ends, "zone": str(timezone.get_current_timezone())})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [Group(*row) for row in sorted(rows, key=lambda row: row[:3])]
