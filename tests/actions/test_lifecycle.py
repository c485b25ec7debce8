"""A call from its first keystroke to its disposition, and the ways it is usually worked."""

from __future__ import annotations

import pytest

from dispatch.actions import assignments, calls, endings, handoffs
from dispatch.models import Assignment, Call
from hearteam.problems import Conflict, Malformed, NotAllowed
from partners.models import FollowUp
from tests.actions.reading import again, events_of, fresh, open_alerts, refused, slots, unit, waiting_deadlines
from tests.factories import make_shift, make_unit
from tests.stage import Stage


def receive(stage: Stage, **fields: object) -> Call:
    return calls.call_receive(by=stage.dispatcher, location={"lat": 41.7637, "lon": -72.6851}, **fields)


def test_a_call_goes_from_intake_to_its_disposition(stage: Stage) -> None:
    call = receive(stage, call_type="MNTL", caller={"name": "Ada Example", "language": "es"})
    assert (call.status, call.behavioural, call.language, call.priority) == ("pending", "YES", "es", 3)
    stage.triage(call)
    (assignment,) = stage.send(call, "CRT1")
    assert fresh(call).status == "dispatched"
    for status, then in (("ER", "en_route"), ("ST", "en_route"), ("OS", "on_scene")):
        stage.step(assignment, status)
        assert fresh(call).status == then
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15", outcome="referral accepted")
    closed = fresh(call)
    assert (closed.status, closed.disposition.name, closed.outcome) == ("closed", "referred", "referral accepted")
    times = again(assignment)
    reached = [times.dispatched_at, times.en_route_at, times.staged_at, times.on_scene_at, times.cleared_at]
    assert reached == sorted(reached)
    assert times.acknowledged_at == times.en_route_at
    assert waiting_deadlines(call) == set()


def test_a_place_is_all_a_call_needs(stage: Stage) -> None:
    assert calls.call_receive(by=stage.dispatcher, location={"text": "behind the red barn"}).status == "pending"
    with pytest.raises(Malformed):
        calls.call_receive(by=stage.dispatcher, location={"text": "  "})
    with pytest.raises(Malformed):
        receive(stage, call_type="NOSUCH")


def test_numbers_follow_each_other(stage: Stage) -> None:
    numbers = [int(receive(stage).number.split("-")[1]) for _ in range(3)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_co_response_fills_each_role_and_each_unit_moves_on_its_own(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    assert slots(call) == [("CRMHC", "assigned"), ("POLICE", "assigned")]
    stage.step(police, "ER", "OS")
    assert fresh(call).status == "on_scene"
    assert again(clinician).status == "DP"
    stage.step(police, "AV")
    assert fresh(call).status == "dispatched"


def test_a_transport_needs_a_destination_and_ends_there(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    refused(lambda: stage.step(assignment, "TR"), rule="NEEDS_DESTINATION")
    stage.step(assignment, "TR", destination="The shelter")
    assert fresh(call).status == "transporting"
    stage.step(assignment, "AD")
    assert (fresh(call).status, again(assignment).destination) == ("transporting", "The shelter")
    stage.step(assignment, "AV")
    assert fresh(call).status == "pending"


def test_a_unit_released_before_it_arrives_leaves_its_slot_open(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    stage.step(assignment, "AV")
    assert slots(call) == [("CRT", "requested")]
    assert fresh(call).status == "pending"
    assert "PENDING" in waiting_deadlines(call)
    stage.send(call, "CRT2")
    assert slots(call) == [("CRT", "assigned")]


def test_the_call_stays_open_when_its_unit_is_available_again(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.step(assignment, "AV")
    assert fresh(call).open
    assert again(assignment).cleared_at is not None
    assert not Assignment.objects.filter(unit=unit("CRT1"), cleared_at__isnull=True).exists()
    assert "PENDING" in waiting_deadlines(call)


def test_closing_releases_every_unit_and_clears_every_alert(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(call, "HPD1", "CRMHC1")
    child = stage.triaged_call(age="CHILD_3_17")
    handoffs.handoff_record(by=stage.dispatcher, call_id=child.pk, team="WHEELER", outcome="accepted")
    for ended in (call, child):
        endings.call_close(by=stage.dispatcher, call_id=ended.pk, disposition="settled by contact")
        assert not ended.assignments.filter(cleared_at__isnull=True).exists()
        assert open_alerts(ended) == set()
    assert stage.send(stage.triaged_call(violence="THREATS"), "HPD1", "CRMHC1")
    assert not unit("WHEELER1").active


def test_what_is_not_in_the_table_of_dispositions_closes_nothing(stage: Stage) -> None:
    call = stage.call()
    with pytest.raises(Malformed):
        endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="99")
    assert fresh(call).open


def test_nobody_is_sent_twice_nor_to_two_calls(stage: Stage) -> None:
    call, _ = stage.crt_at()
    other = stage.triaged_call()
    with pytest.raises(Conflict) as taken:
        stage.send(other, "CRT1")
    assert taken.value.extra["holder"] == {
        "unit": "CRT1", "call": str(call.pk), "call_number": call.number, "status": "DP",
    }  # fmt: skip
    with pytest.raises(Conflict, match="this call already"):
        stage.send(call, "CRT1")


def test_of_several_units_all_are_sent_or_none(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    stage.send(stage.call(), "HPD2")
    with pytest.raises(Conflict):
        stage.send(call, "HPD1", "HPD2")
    assert not call.assignments.exists()


def test_units_off_shift_or_not_available_are_not_sent(stage: Stage) -> None:
    call = stage.call()
    make_unit("HPD5", "HPD", on_shift=False)
    make_unit("HPD6", "HPD", status="BK")
    assert "not on shift" in refused(lambda: stage.send(call, "HPD5"))
    assert "break" in refused(lambda: stage.send(call, "HPD6"))
    make_shift(unit("HPD5"))
    assert stage.send(call, "HPD5")


def test_an_ended_call_takes_neither_units_nor_answers_nor_changes(stage: Stage) -> None:
    call = stage.triaged_call()
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="05")
    refused(lambda: stage.send(call, "CRT1"))
    refused(lambda: stage.triage(call))
    refused(lambda: calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"priority": 1}))


def test_a_stale_version_changes_nothing_and_is_told_the_newest(stage: Stage) -> None:
    call = receive(stage)
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=1, fields={"priority": 1})
    with pytest.raises(Conflict) as conflict:
        calls.call_update(by=stage.dispatcher, call_id=call.pk, version=1, fields={"priority": 4})
    assert conflict.value.extra["version"] == fresh(call).version
    assert fresh(call).priority == 1


def test_the_persons_language_outlives_a_change_of_the_callers(stage: Stage) -> None:
    call = receive(stage, person={"language": "es"}, caller={"language": "en"})
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"caller": {"language": "pl"}})
    assert fresh(call).language == "es"


def test_a_type_that_brings_the_fire_service_decides_again(stage: Stage) -> None:
    call = receive(stage, call_type="MNTL")
    stage.triage(call)
    calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"type": "HEIGHT"})
    assert "FIRE" in fresh(call).decision.response
    assert ("FIRE", "requested") in slots(call)


def test_a_priority_that_a_person_chose_is_lowered_by_no_triage(stage: Stage) -> None:
    call = receive(stage, priority=1)
    stage.triage(call)
    assert fresh(call).priority == 1


def test_steps_that_cannot_follow_each_other_are_refused(stage: Stage) -> None:
    _, assignment = stage.crt_at("OS")
    refused(lambda: stage.step(assignment, "ER"), rule="IMPOSSIBLE")
    refused(lambda: stage.step(assignment, "ST"), rule="NEEDS_ORDER")
    stage.step(assignment, "AV")
    refused(lambda: stage.step(assignment, "OS"), rule="IMPOSSIBLE")


def test_a_step_taken_twice_is_one_event(stage: Stage) -> None:
    call, assignment = stage.crt_at("ER")
    before = events_of(call)
    stage.step(assignment, "ER")
    assert events_of(call) == before


def test_a_step_from_a_slow_clock_is_not_earlier_than_the_one_before(stage: Stage) -> None:
    _, assignment = stage.crt_at()
    early = assignment.dispatched_at.replace(year=2020)
    assert stage.step(assignment, "ER", occurred_at=early).en_route_at == assignment.dispatched_at


def test_only_the_crew_or_the_center_reports_a_units_progress(stage: Stage) -> None:
    call = stage.triaged_call(violence="THREATS")
    police, clinician = stage.send(call, "HPD1", "CRMHC1")
    step = assignments.assignment_status_set
    step(by=stage.officer, assignment_id=police.pk, status="ER")
    with pytest.raises(NotAllowed):
        step(by=stage.officer, assignment_id=clinician.pk, status="ER")


def test_an_acknowledgement_is_not_a_departure(stage: Stage) -> None:
    _, assignment = stage.crt_at()
    assignments.assignment_acknowledge(by=stage.crew, assignment_id=assignment.pk, minutes=7)
    now = again(assignment)
    assert (now.status, now.acknowledged_at is not None) == ("DP", True)
    assert round((now.eta_at - now.acknowledged_at).total_seconds()) == 420


def test_a_follow_up_is_opened_when_police_stood_in_for_crt(stage: Stage) -> None:
    for callsign in ("CRT1", "CRT2", "CRMHC1"):
        unit(callsign).shifts.all().delete()
    call = stage.triaged_call()
    assert fresh(call).decision.response == ["POLICE"]
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="18")
    follow_up = FollowUp.objects.get(call=call)
    assert (follow_up.team.code, follow_up.status) == ("CRT", "OPEN")
    assert round((follow_up.due_at - fresh(call).closed_at).total_seconds()) == 72 * 3600


def test_a_survivor_of_an_overdose_is_offered_crt(stage: Stage) -> None:
    call = receive(stage, call_type="OD")
    stage.triage(call, medical="URGENT")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="45")
    assert FollowUp.objects.get(call=call).team.code == "CRT"
