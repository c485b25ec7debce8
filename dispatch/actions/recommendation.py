"""The units proposed for a call: ranked anew when what it needs changed, kept when the list is another one."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField
from django.utils import timezone

from dispatch.actions.transaction import Work, action
from dispatch.models import Call, Recommendation
from dispatch.queries import access
from dispatch.queries.recommendation import rank_units, recommendation_row
from hearteam.events import types
from hearteam.prepared import Parameter, Prepared
from partners.access import Actor
from partners.queries.availability import TeamAvailability


def recommendation_make(*, by: Actor, call_id: str | int) -> Recommendation | None:
    """Rank the units again; stored, with an event, when the list differs from the last one. None for an ended call."""
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        return propose(work, call)


def recommendation_read(*, by: Actor, call_id: str | int) -> dict[str, Any]:
    """As `recommendation_make`, for whoever reads it: the list as it is now, ranked once, also of an ended call."""
    with action(by) as work:
        call = access.call_for(by, call_id, lock=True)
        shown = recommendation_row(call, rank_units(call))
        if call.open:
            _keep(work, call, shown)
        return shown


def propose(work: Work, call: Call, states: dict[str, TeamAvailability] | None = None) -> Recommendation | None:
    """Rank units for what the call still needs and keep the list with it, unless it is the one already kept."""
    if not call.open:
        return None
    return _keep(work, call, recommendation_row(call, rank_units(call, states)))


def _keep(work: Work, call: Call, shown: dict[str, Any]) -> Recommendation:
    last: Recommendation | None = _newest.first(call=call.pk)
    picked = [row["unit"] for row in shown["units"]]
    if last is not None and last.decision_id == call.decision_id and [row["unit"] for row in last.units] == picked:
        return last
    recommendation = Recommendation.objects.create(
        call=call,
        decision=call.decision,
        response=shown["response"],
        units=shown["units"],
        short_of=shown["short_of"],
        at=timezone.now(),
    )
    work.emit(
        types.RecommendationMade(recommendation=str(recommendation.pk), units=picked, short_of=shown["short_of"]),
        call=call,
    )
    return recommendation


_newest = Prepared(lambda: Recommendation.objects.filter(call=Parameter("call", BigIntegerField())).order_by("-pk")[:1])
