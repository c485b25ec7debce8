"""One table says which status may follow which."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.codes import (
    CALL_TYPES,
    DEFAULT_CALL_TYPE,
    DISPOSITIONS,
    default_response_plan,
    disposition,
)
from dispatch.rules.status import (
    EIDO_ASSIGNMENT,
    EIDO_UNIT,
    ENDED,
    MOVING,
    STAMP,
    AssignmentStatus,
    CallStatus,
    RefusalCode,
    UnitStatus,
    assignment_next,
    call_next,
    call_status,
    stamps,
    unit_next,
)

DP, ER, ST, OS, TR, AD, AV = AssignmentStatus


def allowed(current, target, **facts):
    return assignment_next(current, target, **facts) is None


def test_a_crew_may_skip_acknowledging_but_never_arriving():
    assert allowed(DP, OS)
    assert allowed(DP, ER)
    assert not allowed(DP, TR, destination="Hartford Hospital")
    assert not allowed(ER, TR, destination="Hartford Hospital")
    assert not allowed(OS, AD)


def test_transporting_needs_a_destination_and_may_go_on_to_a_second_one():
    assert assignment_next(OS, TR).code is RefusalCode.NEEDS_DESTINATION
    assert assignment_next(OS, TR, destination="  ").code is RefusalCode.NEEDS_DESTINATION
    assert allowed(OS, TR, destination="Hartford Hospital")
    assert allowed(AD, TR, destination="a shelter")


def test_a_crew_on_scene_goes_back_to_staging_only_when_ordered_to_withdraw():
    assert assignment_next(OS, ST).code is RefusalCode.NEEDS_ORDER
    assert allowed(OS, ST, withdraw_ordered=True)
    assert allowed(ST, OS)


@pytest.mark.parametrize("current", [DP, ER, ST, OS, TR, AD])
def test_a_unit_can_be_cleared_from_any_status_and_never_comes_back(current):
    assert allowed(current, AV)
    assert assignment_next(AV, current).reason == "The unit was cleared from this call."


@given(st.sampled_from(AssignmentStatus), st.sampled_from(AssignmentStatus), st.booleans())
def test_every_refused_step_says_why_and_the_same_status_twice_is_named_as_such(current, target, ordered):
    refusal = assignment_next(current, target, destination="somewhere", withdraw_ordered=ordered)

    assert (current is target) == (refusal is not None and refusal.code is RefusalCode.ALREADY)
    assert refusal is None or refusal.reason.endswith(".")


@given(st.lists(st.sampled_from(AssignmentStatus), max_size=30))
def test_whatever_a_tablet_sends_a_crew_that_transports_was_on_scene_before(targets):
    status, seen = DP, []
    for target in targets:
        if allowed(status, target, destination="somewhere"):
            status = target
            seen.append(target)
    assert TR not in seen or OS in seen[: seen.index(TR)]
    assert AV not in seen[:-1]


def test_each_step_records_its_time_and_any_step_of_the_crew_acknowledges():
    assert stamps(DP) == ("dispatched_at",)
    assert stamps(OS) == ("acknowledged_at", "on_scene_at")
    assert stamps(AV) == ("cleared_at",)
    assert len({*STAMP.values()}) == len(AssignmentStatus)


def test_a_unit_on_a_call_takes_no_status_of_its_own():
    assert unit_next(UnitStatus.AV, UnitStatus.OFF, on_call="26-004421").code is RefusalCode.ON_A_CALL
    assert unit_next(UnitStatus.AV, UnitStatus.OFF) is None


def test_out_of_service_needs_a_reason_and_being_available_a_shift():
    assert unit_next(UnitStatus.AV, UnitStatus.OO, reason=" ").code is RefusalCode.NEEDS_REASON
    assert unit_next(UnitStatus.AV, UnitStatus.OO, reason="flat tyre") is None
    assert unit_next(UnitStatus.OFF, UnitStatus.AV, on_shift=False).code is RefusalCode.OFF_SHIFT
    assert unit_next(UnitStatus.BK, UnitStatus.BK).code is RefusalCode.ALREADY


@pytest.mark.parametrize(
    ("assignments", "status"),
    [
        ([], CallStatus.PENDING),
        ([AV], CallStatus.PENDING),
        ([DP], CallStatus.DISPATCHED),
        ([DP, ER], CallStatus.EN_ROUTE),
        ([ST], CallStatus.EN_ROUTE),
        ([ER, OS, TR], CallStatus.ON_SCENE),
        ([TR, ER], CallStatus.TRANSPORTING),
        ([AD], CallStatus.TRANSPORTING),
    ],
)
def test_a_call_stands_where_its_units_stand(assignments, status):
    assert call_status(assignments) is status


def test_an_open_call_can_always_be_closed_and_an_ended_one_only_reopened():
    for current in MOVING | {CallStatus.HELD}:
        assert call_next(current, CallStatus.CLOSED) is None
    for current, target in product(ENDED, CallStatus):
        assert (call_next(current, target) is None) == (target in MOVING)


def test_a_call_with_units_is_not_held_and_one_that_was_reached_is_not_cancelled():
    assert call_next(CallStatus.PENDING, CallStatus.HELD) is None
    assert call_next(CallStatus.EN_ROUTE, CallStatus.HELD).code is RefusalCode.IMPOSSIBLE
    assert call_next(CallStatus.ON_SCENE, CallStatus.CANCELLED).code is RefusalCode.IMPOSSIBLE


def test_every_status_has_its_exchange_name():
    assert set(EIDO_ASSIGNMENT) == set(AssignmentStatus)
    assert set(EIDO_UNIT) == set(UnitStatus)
    assert EIDO_ASSIGNMENT[OS].secondary == "OnScene"
    assert EIDO_UNIT[UnitStatus.BK].primary == "ConditionallyAvailable"


def test_a_disposition_is_found_by_code_or_by_name():
    assert disposition("15") == disposition("referred") == disposition(" Referred ")
    assert disposition("unable to locate").code == "14"
    assert disposition("99") is None
    assert len({row.code for row in DISPOSITIONS}) == len({row.name for row in DISPOSITIONS}) == len(DISPOSITIONS)


def test_the_default_plan_sends_somebody_for_every_type_at_every_priority():
    plan = default_response_plan()

    assert len(plan) == 4 * len(CALL_TYPES)
    assert all(row.needs and all(need.count >= 1 for need in row.needs) for row in plan)
    assert DEFAULT_CALL_TYPE in {row.code for row in CALL_TYPES}


def test_every_call_type_that_adds_fire_also_sends_fire_while_it_is_urgent():
    for row in CALL_TYPES:
        if row.adds_fire:
            assert "FIRE" in {need.role for need in row.urgent}
