"""Simulated colleagues at the desks: they take calls, triage, dispatch and close, and leave some to whoever signs in.

Rules: a P1 is theirs at once, so that none is ever unattended for a minute. Of the rest a share is left while a person
is signed in at a desk and fewer than `MOST_LEFT` wait; a call left too long is taken after all. They touch invented
calls only: what a person took in stays that person's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from dispatch.actions.alerts import alert_acknowledge
from dispatch.actions.assignments import assignment_create
from dispatch.actions.calls import call_receive
from dispatch.actions.endings import call_close
from dispatch.actions.handoffs import handoff_record
from dispatch.actions.holds import call_resume
from dispatch.actions.recommendation import recommendation_make
from dispatch.actions.triage import triage_answer
from dispatch.actions.units import channel_check
from dispatch.models import Alert, Assignment, Call
from dispatch.replay.demo.invention import InventedCall
from dispatch.replay.demo.stories import OUTCOMES
from dispatch.replay.draws import seeded
from dispatch.replay.scenarios import SITUATIONS, draw_situation
from hearteam.problems import Problem
from partners.access import Actor
from partners.models import Team, Unit

REFERENCE = "demo:"
NAMES = ("Ana", "Ben", "Cho")
MOST_LEFT = 3
LEFT_SHARE = 0.45
TAKEN_AFTER = {1: timedelta(0), 2: timedelta(minutes=4), 3: timedelta(minutes=9), 4: timedelta(minutes=12)}
"""How long a call that was left waits for the newcomer."""

TRIAGED_AFTER_S = (15, 40)
SENT_AFTER_S = {1: (18, 40), 2: (35, 80), 3: (60, 180), 4: (90, 300)}
CLOSED_AFTER_S = (25, 90)
LEFT_TO_CLOSE_S = 300
"""Who sent the units also ends the call; a call a person forgot is closed after this."""

TRIES_AGAIN_S = 30
PHONE = "PHONE"
HANDOFF_TAKES_S = (45, 100)
ACKNOWLEDGED_AFTER = timedelta(seconds=25)


def colleague(call: Call) -> Actor:
    """Who of them works this call."""
    return Actor.system(f"colleague {NAMES[call.pk % len(NAMES)]}")


def invented_calls() -> QuerySet[Call]:
    """Open calls of the simulation."""
    return Call.objects.filter(source_reference__startswith=REFERENCE).exclude(status__in=Call.ENDED)


def take_in(invented: InventedCall, reference: str, received_at: datetime | None = None) -> Call:
    """Receive an invented call. Its reference carries the situation, so that answers need no memory."""
    return call_receive(
        by=Actor.system(f"colleague {NAMES[0]}"), location=invented.location, caller=invented.caller,
        person=invented.person, origin=invented.origin, channel=invented.channel, call_type=invented.call_type,
        priority=invented.priority, narrative=invented.narrative, received_at=received_at,
        source_reference=f"{REFERENCE}{invented.situation}:{reference}"[:80],
    )  # fmt: skip


def answers_for(call: Call) -> dict[str, str]:
    """The answers of the situation the call was invented with."""
    name = call.source_reference.removeprefix(REFERENCE).split(":")[0]
    code = call.call_type.code if call.call_type else ""
    situation = SITUATIONS.get(name) or draw_situation(1, code, call.source_reference)
    return situation.all_answers()


class Colleagues:
    """Does what is due on every invented call. `tried` only spaces out attempts; losing it loses nothing."""

    def __init__(self) -> None:
        self.tried: dict[int, datetime] = {}
        self.refused: Callable[[Call, Problem], None] = lambda call, problem: None

    def work(self, now: datetime, *, desk_staffed: bool) -> None:
        """One round over all open invented calls."""
        calls = list(invented_calls().select_related("call_type", "decision__answers").order_by("priority", "pk"))
        left = self._left(calls, now) if desk_staffed else set()
        self.tried = {pk: at for pk, at in self.tried.items() if pk in {call.pk for call in calls}}
        for call in calls:
            if call.pk in left or call.status == Call.Status.HELD:
                self._end_hold(call, now)
                continue
            try:
                self._work_on(call, now)
            except Problem as problem:
                self.refused(call, problem)
        self._acknowledge_alerts(now, [call.pk for call in calls if call.pk not in left])

    def _left(self, calls: list[Call], now: datetime) -> set[int]:
        """Calls for the newcomer: nobody was sent yet, not P1, not waiting too long; the oldest few."""
        chosen = [
            call.pk for call in sorted(calls, key=lambda call: call.pk)
            if call.first_dispatched_at is None and now - call.received_at < TAKEN_AFTER[call.priority]
            and seeded("left", call.source_reference).random() < LEFT_SHARE
        ]  # fmt: skip
        return set(chosen[:MOST_LEFT])

    def _end_hold(self, call: Call, now: datetime) -> None:
        """A held call whose time is long over goes on, so that an abandoned exercise does not pile up."""
        if call.status == Call.Status.HELD and call.hold_until and now - call.hold_until > timedelta(minutes=10):
            try:
                call_resume(by=colleague(call), call_id=call.pk, reason="The hold is over")
            except Problem as problem:
                self.refused(call, problem)

    def _work_on(self, call: Call, now: datetime) -> None:
        rng = seeded("colleague", call.source_reference)
        age = (now - call.received_at).total_seconds()
        asks = call.asks_triage == "YES"
        if asks and call.decision_id is None:
            if age >= rng.uniform(*TRIAGED_AFTER_S):
                triage_answer(by=colleague(call), call_id=call.pk, answers=answers_for(call))
            return
        active = call.assignments.filter(cleared_at__isnull=True).exists()
        if call.first_dispatched_at is not None and not active:
            self._close(call, now)
        elif age >= rng.uniform(*SENT_AFTER_S[call.priority]) and self._due(call, now):
            self._send(call, now)

    def _due(self, call: Call, now: datetime) -> bool:
        last = self.tried.get(call.pk)
        if last is not None and (now - last).total_seconds() < TRIES_AGAIN_S:
            return False
        self.tried[call.pk] = now
        return True

    def _send(self, call: Call, now: datetime) -> None:
        """Fill what is still wanted with the proposed units; a team by phone gets a call a little later."""
        waiting = list(call.slots.filter(status="requested").exclude(source="join").values_list("role", flat=True))
        if call.first_dispatched_at is not None and not _any_free(waiting):
            return
        by = colleague(call)
        proposal = recommendation_make(by=by, call_id=call.pk)
        if proposal is None:
            return
        picks = [row for row in proposal.units if row["pick"] and not row["on_this_call"]]
        for row in picks:
            if row["check_first"]:
                channel_check(by=by, callsign=row["unit"], kind="RADIO")
        if picks:
            assignment_create(by=by, call_id=call.pk, units=[row["unit"] for row in picks])
        self._hand_off(call, by, now)

    def _hand_off(self, call: Call, by: Actor, now: datetime) -> None:
        decision = call.decision
        if decision is None:
            return
        takes = seeded("hand-off", call.source_reference).uniform(*HANDOFF_TAKES_S)
        here = set(call.assignments.values_list("role", flat=True))
        for team in decision.response:
            by_phone = decision.availability.get(team, {}).get("channel") == PHONE
            if by_phone and team not in here and (now - decision.at).total_seconds() >= takes:
                handoff_record(
                    by=by, call_id=call.pk, team=team, outcome="accepted", contact="Intake Example", eta_minutes=25
                )

    def _close(self, call: Call, now: datetime) -> None:
        last = call.assignments.order_by("-cleared_at").select_related("unit__team__agency").first()
        rng = seeded("close", call.source_reference)
        if last is None or last.cleared_at is None:
            return
        wait = rng.uniform(*CLOSED_AFTER_S) if last.assigned_by_id is None else LEFT_TO_CLOSE_S
        if (now - last.cleared_at).total_seconds() < wait:
            return
        rows = list(call.assignments.select_related("unit__team__agency"))
        if any(row.transporting_at and row.role == "EMS" for row in rows):
            code = "45"
        elif any(row.transporting_at for row in rows):
            code = "16"
        else:
            code = "18" if any(row.on_scene_at for row in rows) else "05"
        civilian = any(row.unit.team.civilian and row.on_scene_at for row in rows)
        call_close(
            by=colleague(call), call_id=call.pk, disposition=code, outcome=rng.choice(OUTCOMES) if civilian else ""
        )

    def _acknowledge_alerts(self, now: datetime, call_ids: list[int]) -> None:
        unseen = Alert.objects.filter(
            call__in=call_ids, level__lte=2, acknowledged_at__isnull=True, cleared_at__isnull=True,
            raised_at__lt=now - ACKNOWLEDGED_AFTER,
        ).select_related("call")  # fmt: skip
        for alert in unseen:
            if alert.call is None:
                continue
            try:
                alert_acknowledge(by=colleague(alert.call), alert_id=alert.pk)
            except Problem as problem:
                self.refused(alert.call, problem)


def _any_free(roles: Sequence[str]) -> bool:
    """Whether a unit of one of the roles is free, or a team among them takes calls by phone; spares a vain ranking."""
    busy = Assignment.objects.filter(unit=OuterRef("pk"), cleared_at__isnull=True)
    free = Unit.objects.filter(active=True, status=Unit.Status.AV, team__role__in=roles).exclude(Exists(busy))
    by_phone = Team.objects.filter(role__in=roles, active=True).exclude(dedicated_phone="")
    return bool(roles) and (free.exists() or by_phone.exists())
