"""A what-if in words and rows, from the data it is stored as: for the page, the file and the command. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dispatch.rules.spreadsheet import as_cell
from dispatch.rules.unserved import REASONS

DIRECTIONS: Final = {"LOWERS": "less protection", "RAISES": "more protection", "KEEPS": "same protection"}
HEADER: Final = (
    "part", "what", "before", "after", "calls", "direction", "police hours before", "police hours after",
    "civilian hours before", "civilian hours after", "unserved before", "unserved after", "overridden", "more",
    "ticked by",
)  # fmt: skip

ADDED: Final = (
    "An added unit takes one call at a time, for the time of such a call; added hours without an added unit count as "
    "one unit; areas are today's. What else freed units could have done is not followed."
)

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of figures; `note` says what is special about it."""

    label: str
    before: str
    after: str
    note: str = ""


def figures(summary: Data) -> list[Figure]:
    """What a supervisor reads first: tiers, police, hours and who is left unserved, before and after."""
    calls, hours = summary["calls"], summary["unit_hours"]
    estimated = hours["estimated_calls"]
    note = f"after: with estimated times on {_calls(estimated)}" if estimated else ""
    return [
        *(_counted(f"Tier {row['tier']}", row, calls) for row in summary["tiers"]),
        _counted("Without police", summary["without_police"], calls),
        _counted("Eligible for a civilian team", summary["eligible"], calls),
        *_unserved(summary["unserved"]),
        Figure("Police unit-hours", f"{hours['police']['before']}", f"{hours['police']['after']}", note),
        Figure("Civilian unit-hours", f"{hours['civilian']['before']}", f"{hours['civilian']['after']}", note),
    ]


def headline(summary: Data) -> str:
    """How many calls change, and which way: one sentence."""
    changed = summary["changed"]
    if not summary["calls"]:
        return "No call of this period was decided by triage."
    if not changed:
        return f"None of {_calls(summary['calls'])} would have been decided in another way."
    ways = ", ".join(f"{count} with {DIRECTIONS[way]}" for way, count in summary["directions"].items() if count)
    return f"{changed} of {_calls(summary['calls'])} ({_share(changed, summary['calls'])}) change: {ways}."


def notes(summary: Data) -> list[str]:
    """What was assumed, and what else one should know to read the figures, in sentences."""
    lines = [
        "Before is what the ruleset of the time decided; what a dispatcher chose instead is counted apart.",
        "A call counts once, by its last decision on all answers. Hours before are those on record.",
    ]
    overridden = sum(summary["overridden"].values())
    if overridden:
        ways = ", ".join(f"{count} {way.lower()}" for way, count in summary["overridden"].items())
        lines.append(f"{_calls(overridden)} had been overridden ({ways}).")
    for field, count in summary["not_asked"].items():
        lines.append(f"{_calls(count)} had no answer to {field}: it counts as not asked.")
    if summary["added"]:
        lines.append(ADDED)
    lines += [_added(row) for row in summary["added"]]
    lines += [_duration(row) for row in summary["durations"]]
    return lines


def decision_text(rule: str, tier: int, response: Iterable[str]) -> str:
    """`R5 T2 POLICE + CRMHC`."""
    return f"{rule} T{tier} {' + '.join(response)}"


def group_texts(group: Data) -> tuple[str, str]:
    """What was decided, and what would be."""
    return (
        decision_text(group["rule_before"], group["tier_before"], group["response_before"]),
        decision_text(group["rule_after"], group["tier_after"], group["response_after"]),
    )


def group_more(group: Data) -> list[str]:
    """What else is different for calls of a group, and how many of them were overridden."""
    said = group["figures"]
    lines = [f"{change}: {_calls(count)}" for change, count in {**said["priorities"], **said["joins"]}.items()]
    if said["overridden"]:
        lines.append(f"{_calls(said['overridden'])} overridden then")
    return lines


def file_rows(summary: Data, groups: Iterable[Data]) -> Iterator[list[str]]:
    """The rows of the file: counts and hours, no call numbers and no places. Safe to open in a spreadsheet."""
    yield list(HEADER)
    yield _row("all", "calls", calls=summary["calls"])
    yield _row("all", "changed", calls=summary["changed"])
    for figure in figures(summary):
        yield _row("figure", figure.label, before=figure.before, after=figure.after, more=figure.note)
    for group in groups:
        before, after = group_texts(group)
        hours, unserved = group["figures"]["unit_hours"], group["figures"]["unserved"]
        yield _row(
            "group", f"{before} -> {after}", before=before, after=after, calls=group["calls"],
            direction=group["direction"], overridden=group["figures"]["overridden"],
            more="; ".join(group_more(group)), ticked_by=group.get("ticked_by_name", ""),
            police_hours_before=hours["police"]["before"], police_hours_after=hours["police"]["after"],
            civilian_hours_before=hours["civilian"]["before"], civilian_hours_after=hours["civilian"]["after"],
            unserved_before=unserved["before"], unserved_after=unserved["after"],
        )  # fmt: skip
    for line in notes(summary):
        yield _row("note", line)


def _row(part: str, what: str, **cells: object) -> list[str]:
    named = {"part": part, "what": what, **{name.replace("_", " "): cell for name, cell in cells.items()}}
    return [as_cell(str(named.get(name, ""))) for name in HEADER]


def _unserved(rows: Iterable[Data]) -> list[Figure]:
    rows = list(rows)
    total = Figure(
        "Eligible and not served", str(sum(row["before"] for row in rows)), str(sum(row["after"] for row in rows))
    )
    parts = [
        Figure(f"{row['team']}: {REASONS.get(row['reason'], row['reason'])}", str(row["before"]), str(row["after"]))
        for row in rows
    ]
    return [total, *parts]


def _counted(label: str, both: Data, calls: int) -> Figure:
    return Figure(
        label,
        f"{both['before']} ({_share(both['before'], calls)})",
        f"{both['after']} ({_share(both['after'], calls)})",
    )


def _added(row: Data) -> str:
    return (
        f"Added units of {row['team']} would have gone to {_calls(row['calls'])} and been engaged for about "
        f"{row['hours']} hours."
    )


def _duration(row: Data) -> str:
    basis = {
        "TIER": f"the median of {row['of']} stored assignments at that tier",
        "ROLE": f"the median of {row['of']} stored assignments",
        "ASSUMED": "assumed, as too few are stored: 308 s of drive and 72 min on scene",
    }[row["basis"]]
    return f"Estimated time of {row['role']} on a call of tier {row['tier']}: {row['minutes']} min ({basis})."


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _calls(count: int) -> str:
    return f"{count} call" if count == 1 else f"{count:,} calls"
