"""The board: every open call, every unit on the roster, every open alert, each as one row.

The same functions make the snapshot and the rows inside events, so the two cannot differ. One statement a kind of row.
Presence (positions, when a tablet was last seen) is ephemeral: in the snapshot beside the rows, never in the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject
from django.utils import timezone

from dispatch.models import (
    Alert,
    Assignment,
    Call,
    Deadline,
    Note,
    PremiseCaution,
    ResponseSlot,
    StackedCall,
    Transfer,
)
from dispatch.queries.duty import on_duty_now
from dispatch.queries.phone_rows import interpreter_rows, phone_rows, unread_texts
from dispatch.rules.codes import DEFAULT_CALL_TYPE
from dispatch.rules.timers import ALERTS, AlertKind, DeadlineKind
from hearteam.events import log
from hearteam.events.log import rfc3339
from hearteam.events.rows import AlertRow, CallRow, UnitRow
from hearteam.prepared import AnyOf, Parameter, Prepared
from partners.models import Unit
from partners.queries.roster import idle_part, roster_part, with_roster

_ASSIGNMENT_FIELDS = (
    "role",
    "status",
    "acknowledged_at",
    "joins",
    "order",
    "order_at",
    "order_acknowledged_at",
    "eta_at",
    "welfare_due_at",
    "silent_since",
    "destination",
)


def _z(moment: datetime | str | None) -> str | None:
    """A datetime, or PostgreSQL's JSON form of one, as RFC 3339 UTC."""
    if moment is None:
        return None
    return rfc3339(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


def open_calls() -> QuerySet[Call]:
    """Calls that are still somebody's work."""
    return Call.objects.exclude(status__in=Call.ENDED)


def call_rows(ids: Iterable[int] | None = None) -> list[CallRow]:
    """Board rows of these calls (of all open ones by default), by priority and age. One statement."""
    today = timezone.localdate()
    calls = _open_calls.all(today=today) if ids is None else _calls.all(ids=list(ids), today=today)
    return [call_row(call) for call in calls]


def with_rows(calls: QuerySet[Call]) -> QuerySet[Any]:
    """These calls with all that `call_row` needs, for a `Prepared` read that is given `today` (the local date)."""
    today = Parameter("today", DateField())
    wanted = ResponseSlot.objects.exclude(status__in=["cancelled", "declined"])
    slots = wanted.filter(call=OuterRef("pk")).order_by("pk")
    current = Assignment.objects.filter(call=OuterRef("pk"), cleared_at__isnull=True).order_by("pk")
    cautions = (
        PremiseCaution.objects.filter(premise=OuterRef("premise"), caution_class__in=["VIOLENCE", "ENVIRONMENT"])
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today), ended_at__isnull=True)
        .alias(here=ExpressionWrapper(OuterRef("apartment"), CharField()))
        .filter(Q(unit="") | Q(unit__iexact=F("here")) | Q(here="", caution_class="VIOLENCE"))
        .order_by("pk")
    )
    due = (
        Deadline.objects.filter(call=OuterRef("pk"), kind=DeadlineKind.PENDING, cancelled_at__isnull=True)
        .order_by("-pk")
        .values("due_at")[:1]
    )
    slot_unit = Assignment.objects.filter(slot=OuterRef("pk"), cleared_at__isnull=True).values("unit__callsign")[:1]
    calls = calls.select_related("call_type", "decision__ruleset", "disposition", "position").annotate(
        slot_rows=ArraySubquery(
            slots.annotate(callsign=Subquery(slot_unit)).values(
                row=JSONObject(
                    id="pk", role="role", status="status", source="source", unit="callsign",
                    asked_from="asked_from__callsign",
                )
            )
        ),
        assignment_rows=ArraySubquery(
            current.values(
                row=JSONObject(
                    id="pk",
                    unit="unit__callsign",
                    team="unit__team__code",
                    since="status_since",
                    **{name: name for name in _ASSIGNMENT_FIELDS},
                )
            )
        ),
        phone_row=Subquery(phone_rows(OuterRef("pk"))),
        unread_texts=unread_texts(OuterRef("pk")),
        interpreter_row=Subquery(interpreter_rows(OuterRef("pk"))),
        hazard_rows=ArraySubquery(cautions.values("text")),
        hazard_notes=ArraySubquery(_hazard_notes().values("text")),
        pending_due_at=Subquery(due),
        transfer_row=Subquery(_standing_transfer()),
        stacked_rows=ArraySubquery(
            StackedCall.objects.filter(call=OuterRef("pk"), removed_at__isnull=True)
            .order_by("pk")
            .values(row=JSONObject(unit="unit__callsign", place="place"))
        ),
    )
    return calls.order_by("priority", "received_at", "pk")


_calls = Prepared(lambda: with_rows(Call.objects.filter(pk=AnyOf("ids"))))
_open_calls = Prepared(lambda: with_rows(open_calls()))


def _standing_transfer() -> QuerySet[Any]:
    """The call's last transfer that is offered, or accepted."""
    standing = Transfer.objects.filter(call=OuterRef("pk"), status__in=["offered", "accepted"]).order_by("-pk")
    names = ("name", "phone", "kind", "status", "offered_at", "taken_by")
    return standing.values(row=JSONObject(id="pk", **{name: name for name in names}))[:1]


def _hazard_notes() -> QuerySet[Note]:
    hazards = Note.objects.filter(call=OuterRef("pk"), kind="HAZARD", audience="ALL", strikes=False)
    return hazards.filter(corrections__isnull=True).order_by("pk")


def call_row(call: Any) -> CallRow:
    """The board row of a call of `with_rows`."""
    decision = call.decision
    return {
        "id": str(call.pk),
        "number": call.number,
        "status": call.status,
        "priority": call.priority,
        "tier": call.tier,
        "rule": decision.rule if decision else "",
        "ruleset": f"{decision.ruleset.name} v{decision.ruleset.version}" if decision else "",
        "provisional": decision.provisional if decision else False,
        "behavioural": call.behavioural,
        "type": call.call_type.code if call.call_type else "",
        "type_name": _type_name(call),
        "reported_type": call.reported_type,
        "origin": call.origin,
        "channel": call.channel,
        "never_voice_call": call.never_voice_call,
        "language": call.language,
        "location": {
            "text": call.location_text,
            "lat": call.lat,
            "lon": call.lon,
            "unit": call.apartment,
            "source": call.location_source,
            "uncertainty_m": call.uncertainty_m,
            "neighborhood": call.neighborhood,
            "town": call.town,
            "in_city": call.in_city,
            "verified": call.location_verified,
        },
        "answering": (call.phone_row or {}).get("position", ""),
        "class_of_service": (call.phone_row or {}).get("class_of_service", ""),
        "unread_texts": call.unread_texts,
        "interpreter": _interpreter_row(call.interpreter_row),
        "hazards": [*call.hazard_rows, *call.hazard_notes],
        "response": decision.response if decision else [],
        "joins": sorted(decision.data["joins"]) if decision else [],
        "overridden": bool(decision and decision.override_direction),
        "slots": [{**slot, "id": str(slot["id"])} for slot in call.slot_rows],
        "assignments": [_assignment_row(row) for row in call.assignment_rows],
        "received_at": rfc3339(call.received_at),
        "dispatched_at": _z(call.first_dispatched_at),
        "on_scene_at": _z(call.first_on_scene_at),
        "due_at": _z(call.pending_due_at) if call.status == Call.Status.PENDING else None,
        "hold_until": _z(call.hold_until),
        "scheduled_for": _z(call.scheduled_for),
        "transfer": _transfer_row(call.transfer_row),
        "stacked_on": call.stacked_rows,
        "callback_at": _z(call.callback_at),
        "scene_safe_at": _z(call.scene_safe_at),
        "scene_safe_by": call.scene_safe_by,
        "scene_unsafe_at": _z(call.scene_unsafe_at),
        "disposition": call.disposition.name if call.disposition else "",
        "merged_into": str(call.merged_into_id) if call.merged_into_id else None,
        "position": call.position.name if call.position else "",
        "pace": call.pace,
        "version": call.version,
    }


def _interpreter_row(row: dict[str, Any] | None) -> Any:
    if row is None:
        return None
    joined = row["joined_at"]
    return {
        "language": row["language"],
        "whose": row["whose"],
        "state": "joined" if joined else "requested",
        "at": _z(joined or row["requested_at"]),
    }


def _type_name(call: Any) -> str:
    """Our name of the type; the center's own word where ours says nothing."""
    if call.call_type is None or (call.call_type.code == DEFAULT_CALL_TYPE and call.reported_type):
        return str(call.reported_type)
    return str(call.call_type.name)


def _transfer_row(row: dict[str, Any] | None) -> Any:
    if row is None:
        return None
    times = {"id": str(row["id"]), "to": row["name"], "offered_at": _z(row["offered_at"])}
    return {**{name: value for name, value in row.items() if name != "name"}, **times}


def _assignment_row(row: dict[str, Any]) -> Any:
    moments = ("order_at", "order_acknowledged_at", "eta_at", "welfare_due_at", "silent_since")
    times = ("since", "acknowledged_at", *moments)
    return {**row, **{name: _z(row[name]) for name in times}, "id": str(row["id"]), "order": row["order"] or None}


def unit_rows(ids: Iterable[int] | None = None) -> list[UnitRow]:
    """Board rows of these units (of all active ones by default), by call sign. One statement.

    A unit that is no longer active has the status GONE: it leaves the board.
    """
    units = _active_units.all() if ids is None else _units.all(ids=list(ids))
    return [_unit_row(unit) for unit in units]


def _with_what_they_do(units: QuerySet[Unit]) -> QuerySet[Any]:
    """These units with all that a row needs: roster and assignment."""
    active = Assignment.objects.filter(unit=OuterRef("pk"), cleared_at__isnull=True)
    units = with_roster(units).annotate(
        active_row=Subquery(
            active.values(
                row=JSONObject(
                    id="pk",
                    call="call_id",
                    number="call__number",
                    status="status",
                    since="status_since",
                    order="order",
                    order_acknowledged_at="order_acknowledged_at",
                    eta_at="eta_at",
                    welfare_due_at="welfare_due_at",
                    silent_since="silent_since",
                )
            )[:1]
        ),
    )
    return units.order_by("callsign")


_units = Prepared(lambda: _with_what_they_do(Unit.objects.filter(pk=AnyOf("ids"))))
_active_units = Prepared(lambda: _with_what_they_do(Unit.objects.filter(active=True)))


def _unit_row(unit: Any) -> UnitRow:
    active = unit.active_row
    if active is None:
        return {**roster_part(unit), **idle_part(unit)}
    return {
        **roster_part(unit),
        "status": active["status"],
        "since": _z(active["since"]),
        "reason": "",
        "until": None,
        "call": str(active["call"]),
        "call_number": active["number"],
        "assignment": str(active["id"]),
        "order": active["order"] or None,
        "order_acknowledged_at": _z(active["order_acknowledged_at"]),
        "eta_at": _z(active["eta_at"]),
        "welfare_due_at": _z(active["welfare_due_at"]),
        "silent_since": _z(active["silent_since"]),
    }


def alert_rows(ids: Iterable[int] | None = None) -> list[AlertRow]:
    """Board rows of these alerts (of all open ones by default), the gravest and oldest first. One statement."""
    alerts = _open_alerts.all() if ids is None else _alerts.all(ids=list(ids))
    return [_alert_row(alert) for alert in alerts]


def _with_names(alerts: QuerySet[Alert]) -> QuerySet[Any]:
    rows = alerts.select_related("acknowledged_by").annotate(
        call_number=F("call__number"), callsign=F("unit__callsign")
    )
    return rows.order_by("level", "raised_at", "pk")


_alerts = Prepared(lambda: _with_names(Alert.objects.filter(pk=AnyOf("ids"))))
_open_alerts = Prepared(lambda: _with_names(Alert.objects.filter(cleared_at__isnull=True)))


def _alert_row(alert: Any) -> AlertRow:
    return {
        "id": str(alert.pk),
        "kind": alert.kind,
        "level": alert.level,
        "call": str(alert.call_id) if alert.call_id else None,
        "call_number": alert.call_number,
        "unit": alert.callsign,
        "text": alert.text,
        "what_to_do": list(ALERTS[AlertKind(alert.kind)].what_to_do) if alert.level == 1 else [],
        "raised_at": rfc3339(alert.raised_at),
        "sounded_at": rfc3339(alert.sounded_at or alert.raised_at),
        "acknowledged_at": _z(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by.get_username() if alert.acknowledged_by else "",
        "acknowledged_after_s": alert.acknowledged_after_s,
        "escalated_at": _z(alert.escalated_at),
        "cleared_at": _z(alert.cleared_at),
    }


POSITION = ("lat", "lon", "fix_at", "heading", "speed_mps", "accuracy_m")


def presence_rows() -> dict[str, dict[str, Any]]:
    """Call sign -> newest position (`lat`, `lon`, `fix_at`, `heading`, `speed_mps`, `accuracy_m`) and
    `tablet_seen_at`. Where a unit off duty is, nobody is told.
    """
    found = {}
    for row in _presence.all(now=timezone.now()):
        position = {name: row[name] if row["duty"] else None for name in POSITION}
        seen = _z(row["tablet_seen_at"])
        found[row["callsign"]] = {**position, "fix_at": _z(position["fix_at"]), "tablet_seen_at": seen}
    return found


def _with_duty() -> QuerySet[Unit, dict[str, Any]]:
    rows = Unit.objects.filter(active=True).exclude(fix_at__isnull=True, tablet_seen_at__isnull=True)
    duty = ExpressionWrapper(on_duty_now(Parameter("now", DateTimeField())), output_field=BooleanField())
    return rows.annotate(duty=duty).order_by("callsign").values("callsign", "duty", "tablet_seen_at", *POSITION)


_presence = Prepared(_with_duty)


def snapshot() -> dict[str, Any]:
    """`{version, at, calls, units, alerts, presence}`, all as of one moment (REPEATABLE READ)."""
    with transaction.atomic():
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return {
            "version": log.head(),
            "at": rfc3339(timezone.now()),
            "calls": call_rows(),
            "units": unit_rows(),
            "alerts": alert_rows(),
            "presence": presence_rows(),
        }
