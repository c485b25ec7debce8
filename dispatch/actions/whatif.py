"""What-ifs: requested, run outside of any request, and their groups ticked by whoever wants to approve the ruleset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from dispatch.actions.ruleset_life import require_second_person
from dispatch.actions.transaction import action
from dispatch.models import Ruleset, WhatIf, WhatIfGroup
from dispatch.queries.access import require
from dispatch.queries.whatif import DEFAULT_DAYS, civilian_teams, ticked
from dispatch.queries.whatif_calls import decided_calls, what_if_result
from dispatch.rules.evaluate import NoRuleMatchesError
from dispatch.rules.whatif_hours import Hours, ScenarioError, checked_hours, checked_units, hours_data
from dispatch.rules.whatif_result import Result
from hearteam.advisory_locks import AdvisoryLock, held_if_free
from hearteam.outgoing import task_send
from hearteam.problems import Conflict, Malformed, NotFound, Problem, Refused
from partners.access import Actor, Permission

RUN_TASK = "dispatch.tasks.what_if_run"
LONGEST_DAYS = 1_830
LEFT_BEHIND = timedelta(seconds=30)
GIVEN_UP = timedelta(hours=1)
WAITED_IN_VAIN = timedelta(days=1)
"""A backup may hold the workers' one place for slow tasks for hours: what only waits is not given up before."""
RUNNER = Actor.system("what-if")


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
        transaction.on_commit(lambda: task_send(RUN_TASK, asked.pk), robust=True)
    return asked


def _checked(hours: Mapping[str, Sequence[Hours]], extra_units: Mapping[str, int]) -> dict[str, dict[str, object]]:
    teams = civilian_teams()
    try:
        return {
            "hours": hours_data(checked_hours(hours, teams)),
            "extra_units": dict(checked_units(extra_units, teams)),
        }
    except ScenarioError as error:
        raise Malformed(str(error)) from error


def whatif_run(*, what_if_id: int) -> WhatIf:
    """Run a queued what-if, or one whose worker died; what another process is running is left to it.

    The session's advisory lock says who runs it and goes with the connection. Ends DONE, or FAILED with a sentence.
    Raises NotFound; and what went wrong, once that is stored.
    """
    with held_if_free(AdvisoryLock.WHAT_IF, what_if_id) as ours:
        what_if = _claim(what_if_id) if ours else None
        if what_if is None:
            return _found(what_if_id)
        try:
            found = what_if_result(what_if, lambda calls: _progress(what_if_id, calls))
        except NoRuleMatchesError:
            return _fail(what_if_id, "The ruleset gives some calls no response: check it first.")
        except Exception as error:
            _fail(what_if_id, f"It could not be finished ({type(error).__name__}): try it again, or a shorter period.")
            raise
        return _finish(what_if_id, found)


def whatif_sweep(*, now: datetime) -> int:
    """Queue again what a broker outage, a dead worker or a slow task before it left behind; give up an hour after it
    was first begun. Returns how many queued.
    """
    left = WhatIf.objects.filter(status__in=WhatIf.UNFINISHED, created_at__lt=now - LEFT_BEHIND)
    queued = 0
    for what_if in left.order_by("pk"):
        if what_if.started_at is not None and what_if.started_at < now - GIVEN_UP:
            _fail(what_if.pk, "It was not finished within an hour: choose a shorter period.")
        elif what_if.created_at < now - WAITED_IN_VAIN:
            _fail(what_if.pk, "No worker had time for it within a day: try it again.")
        else:
            task_send(RUN_TASK, what_if.pk)
            queued += 1
    return queued


def _claim(what_if_id: int) -> WhatIf | None:
    """RUNNING from now; None when it has ended."""
    with action(RUNNER):
        what_if = _locked(what_if_id)
        if what_if.status not in WhatIf.UNFINISHED:
            return None
        what_if.status, what_if.calls = WhatIf.Status.RUNNING, 0
        what_if.started_at = what_if.started_at or timezone.now()
        what_if.summary = {"expected": decided_calls(what_if.since, what_if.until).count()}
        what_if.save()
    return what_if


def _locked(what_if_id: int) -> WhatIf:
    return _found(what_if_id, WhatIf.objects.select_for_update(no_key=True))


def _found(what_if_id: int, rows: QuerySet[WhatIf] | None = None) -> WhatIf:
    what_if = (WhatIf.objects.all() if rows is None else rows).filter(pk=what_if_id).first()
    if what_if is None:
        raise NotFound("There is no such what-if.")
    return what_if


def _progress(what_if_id: int, calls: int) -> None:
    WhatIf.objects.filter(pk=what_if_id).update(calls=calls)


def _finish(what_if_id: int, found: Result) -> WhatIf:
    with action(RUNNER):
        what_if = _locked(what_if_id)
        WhatIfGroup.objects.bulk_create(
            WhatIfGroup(what_if=what_if, position=position, **group.data())
            for position, group in enumerate(found.groups, start=1)
        )
        what_if.status, what_if.finished_at = WhatIf.Status.DONE, timezone.now()
        what_if.calls, what_if.summary = found.tally.calls, found.summary()
        what_if.save()
    return what_if


def _fail(what_if_id: int, problem: str) -> WhatIf:
    with action(RUNNER):
        what_if = _locked(what_if_id)
        what_if.status, what_if.problem, what_if.finished_at = WhatIf.Status.FAILED, problem, timezone.now()
        what_if.save()
    return what_if


def whatif_tick(*, by: Actor, group_id: int) -> WhatIfGroup:
    """Say that one has looked at a group of changed decisions and agrees.

    Raises NotFound; NotAllowed; Refused to whoever wrote any of the ruleset, where there is no ruleset to approve, and
    where somebody else ticked: they take theirs back first, or the what-if is requested again.
    """
    with action(by):
        group = _tickable(by, group_id)
        if group.ticked_at is not None and not ticked(group, by):
            raise Refused(
                f"{group.ticked_by_name} ticked this group: they take it back first, or request the what-if again."
            )
        group.ticked_by_id, group.ticked_by_name, group.ticked_at = by.user_id, by.name, timezone.now()
        group.save(update_fields=["ticked_by", "ticked_by_name", "ticked_at"])
    return group


def whatif_untick(*, by: Actor, group_id: int) -> WhatIfGroup:
    """Take one's own tick back. Raises as `whatif_tick`, and Refused where somebody else ticked."""
    with action(by):
        group = _tickable(by, group_id)
        if group.ticked_at is not None and not ticked(group, by):
            raise Refused(f"{group.ticked_by_name} ticked this group: only who ticked takes it back.")
        group.ticked_by, group.ticked_by_name, group.ticked_at = None, "", None
        group.save(update_fields=["ticked_by", "ticked_by_name", "ticked_at"])
    return group


def whatif_tickable(by: Actor, what_if: WhatIf) -> str:
    """Why this actor cannot tick groups of a what-if, in a sentence; empty when they can."""
    try:
        _require_approver(by, what_if.ruleset)
    except Problem as problem:
        return problem.detail
    return ""


def _tickable(by: Actor, group_id: int) -> WhatIfGroup:
    rows = WhatIfGroup.objects.select_for_update(of=("self",), no_key=True).select_related("what_if__ruleset")
    group = rows.filter(pk=group_id).first()
    if group is None:
        raise NotFound("There is no such group.")
    _require_approver(by, group.what_if.ruleset)
    return group


def _require_approver(by: Actor, row: Ruleset | None) -> None:
    require(by, Permission.RULESET_CHANGE, "tick groups of a what-if")
    if row is None:
        raise Refused("This what-if is about hours and units: there is no ruleset to approve.")
    require_second_person(by, row)


def _ruleset(ruleset_id: int) -> Ruleset:
    row = Ruleset.objects.filter(pk=ruleset_id).first()
    if row is None:
        raise NotFound("There is no such ruleset.")
    return row
