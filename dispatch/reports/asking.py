"""What each choice catches: on which types the questions are asked, what that finds, and what it costs. Pure.

Calls by the choice that held when they came in. What is hidden in one of these tables cannot be had from another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from dispatch.reports.cells import folded, hidden_parts, is_small
from dispatch.reports.facts import Group
from dispatch.reports.tables import HIDDEN, Cell, Table, count_cell, share_cell

SECTION: Final = "asking "
CHOICES: Final = {"YES": "asked", "MAYBE": "offered", "NO": "not asked"}
CALLS: Final = "calls"
CRISIS: Final = "crisis"
COLUMNS: Final = {
    CALLS: "Calls",
    "asked": "Asked",
    "completed": "All asked",
    "eligible": "Tier 3 or 4",
    "served": "Civilian team arrived",
    CRISIS: "Cleared as crisis",
}
WITHIN: Final = {"asked": CALLS, "completed": "asked", "eligible": "completed", "served": CALLS, CRISIS: CALLS}
"""Every call that counts in a column counts in this one: their difference may not be small either."""

OTHER_TYPES: Final = "other types"

Counts = Mapping[str, int]
Cells = dict[str, int | None]


def asking_tables(found: Iterable[Group]) -> tuple[Table, ...]:
    """By choice, what each choice would catch, by type, and types that are not asked though crises came on them."""
    by_type: dict[str, dict[str, dict[str, int]]] = {choice: {} for choice in CHOICES}
    for group in found:
        if group.section.startswith(SECTION):
            counts = by_type[group.label].setdefault(group.part, dict.fromkeys(COLUMNS, 0))
            counts[group.section.removeprefix(SECTION)] = group.n
    of_choice = {choice: _summed(types.values()) for choice, types in by_type.items()}
    cells = shown_cells(of_choice)
    types = {choice: _types(by_type[choice], cells[choice]) for choice in CHOICES}
    return (_choices(cells), _catches(of_choice, cells), _by_type(types), _candidates(by_type["NO"], types["NO"]))


def shown_cells(parts: Mapping[str, Counts], total: Cells | None = None) -> dict[str, Cells]:
    """Each part's counts by column, None where hidden. `total` are the cells shown of their sum (all by default)."""
    made: dict[str, Cells] = {name: {} for name in parts}
    for column in COLUMNS:
        counts = {name: part[column] for name, part in parts.items()}
        hidden = set(parts)
        if total is None or total[column] is not None:
            hidden = {name for name, part in parts.items() if _gives_away(column, part[column], made[name])}
            hidden = set(hidden_parts(counts, hidden))
        for name, count in counts.items():
            made[name][column] = None if name in hidden else count
    return made


def _gives_away(column: str, count: int, of_part: Cells) -> bool:
    """Whether a count would show a small one: its own, or what is left of the nearest count shown that holds it."""
    if column == CALLS:
        return False
    if of_part[CALLS] is None:
        return True
    within = WITHIN[column]
    while of_part[within] is None:
        within = WITHIN[within]
    return is_small((of_part[within] or 0) - count)


def _summed(rows: Iterable[Counts]) -> dict[str, int]:
    total = dict.fromkeys(COLUMNS, 0)
    for row in rows:
        for column, count in row.items():
            total[column] += count
    return total


def _types(by_type: Mapping[str, Counts], of_choice: Cells) -> dict[str, Cells]:
    """A choice's types; those with few calls are put together."""
    if of_choice[CALLS] is None:
        return {}
    kept = folded({name: counts[CALLS] for name, counts in by_type.items()}, into=OTHER_TYPES)
    grouped: dict[str, list[Counts]] = defaultdict(list)
    for name, counts in by_type.items():
        grouped[name if name in kept else OTHER_TYPES].append(counts)
    parts = {name: _summed(rows) for name, rows in grouped.items()}
    cells = shown_cells(parts, of_choice)
    return {name: cells[name] for name in sorted(parts, key=lambda name: (-parts[name][CALLS], name))}


def _row(cells: Cells) -> tuple[Cell, ...]:
    return tuple(count_cell(cells[column]) for column in COLUMNS)


def _choices(cells: Mapping[str, Cells]) -> Table:
    rows = tuple((CHOICES[choice], *_row(of_choice)) for choice, of_choice in cells.items())
    return Table("What asking catches", ("The questions are", *COLUMNS.values()), rows)


def _catches(counts: Mapping[str, Counts], cells: Mapping[str, Cells]) -> Table:
    """What asking on more types catches more, and the calls it asks more for that."""
    crisis, calls = _upward(CRISIS, counts, cells), _upward(CALLS, counts, cells)
    names = ("types asked alone", "types asked and offered", "all calls")
    rows = []
    for step, name in enumerate(names):
        extra = _less(calls[step], calls[0]) if step else 0
        more = _less(crisis[step], crisis[0]) if step else 0
        price = HIDDEN if extra is None or more is None else f"{extra / more:.0f}" if more else ""
        share = share_cell(crisis[step], crisis[-1])
        rows.append((name, count_cell(crisis[step]), share, count_cell(calls[step]), count_cell(extra), price))
    head = (
        "Asking on", "Crisis calls caught", "Share of all crisis calls", "Calls asked", "Extra calls asked",
        "Extra calls for each crisis more",
    )  # fmt: skip
    return Table("What each choice catches", head, tuple(rows))


def _upward(column: str, counts: Mapping[str, Counts], cells: Mapping[str, Cells]) -> list[int | None]:
    """The sums of YES, of YES and MAYBE, and of all; the total is no secret unless it is small."""
    total = sum(counts[choice][column] for choice in CHOICES)
    if is_small(total):
        return [None, None, None]
    rest = cells["NO"][column]
    return [cells["YES"][column], None if rest is None else total - rest, total]


def _less(count: int | None, other: int | None) -> int | None:
    return None if count is None or other is None else count - other


def _by_type(types: Mapping[str, Mapping[str, Cells]]) -> Table:
    rows = tuple((CHOICES[choice], name, *_row(cells)) for choice in CHOICES for name, cells in types[choice].items())
    return Table("What asking catches, by type", ("The questions are", "Type", *COLUMNS.values()), rows)


def _candidates(by_type: Mapping[str, Counts], shown_types: Mapping[str, Cells]) -> Table:
    """Types without the questions on which somebody asked all the same and was right, or a crisis was served."""
    nothing: Cells = dict.fromkeys(COLUMNS)
    names = sorted(name for name, counts in by_type.items() if counts["eligible"] or counts[CRISIS])
    rows = tuple((name, *_row(shown_types.get(name, nothing))) for name in names)
    return Table("Crises on types that are not asked: candidates for offering", ("Type", *COLUMNS.values()), rows)
