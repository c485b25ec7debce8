"""No cell under 11: small counts are put together or hidden, with whatever would give them away by subtraction. Pure.

Source of the rule: health departments' usual threshold; a zero is no person and is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

SMALLEST: Final = 11


def is_small(count: int) -> bool:
    """Whether a count would show a handful of people."""
    return 0 < count < SMALLEST


def hidden_parts(parts: Mapping[str, int], also: Collection[str] = ()) -> frozenset[str]:
    """Which parts of a total that is shown must be hidden; `also` are those that must be for another reason.

    Every small one; then the smallest others until at least two are hidden that are together not small, as the total
    less what is shown is what is hidden.
    """
    hidden = {name for name, count in parts.items() if is_small(count) or name in also}
    if not hidden:
        return frozenset()
    others = sorted((count, name) for name, count in parts.items() if count >= SMALLEST and name not in hidden)
    for _, name in others:
        if len(hidden) >= 2 and sum(parts[part] for part in hidden) >= SMALLEST:
            break
        hidden.add(name)
    return frozenset(hidden)


def folded(parts: Mapping[str, int], *, into: str) -> dict[str, int]:
    """Parts of a total that is shown and not small: the small ones are put together, with the next smallest until they
    are not small either. Nothing is hidden, and the parts still make the total.
    """
    left = sorted((count, name) for name, count in parts.items() if count)
    together = 0
    while left and (is_small(left[0][0]) or is_small(together)):
        together += left.pop(0)[0]
    kept = {name for _, name in left}
    whole = {name: count for name, count in parts.items() if name in kept}
    return {**whole, into: together} if together else whole


def shown(parts: Mapping[str, int], *, total_is_shown: bool = True) -> dict[str, int | None]:
    """The parts with None for each that is hidden; all of them where their total is not shown."""
    if not total_is_shown:
        return dict.fromkeys(parts)
    hidden = hidden_parts(parts)
    return {name: None if name in hidden else count for name, count in parts.items()}
