"""Cells of CSV files that people open in a spreadsheet: none of them is run as a formula. Pure."""

from __future__ import annotations

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_MARK: Final = "'"


def as_cell(text: str) -> str:
    """The text as it is written into a file: what would start a formula has an apostrophe in front."""
    return _MARK + text if text.startswith(FORMULA_STARTS) else text


def from_cell(cell: str) -> str:
    """The text that `as_cell` wrote."""
    return cell[1:] if cell.startswith(_MARK) and cell[1:].startswith(FORMULA_STARTS) else cell
