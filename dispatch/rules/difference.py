"""What differs between two rulesets, in lines a supervisor reads: "Rule R5: weapon no longer accepts ACCESSIBLE".

Compares their documents (`ruleset_document`), so that nothing a ruleset holds can differ unseen. The version is no
difference: it always is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from dispatch.rules.ruleset import Ruleset
from dispatch.rules.ruleset_document import document

Row = Mapping[str, Any]

LABELS: Final[Mapping[str, str]] = {
    "ask_en": "English wording",
    "ask_es": "Spanish wording",
    "not_asked": "not asked counts as",
    "of_caller": "asked of the caller",
    "wait_min": "minutes to wait",
    "callback_min": "minutes until the call-back",
    "only_without": "only without",
    "keep_asking": "keeps asking",
    "must_send": "must send",
    "never_send": "never sends",
    "never_join": "never joined by",
    "tier_at_most": "tier at most",
    "extra_roles": "added by the call's type",
    "send": "sends",
    "response": "expects",
    "joins": "joins",
    "ages": "serves",
    "prefer": "prefers",
}
"""How a field is called in a line; the others by their name."""

UNUSUAL: Final[Mapping[str, bool]] = {"safety": True, "ordered": True, "of_caller": True}
"""What a field that is left out stands for."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `part` is name, question, team, rule, invariant or case; `subject` its code or name."""

    part: str
    subject: str
    text: str


def differences(old: Ruleset, new: Ruleset) -> tuple[Difference, ...]:
    """Everything that differs from the old ruleset to the new one, rules first; empty when only the version does."""
    before, after = document(old), document(new)
    found: list[Difference] = []
    if old.name != new.name:
        found.append(Difference("name", new.name, f'The name "{old.name}" becomes "{new.name}"'))
    for part, section, key in _PARTS:
        rows = [_keyed(one.get(section, ()), key) for one in (before, after)]
        found += _part(part, key, rows[0], rows[1])
    return tuple(found)


_PARTS: Final = (
    ("rule", "rules", "code"),
    ("team", "teams", "code"),
    ("question", "questions", "field"),
    ("invariant", "invariants", "code"),
    ("case", "cases", "name"),
)


def _keyed(section: Any, key: str) -> dict[str, Row]:
    if isinstance(section, dict):
        return {str(code): row for code, row in section.items()}
    return {row[key]: row for row in section}


def _part(part: str, key: str, before: dict[str, Row], after: dict[str, Row]) -> Iterator[Difference]:
    for name, text in _by_name(part.capitalize(), key, before, after):
        yield Difference(part, name, text)


def _by_name(what: str, key: str, before: dict[str, Row], after: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """Rows that have a name: removed, added, changed, and at another place than the others they were among."""
    for name in before.keys() - after.keys():
        yield name, f"{what} {_called(name, before[name])} is removed"
    order = list(after)
    for name in order:
        if name not in before:
            yield name, f"{what} {_called(name, after[name])} is added{_place(order, name)}"
    for name in _moved([name for name in before if name in after], [name for name in after if name in before]):
        yield name, f"{what} {name} now stands{_place(order, name)}"
    for name in order:
        if name in before:
            skipped = {field: value for field, value in before[name].items() if field != key}
            wanted = {field: value for field, value in after[name].items() if field != key}
            yield from ((name, f"{what} {name}{text}") for text in _fields(skipped, wanted))


def _called(name: str, row: Row) -> str:
    words = row.get("title") or row.get("label")
    return f"{name} ({words})" if words else name


def _place(order: list[str], name: str) -> str:
    place = order.index(name)
    return f" after {order[place - 1]}" if place else " first"


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The names that changed their place among the names both have, as few as make it so."""
    kept = {
        name
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for name in after[block.b : block.b + block.size]
    }
    return [name for name in after if name not in kept]


def _fields(before: Row, after: Row) -> Iterator[str]:
    """The differences of two rows, each beginning with what parts it from the name before it."""
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name in ("when", "requires"):
            yield from (f": {text}" for text in _condition(old, new))
        elif name == "answers" and isinstance(new, list):
            rows = (_keyed(old, "code"), _keyed(new, "code"))
            yield from (f", {text}" for _, text in _by_name("answer", "code", *rows))
        elif name in _ROWS and any(isinstance(row, dict) for row in [*(old or ()), *(new or ())]):
            yield from (f", {text}" for text in _rows(_ROWS[name], old or [], new or []))
        elif isinstance(old, dict) and isinstance(new, dict):
            yield from (f", {name}{text}" for text in _fields(old, new))
        else:
            yield f": {_value(name, old, new)}"


def _value(name: str, old: Any, new: Any) -> str:
    label = LABELS.get(name, name.replace("_", " "))
    if name in UNUSUAL:
        old, new = UNUSUAL[name] if old is None else old, UNUSUAL[name] if new is None else new
    if old is None:
        return f"now {label} {_said(new)}"
    if new is None:
        return f"no longer {label} {_said(old)}"
    if isinstance(old, str) and isinstance(new, str):
        return f'{label} "{old}" becomes "{new}"'
    return f"{label} {_said(new)} instead of {_said(old)}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " + ".join(map(str, value)) or "nobody"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _condition(old: Row | None, new: Row | None) -> Iterator[str]:
    """Column by column where both combine them alike; otherwise the whole condition."""
    if old is None or new is None or old.keys() != new.keys():
        yield f"{_when(old)} becomes {_when(new)}"
        return
    (match,) = new
    before, after = old[match], new[match]
    for field in [*after, *(field for field in before if field not in after)]:
        accepted, accepts = before.get(field), after.get(field)
        if accepted is None or accepts is None:
            yield f"{field} accepts {_codes(accepts, match)} instead of {_codes(accepted, match)}"
            continue
        lost = [code for code in accepted if code not in accepts]
        gained = [code for code in accepts if code not in accepted]
        if lost:
            yield f"{field} no longer accepts {', '.join(lost)}"
        if gained:
            yield f"{field} now accepts {', '.join(gained)}"


def _codes(accepts: list[str] | None, match: str) -> str:
    if accepts is None:
        return "any answer" if match == "all" else "no answer"
    return ", ".join(accepts)


def _when(condition: Row | None) -> str:
    if condition is None:
        return "always"
    ((match, columns),) = condition.items()
    said = [f"{field} {' or '.join(codes)}" for field, codes in columns.items()]
    return f"when {match} of {'; '.join(said)}"


def _rows(called: Callable[[int, Row], str], before: list[Row], after: list[Row]) -> Iterator[str]:
    """Rows without a name: those that are the same stay out, the others are compared in pairs, in order."""
    lost: list[tuple[int, Row]] = []
    gained: list[tuple[int, Row]] = []
    pairs: list[tuple[int, Row, Row]] = []
    matcher = SequenceMatcher(None, [repr(row) for row in before], [repr(row) for row in after], autojunk=False)
    for kind, first, end, at, stop in matcher.get_opcodes():
        if kind == "equal":
            continue
        both = min(end - first, stop - at)
        pairs += [(at + step, before[first + step], after[at + step]) for step in range(both)]
        lost += [(place, before[place]) for place in range(first + both, end)]
        gained += [(place, after[place]) for place in range(at + both, stop)]
    for place, row in lost:
        if not any(row == other for _, other in gained):
            yield f"{called(place, row)} is removed"
    for place, row in gained:
        moved = any(row == other for _, other in lost)
        yield f"{called(place, row)} {'moves here' if moved else 'is added'}"
    for place, old, new in pairs:
        yield from (f"{called(place, new)}{text}" for text in _fields(old, new))


def _outcome(place: int, row: Row) -> str:
    return f"outcome {place + 1} (T{row['tier']})"


def _option(place: int, row: Row) -> str:
    return f"option {place + 1} ({' + '.join(row['send'])})"


_ROWS: Final[Mapping[str, Callable[[int, Row], str]]] = {
    "outcomes": _outcome,
    "options": _option,
    "add": lambda place, row: f"addition {place + 1} ({row['role']})",
    "joins": lambda place, row: f"join {place + 1} ({row['team']})",
    "follow_ups": lambda place, row: f"follow-up {place + 1} ({row['team']})",
    "priority_when": lambda place, row: f"priority {row['priority']} ({place + 1})",
    "alternatives": lambda place, row: f"alternative {place + 1} ({row['kind']})",
}
"""Lists of rows without a name, and how one is called."""
