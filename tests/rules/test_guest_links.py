"""Which steps a crew's link offers, and until when it leads anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from dispatch.rules.guest_links import GuestAct, LinkState, link_state, offered
from dispatch.rules.status import ASSIGNMENT_NEXT, AssignmentStatus

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACTIVE = [status for status in AssignmentStatus if status is not AssignmentStatus.AV]


def acts(status: str, *, confirmed: bool = True, enter: bool = True, order: str = "", heard: bool = False) -> list[str]:
    return list(
        offered(AssignmentStatus(status), is_confirmed=confirmed, may_enter=enter, order=order, is_order_heard=heard)
    )


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("DP", ["on_the_way", "arrived", "police"]), ("ER", ["on_the_way", "arrived", "police"]),
        ("ST", ["arrived", "police"]), ("OS", ["leaving", "police"]), ("TR", ["leaving", "police"]),
    ],
)  # fmt: skip
def test_the_next_steps_of_a_crew_that_may_go_in(status: str, shown: list[str]) -> None:
    assert acts(status) == shown
    assert acts(status, confirmed=False) == ["confirm", *shown]


@pytest.mark.parametrize("order", ["STAGE", "WITHDRAW"])
@pytest.mark.parametrize("status", ACTIVE)
def test_an_order_is_heard_before_anything_else(status: AssignmentStatus, order: str) -> None:
    assert acts(status, order=order) == ["confirm", "police"]


def test_where_an_officers_word_is_waited_for_it_is_the_meeting_point() -> None:
    assert acts("ER", enter=False) == ["on_the_way", "staging", "police"]
    assert acts("ER", order="STAGE", heard=True) == ["on_the_way", "staging", "police"]
    assert acts("ST", enter=False) == ["police"]
    assert acts("OS", enter=False, order="WITHDRAW", heard=True) == ["staging", "leaving", "police"]


@pytest.mark.parametrize(
    ("status", "confirmed", "enter", "order", "heard"),
    list(product(ACTIVE, (True, False), (True, False), ("", "STAGE", "WITHDRAW"), (True, False))),
)
def test_in_no_situation_is_the_scene_offered_against_an_order_or_police_left_out(
    status: AssignmentStatus, confirmed: bool, enter: bool, order: str, heard: bool
) -> None:
    shown = acts(status, confirmed=confirmed, enter=enter, order=order, heard=heard)
    assert shown[-1] == GuestAct.POLICE
    assert "arrived" not in shown or (enter and not order)
    steps = {"staging": AssignmentStatus.ST, "arrived": AssignmentStatus.OS, "leaving": AssignmentStatus.AV}
    assert {steps[act] for act in shown if act in steps} <= ASSIGNMENT_NEXT[status]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, LinkState.OPEN), ({"revoked_at": NOW}, LinkState.REVOKED), ({"cleared_at": NOW}, LinkState.ENDED),
        ({"is_call_open": False}, LinkState.ENDED), ({"expires_at": NOW}, LinkState.EXPIRED),
    ],
)  # fmt: skip
def test_how_a_link_ends(changes: dict[str, object], state: LinkState) -> None:
    usual = {"revoked_at": None, "cleared_at": None, "is_call_open": True, "expires_at": NOW + timedelta(hours=1)}
    assert link_state(**{**usual, **changes}, now=NOW) is state  # type: ignore[arg-type]
