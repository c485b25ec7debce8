"""One class per event type, past tense, strict; additive changes only. The console's types are generated from these.

Every event also carries `changes`: the rows (see rows.py) of all it changed, as they are after it.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from hearteam.events.rows import AlertRow, CallRow, UnitRow


class Changes(BaseModel):
    """Rows to merge into the follower's state, by `id` (calls, alerts) or `unit` (units)."""

    model_config = ConfigDict(extra="forbid")
    calls: list[CallRow] = Field(default_factory=list)
    units: list[UnitRow] = Field(default_factory=list)
    alerts: list[AlertRow] = Field(default_factory=list)


class DomainEvent(BaseModel):
    """Base of all events. `type` is the name on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: ClassVar[str]
