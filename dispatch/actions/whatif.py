"""What-ifs: requested, run outside of any request, and their groups ticked by whoever wants to approve the ruleset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from dispatch.actions.transaction import action
from dispatch.models import Ruleset, WhatIf, WhatIfGroup
from dispatch.queries.access import require
from dispatch.queries.whatif import DEFAULT_DAYS, ticked, wrote
from dispatch.rules.whatif_hours import Hours, ScenarioError, checked_hours, checked_units, hours_data
from hearteam.celery import app
from hearteam.problems import Conflict, Malformed, NotFound, Refused
from partners.access import Actor, Permission
from partners.models import Agency, Team

RUN_TASK = "dispatch.tasks.what_if_run"
LONGEST_DAYS = 1_830


def whatif_request(
    *,
    by: Actor,
    ruleset_id: int | None = None,
    hours: Mapping[str, Sequence[Hours]] | None = None,
    extra_units: Mapping[str, int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> WhatIf:
    """Queue a what-if: a ruleset (the published one without), hours added and units added, on the calls received from
    `since` up to `until` (the last 90 days).

    Raises NotFound for an unknown ruleset, Malformed for an unknown team, hours or a period that make no sense, Refused
    where nothing would be different, Conflict while another one of that ruleset is not finished.
    """
    require(by, Permission.RULESET_CHANGE, "try rulesets on stored calls")
    now = timezone.now()
    until = until or now
    since = since or until - timedelta(days=DEFAULT_DAYS)
    if not timedelta(0) < until - since <= timedelta(days=LONGEST_DAYS):
        raise Malformed("The period must end after it begins and be five years at most.")
    added = _checked(hours or {}, extra_units or {})
    if ruleset_id is None and not any(added.values()):
        raise Refused("Choose a ruleset, hours to add or units to add: nothing would be different.")
    with action(by):
        row = _ruleset(ruleset_id) if ruleset_id is not None else None
        try:
            with transaction.atomic():
                asked = WhatIf.objects.create(
                    ruleset=row,
                    since=since,
                    until=until,
                    requested_by_id=by.user_id,
                    requested_by_name=by.name,
                    **added,
                )
        except IntegrityError as error:
            raise Conflict(
                f"A what-if of {row or 'the published ruleset'} is not finished yet: wait for it."
            ) from error
        transaction.on_commit(lambda: whatif_enqueue(asked.pk), robust=True)
    return asked


def whatif_enqueue(what_if_id: int) -> None:
    """Hand it to a worker. What a broker outage loses is found by the sweep."""
    app.send_task(RUN_TASK, [what_if_id], retry=False)


def _checked(hours: Mapping[str, Sequence[Hours]], extra_units: Mapping[str, int]) -> dict[str, dict[str, object]]:
    teams = set(Team.objects.filter(agency__kind=Agency.Kind.CIVILIAN).values_list("code", flat=True))
    try:
        return {
            "hours": hours_data(checked_hours(hours, teams)),
            "extra_units": dict(checked_units(extra_units, teams)),
        }
    except ScenarioError as error:
        raise Malformed(str(error)) from error


def whatif_tick(*, by: Actor, group_id: int) -> WhatIfGroup:
    """Say that one has looked at a group of changed decisions and agrees.

    Raises NotFound; NotAllowed; Refused to the ruleset's author, and where there is no ruleset to approve.
    """
    group = _tickable(by, group_id)
    with action(by):
        group.ticked_by_id, group.ticked_by_name, group.ticked_at = by.user_id, by.name, timezone.now()
        group.save(update_fields=["ticked_by", "ticked_by_name", "ticked_at"])
    return group


def whatif_untick(*, by: Actor, group_id: int) -> WhatIfGroup:
    """Take one's own tick back. Raises as `whatif_tick`, and Refused where somebody else ticked."""
    group = _tickable(by, group_id)
    if group.ticked_at is not None and not ticked(group, by):
        raise Refused(f"{group.ticked_by_name} ticked this group: only who ticked takes it back.")
    with action(by):
        group.ticked_by, group.ticked_by_name, group.ticked_at = None, "", None
        group.save(update_fields=["ticked_by", "ticked_by_name", "ticked_at"])
    return group


def _tickable(by: Actor, group_id: int) -> WhatIfGroup:
    require(by, Permission.RULESET_CHANGE, "tick groups of a what-if")
    group = WhatIfGroup.objects.select_related("what_if__ruleset").filter(pk=group_id).first()
    if group is None:
        raise NotFound("There is no such group.")
    row = group.what_if.ruleset
    if row is None:
        raise Refused("This what-if is about hours and units: there is no ruleset to approve.")
    if wrote(row, by):
        raise Refused(f"You wrote {row}: the second person who approves it ticks the groups.")
    return group


def _ruleset(ruleset_id: int) -> Ruleset:
    row = Ruleset.objects.filter(pk=ruleset_id).first()
    if row is None:
        raise NotFound("There is no such ruleset.")
    return row
