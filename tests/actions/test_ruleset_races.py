"""Two supervisors, or two timers processes, at the same moment: one is first, the other is told. On committed rows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from dispatch.actions.rulesets import (
    ruleset_approve,
    ruleset_check,
    ruleset_copy,
    ruleset_publish,
    ruleset_take_effect,
)
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from hearteam.problems import Refused
from tests.actions.ruleset_steps import announced, approved, draft, second, steps, took_effect_unseen
from tests.stage import Stage

PATIENCE_S = 30.0


def at_once(*runs: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal it got."""
    start = threading.Barrier(len(runs))

    def go(act: Callable[[], object]) -> object:
        try:
            start.wait(PATIENCE_S)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(go, runs))


def refusals(results: list[object]) -> int:
    return sum(isinstance(result, Refused) for result in results)


def test_of_two_approvals_and_of_two_publications_one_counts(committed: Stage) -> None:
    row = draft(committed)
    ruleset_check(by=committed.supervisor, ruleset_id=row.pk)
    by = second(committed)
    assert refusals(at_once(*[lambda: ruleset_approve(by=by, ruleset_id=row.pk)] * 2)) == 1
    assert refusals(at_once(*[lambda: ruleset_publish(by=by, ruleset_id=row.pk)] * 2)) == 1
    assert [step for step, _ in steps(row)] == ["imported", "checked", "approved", "published"]
    assert announced() == [(2, None)]


def test_of_two_rulesets_published_at_once_one_decides_and_the_other_is_checked_again(committed: Stage) -> None:
    rows = [approved(committed, version) for version in (2, 3)]
    results = at_once(*[lambda row=row: ruleset_publish(by=committed.supervisor, ruleset_id=row.pk) for row in rows])
    assert refusals(results) == 1
    assert Ruleset.objects.filter(status="published").count() == 1
    assert Ruleset.objects.filter(status="approved").count() == 1
    assert announced()[-1][0] == rulesets.current()[0].version


def test_two_copies_at_once_are_two_versions(committed: Stage) -> None:
    original = Ruleset.objects.get()
    at_once(*[lambda: ruleset_copy(by=committed.supervisor, ruleset_id=original.pk)] * 2)
    assert sorted(Ruleset.objects.values_list("version", flat=True)) == [1, 2, 3]


def test_two_timers_processes_announce_it_once(committed: Stage) -> None:
    took_effect_unseen(committed, 2)
    assert sorted(at_once(ruleset_take_effect, ruleset_take_effect)) == [False, True]
    assert announced() == [(2, None)]
