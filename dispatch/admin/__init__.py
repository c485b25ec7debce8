"""The administration of calls: tables a center edits, rulesets and their life, and records to be read."""

from dispatch.admin import (
    command_aliases,
    configuration,
    devices,
    intake,
    notifications,
    premises,
    records,
    retention,
    rulesets,
    timer_limits,
    vocabularies,
    whatif,
)

__all__ = [
    "command_aliases",
    "configuration",
    "devices",
    "intake",
    "notifications",
    "premises",
    "records",
    "retention",
    "rulesets",
    "timer_limits",
    "vocabularies",
    "whatif",
]
