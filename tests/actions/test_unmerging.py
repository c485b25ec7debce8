"""A merge that was wrong is undone: the call is worked again as it was, and the other loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import calls, endings, holds, notes, safety, slots
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.unmerging import call_unmerge
from dispatch.models import Call, Deadline
from dispatch.queries.call import call_detail
from hearteam.problems import Malformed, NotAllowed
from tests.actions.reading import fresh, open_alerts, refused, waiting_deadlines
from tests.actions.reading import slots as slots_of
from tests.factories import make_call_type
from tests.stage import Stage


def merge(stage: Stage, call: Call, into: Call) -> None:
    endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="the same event")


def unmerge(stage: Stage, call: Call) -> Call:
    return call_unmerge(by=stage.dispatcher, call_id=call.pk, reason="another street")


def written(stage: Stage, call: Call) -> tuple[list[str], list[str]]:
    """(texts of its notes, names of its callers), as the console reads them."""
    detail = call_detail(stage.dispatcher, fresh(call))
    return [note["text"] for note in detail["notes"]], [contact["name"] for contact in detail["contacts"]]


def test_a_merge_and_its_undoing_keep_every_note_and_caller(stage: Stage) -> None:
    into, call = stage.triaged_call(), stage.triaged_call(violence="THREATS")
    into.contacts.update(name="Ana Diaz")
    call.contacts.update(name="Ben Ode", at=into.received_at)
    for one, text in ((into, "at the door"), (call, "in the yard")):
        notes.note_add(by=stage.dispatcher, call_id=one.pk, text=text)
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="a dog", kind="HAZARD")
    before = written(stage, call)
    merge(stage, call, into)
    unmerge(stage, call)
    assert written(stage, call) == before == (["in the yard", "a dog"], ["Ben Ode"])
    texts, names = written(stage, into)
    assert names == ["Ana Diaz", "Ben Ode"]
    assert texts[:2] == ["at the door", f"a dog ({call.number})"]
    assert texts[-1].startswith(f"{call.number} is a call of its own again: another street. What it brought stays")
    merge(stage, call, into)
    texts, names = written(stage, into)
    assert (texts.count(f"a dog ({call.number})"), names) == (1, ["Ana Diaz", "Ben Ode"])


def test_each_call_keeps_its_own_decision_and_nothing_of_the_other_gets_milder(stage: Stage) -> None:
    into, call = stage.triaged_call(weapon="IN_HAND"), stage.triaged_call()
    before = [(one.tier, one.priority, one.decision_id) for one in (fresh(into), fresh(call))]
    merge(stage, call, into)
    unmerge(stage, call)
    assert [(one.tier, one.priority, one.decision_id) for one in (fresh(into), fresh(call))] == before
    graver = stage.triaged_call(weapon="IN_HAND")
    merge(stage, graver, call)
    unmerge(stage, graver)
    assert (fresh(call).tier, fresh(graver).tier) == (1, 1)
    assert ("POLICE", "requested") in slots_of(call)


def test_what_was_asked_for_is_asked_for_again_and_its_clocks_run(stage: Stage) -> None:
    into, call = stage.triaged_call(), stage.triaged_call(age="CHILD_3_17")
    slots.slot_request(by=stage.dispatcher, call_id=call.pk, role="EMS")
    safety.police_request(by=stage.dispatcher, call_id=call.pk)
    before = slots_of(call)
    due = Deadline.objects.get(call=call, kind="HANDOFF_NEXT", cancelled_at__isnull=True).due_at
    merge(stage, call, into)
    assert waiting_deadlines(call) == set()
    reopened = unmerge(stage, call)
    assert (reopened.status, reopened.merged_into_id, reopened.disposition_id) == ("pending", None, None)
    assert slots_of(call) == before
    assert waiting_deadlines(call) >= {"PENDING", "POLICE_UNASSIGNED", "HANDOFF_NEXT", "HANDOFF_FALLBACK"}
    assert ("POLICE_REQUESTED", "") in open_alerts(call)
    handoff = Deadline.objects.get(call=call, kind="HANDOFF_NEXT", cancelled_at__isnull=True)
    assert handoff.due_at > due
    deadlines_fire(timezone.now() + timedelta(minutes=2))
    assert {("PENDING_OVERDUE", ""), ("POLICE_UNASSIGNED", "")} <= open_alerts(call)


@pytest.mark.parametrize("was_due", [False, True])
def test_the_promise_to_ring_back_is_kept_on_both(stage: Stage, was_due: bool) -> None:
    into, call = stage.call(), stage.call()
    promised = timezone.now() + timedelta(minutes=5)
    calls.callback_set(by=stage.dispatcher, call_id=call.pk, at=promised)
    if was_due:
        deadlines_fire(promised)
    merge(stage, call, into)
    unmerge(stage, call)
    assert (fresh(call).callback_at, fresh(into).callback_at) == (promised, promised)
    assert ("CALLBACK" in waiting_deadlines(call), ("CALLBACK_DUE", "") in open_alerts(call)) == (not was_due, was_due)


def test_an_earlier_word_does_not_make_its_scene_safe_and_its_hold_is_over(stage: Stage) -> None:
    into, call = stage.triaged_call(), stage.triaged_call(violence="THREATS")
    Call.objects.filter(pk=call.pk).update(scene_safe_at=timezone.now(), scene_safe_by="HPD1")
    merge(stage, call, into)
    unmerge(stage, call)
    assert fresh(call).scene_safe_at is None
    _, crew = stage.send(call, "HPD1", "CRMHC1")
    refused(lambda: stage.step(crew, "OS"), invariant=14)
    held = stage.call(call_type=make_call_type())
    until = timezone.now() + timedelta(minutes=20)
    holds.call_hold(by=stage.dispatcher, call_id=held.pk, until=until, reason="waits")
    merge(stage, held, into)
    assert (unmerge(stage, held).status, waiting_deadlines(held)) == ("pending", {"PENDING", "TRIAGE"})


def test_only_a_merged_call_is_unmerged_by_who_dispatches_and_says_why(stage: Stage) -> None:
    call, into = stage.call(), stage.call()
    assert "is pending: it is not merged" in refused(lambda: unmerge(stage, call))
    merge(stage, call, into)
    with pytest.raises(Malformed):
        call_unmerge(by=stage.dispatcher, call_id=call.pk, reason=" ")
    with pytest.raises(NotAllowed):
        call_unmerge(by=stage.crew, call_id=into.pk, reason="wrong")
    endings.call_cancel(by=stage.dispatcher, call_id=into.pk, reason="all well")
    assert unmerge(stage, call).open
    refused(lambda: unmerge(stage, call))
