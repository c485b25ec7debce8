"""What the screens offer to choose from."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from dispatch.intake.record import CLASSES
from dispatch.models import CallType, Disposition, Intervention
from dispatch.queries import rulesets, vocabularies
from dispatch.queries.command_line import aliases
from dispatch.queries.intake import interpreter_lines, phrases
from dispatch.queries.timers import limits_in_force
from dispatch.rules.command_grammar import as_data
from dispatch.rules.languages import LANGUAGES
from dispatch.rules.undo import UNDO_WITHIN, UNDOABLE
from partners.models import Facility, Resource, Team
from partners.queries import availability


def reference() -> dict[str, Any]:
    """Questions with their wording, codes, the center's own types, teams with their state now, places to go, numbers to
    call, timers, the language of the command line.
    """
    row, ruleset = rulesets.current()
    timers = limits_in_force()
    return {
        "questions": [
            {
                "field": q.field,
                "label": q.label,
                "ask_en": q.ask_en,
                "ask_es": q.ask_es,
                "hint": q.hint,
                "of_caller": q.of_caller,
                "answers": [{"code": a.code, "label": a.label, "key": a.key, "clear": a.clear} for a in q.answers],
            }
            for q in ruleset.questions
        ],
        "call_types": list(
            CallType.objects.filter(active=True).values("code", "name", "asks_triage", "default_priority")
        ),
        "vocabulary": vocabularies.offered(),
        "dispositions": list(Disposition.objects.filter(active=True).values("name", "label", "apco")),
        "interventions": list(Intervention.objects.filter(active=True).values("code", "label")),
        "teams": _teams(),
        "facilities": list(
            Facility.objects.filter(active=True).values("name", "kind", "address", "phone", "lat", "lon")
        ),
        "resources": list(
            Resource.objects.values("code", "name", "kind", "phone", "eligibility", "hours", "towns", "cit_town")
        ),
        "classes_of_service": CLASSES,
        "phrases": phrases(),
        "interpreter_lines": interpreter_lines(),
        "languages": {code: names[0] for code, names in LANGUAGES.items()},
        "ruleset": {"name": row.name, "version": row.version},
        "timers": {
            "pending_s": dict(timers.pending_s),
            "amber_fraction": timers.amber_fraction,
            "acknowledge_s": timers.acknowledge_s,
            "welfare_every_s": timers.welfare_every_s,
            "order_acknowledge_s": timers.order_acknowledge_s,
            "eta_overrun_s": timers.eta_overrun_s,
            "welfare_longest_s": timers.welfare_longest_s,
            "welfare_tier_s": dict(timers.welfare_tier_s),
        },
        "time_zone": settings.TIME_ZONE,
        "undo": {"seconds": UNDO_WITHIN.total_seconds(), "types": sorted(UNDOABLE)},
        "commands": {**as_data(), "aliases": aliases()},
    }


def _teams() -> list[dict[str, Any]]:
    states = availability.team_availability(
        at=timezone.now(), place=availability.Place(), engaged=availability.Engaged()
    )
    rows = []
    for team in Team.objects.filter(active=True).select_related("agency"):
        state = states.get(team.code)
        rows.append(
            {
                "code": team.code,
                "name": team.name,
                "role": team.role,
                "civilian": team.civilian,
                "phone": team.dedicated_phone,
                "arrival_target_minutes": team.arrival_target_minutes,
                "available_now": state.available if state else True,
                "reason": state.reason if state else None,
                "channel_now": state.channel if state else "RADIO",
            }
        )
    return rows
