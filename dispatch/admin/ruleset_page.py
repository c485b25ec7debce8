"""What the page of one ruleset shows: where it is in its life, what can be done with it, what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from dispatch.admin.ruleset_table import described
from dispatch.models import Ruleset, WhatIf
from dispatch.queries import rulesets
from dispatch.queries.ruleset_history import own_work, replaced_since_check, took_effect, writers
from dispatch.queries.whatif import approval_gaps
from dispatch.rules import ruleset as rules
from dispatch.rules.difference import differences
from dispatch.rules.verify import INVARIANTS
from partners.access import Actor, Permission

Status = Ruleset.Status
DRAFTS = (Status.DRAFT, Status.CHECKED, Status.APPROVED)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of its life: `text` says who took it there and when; empty while it has not come."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be done now. `field` is what it needs beside a press: "effective_at", "note" or nothing.

    `grave` is drawn apart: what throws work away. `despite` is the reason that was typed when it
    was refused for broken invariants: it can be insisted on now.
    """

    step: str
    label: str
    help: str = ""
    field: str = ""
    grave: bool = False
    despite: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Lines that differ from another version."""

    other: str
    lines: tuple[str, ...]


def page_context(row: Ruleset, by: Actor, *, despite: str = "") -> dict[str, Any]:
    """Everything the page of a ruleset shows to this reader.

    `despite`: why it should come back, when that was refused because it breaks invariants.
    """
    ruleset = rulesets.load(row.pk)
    deciding = rulesets.in_effect().first()
    may = by.may(Permission.RULESET_CHANGE)
    return {
        "stages": stages(row),
        "decides": deciding is not None and deciding.pk == row.pk,
        "scheduled": _is_scheduled(row),
        "next_step": next_step(row, by, deciding),
        "gaps": _gaps(row, by) if may else [],
        "buttons": list(_buttons(row, by, deciding, despite)) if may else [],
        "may_edit": may and row.status in DRAFTS,
        "table": described(ruleset),
        "questions": ruleset.questions,
        "question_set": row.question_set,
        "own_invariants": ruleset.invariants,
        "built_in": INVARIANTS,
        "cases": _cases(ruleset, row.report),
        "report": row.report,
        "compared": list(_compared(row, ruleset, deciding)),
        "what_ifs": WhatIf.objects.filter(ruleset=row).order_by("-pk")[:5],
        "may_try": may and row.status in DRAFTS,
        "steps": row.steps.order_by("-pk"),
    }


def stages(row: Ruleset) -> list[Stage]:
    """Draft, checked, approved, published, retired, with names and times as far as it came."""
    published = ""
    if row.published_at:
        published = f"{_said(row.published_by_name, row.published_at)}, effective {moment(row.effective_at)}"
    return [
        Stage("Draft", _said(row.author_name, row.created_at)),
        Stage("Checked", moment(row.checked_at) if row.checked_at else ""),
        Stage("Approved", _said(row.approver_name, row.approved_at) if row.approved_at else ""),
        Stage("Published", published),
        Stage("Retired", moment(row.retired_at) if row.retired_at else ""),
    ]


def next_step(row: Ruleset, by: Actor, deciding: Ruleset | None) -> str:
    """What has to happen next, in words."""
    if row.status == Status.DRAFT:
        failed = row.report is not None and not row.report["passed"]
        return "The last check failed: edit it, then check it again." if failed else "Check it."
    if row.status == Status.CHECKED:
        others = _not_by(row)
        return f"A supervisor who wrote none of it looks at a what-if and approves it{others}."
    if row.status == Status.APPROVED:
        return "Publish it, at once or at a time."
    if row.status == Status.PUBLISHED:
        if deciding is not None and deciding.pk == row.pk:
            return "It decides. Copy it to change something."
        return f"It decides from {moment(row.effective_at)} on."
    again = "It was replaced. It can be copied, or brought back as it was."
    return again if took_effect(row) else "It was withdrawn before it decided anything. It can be copied."


def _not_by(row: Ruleset) -> str:
    names = sorted({name for _, name in writers(row)})
    return f" (not {' or '.join(names)})" if names else ""


def _gaps(row: Ruleset, by: Actor) -> list[str]:
    """Why this person cannot approve it yet, or nobody publish it."""
    outdated = replaced_since_check(row) if row.status in (Status.CHECKED, Status.APPROVED) else ""
    if outdated:
        return [outdated]
    if row.status != Status.CHECKED:
        return []
    own = own_work(row, by)
    return [own] if own else approval_gaps(row, by)


def _buttons(row: Ruleset, by: Actor, deciding: Ruleset | None, despite: str) -> Iterator[Button]:
    gaps = _gaps(row, by)
    if row.status in DRAFTS:
        yield Button("check", "Check", "Every answer and availability, every golden case.")
    if row.status == Status.CHECKED and not gaps:
        yield Button("approve", "Approve", "You have seen what changes and agree to it.")
    if row.status == Status.APPROVED and not gaps:
        yield Button("publish", "Publish now", "It decides the next call.")
        yield Button("schedule", "Publish at a time", "It decides from then on, by itself.", "effective_at")
    if _is_scheduled(row):
        yield Button("withdraw", "Withdraw", "Before it has decided anything.", "note", grave=True)
    if row.status == Status.RETIRED and deciding is not None and took_effect(row):
        told = "It decides the next call, unchanged. Publications for later are withdrawn."
        yield Button("rollback", "Bring this version back", told, "note", grave=True, despite=despite)
    yield Button("copy", "Copy to edit", "A draft with the next version.")
    if row.status in DRAFTS:
        yield Button("delete", "Delete this draft", "What was done with it stays in the record.", grave=True)


def _is_scheduled(row: Ruleset) -> bool:
    return row.status == Status.PUBLISHED and not rulesets.in_effect().filter(pk=row.pk).exists()


def _compared(row: Ruleset, ruleset: rules.Ruleset, deciding: Ruleset | None) -> Iterator[Compared]:
    others = [deciding, row.copied_from]
    seen = {row.pk}
    for other in others:
        if other is not None and other.pk not in seen:
            seen.add(other.pk)
            lines = tuple(found.text for found in differences(rulesets.load(other.pk), ruleset))
            yield Compared(f"{other}{', which decides' if other == deciding else ', which it was copied from'}", lines)


def _cases(ruleset: rules.Ruleset, report: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The golden cases with what the last check found; `failure` is None while it was not checked."""
    failed = {row["case"]: f"got {row['got']}" for row in (report or {}).get("case_failures", [])}
    return [
        {
            "name": case.name,
            "answers": ", ".join(f"{field} {code}" for field, code in case.answers.items()) or "nothing asked",
            "available": "every team" if case.available is None else (", ".join(case.available) or "no team"),
            "expected": f"T{case.tier} {' + '.join(case.response)}",
            "failure": None if report is None else failed.get(case.name, ""),
        }
        for case in ruleset.cases
    ]


def _said(name: str, at: Any) -> str:
    return f"{name}, {moment(at)}"


def moment(at: Any) -> str:
    """In the center's zone."""
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at else ""
