"""What-ifs as they are read: whether one of them lets a ruleset be approved, and which groups still want a look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from dispatch.models import Call, Decision, Ruleset, WhatIf, WhatIfGroup
from dispatch.queries import rulesets
from dispatch.rules.whatif import table_digest
from partners.access import Actor
from partners.models import Agency, Team

DEFAULT_DAYS = 90
"""How far back a what-if looks unless told otherwise; one that counts for an approval looks back no less."""

A_DAY = timedelta(days=1)
FRESH = timedelta(days=30)
"""How long a what-if counts for an approval."""


def civilian_teams() -> list[str]:
    """The codes of the teams whose hours and units can be tried."""
    return list(Team.objects.filter(agency__kind=Agency.Kind.CIVILIAN).values_list("code", flat=True))


def for_approval(row: Ruleset) -> QuerySet[WhatIf]:
    """The finished what-ifs an approver may rely on, newest first: of the ruleset as it is now, alone (no other hours,
    no more units), over the default period or more, and recent: no ruleset took effect since, `FRESH` at most passed.
    """
    return _recent(_of_table(row).filter(_long_enough(), hours={}, extra_units={})).order_by("-pk")


def approval_gaps(row: Ruleset, by: Actor) -> list[str]:
    """Why a ruleset cannot be approved by this actor yet, in sentences; empty when nothing is missing.

    Empty too where no decision is stored: there is nothing to try it on.
    """
    if not Decision.objects.exists():
        return []
    found = for_approval(row).first()
    if found is None:
        return [_why_none(row)]
    left = len(unticked(found, by))
    if not left:
        return []
    total = found.groups.count()
    return [f"{left} of the {total} groups of changed decisions in {found} are not ticked by you: look at each."]


def group_data(group: WhatIfGroup) -> dict[str, Any]:
    """A stored group in the shape it came from."""
    return {
        name: getattr(group, name)
        for name in (
            "direction", "rule_before", "tier_before", "response_before", "rule_after", "tier_after", "response_after",
            "calls", "figures", "ticked_by_name",
        )
    }  # fmt: skip


def call_ids(groups: Iterable[WhatIfGroup]) -> dict[str, int]:
    """Number -> id of the calls that are examples of these groups."""
    numbers = {number for group in groups for number in group.examples}
    return dict(Call.objects.filter(number__in=numbers).values_list("number", "pk"))


def unticked(what_if: WhatIf, by: Actor) -> list[WhatIfGroup]:
    """The groups this actor has not ticked."""
    return [group for group in what_if.groups.all() if not ticked(group, by)]


def ticked(group: WhatIfGroup, by: Actor) -> bool:
    """Whether it was this actor who ticked the group."""
    return group.ticked_at is not None and (group.ticked_by_id, group.ticked_by_name) == (by.user_id, by.name)


def _of_table(row: Ruleset) -> QuerySet[WhatIf]:
    """The finished what-ifs of a ruleset that tried the very table it has now."""
    return WhatIf.objects.filter(
        ruleset=row, status=WhatIf.Status.DONE, summary__table=table_digest(rulesets.load(row.pk))
    )


def _long_enough() -> Q:
    """Requested for the default period up to the day of the request, or for more."""
    return Q(since__lte=F("created_at") - timedelta(days=DEFAULT_DAYS) + A_DAY, until__gte=F("created_at") - A_DAY)


def _recent(found: QuerySet[WhatIf]) -> QuerySet[WhatIf]:
    deciding = rulesets.in_effect().first()
    recent = found.filter(finished_at__gte=Now() - FRESH)
    return recent if deciding is None else recent.filter(finished_at__gte=deciding.effective_at)


def _why_none(row: Ruleset) -> str:
    if WhatIf.objects.filter(ruleset=row, status__in=WhatIf.UNFINISHED).exists():
        return f"The what-if of {row} on stored calls is not finished yet."
    if not WhatIf.objects.filter(ruleset=row, status=WhatIf.Status.DONE).exists():
        return f"{row} was not tried on stored calls yet: request a what-if."
    if not _of_table(row).exists():
        return f"{row} was changed after its last what-if: request it again."
    if not _recent(_of_table(row)).exists():
        return (
            f"The last what-if of {row} is older than {FRESH.days} days, or than the ruleset that decides now: request "
            "it again."
        )
    return (
        f"An approval needs a what-if of {row} alone, with hours and units as they were, over the last "
        f"{DEFAULT_DAYS} days or more: request one."
    )
