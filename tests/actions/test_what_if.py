"""What-ifs on stored calls: requested, run by a worker, ticked by a second person; what an approval wants of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import psycopg2
import pytest
import redis
from django.db import connection
from django.utils import timezone

from dispatch import tasks
from dispatch.actions.rulesets import ruleset_import, ruleset_rewrite
from dispatch.actions.triage import triage_answer
from dispatch.actions.whatif import (
    RUN_TASK,
    whatif_request,
    whatif_run,
    whatif_sweep,
    whatif_tick,
    whatif_untick,
)
from dispatch.models import Assignment, Call, Decision, Rule, Ruleset, WhatIf
from dispatch.queries import whatif_calls
from dispatch.queries.whatif import approval_gaps
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.whatif_hours import Hours
from hearteam.advisory_locks import AdvisoryLock
from hearteam.problems import Conflict, Malformed, NotAllowed, NotFound, Refused
from partners.models import Unit
from tests.factories import make_call
from tests.stage import CLEAR_ADULT, Stage, publish_ruleset
from tests.waiting import until

pytestmark = pytest.mark.django_db


def acute_adults_as_distressed(version: int = 2) -> rules.Ruleset:
    """R7 at tier 4: the same team comes, with less protection."""
    default = load_default_ruleset()

    def lowered(rule: rules.Rule) -> rules.Rule:
        return replace(rule, outcomes=tuple(replace(outcome, tier=4) for outcome in rule.outcomes))

    table = tuple(lowered(rule) if rule.code == "R7" else rule for rule in default.rules)
    return replace(default, version=version, rules=table)


def drafted(stage: Stage, ruleset: rules.Ruleset | None = None) -> Ruleset:
    return ruleset_import(by=stage.supervisor, ruleset=ruleset or acute_adults_as_distressed())


def run(stage: Stage, draft: Ruleset | None, **scenario: Any) -> WhatIf:
    asked = whatif_request(by=stage.supervisor, ruleset_id=draft.pk if draft else None, **scenario)
    return whatif_run(what_if_id=asked.pk)


def approver(stage: Stage) -> Any:
    return stage.cast.actor("supervisor2")


def changed(what_if: WhatIf) -> list[tuple[str, str, list[str], list[str], int]]:
    return [
        (group.direction, group.rule_after, group.response_before, group.response_after, group.calls)
        for group in what_if.groups.all()
    ]


def test_a_draft_that_changes_nothing_has_no_groups_and_nothing_stands_in_its_way(stage: Stage) -> None:
    stage.triaged_call()
    draft = drafted(stage, replace(load_default_ruleset(), version=2))
    what_if = run(stage, draft)
    assert (what_if.status, what_if.calls, what_if.summary["changed"]) == ("done", 1, 0)
    assert not what_if.groups.exists()
    assert approval_gaps(draft, approver(stage)) == []


def test_a_draft_that_lowers_protection_waits_for_the_approvers_tick(stage: Stage) -> None:
    acute = stage.triaged_call(acuity="HIGH")
    stage.triaged_call()
    draft = drafted(stage)
    assert "was not tried on stored calls yet" in approval_gaps(draft, approver(stage))[0]
    what_if = run(stage, draft)
    assert changed(what_if) == [("LOWERS", "R7", ["CRMHC"], ["CRMHC"], 1)]
    group = what_if.groups.get()
    assert (group.tier_before, group.tier_after, group.examples) == (3, 4, [acute.number])
    assert "1 of the 1 groups" in approval_gaps(draft, approver(stage))[0]
    whatif_tick(by=approver(stage), group_id=group.pk)
    assert approval_gaps(draft, approver(stage)) == []
    group.refresh_from_db()
    assert (group.ticked_by_name, group.ticked_by) == ("supervisor-2", stage.cast.supervisor2)
    whatif_untick(by=approver(stage), group_id=group.pk)
    assert approval_gaps(draft, approver(stage)) != []


def test_a_tick_counts_for_who_made_it_and_only_they_take_it_back(stage: Stage) -> None:
    stage.triaged_call(acuity="HIGH")
    draft = drafted(stage)
    group = run(stage, draft).groups.get()
    with pytest.raises(Refused, match="You wrote"):
        whatif_tick(by=stage.supervisor, group_id=group.pk)
    with pytest.raises(NotAllowed):
        whatif_tick(by=stage.cast.actor("auditor"), group_id=group.pk)
    whatif_tick(by=approver(stage), group_id=group.pk)
    third = replace(approver(stage), name="supervisor-3", user_id=None)
    assert approval_gaps(draft, third) != []
    with pytest.raises(Refused, match="only who ticked"):
        whatif_untick(by=third, group_id=group.pk)
    with pytest.raises(Refused, match="supervisor-2 ticked this group: they take it back first"):
        whatif_tick(by=third, group_id=group.pk)
    assert approval_gaps(draft, approver(stage)) == []
    whatif_untick(by=approver(stage), group_id=group.pk)
    whatif_tick(by=third, group_id=group.pk)
    assert approval_gaps(draft, third) == []


def test_a_change_after_the_what_if_makes_it_stale(stage: Stage) -> None:
    stage.triaged_call()
    draft = drafted(stage, replace(load_default_ruleset(), version=2))
    run(stage, draft)
    assert approval_gaps(draft, approver(stage)) == []
    draft = ruleset_rewrite(by=stage.supervisor, ruleset_id=draft.pk, ruleset=acute_adults_as_distressed())
    assert "was changed after its last what-if" in approval_gaps(draft, approver(stage))[0]
    run(stage, draft)
    assert approval_gaps(draft, approver(stage)) == []


@pytest.mark.parametrize("scenario", [{"extra_units": {"CRT": 1}}, {"since": timezone.now() - timedelta(days=7)}])
def test_neither_other_units_nor_a_few_days_let_a_ruleset_be_approved(stage: Stage, scenario: dict[str, Any]) -> None:
    stage.triaged_call()
    draft = drafted(stage)
    run(stage, draft, **scenario)
    assert "needs a what-if" in approval_gaps(draft, approver(stage))[0]


@pytest.mark.parametrize("later", [{"finished_at": -31}, {"decides": 1}])
def test_a_what_if_that_is_old_or_older_than_the_ruleset_that_decides_wants_another(stage: Stage, later) -> None:
    stage.triaged_call()
    draft = drafted(stage, replace(load_default_ruleset(), version=2))
    what_if = run(stage, draft)
    if "decides" in later:
        publish_ruleset(replace(load_default_ruleset(), version=3))
    else:
        WhatIf.objects.filter(pk=what_if.pk).update(finished_at=timezone.now() + timedelta(days=later["finished_at"]))
    assert "is older than" in approval_gaps(draft, approver(stage))[0]


def test_where_nothing_was_ever_decided_an_approval_wants_no_what_if(stage: Stage) -> None:
    assert approval_gaps(drafted(stage), approver(stage)) == []


def test_added_hours_and_one_more_unit_serve_calls_that_were_lost(stage: Stage) -> None:
    Unit.objects.filter(team__code="CRMHC").update(status="OO")
    Unit.objects.filter(team__code="CRT").update(status="OO")
    busy = stage.triaged_call()
    stage.cast.crt1.team.hours.all().delete()
    closed = stage.triaged_call()
    assert [call.decision.response for call in (busy, closed)] == [["POLICE"], ["POLICE"]]
    night = [Hours(day, time(0), time(0)) for day in range(7)]
    one_more = run(stage, None, extra_units={"CRT": 1})
    assert changed(one_more) == [("LOWERS", "R8", ["POLICE"], ["CRT"], 1)]
    assert one_more.groups.get().examples == [busy.number]
    longer = run(stage, None, hours={"CRT": night})
    assert longer.groups.get().examples == [closed.number]
    assert longer.hours["CRT"][0] == {"weekday": 0, "opens": "00:00", "closes": "00:00"}
    assert [(row["team"], row["reason"], row["before"], row["after"]) for row in longer.summary["unserved"]] == [
        ("CRT", "NO_UNIT", 1, 1),
        ("CRT", "OFF_HOURS", 1, 0),
    ]


def test_units_times_come_from_the_record(stage: Stage) -> None:
    call = stage.triaged_call(acuity="HIGH")
    began = timezone.now() - timedelta(hours=3)
    Assignment.objects.create(
        call=call,
        unit=stage.cast.crmhc1,
        role="CRMHC",
        status="AV",
        status_since=began,
        dispatched_at=began,
        on_scene_at=began + timedelta(minutes=5),
        cleared_at=began + timedelta(minutes=90),
    )
    what_if = run(stage, drafted(stage))
    assert what_if.summary["unit_hours"]["civilian"] == {"before": 1.5, "after": 1.5}


def test_a_call_counts_once_by_its_last_decision_on_all_answers(stage: Stage) -> None:
    call = stage.triaged_call(acuity="HIGH")
    stage.triage(call, acuity="LOW")
    stage.triage(call, acuity="HIGH")
    half = {name: code for name, code in CLEAR_ADULT.items() if name != "weapon"}
    triage_answer(by=stage.dispatcher, call_id=call.pk, answers=half)
    unfinished = stage.call()
    triage_answer(by=stage.dispatcher, call_id=unfinished.pk, answers=half)
    merged = stage.triaged_call(acuity="HIGH")
    Call.objects.filter(pk=merged.pk).update(status="merged", merged_into=call)
    stage.call()
    found = list(whatif_calls.recorded_calls(timezone.now() - timedelta(days=1), timezone.now()))
    assert [(case.number, case.before.rule) for case in found] == [(call.number, "R7"), (unfinished.number, "R5")]
    assert Decision.objects.filter(call=call).count() == 4


def test_pages_of_calls_leave_none_out_and_repeat_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif_calls, "PAGE", 2)
    same = timezone.now() - timedelta(minutes=5)
    calls = [make_call(received_at=same) for _ in range(5)]
    calls.append(make_call(received_at=same + timedelta(minutes=1)))
    for call in calls:
        stage.triage(call)
    seen: list[int] = []
    found = whatif_calls.recorded_calls(same - timedelta(days=1), timezone.now(), seen.append)
    assert [case.number for case in found] == [call.number for call in calls]
    assert seen == [2, 4, 6]


def test_a_stored_decision_comes_out_as_it_was(stage: Stage) -> None:
    """What a what-if takes for "before" is the decision itself: a what-if of the same table changes nothing (above),
    whatever was overridden since."""
    call = stage.triaged_call(weapon="IN_HAND")
    Decision.objects.filter(call=call).update(tier=2, response=["POLICE"], override_direction="DOWN")
    (case,) = whatif_calls.recorded_calls(timezone.now() - timedelta(days=1), timezone.now())
    assert (case.before.tier, case.before.response, case.override) == (1, ("POLICE", "EMS"), "DOWN")
    assert case.before.joins == ("CRMHC",)


def test_one_what_if_of_a_ruleset_at_a_time(stage: Stage) -> None:
    draft = drafted(stage)
    first = whatif_request(by=stage.supervisor, ruleset_id=draft.pk)
    with pytest.raises(Conflict, match="not finished yet"):
        whatif_request(by=approver(stage), ruleset_id=draft.pk)
    whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    with pytest.raises(Conflict):
        whatif_request(by=stage.supervisor, extra_units={"CRT": 2})
    whatif_run(what_if_id=first.pk)
    whatif_request(by=approver(stage), ruleset_id=draft.pk)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, Refused),
        ({"ruleset_id": 10**9}, NotFound),
        ({"extra_units": {"NOBODY": 1}}, Malformed),
        ({"extra_units": {"HPD": 1}}, Malformed),
        ({"extra_units": {"CRT": 21}}, Malformed),
        ({"extra_units": {"CRT": 0}}, Refused),
        ({"hours": {"CRT": [Hours(7, time(8), time(9))]}}, Malformed),
        ({"extra_units": {"CRT": 1}, "since": timezone.now() + timedelta(days=1)}, Malformed),
        ({"extra_units": {"CRT": 1}, "since": timezone.now() - timedelta(days=3_000)}, Malformed),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_queued(
    stage: Stage, asked: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        whatif_request(by=stage.supervisor, **asked)
    assert not WhatIf.objects.exists()


def test_only_who_may_change_rulesets_requests_one(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        whatif_request(by=stage.dispatcher, extra_units={"CRT": 1})


@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_it_is_handed_to_a_worker_after_commit_and_again_when_that_was_lost(
    stage: Stage, redis_client: redis.Redis, django_capture_on_commit_callbacks: Any
) -> None:
    def handed_over() -> int:
        return int(redis_client.llen("celery:celery"))

    with django_capture_on_commit_callbacks(execute=True):
        asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
        assert handed_over() == 0
    until(lambda: handed_over() == 1, "a thread has handed it over")
    later = timezone.now() + timedelta(minutes=1)
    assert whatif_sweep(now=timezone.now()) == 0
    assert whatif_sweep(now=later) == 1
    WhatIf.objects.filter(pk=asked.pk).update(status="running")  # its worker died
    assert whatif_sweep(now=later) == 1
    until(lambda: handed_over() == 3, "both are handed over")
    assert whatif_run(what_if_id=asked.pk).status == "done"
    assert whatif_sweep(now=later) == 0


@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_one_that_never_ends_is_given_up_an_hour_after_it_first_began(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    dies_half_way(monkeypatch)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            whatif_run(what_if_id=asked.pk)
    began = WhatIf.objects.get(pk=asked.pk).started_at
    assert began is not None
    assert whatif_sweep(now=began + timedelta(minutes=59)) == 1
    assert whatif_sweep(now=began + timedelta(minutes=61)) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.problem[:15]) == ("failed", "It was not fini")


def dies_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dispatch.actions.whatif.what_if_result", killed)


@pytest.mark.filterwarnings("ignore::celery.exceptions.AlwaysEagerIgnored")
def test_one_that_only_waits_behind_a_long_backup_is_not_given_up_but_for_a_day(stage: Stage) -> None:
    asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    assert whatif_sweep(now=timezone.now() + timedelta(hours=5)) == 1
    assert whatif_sweep(now=timezone.now() + timedelta(hours=25)) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.problem[:9]) == ("failed", "No worker")


def test_what_another_process_runs_is_left_to_it(stage: Stage) -> None:
    asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [AdvisoryLock.WHAT_IF, asked.pk])
        assert whatif_run(what_if_id=asked.pk).status == "queued"
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [AdvisoryLock.WHAT_IF, asked.pk])
    other.close()
    assert whatif_run(what_if_id=asked.pk).status == "done"


def test_while_another_slow_task_runs_it_waits_for_the_sweep_and_leaves_its_place_to_messages(stage: Stage) -> None:
    asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [AdvisoryLock.SLOW_TASK])
        tasks.what_if_run(asked.pk)
        asked.refresh_from_db()
        assert asked.status == "queued"
        cursor.execute("SELECT pg_advisory_unlock(%s)", [AdvisoryLock.SLOW_TASK])
    other.close()
    assert whatif_sweep(now=timezone.now() + timedelta(minutes=1)) == 1
    tasks.what_if_run(asked.pk)
    asked.refresh_from_db()
    assert asked.status == "done"


def test_the_workers_tasks_run_what_is_queued_and_forget_what_was_deleted(stage: Stage) -> None:
    assert tasks.what_if_run.name == RUN_TASK
    asked = whatif_request(by=stage.supervisor, extra_units={"CRT": 1})
    tasks.what_if_run(asked.pk)
    asked.refresh_from_db()
    assert asked.status == "done"
    WhatIf.objects.all().delete()
    tasks.what_if_run(asked.pk)
    tasks.what_ifs_sweep()


def test_run_again_it_is_not_done_twice(stage: Stage) -> None:
    stage.triaged_call(acuity="HIGH")
    what_if = run(stage, drafted(stage))
    again = whatif_run(what_if_id=what_if.pk)
    assert (again.finished_at, again.groups.count()) == (what_if.finished_at, 1)


def test_a_table_with_a_gap_fails_in_words(stage: Stage) -> None:
    stage.triaged_call()
    draft = drafted(stage)
    Rule.objects.filter(ruleset=draft, code__in=["R8", "LAST"]).delete()
    what_if = run(stage, draft)
    assert (what_if.status, what_if.problem) == ("failed", "The ruleset gives some calls no response: check it first.")
    assert approval_gaps(draft, approver(stage)) != []
