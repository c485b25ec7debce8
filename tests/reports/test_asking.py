"""What each choice of asking catches, what it costs, and what of it may be shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from dispatch.models import (
    Assignment,
    Call,
    CallIntervention,
    Decision,
    Disposition,
    Intervention,
    QuestionSet,
    Ruleset,
    TriageAnswers,
)
from dispatch.reports.asking import COLUMNS, asking_tables, shown_cells
from dispatch.reports.facts import Group
from dispatch.reports.report import report
from dispatch.reports.tables import Table
from tests.factories import make_call, make_call_type, make_unit

DAY = date(2026, 10, 14)
NOON = timezone.make_aware(datetime(2026, 10, 14, 12))
CHOICES, CATCHES, BY_TYPE, CANDIDATES = range(4)


def groups(**types: tuple[int, ...]) -> list[Group]:
    """`choice__type=(calls, asked, completed, eligible, served, crisis)` as the database tells them."""
    return [
        Group(f"asking {column}", *name.split("__"), n, None, None)
        for name, counts in types.items()
        for column, n in zip(COLUMNS, counts, strict=True)
        if n
    ]


def rows(index: int, **types: tuple[int, ...]) -> list[tuple[str, ...]]:
    return list(asking_tables(groups(**types))[index].rows)


REAL_LOOKING = {
    "YES__MENTAL": (60, 60, 60, 40, 40, 47),
    "MAYBE__DISORDERLY": (400, 80, 60, 45, 44, 30),
    "MAYBE__WELFARE": (300, 100, 80, 50, 50, 31),
    "NO__NOISE": (900, 40, 28, 15, 15, 15),
    "NO__PARKING": (2000, 0, 0, 0, 0, 0),
}


def test_what_each_choice_catches_and_what_it_costs() -> None:
    assert rows(CATCHES, **REAL_LOOKING) == [
        ("types asked alone", "47", "38 %", "60", "0", ""),
        ("types asked and offered", "108", "88 %", "760", "700", "11"),
        ("all calls", "123", "100 %", "3660", "3600", "47"),
    ]
    assert rows(CHOICES, **REAL_LOOKING) == [
        ("asked", "60", "60", "60", "40", "40", "47"),
        ("offered", "700", "180", "140", "95", "94", "61"),
        ("not asked", "2900", "40", "28", "15", "15", "15"),
    ]


def test_types_with_few_calls_are_told_together() -> None:
    types = {**REAL_LOOKING, "MAYBE__RARE": (5, 5, 5, 0, 0, 0), "MAYBE__RARER": (4, 0, 0, 0, 0, 0)}
    told = [row[:3] for row in rows(BY_TYPE, **types)]
    assert told == [
        ("asked", "MENTAL", "60"), ("offered", "DISORDERLY", "400"), ("offered", "other types", "309"),
        ("not asked", "PARKING", "2000"), ("not asked", "NOISE", "900"),
    ]  # fmt: skip


def test_types_not_asked_on_which_crises_were_found_are_named_also_where_their_number_is_hidden() -> None:
    types = {**REAL_LOOKING, "NO__LIFT": (30, 2, 2, 1, 1, 1), "NO__RARE": (3, 1, 1, 0, 0, 1)}
    found = rows(CANDIDATES, **types)
    assert [row[0] for row in found] == ["LIFT", "NOISE", "RARE"]
    assert found[2] == ("RARE", *["hidden"] * 6)
    assert (found[0][1], found[0][-1]) == ("hidden", "hidden")


def test_a_small_count_is_hidden_and_so_is_what_would_give_it_away() -> None:
    types = {"YES__A": (60, 60, 60, 40, 40, 47), "MAYBE__B": (70, 30, 30, 20, 20, 20), "NO__C": (90, 3, 3, 3, 3, 3)}
    asked, offered, not_asked = rows(CHOICES, **types)
    assert (asked[-1], offered[-1], not_asked[-1]) == ("47", "hidden", "hidden")
    assert [row[1] for row in rows(CATCHES, **types)] == ["47", "hidden", "70"]


def test_a_few_calls_left_without_the_questions_are_not_given_away_by_subtraction() -> None:
    cells = shown_cells({
        "A": dict(zip(COLUMNS, (60, 55, 55, 0, 0, 0), strict=True)),
        "B": dict(zip(COLUMNS, (90, 40, 30, 0, 0, 0), strict=True)),
        "C": dict(zip(COLUMNS, (80, 20, 20, 0, 0, 0), strict=True)),
    })  # fmt: skip
    assert (cells["A"]["asked"], cells["A"]["completed"]) == (None, None)
    assert cells["B"]["completed"] is None
    assert (cells["A"]["eligible"], cells["B"]["eligible"]) == (0, 0)


@pytest.mark.parametrize("types", [{}, {"YES__A": (3, 3, 3, 2, 2, 2)}])
def test_no_small_number_is_shown_anywhere(types: dict[str, tuple[int, ...]]) -> None:
    cells = {cell for table in asking_tables(groups(**types)) for row in table.rows for cell in row}
    assert not cells & {str(number) for number in range(1, 11)}


def asked(call: Call, *, tier: int = 4, completed: bool = True, **answers: str) -> None:
    given = TriageAnswers.objects.create(call=call, at=NOON, **answers)
    call.decision = Decision.objects.create(
        call=call, answers=given, ruleset=Ruleset.objects.get(), rule="R8", ruled_tier=tier, tier=tier, priority=3,
        ruled_response=["CRT"], response=["CRT"], availability={}, data={"choices": []}, at=NOON, provisional=False,
    )  # fmt: skip
    call.triaged_at = NOON if completed else None
    call.save()


def tables() -> dict[str, Table]:
    return {table.title: table for table in report(DAY, DAY).tables}


@pytest.mark.django_db
def test_calls_are_counted_by_what_was_asked_found_and_done() -> None:
    questions = QuestionSet.objects.create(version=1, digest="any", author_name="supervisor")
    Ruleset.objects.create(name="Any", version=1, author_name="supervisor", question_set=questions)
    settled, cancelled, referred = (
        Disposition.objects.create(name=apco, label=apco, apco=apco) for apco in ("18", "10", "15")
    )
    service = Intervention.objects.create(code="DE_ESCALATION", label="De-escalation")
    crt, edp = make_unit("CRT1"), make_call_type("EDP")

    def calls(count: int, **fields) -> list[Call]:
        closed = {"received_at": NOON, "status": "closed", "disposition": settled, "call_type": edp}
        return [make_call(**{**closed, **fields}) for _ in range(count)]

    for call in calls(12):  # served by a civilian team
        asked(call)
        Assignment.objects.create(
            call=call, unit=crt, role="CRT", status="AV", status_since=NOON, dispatched_at=NOON, on_scene_at=NOON,
            cleared_at=NOON + timedelta(hours=1),
        )  # fmt: skip
    for call in calls(13):  # told of thoughts of suicide, more danger, served by police
        asked(call, tier=2, self_harm="IDEATION")
    for call in calls(14):  # begun only, and nothing found
        asked(call, completed=False)
    for call in calls(15, disposition=referred):  # referred after the first questions
        asked(call, completed=False)
    for call in calls(16, disposition=cancelled):
        asked(call, acuity="HIGH")
    for call in calls(17, call_type=None, asks_triage="NO", reported_type="NOISE SAMPLE"):
        CallIntervention.objects.create(call=call, intervention=service, at=NOON)
    calls(18, status="pending", disposition=None)
    assert rows_of("What asking catches, by type") == [
        ("asked", "EDP", "88", "70", "41", "28", "12", "40"),
        ("not asked", "NOISE SAMPLE", "17", "0", "0", "0", "0", "17"),
    ]
    assert rows_of("What each choice catches") == [
        ("types asked alone", "40", "70 %", "88", "0", ""),
        ("types asked and offered", "40", "70 %", "88", "0", ""),
        ("all calls", "57", "100 %", "105", "17", "1"),
    ]


def rows_of(title: str) -> list[tuple[str, ...]]:
    return list(tables()[title].rows)
