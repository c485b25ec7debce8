"""When something is late, and what the alert then says. Times are aware datetimes, durations seconds.

Every number is a setting (`timer_limits.py` says within what range); the defaults are the programme's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from dispatch.rules.status import AssignmentStatus

MINUTE: Final = 60.0
DEFAULT_PENDING_LIMITS: Final[Mapping[int, float]] = {1: MINUTE, 2: 3 * MINUTE, 3: 10 * MINUTE, 4: 20 * MINUTE}
DEFAULT_WELFARE_BY_TIER: Final[Mapping[int, float]] = {
    1: 15 * MINUTE, 2: 15 * MINUTE, 3: 30 * MINUTE, 4: 30 * MINUTE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimerSettings:
    """All limits, in seconds. `speed` runs them faster in a replay: at 60 an hour passes in a minute."""

    pending_s: Mapping[int, float] = field(default_factory=lambda: DEFAULT_PENDING_LIMITS)
    amber_fraction: float = 0.8
    acknowledge_s: float = MINUTE
    eta_overrun_s: float = 5 * MINUTE
    triage_s: float = 90.0
    handoff_next_s: float = 2 * MINUTE
    handoff_attempts: int = 2
    handoff_fallback_s: float = 4 * MINUTE
    police_unassigned_s: float = MINUTE
    order_acknowledge_s: float = 30.0
    notify_next_s: float = MINUTE
    welfare_first_on_scene_s: float = 10 * MINUTE
    welfare_every_s: float = 15 * MINUTE
    welfare_after_eta_s: float = 5 * MINUTE
    welfare_longest_s: float = 30 * MINUTE
    welfare_tier_s: Mapping[int, float] = field(default_factory=lambda: DEFAULT_WELFARE_BY_TIER)
    welfare_level_2_s: float = MINUTE
    welfare_level_1_s: float = 2 * MINUTE
    welfare_police_s: float = 3 * MINUTE
    level_1_escalate_s: float = 30.0
    level_2_escalate_s: float = 120.0
    contact_s: float = MINUTE
    transfer_callback_s: float = 15 * MINUTE
    tablet_seen_s: float = MINUTE
    voice_check_s: float = 15 * MINUTE
    silent_s: float = 2 * MINUTE
    speed: float = 1.0

    def longest_welfare(self, tier: int | None) -> float:
        """Seconds a crew on a call of this tier may go unasked at most; None is one that was not triaged."""
        by_tier = self.welfare_longest_s if tier is None else self.welfare_tier_s.get(tier, self.welfare_longest_s)
        return min(self.welfare_longest_s, by_tier)

    def span(self, seconds: float) -> timedelta:
        """A duration of the programme's time as it passes on the clock."""
        return timedelta(seconds=seconds / self.speed)


DEFAULT_TIMERS: Final = TimerSettings()


class DeadlineKind(StrEnum):
    """What a due row is waiting for."""

    PENDING = "PENDING"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    ETA_OVERRUN = "ETA_OVERRUN"
    ARRIVAL_TARGET = "ARRIVAL_TARGET"
    TRIAGE = "TRIAGE"
    HANDOFF_NEXT = "HANDOFF_NEXT"
    HANDOFF_FALLBACK = "HANDOFF_FALLBACK"
    HANDOFF_CALLBACK = "HANDOFF_CALLBACK"
    POLICE_UNASSIGNED = "POLICE_UNASSIGNED"
    ORDER_ACKNOWLEDGE = "ORDER_ACKNOWLEDGE"
    WELFARE_PROMPT = "WELFARE_PROMPT"
    WELFARE_LEVEL_2 = "WELFARE_LEVEL_2"
    WELFARE_LEVEL_1 = "WELFARE_LEVEL_1"
    WELFARE_POLICE = "WELFARE_POLICE"
    ALERT_ESCALATE = "ALERT_ESCALATE"
    ALERT_CONTACT = "ALERT_CONTACT"
    CALLBACK = "CALLBACK"
    HOLD = "HOLD"
    UNIT_RETURN = "UNIT_RETURN"
    TRANSFER = "TRANSFER"
    NOTIFY_NEXT = "NOTIFY_NEXT"


class AlertLevel(IntEnum):
    """L1: red bar, repeated sound. L2: amber bar, sound once. L3: the row's timer turns colour, no sound."""

    L1 = 1
    L2 = 2
    L3 = 3


class AlertKind(StrEnum):
    """What an alert is about. One alert of a kind is open for a call and unit at a time."""

    EMERGENCY = "EMERGENCY"
    WELFARE_OVERDUE = "WELFARE_OVERDUE"
    WELFARE_MISSED = "WELFARE_MISSED"
    UPGRADE = "UPGRADE"
    POLICE_REQUESTED = "POLICE_REQUESTED"
    POLICE_UNASSIGNED = "POLICE_UNASSIGNED"
    FIELD_ASKED = "FIELD_ASKED"
    PENDING_OVERDUE = "PENDING_OVERDUE"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    HANDOFF_NOT_ACCEPTED = "HANDOFF_NOT_ACCEPTED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    TIMER_FAILED = "TIMER_FAILED"
    CALLBACK_DUE = "CALLBACK_DUE"
    POSITION_UNATTENDED = "POSITION_UNATTENDED"
    HANDOVER_UNANSWERED = "HANDOVER_UNANSWERED"
    TRANSFER_NOT_ACCEPTED = "TRANSFER_NOT_ACCEPTED"
    SCHEDULED_DUE = "SCHEDULED_DUE"
    PREEMPTED = "PREEMPTED"
    UNIT_FREE = "UNIT_FREE"
    UNIT_SILENT = "UNIT_SILENT"
    ETA_OVERRUN = "ETA_OVERRUN"
    ARRIVAL_TARGET_MISSED = "ARRIVAL_TARGET_MISSED"
    TRIAGE_INCOMPLETE = "TRIAGE_INCOMPLETE"


@dataclass(frozen=True, slots=True)
class AlertSpec:
    """An alert's level, its text, and what to do, in order. `title` may name {unit} and {call}."""

    level: AlertLevel
    title: str
    what_to_do: tuple[str, ...]

    def text(self, *, unit: str = "", call: str = "") -> str:
        """The title with the unit's call sign and the call's number filled in."""
        return " ".join(self.title.format(unit=unit, call=call).split())


_REACH = ("Call the unit by voice radio.", "Call both crew mobiles.", "Look at its last position.")
ALERTS: Final[Mapping[AlertKind, AlertSpec]] = {
    AlertKind.EMERGENCY: AlertSpec(
        AlertLevel.L1, "{unit} EMERGENCY {call}", (*_REACH, "Send police to the last position: one key.")
    ),
    AlertKind.WELFARE_MISSED: AlertSpec(
        AlertLevel.L1,
        "{unit} no answer to welfare check {call}",
        (*_REACH, "Send police: one key. They are sent for by themselves if nobody is heard."),
    ),
    AlertKind.UPGRADE: AlertSpec(
        AlertLevel.L1,
        "{call} upgraded with {unit} assigned",
        (
            "Confirm that the crew heard the order to stage or to withdraw.",
            "No acknowledgement: call them by voice.",
            "Police are requested at P1: assign them.",
        ),
    ),
    AlertKind.POLICE_UNASSIGNED: AlertSpec(
        AlertLevel.L1,
        "{call} police requested, none assigned {unit}",
        ("Assign the nearest police unit.", "None free: ask the police supervisor.", "Tell the crew to stage."),
    ),
    AlertKind.TIMER_FAILED: AlertSpec(
        AlertLevel.L1,
        "{unit} {call} watch it by hand, a timer of it fails",
        ("Call the unit by voice radio, and again every 10 minutes.", "Tell whoever looks after the system."),
    ),
    AlertKind.WELFARE_OVERDUE: AlertSpec(
        AlertLevel.L2, "{unit} welfare check overdue {call}", ("Call the unit by voice radio.", "Log the answer.")
    ),
    AlertKind.POLICE_REQUESTED: AlertSpec(
        AlertLevel.L2, "{call} police requested {unit}", ("Assign the nearest police unit.",)
    ),
    AlertKind.FIELD_ASKED: AlertSpec(
        AlertLevel.L2,
        "{unit} asks from the field {call}",
        ("Send what the crew asks for.", "Nobody can come: answer the request, and tell the crew."),
    ),
    AlertKind.PENDING_OVERDUE: AlertSpec(
        AlertLevel.L2, "{call} waiting for a unit", ("Send the recommended units.", "None free: look at the fallback.")
    ),
    AlertKind.NOT_ACKNOWLEDGED: AlertSpec(
        AlertLevel.L2, "{unit} has not acknowledged {call}", ("Call the unit by voice radio.", "Send another unit.")
    ),
    AlertKind.HANDOFF_NOT_ACCEPTED: AlertSpec(
        AlertLevel.L2,
        "{call} phone hand-off not accepted",
        ("Call the next channel of the team.", "Send the fallback.", "Nobody with the person: offer EMS now."),
    ),
    AlertKind.OUT_OF_SCOPE: AlertSpec(
        AlertLevel.L2,
        "{unit} does not serve what {call} is now",
        (
            "Send the team that the rules name now.",
            "Tell the crew what was learned.",
            "Clear the crew when that is right.",
        ),
    ),
    AlertKind.POSITION_UNATTENDED: AlertSpec(
        AlertLevel.L2, "Position unattended", ("Look after the person.", "Take the position's calls over.")
    ),
    AlertKind.HANDOVER_UNANSWERED: AlertSpec(
        AlertLevel.L2, "Hand-over not accepted", ("Ask the colleague.", "Take the calls over.")
    ),
    AlertKind.CALLBACK_DUE: AlertSpec(AlertLevel.L2, "{call} call-back due", ("Call the caller back.",)),
    AlertKind.TRANSFER_NOT_ACCEPTED: AlertSpec(
        AlertLevel.L2,
        "{call} transfer not accepted",
        ("Call the caller back: the call is ours.", "Ask the other side for a name.", "Send our own response."),
    ),
    AlertKind.SCHEDULED_DUE: AlertSpec(AlertLevel.L2, "{call} is scheduled for now", ("Send the recommended units.",)),
    AlertKind.PREEMPTED: AlertSpec(
        AlertLevel.L2, "{call} lost {unit} to a graver call", ("Send another unit.", "Tell the caller.")
    ),
    AlertKind.UNIT_SILENT: AlertSpec(
        AlertLevel.L2, "{unit} is silent {call}", ("Call the unit by voice radio.", "Log the answer.", "Send police.")
    ),
    AlertKind.UNIT_FREE: AlertSpec(AlertLevel.L2, "{unit} is free {call}", ("Send it to the call that waits for it.",)),
    AlertKind.ETA_OVERRUN: AlertSpec(AlertLevel.L3, "{unit} later than its ETA {call}", ("Ask the unit for its ETA.",)),
    AlertKind.ARRIVAL_TARGET_MISSED: AlertSpec(
        AlertLevel.L3, "{unit} past the arrival target {call}", ("Tell the caller the new ETA.",)
    ),
    AlertKind.TRIAGE_INCOMPLETE: AlertSpec(
        AlertLevel.L3, "{call} triage incomplete", ("Ask the open questions, or dispatch as it stands.",)
    ),
}


WELFARE_ALERTS: Final = (AlertKind.WELFARE_OVERDUE, AlertKind.WELFARE_MISSED)


def alert_level(kind: AlertKind, priority: int | None = None) -> AlertLevel:
    """The level of an alert: a call waiting too long is L2 at P1 and P2, L3 below."""
    if kind is AlertKind.PENDING_OVERDUE and priority is not None and priority > 2:
        return AlertLevel.L3
    return ALERTS[kind].level


def pending_due(received_at: datetime, priority: int, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When a call that no unit was ever sent to is overdue."""
    return received_at + settings.span(settings.pending_s[priority])


def acknowledge_due(dispatched_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When a dispatched unit should have acknowledged."""
    return dispatched_at + settings.span(settings.acknowledge_s)


def eta_overrun_due(eta_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When a unit en route is late against its expected arrival."""
    return eta_at + settings.span(settings.eta_overrun_s)


def arrival_due(
    answered_at: datetime, target_minutes: int | None, settings: TimerSettings = DEFAULT_TIMERS
) -> datetime | None:
    """When a team should have arrived, counted from the 911 answer; None for a team without a target of its own."""
    return None if target_minutes is None else answered_at + settings.span(target_minutes * MINUTE)


def triage_due(answered_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When the triage questions should have been asked."""
    return answered_at + settings.span(settings.triage_s)


def transfer_due(
    offered_at: datetime, settings: TimerSettings = DEFAULT_TIMERS, *, after_s: float | None = None
) -> datetime:
    """When the caller of a transfer that nobody has accepted is called back, and again after as long.

    `after_s` is what the rule that decided the call says, in place of the setting.
    """
    return offered_at + settings.span(settings.transfer_callback_s if after_s is None else after_s)


def handoff_next_due(requested_at: datetime, attempts: int, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When to go to the team's next channel: after a while, or at once when enough attempts failed."""
    if attempts >= settings.handoff_attempts:
        return requested_at
    return requested_at + settings.span(settings.handoff_next_s)


def handoff_fallback_due(requested_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When a team that nobody of has taken the call by phone counts as unavailable."""
    return requested_at + settings.span(settings.handoff_fallback_s)


def police_due(requested_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When police that were requested should have been assigned."""
    return requested_at + settings.span(settings.police_unassigned_s)


def order_due(ordered_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When an order to stage or withdraw should have been acknowledged; then the crew is called by voice."""
    return ordered_at + settings.span(settings.order_acknowledge_s)


def notify_next_due(told_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When the next on the ladder is told of what nobody acknowledged."""
    return told_at + settings.span(settings.notify_next_s)


def escalate_due(raised_at: datetime, level: AlertLevel, settings: TimerSettings = DEFAULT_TIMERS) -> datetime | None:
    """When an alert nobody acknowledged goes to the supervisor and every position; None for L3."""
    seconds = {AlertLevel.L1: settings.level_1_escalate_s, AlertLevel.L2: settings.level_2_escalate_s}.get(level)
    return None if seconds is None else raised_at + settings.span(seconds)


def contact_due(acknowledged_at: datetime, settings: TimerSettings = DEFAULT_TIMERS) -> datetime:
    """When an acknowledged L1 is raised again unless contact or police were logged."""
    return acknowledged_at + settings.span(settings.contact_s)


def welfare_due(
    status: AssignmentStatus,
    entered_at: datetime,
    *,
    last_ok_at: datetime | None = None,
    eta_at: datetime | None = None,
    asked_minutes: int | None = None,
    tier: int | None = None,
    settings: TimerSettings = DEFAULT_TIMERS,
) -> datetime | None:
    """When the next welfare check of a civilian crew is due; None in a status without checks.

    `entered_at` is when the status began, `eta_at` the expected arrival of a transport. `asked_minutes` is the time
    the crew asked for with its last "we are OK", cut to the longest allowed for the call's `tier`.
    """
    longest = settings.longest_welfare(tier)
    if status not in (AssignmentStatus.ST, AssignmentStatus.OS, AssignmentStatus.TR):
        return None
    if last_ok_at is not None and last_ok_at >= entered_at:
        every = settings.welfare_every_s if asked_minutes is None else asked_minutes * MINUTE
        return last_ok_at + settings.span(min(every, longest))
    if status is AssignmentStatus.TR and eta_at is not None:
        return eta_at + settings.span(settings.welfare_after_eta_s)
    first = settings.welfare_first_on_scene_s if status is AssignmentStatus.OS else settings.welfare_every_s
    return entered_at + settings.span(min(first, longest))


def welfare_latest(
    due_at: datetime, since: datetime, now: datetime, *, tier: int | None, settings: TimerSettings = DEFAULT_TIMERS
) -> datetime:
    """When a check that is set for `due_at` is due now that the call is of this tier: sooner or the same, never past.

    `since` is the crew's last word, or when its status began.
    """
    return min(due_at, max(now, since + settings.span(settings.longest_welfare(tier))))


def welfare_ladder(
    due_at: datetime, settings: TimerSettings = DEFAULT_TIMERS
) -> tuple[tuple[DeadlineKind, datetime], ...]:
    """The steps of a check that stays unanswered: prompt, L2, L1, police sent by the system."""
    return (
        (DeadlineKind.WELFARE_PROMPT, due_at),
        (DeadlineKind.WELFARE_LEVEL_2, due_at + settings.span(settings.welfare_level_2_s)),
        (DeadlineKind.WELFARE_LEVEL_1, due_at + settings.span(settings.welfare_level_1_s)),
        (DeadlineKind.WELFARE_POLICE, due_at + settings.span(settings.welfare_police_s)),
    )
