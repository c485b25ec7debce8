"""Editing a draft by typed columns: a page that lists its parts in order, and a page for each part.

Nothing here is an expression: a part is ticks, choices and texts, and becomes the pure ruleset it stands for, which is
written as a whole. What is wrong with its shape is told beside it, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from dispatch.actions.rulesets import ruleset_rewrite
from dispatch.admin.ruleset_edit_forms import CaseForm, InvariantForm, QuestionForm, RuleForm, TeamForm
from dispatch.admin.ruleset_edit_tree import Node, PartForm, fill, press, tree
from dispatch.admin.ruleset_page import DRAFTS
from dispatch.admin.ruleset_table import described
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from dispatch.rules.structure import structure_problems
from hearteam.problems import Conflict, Problem
from partners.access import Permission
from partners.admin.base import ActedAdmin, actor_of

SEEN_AT = "%Y-%m-%dT%H:%M:%S.%f%z"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of parts of a ruleset. `named` is the field that names a part; `last` stays behind all others."""

    title: str
    form: type[PartForm]
    named: str
    texts: Callable[[rules.Ruleset], Iterable[tuple[str, ...]]]
    columns: tuple[str, ...]
    last: int = 0

    @property
    def what(self) -> str:
        """What one part is."""
        return self.form.what


def _rules(ruleset: rules.Ruleset) -> Iterable[tuple[str, ...]]:
    for rule in described(ruleset).rules:
        yield rule.title, rule.when or "always", "; ".join(f"{row.tier} {row.lines[0]}" for row in rule.outcomes)


def _cases(ruleset: rules.Ruleset) -> Iterable[tuple[str, ...]]:
    for case in ruleset.cases:
        yield (f"{case.rule or 'any rule'}: T{case.tier} {' + '.join(case.response)}",)


def _questions(ruleset: rules.Ruleset) -> Iterable[tuple[str, ...]]:
    for question in ruleset.questions:
        yield question.label, question.ask_en, ", ".join(answer.label for answer in question.answers)


SECTIONS = {
    "rules": Section("Rules", RuleForm, "code", _rules, ("Title", "Holds when", "First sends"), last=1),
    "cases": Section("Golden cases", CaseForm, "name", _cases, ("Must get",)),
    "invariants": Section(
        "Invariants of the city",
        InvariantForm,
        "code",
        lambda ruleset: [(text,) for text in described(ruleset).invariants],
        ("Demands",),
    ),
    "teams": Section(
        "Teams", TeamForm, "code", lambda ruleset: [(text,) for text in described(ruleset).teams], ("Serves",)
    ),
    "questions": Section("Questions", QuestionForm, "field", _questions, ("Label", "Asked", "Answers")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """What a part's page is about: the part of this kind at `place`, a new one where that is None."""

    row: Ruleset
    ruleset: rules.Ruleset
    kind: str
    place: int | None

    @property
    def section(self) -> Section:
        """The kind it is of."""
        return SECTIONS[self.kind]

    @property
    def parts(self) -> list[Any]:
        """All of its kind, in order."""
        return list(getattr(self.ruleset, self.kind))

    @property
    def title(self) -> str:
        """What the page is called."""
        if self.place is None or self.place >= len(self.parts):
            return f"A new {self.section.what} of {self.row}"
        return f"{self.section.what.capitalize()} {self.name_of(self.parts[self.place])} of {self.row}"

    def name_of(self, part: Any) -> str:
        """What a part is told by."""
        name: str = getattr(part, self.section.named)
        return name


class EditedByColumns(ActedAdmin):
    """The two pages, for the administration of rulesets to have."""

    def edit_urls(self) -> list[URLPattern]:
        """The addresses of both."""
        seen, at = self.admin_site.admin_view, "<int:pk>/edit/"
        return [
            path(at, seen(self.edit_view), name="dispatch_ruleset_edit"),
            path(f"{at}<str:kind>/add/", seen(self.part_view), name="dispatch_ruleset_edit_add"),
            path(f"{at}<str:kind>/<int:place>/", seen(self.part_view), name="dispatch_ruleset_edit_part"),
        ]

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The parts in order; a button moves one or takes it away, which is written at once."""
        row = self._draft(request, pk)
        if request.method == "POST":
            self._move(request, row)
            return HttpResponseRedirect(reverse("admin:dispatch_ruleset_edit", args=[pk]) + _anchor(request))
        ruleset = rulesets.load(pk)
        listed = [
            {
                "kind": kind,
                "section": section,
                "rows": [
                    (place, getattr(part, section.named), texts)
                    for place, (part, texts) in enumerate(
                        zip(getattr(ruleset, kind), section.texts(ruleset), strict=True)
                    )
                ],
            }
            for kind, section in SECTIONS.items()
        ]
        context = self._context(request, row, f"Edit {row}") | {"sections": listed, "seen_at": seen_at(row)}
        return TemplateResponse(request, "admin/dispatch/ruleset/edit.html", context)

    def part_view(self, request: HttpRequest, pk: int, kind: str, place: int | None = None) -> HttpResponse:
        """One part as a form. Rows are added, moved and removed on the page; "Write" writes all of it."""
        row = self._draft(request, pk)
        if kind not in SECTIONS:
            raise Http404
        opened = Opened(row, rulesets.load(pk), kind, place)
        data = request.POST.copy() if request.method == "POST" else _as_opened(opened, request.GET.get("from", ""))
        node = tree(opened.section.form, opened.ruleset, data)
        errors: list[str] = []
        if "do" in data:
            press(data, node, opened.ruleset, data["do"])
            node = tree(opened.section.form, opened.ruleset, data)
        elif request.method == "POST":
            errors = self._write_part(request, opened, node)
            if not errors:
                return HttpResponseRedirect(f"{reverse('admin:dispatch_ruleset_edit', args=[pk])}#{kind}")
        context = self._context(request, row, opened.title) | {
            "node": node,
            "errors": errors,
            "seen_at": data.get("seen_at", ""),
            "after": data.get("after", ""),
            "moved": "do" in data,
        }
        return TemplateResponse(request, "admin/dispatch/ruleset/edit_part.html", context)

    def _move(self, request: HttpRequest, row: Ruleset) -> None:
        """Move a part up or down, or take it away."""
        act, _, target = request.POST.get("do", "").partition(":")
        kind, _, number = target.partition("-")
        if kind not in SECTIONS or act not in ("up", "down", "remove"):
            raise PermissionDenied
        ruleset = rulesets.load(row.pk)
        parts = list(getattr(ruleset, kind))
        place, wrong = _place(number), []
        if place is not None and place < len(parts):
            part = parts.pop(place)
            if act != "remove":
                parts.insert(max(place + (1 if act == "down" else -1), 0), part)
            wrong = self._write(request, row, replace(ruleset, **{kind: tuple(parts)}), f"{act} {target}")
        for line in wrong:
            self.message_user(request, line, messages.ERROR)

    def _write_part(self, request: HttpRequest, opened: Opened, node: Node) -> list[str]:
        """Write the ruleset with this part in it; what is wrong, where it cannot be."""
        if not node.is_valid():
            return ["Some fields cannot be read: see beside them."]
        parts, place = opened.parts, opened.place
        if place is not None and place >= len(parts):
            return [f"Somebody else changed {opened.row} meanwhile: look at it again before you write."]
        made = node.made()
        if place is None:
            place = _insert(parts, made, opened.section, request.POST.get("after", ""))
        else:
            parts[place] = made
        changed = replace(opened.ruleset, **{opened.kind: tuple(parts)})
        problems = structure_problems(changed)
        for problem in problems:
            if problem.path[:2] in ((opened.kind, place), (opened.kind, getattr(made, "code", None))):
                node.told(problem.path[2:], problem.reason)
        if problems:
            return [f"{problem.rule}: {problem.reason}" if problem.rule else problem.reason for problem in problems]
        return self._write(request, opened.row, changed, f"Edited {opened.name_of(made)}.")

    def _write(self, request: HttpRequest, row: Ruleset, ruleset: rules.Ruleset, told: str) -> list[str]:
        try:
            ruleset_rewrite(
                by=actor_of(request), ruleset_id=row.pk, ruleset=ruleset, seen_at=_time(request.POST.get("seen_at", ""))
            )
        except Problem as problem:
            return (problem.errors or {}).get("ruleset", [problem.detail])
        self.log_change(request, row, told)
        self.message_user(request, "Written. Check it next.", messages.SUCCESS)
        return []

    def _draft(self, request: HttpRequest, pk: int) -> Ruleset:
        row = Ruleset.objects.filter(pk=pk).first()
        if row is None or row.status not in DRAFTS or not actor_of(request).may(Permission.RULESET_CHANGE):
            raise PermissionDenied
        return row

    def _context(self, request: HttpRequest, row: Ruleset, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "original": row}


def seen_at(row: Ruleset) -> str:
    """When what is on the page was last written, as a form carries it."""
    return (row.changed_at or row.created_at).strftime(SEEN_AT)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Conflict("This page is out of date: open it again.") from error


def _as_opened(opened: Opened, original: str) -> QueryDict:
    """A part as its page opens: as it is written, new, or as a copy of the one at place `original`."""
    section, parts = opened.section, opened.parts
    data = QueryDict(mutable=True)
    data["seen_at"] = seen_at(opened.row)
    if opened.place is not None and opened.place >= len(parts):
        raise Http404
    if opened.place is not None:
        part = parts[opened.place]
    elif (place := _place(original)) is not None and place < len(parts):
        part = replace(parts[place], **{section.named: ""})
        data["after"] = original
    else:
        part = section.form.new(opened.ruleset)
    fill(data, section.form, part)
    return data


def _insert(parts: list[Any], made: Any, section: Section, after: str) -> int:
    """Where a new part comes: after the one it was copied from, or last; never behind what stays last."""
    place = max(len(parts) - section.last, 0)
    copied = _place(after)
    if copied is not None:
        place = min(copied + 1, place)
    parts.insert(place, made)
    return place


def _place(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _anchor(request: HttpRequest) -> str:
    kind = request.POST.get("do", "").partition(":")[2].partition("-")[0]
    return f"#{kind}" if kind in SECTIONS else ""
