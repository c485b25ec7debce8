"""Which actions may be taken back, and who stands in the way. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules import undo
from dispatch.rules.undo import Done
from hearteam.events.types import EVENT_TYPES

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINE, THEIRS = 1, 2


def done(
    v: int, what: str, *, user: int = MINE, call: str = "7", unit: str = "", at: datetime = NOW, **data: str
) -> Done:
    return Done(v, what, at, "ada" if user == MINE else "bea", user, call, unit, data)


def why(*action: Done, later: tuple[Done, ...] = (), roles: tuple[str, ...] = (), after_s: float = 1) -> str | None:
    return undo.refusal(action, later, NOW + timedelta(seconds=after_s), roles)


def test_the_last_action_is_all_of_one_moment_and_nothing_of_somebody_else() -> None:
    later = NOW + timedelta(seconds=2)
    events = [
        done(1, "call_held"), done(2, "assignment_created", at=later), done(3, "call_held", user=THEIRS, at=later),
        done(4, "alert_cleared", at=later), done(5, "recommendation_made", at=later + timedelta(seconds=1)),
    ]  # fmt: skip
    assert [event.v for event in undo.last_action(events, MINE)] == [2, 4]
    assert undo.last_action(events, 9) == []


@given(st.floats(0, 30))
def test_ten_seconds_are_the_limit(after_s: float) -> None:
    assert (why(done(1, "call_held"), after_s=after_s) is None) == (timedelta(seconds=after_s) <= undo.UNDO_WITHIN)


@given(st.lists(st.sampled_from(sorted(EVENT_TYPES)), min_size=1, max_size=4))
def test_an_action_with_anything_that_stays_stays(kinds: list[str]) -> None:
    action = [done(v, kind, kind="OUT_OF_SCOPE") for v, kind in enumerate(kinds, 1)]
    excused = {"order_given"} if "assignment_created" in kinds else set()
    stays = [kind for kind in kinds if kind not in undo.UNDOABLE and kind not in excused]
    if "call_merged" in kinds:
        assert why(*action) is None
    else:
        assert (why(*action) is None) == (not stays)


@pytest.mark.parametrize("kind", sorted(undo.FINAL))
def test_what_stays_says_what_to_do_instead(kind: str) -> None:
    assert kind in EVENT_TYPES
    assert why(done(1, kind)) == undo.FINAL[kind]


def test_every_type_in_the_tables_is_an_event() -> None:
    assert {*undo.UNDOABLE, *undo.NO_CHANGE, *undo.NO_ACTION} <= set(EVENT_TYPES)
    assert not set(undo.UNDOABLE) & set(undo.FINAL)


@pytest.mark.parametrize("kind", sorted(undo.DANGER))
def test_an_alert_of_danger_is_not_taken_back(kind: str) -> None:
    assert why(done(1, "alert_raised", alert="1", kind=kind)) is not None


@pytest.mark.parametrize(("role", "stays"), [("POLICE", True), ("EMS", True), ("CRT", False), ("FIRE", False)])
def test_a_request_that_raises_protection_stays(role: str, stays: bool) -> None:
    assert (why(done(1, "slots_changed"), roles=(role,)) is not None) == stays


def test_a_dispatch_that_asked_for_police_beside_is_undone_with_them() -> None:
    assert why(done(1, "assignment_created"), done(2, "slots_changed"), roles=("POLICE",)) is None


def test_only_a_change_of_the_same_thing_stands_in_the_way() -> None:
    mine = done(1, "assignment_status_changed", unit="CRT1")
    assert why(mine, later=(done(2, "call_updated", user=THEIRS, call="8"),)) is None
    assert why(mine, later=(done(2, "note_added", user=THEIRS),)) is None
    assert why(mine, later=(done(2, "call_updated", user=THEIRS),)) == "Changed since by bea."
    assert why(mine, later=(done(2, "unit_status_changed", user=THEIRS, call="", unit="CRT1"),)) is not None
    seen = done(1, "alert_acknowledged", alert="5")
    assert why(seen, later=(done(2, "alert_cleared", user=THEIRS, alert="5"),)) is not None
    assert why(seen, later=(done(2, "alert_cleared", user=THEIRS, alert="6"),)) is None
    note = done(1, "note_added", note="3")
    assert why(note, later=(done(2, "note_added", corrects="3"),)) is not None
