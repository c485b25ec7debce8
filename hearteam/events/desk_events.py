"""What happens at the center: alerts, positions and hand-overs, undoing, and what decides from now on."""

from __future__ import annotations

from hearteam.events.event import DomainEvent


class AlertRaised(DomainEvent):
    """Someone must look. Kept until cleared."""

    type = "alert_raised"
    alert: str
    kind: str
    level: int
    text: str


class AlertEscalated(DomainEvent):
    """Nobody acknowledged, or nothing was done: it goes to more people or to a higher level."""

    type = "alert_escalated"
    alert: str
    kind: str
    level: int
    reason: str


class AlertReworded(DomainEvent):
    """An open alert is about less than it was: `text` says of what. It does not sound."""

    type = "alert_reworded"
    alert: str
    kind: str
    text: str


class AlertAcknowledged(DomainEvent):
    """A named person has seen it; the sound stops, the alert stays."""

    type = "alert_acknowledged"
    alert: str
    kind: str
    seconds: float


class AlertCleared(DomainEvent):
    """Its cause is gone."""

    type = "alert_cleared"
    alert: str
    kind: str
    reason: str


class ActionUndone(DomainEvent):
    """A person took back their own last action: the events of these versions and types. They stay in the log."""

    type = "action_undone"
    undone: list[int]
    types: list[str]


class PositionClaimed(DomainEvent):
    """Somebody sat down at a workstation."""

    type = "position_claimed"
    position: str
    holder: str


class PositionReleased(DomainEvent):
    """Somebody left their workstation; `calls` of it are open."""

    type = "position_released"
    position: str
    holder: str
    calls: int


class CallTaken(DomainEvent):
    """A workstation works the call from now on, in place of another or of none (empty)."""

    type = "call_taken"
    position: str
    from_position: str


class HandoverOffered(DomainEvent):
    """A shift's open calls were offered to a colleague, who has not answered yet."""

    type = "handover_offered"
    handover: str
    position: str
    to: str
    calls: list[str]


class HandoverAnswered(DomainEvent):
    """The colleague took the calls or did not, or the offer was withdrawn."""

    type = "handover_answered"
    handover: str
    position: str
    answer: str
    to: str


class RulesetPublished(DomainEvent):
    """Another ruleset version decides from now on. `republishes`: the earlier version that it brings back."""

    type = "ruleset_published"
    name: str
    version: int
    effective_at: str | None = None
    republishes: str | None = None


class TimerLimitsChanged(DomainEvent):
    """Other time limits hold for what is set from now on: those that changed, by name, in seconds, % or times."""

    type = "timer_limits_changed"
    before: dict[str, int]
    after: dict[str, int]
    reason: str


class LogRestarted(DomainEvent):
    """A backup was put in the place of the database: what happened after `backup_at` is not in this log."""

    type = "log_restarted"
    backup_at: str


class CommandAliasChanged(DomainEvent):
    """A word on the command line stands for a command from now on, or no longer (`active`)."""

    type = "command_alias_changed"
    word: str
    verb: str
    active: bool
