"""A table of a report, as text that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

HIDDEN = "hidden"
Cell = str


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, ready to print; `head` names the columns."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def count_cell(count: int | None) -> Cell:
    """A count, or that it is hidden."""
    return HIDDEN if count is None else str(count)


def share_cell(count: int | None, total: int | None) -> Cell:
    """The share in whole percent; empty of nothing, hidden where either is."""
    if count is None or total is None:
        return HIDDEN
    return f"{100 * count / total:.0f} %" if total else ""


def minutes_cell(seconds: float | None) -> Cell:
    """Minutes and seconds; empty where there is nothing to measure."""
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
