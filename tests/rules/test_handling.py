"""Who may be transferred, scheduled, stacked, exchanged and pre-empted, over all that may be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import exchanges, scheduling, transfers
from dispatch.rules.exchanges import Engaged
from dispatch.rules.status import AssignmentStatus, RefusalCode
from dispatch.rules.transfers import CallToTransfer, Destination

CENTER = ZoneInfo("America/New_York")
TIERS = st.sampled_from([None, 1, 2, 3, 4])
CALLS = st.builds(
    CallToTransfer,
    tier=TIERS,
    needs_triage=st.booleans(),
    danger_stands=st.booleans(),
    in_city=st.sampled_from([None, True, False]),
)
ON_CALL = [status for status in AssignmentStatus if status is not AssignmentStatus.AV]
UNITS = st.builds(
    Engaged,
    callsign=st.sampled_from(["U1", "U2", "U3", "U4"]),
    role=st.sampled_from(["POLICE", "EMS", "FIRE", "CRT", "CRMHC"]),
    status=st.sampled_from([None, *ON_CALL]),
    in_emergency=st.booleans(),
)


@given(call=CALLS, consent=st.booleans(), reason=st.sampled_from(["", "asked for"]))
def test_a_phone_service_takes_only_what_is_not_grave_and_agreed_to(
    call: CallToTransfer, consent: bool, reason: str
) -> None:
    allowed = transfers.transfer_allowed(call, Destination.LINE, consent=consent, reason=reason) is None
    harmless = call.tier == 4 or (call.tier is None and not call.needs_triage)
    assert allowed == (harmless and consent and not call.danger_stands)


@given(call=CALLS, consent=st.booleans(), reason=st.sampled_from(["", "asked for"]))
def test_another_center_takes_any_call_from_outside_the_city(call: CallToTransfer, consent: bool, reason: str) -> None:
    refusal = transfers.transfer_allowed(call, Destination.CENTER, consent=consent, reason=reason)
    assert (refusal is not None) == (call.in_city is True and not reason)


@given(
    units=st.integers(0, 2), tier=TIERS, priority=st.integers(1, 4), needs_triage=st.booleans(), danger=st.booleans()
)
def test_no_grave_or_unknown_call_is_scheduled_away(
    units: int, tier: int | None, priority: int, needs_triage: bool, danger: bool
) -> None:
    refusal = scheduling.schedule_allowed(
        units=units, tier=tier, priority=priority, needs_triage=needs_triage, danger_stands=danger
    )
    can_wait = (tier in (3, 4) and priority > 1) or (tier is None and not needs_triage and priority > 2)
    assert (refusal is None) == (can_wait and units == 0 and not danger)


NOON = datetime(2026, 11, 22, 17, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:30", datetime(2026, 11, 22, 19, 30, tzinfo=UTC)),
        ("1430", datetime(2026, 11, 22, 19, 30, tzinfo=UTC)),
        ("9:05", datetime(2026, 11, 23, 14, 5, tzinfo=UTC)),
        ("12:00", datetime(2026, 11, 23, 17, 0, tzinfo=UTC)),
        ("14:30+1", datetime(2026, 11, 23, 19, 30, tzinfo=UTC)),
        ("90m", NOON + timedelta(minutes=90)),
        ("24:00", None),
        ("0M", None),
        ("tomorrow", None),
    ],
)
def test_a_time_is_the_next_one_of_the_centers_clock(text: str, expected: datetime | None) -> None:
    assert scheduling.time_of(text, NOON, CENTER) == expected


def test_the_clock_of_the_day_it_is_put_back_or_forward_is_followed() -> None:
    before_spring = datetime(2027, 3, 13, 20, 0, tzinfo=UTC)
    assert scheduling.time_of("9:00+1", before_spring, CENTER) == datetime(2027, 3, 14, 13, 0, tzinfo=UTC)
    skipped = scheduling.time_of("2:30+1", before_spring, CENTER)
    assert skipped is not None and skipped.astimezone(CENTER).strftime("%H:%M") == "03:30"


@given(text=st.text(max_size=8), now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_whatever_is_typed_is_a_time_to_come_or_none(text: str, now: datetime) -> None:
    at = scheduling.time_of(text, now, CENTER)
    assert at is None or now < at


@given(first=UNITS, second=UNITS)
def test_only_units_of_one_role_that_have_not_arrived_take_each_others_places(first: Engaged, second: Engaged) -> None:
    refusal = exchanges.exchange_allowed(first, second)
    assert refusal == exchanges.exchange_allowed(second, first) or refusal is not None
    if refusal is None:
        assert first.role == second.role
        for unit in (first, second):
            assert not unit.in_emergency
            assert unit.status in (None, AssignmentStatus.DP, AssignmentStatus.ER, AssignmentStatus.ST)


@given(
    unit=UNITS,
    beside=st.lists(UNITS.filter(lambda row: row.status is not None), max_size=4),
    grave=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    is_supervisor=st.booleans(),
    reason=st.sampled_from(["", "graver"]),
)
def test_what_no_pre_emption_ever_does(
    unit: Engaged, beside: list[Engaged], grave: tuple[int, int], is_supervisor: bool, reason: str
) -> None:
    left, to = grave
    refusal = exchanges.preempt_allowed(
        unit, beside, from_priority=left, to_priority=to, is_supervisor=is_supervisor, reason=reason
    )
    if refusal is not None:
        return
    assert to < left or (to == left and reason)
    assert not unit.in_emergency
    assert unit.status in (AssignmentStatus.DP, AssignmentStatus.ER, AssignmentStatus.ST, AssignmentStatus.OS)
    if unit.status is AssignmentStatus.OS and unit.role in ("CRT", "CRMHC", "EMS"):
        assert is_supervisor
    if unit.role == "POLICE" and exchanges.civilians_inside(beside):
        assert exchanges.police_on_scene(beside)


@given(unit=UNITS, beside=st.lists(UNITS, max_size=3), grave=st.tuples(st.integers(1, 4), st.integers(1, 4)))
def test_a_supervisor_may_whatever_a_dispatcher_may(
    unit: Engaged, beside: list[Engaged], grave: tuple[int, int]
) -> None:
    left, to = grave
    as_dispatcher, as_supervisor = (
        exchanges.preempt_allowed(unit, beside, from_priority=left, to_priority=to, is_supervisor=who, reason="x")
        for who in (False, True)
    )
    assert as_supervisor is None or as_dispatcher is not None
    if as_supervisor is None and as_dispatcher is not None:
        assert as_dispatcher.code is RefusalCode.NEEDS_SUPERVISOR


@given(is_free=st.booleans(), tier=TIERS, priority=st.integers(1, 4), is_pending=st.booleans())
def test_only_a_pending_call_that_is_not_gravest_waits_for_a_busy_unit(
    is_free: bool, tier: int | None, priority: int, is_pending: bool
) -> None:
    refusal = exchanges.stack_allowed("U1", is_free=is_free, tier=tier, priority=priority, is_pending=is_pending)
    assert (refusal is None) == (is_pending and not is_free and tier != 1 and priority != 1)
