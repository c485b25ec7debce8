"""The facts that ranking needs, and the ranked units of a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from dispatch.models import Alert, Assignment, Call, ResponseSlot
from dispatch.queries import decisions
from dispatch.queries.availability import PHONE, team_states
from dispatch.queries.plans import planned_roles
from dispatch.queries.timers import limits_in_force
from dispatch.rules import recommend
from dispatch.rules.codes import Need
from dispatch.rules.ruleset import Preference
from dispatch.rules.safety import Channel
from dispatch.rules.timers import AlertKind
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.models import ChannelCheck, CrewMember, Facility, Team, Unit
from partners.queries.availability import TeamAvailability
from partners.queries.roster import shifts_of

MOST_UNITS = 12
NOT_WANTED = (ResponseSlot.Status.CANCELLED, ResponseSlot.Status.DECLINED)


def wanted_roles(call: Call) -> list[str]:
    """The call's response: the decision's, else the response plan's, with what people asked for beside it."""
    if call.decision is not None:
        return list(call.decision.response)
    return [role for role, count in planned_roles(call).items() for _ in range(count)]


def open_needs(call: Call) -> tuple[Need, ...]:
    """Roles still to be filled: the requested slots, or the whole response while there are none."""
    counts: dict[str, int] = {}
    slots = _slots.all(call=call.pk)
    if slots:
        for role, status, source in slots:
            if status != ResponseSlot.Status.ASSIGNED and source != ResponseSlot.Source.JOIN:
                counts[role] = counts.get(role, 0) + 1
    else:
        for role in wanted_roles(call):
            counts[role] = counts.get(role, 0) + 1
    return tuple(Need(role, count) for role, count in counts.items())


_slots = Prepared(
    lambda: (
        ResponseSlot.objects.filter(call=Parameter("call", BigIntegerField()))
        .exclude(status__in=NOT_WANTED)
        .order_by("pk")
        .values_list("role", "status", "source")
    )
)


def rank_units(call: Call, states: dict[str, TeamAvailability] | None = None) -> recommend.Recommendation:
    """The units that can come for what is still needed, in order, with reasons.

    `states` are the teams' as a decision has just read them.
    """
    needs = open_needs(call)
    decisions.bring(call)
    answers = decisions.answers_of(call.decision.answers) if call.decision else {}
    prefer = tuple(Preference(code) for code in call.decision.data.get("prefer", [])) if call.decision else ()
    request = recommend.Request(
        needs=needs,
        place=recommend.Place(call.lat, call.lon) if call.lat is not None and call.lon is not None else None,
        age=answers.get("age"),
        language=call.language or None,
        prefer=prefer,
    )
    found = candidates(call, [need.role for need in needs], states)
    return recommend.rank(request, found, timers=limits_in_force())


def candidates(
    call: Call, roles: list[str], states: dict[str, TeamAvailability] | None = None
) -> list[recommend.Candidate]:
    """The facts about every active unit that fills one of the roles. One statement, beside those for the teams."""
    if not roles:
        return []
    states = team_states(call) if states is None else states
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    units = _units.all(roles=roles, now=now, midnight=midnight, hour_ago=now - timedelta(hours=1))
    return [_candidate(unit, call, states.get(unit.team.code), now) for unit in units]


def _units_with_facts() -> QuerySet[Any]:
    now, midnight, hour_ago = (Parameter(name, DateTimeField()) for name in ("now", "midnight", "hour_ago"))
    crew = (
        CrewMember.objects.filter(shift=Subquery(shifts_of(OuterRef(OuterRef("pk")), now).values("pk")[:1]))
        .order_by("role", "pk")
        .values(row=JSONObject(role="role", languages="person__languages", cit="person__cit_trained"))
    )
    active = Assignment.objects.filter(unit=OuterRef("pk"), cleared_at__isnull=True)
    today = (
        Assignment.objects.filter(unit=OuterRef("pk"), dispatched_at__gte=midnight)
        .order_by()
        .values("unit")
        .annotate(n=Count("pk"))
        .values("n")
    )
    emergencies = Alert.objects.filter(unit=OuterRef("pk"), kind=AlertKind.EMERGENCY, cleared_at__isnull=True)
    checks = ChannelCheck.objects.filter(unit=OuterRef("pk"), at__gte=hour_ago)
    return (
        Unit.objects.filter(active=True, team__role=AnyOf("roles", CharField()), team__active=True)
        .select_related("team__agency")
        .annotate(
            on_shift=Exists(shifts_of(OuterRef("pk"), now)),
            crew_rows=ArraySubquery(crew),
            active_call=Subquery(active.values("call_id")[:1]),
            active_number=Subquery(active.values(number=F("call__number"))[:1]),
            workload=Coalesce(Subquery(today), 0),
            emergency=Exists(emergencies),
            checked_at=Subquery(checks.order_by().values("unit").annotate(at=Max("at")).values("at")),
        )
        .order_by("callsign")
    )


_units = Prepared(_units_with_facts)


def channel_of(unit: Any, now: datetime) -> Channel:
    """How the unit can be reached; `checked_at` is its last logged radio or phone check."""
    seen = unit.tablet_seen_at
    return Channel(
        tablet_seen_s=(now - seen).total_seconds() if seen else None,
        voice_check_s=(now - unit.checked_at).total_seconds() if unit.checked_at else None,
    )


def _candidate(unit: Any, call: Call, state: TeamAvailability | None, now: datetime) -> recommend.Candidate:
    civilian = unit.team.civilian
    here = unit.active_call == call.pk
    code = state.code.value if state and state.code else ""
    return recommend.Candidate(
        callsign=unit.callsign,
        team=unit.team.code,
        serves=frozenset({unit.team.role}),
        status=unit.status,
        on_this_call=here,
        on_call=unit.active_number if unit.active_call and not here else None,
        on_shift=unit.on_shift or unit.temporary,
        in_emergency=unit.emergency,
        in_hours=not civilian or code != "OFF_HOURS",
        contract_in_force=not civilian or code != "NO_CONTRACT",
        in_area=not civilian or code != "OUT_OF_AREA",
        ages=frozenset(unit.team.ages) if civilian else None,
        position=_position(unit, now),
        crew=tuple(
            recommend.CrewMember(
                roles=frozenset({row["role"]}),
                languages=frozenset(row["languages"]),
                cit_trained=row["cit"] or unit.cit_trained,
            )
            for row in unit.crew_rows
        ),
        crew_needs=frozenset(unit.team.min_crew_roles),
        workload=unit.workload,
        channel=channel_of(unit, now),
    )


def _position(unit: Any, now: datetime) -> recommend.Position | None:
    """The newest fix, or the station while there is none."""
    if unit.fix_at is not None and unit.lat is not None:
        age = max(0.0, (now - unit.fix_at).total_seconds())
        place, radius = recommend.Place(unit.lat, unit.lon), unit.accuracy_m or 0.0
        fix = recommend.Position(place, recommend.PositionSource.FIX, age, radius)
        if age <= recommend.DEFAULT_RANKING.fix_usable_s or unit.station_lat is None:
            return fix
    if unit.station_lat is None:
        return None
    return recommend.Position(recommend.Place(unit.station_lat, unit.station_lon), recommend.PositionSource.STATION)


def arrival_seconds(unit: Unit, call: Call) -> int | None:
    """Seconds until the unit can be there by the ranking's own estimate; None without a position."""
    return _travel_seconds(unit, call.lat, call.lon)


def transport_seconds(unit: Unit, destination: str) -> int | None:
    """Seconds to a facility of this name by the same estimate; None where it, or the unit's position, is not known."""
    facility = Facility.objects.filter(active=True, name__iexact=destination.strip()).first()
    return _travel_seconds(unit, facility.lat, facility.lon) if facility else None


def _travel_seconds(unit: Unit, lat: float | None, lon: float | None) -> int | None:
    position = _position(unit, timezone.now())
    if position is None or lat is None or lon is None:
        return None
    settings = recommend.DEFAULT_RANKING
    metres = recommend.distance_m(position.place, recommend.Place(lat, lon)) * settings.street_factor
    return round(metres / settings.speed_mps)


def recommendation_row(call: Call, ranked: recommend.Recommendation) -> dict[str, Any]:
    """`{response, units, short_of, excluded, by_phone}` as the API shows it; at most `MOST_UNITS` units beyond the
    picks.
    """
    picks = [row for row in ranked.units if row.pick]
    others = [row for row in ranked.units if not row.pick][: max(0, MOST_UNITS - len(picks))]
    short = [need.role for need in ranked.short_of]
    return {
        "response": wanted_roles(call),
        "units": [
            {
                "unit": row.callsign,
                "team": row.team,
                "role": row.role,
                "eta_s": row.eta_s,
                "distance_m": row.distance_m,
                "pick": row.pick,
                "check_first": row.check_first,
                "on_this_call": row.on_this_call,
                "reasons": list(row.reasons),
            }
            for row in [*picks, *others]
        ],
        "short_of": short,
        "excluded": [{"unit": row.callsign, "role": row.role, "reason": row.reason} for row in ranked.excluded],
        "by_phone": _by_phone(call, short),
    }


def _by_phone(call: Call, short: list[str]) -> list[dict[str, str]]:
    """Teams of the response that are reached by their dedicated number."""
    from_decision = call.decision.availability if call.decision else {}
    teams = [code for code in short if from_decision.get(code, {}).get("channel") == PHONE]
    return phone_rows(teams)


def phone_rows(teams: list[str]) -> list[dict[str, str]]:
    """`{team, name, phone}` of these teams."""
    rows = Team.objects.filter(code__in=teams).order_by("code").values("code", "name", "dedicated_phone")
    return [{"team": row["code"], "name": row["name"], "phone": row["dedicated_phone"]} for row in rows]
