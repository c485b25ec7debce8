"""Rulesets: imported or copied, edited, checked, approved by a second person, published, brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from dispatch.actions import rulesets as actions
from dispatch.actions.transaction import action
from dispatch.admin.ruleset_edit import SEEN_AT, EditedByColumns, seen_at
from dispatch.admin.ruleset_page import DRAFTS, moment, page_context
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.queries.ruleset_history import withdrawn_by
from dispatch.rules.ruleset_file import RulesetFileError, parse_ruleset, read_ruleset
from dispatch.rules.ruleset_text import write_ruleset
from hearteam.problems import Problem
from partners.access import Actor, Permission
from partners.admin.base import actor_of

DESPITE = "despite"
MOST_TOLD = 3  # a failed check is told in full on the page

Step = Callable[[Actor, int, dict[str, Any]], Ruleset | None]


class StepForm(forms.Form):
    """What a step may need: a reason, a time in the center's zone, the digest of the report on the page."""

    note = forms.CharField(required=False, max_length=200)
    effective_at = forms.DateTimeField(required=False)
    digest = forms.CharField(required=False, max_length=64)
    despite_invariants = forms.BooleanField(required=False)


def _schedule(by: Actor, pk: int, given: dict[str, Any]) -> Ruleset:
    at: datetime | None = given["effective_at"]
    if at is None:
        raise ValidationError("Say when it takes effect.")
    return actions.ruleset_publish(by=by, ruleset_id=pk, effective_at=at, seen_digest=given["digest"])


STEPS: dict[str, tuple[Step, str]] = {
    "check": (lambda by, pk, given: actions.ruleset_check(by=by, ruleset_id=pk), "Checked: every invariant holds."),
    "approve": (
        lambda by, pk, given: actions.ruleset_approve(by=by, ruleset_id=pk, seen_digest=given["digest"]), "Approved.",
    ),
    "publish": (
        lambda by, pk, given: actions.ruleset_publish(by=by, ruleset_id=pk, seen_digest=given["digest"]),
        "Published: it decides from now on.",
    ),
    "schedule": (_schedule, "Published: it decides from the time you gave."),
    "withdraw": (
        lambda by, pk, given: actions.ruleset_withdraw(by=by, ruleset_id=pk, note=given["note"]),
        "Withdrawn: it decided nothing.",
    ),
    "rollback": (
        lambda by, pk, given: actions.ruleset_rollback(
            by=by, ruleset_id=pk, note=given["note"], despite_invariants=given["despite_invariants"]
        ),
        "Brought back: it decides from now on.",
    ),
    "copy": (lambda by, pk, given: actions.ruleset_copy(by=by, ruleset_id=pk), "Copied: this is the draft to edit."),
    "delete": (lambda by, pk, given: actions.ruleset_delete_draft(by=by, ruleset_id=pk), "The draft is deleted."),
}  # fmt: skip


class RulesetFileForm(forms.ModelForm):
    """A ruleset file, as dispatch/rules/default_ruleset.yaml shows it. What is wrong with it is named by line."""

    file = forms.FileField(help_text="YAML, in the format of an exported ruleset; with a version of its own.")

    class Meta:
        model = Ruleset
        fields = ["note"]

    def clean_file(self) -> Any:
        """The parsed rules."""
        try:
            return read_ruleset(self.cleaned_data["file"].read())
        except RulesetFileError as error:
            raise ValidationError(_by_line(error)) from error


def _by_line(error: RulesetFileError) -> list[str]:
    return [f"Line {problem.line}: {problem.reason}" for problem in error.problems]


class RulesetTextForm(forms.Form):
    """A draft as text. `seen_at` is when the text that is edited was last written."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 40, "spellcheck": "false", "wrap": "off"}), strip=False)
    seen_at = forms.DateTimeField(widget=forms.HiddenInput, input_formats=[SEEN_AT])

    def clean_text(self) -> str:
        """The text, once it can be read as a ruleset."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            self.ruleset = parse_ruleset(text)
        except RulesetFileError as error:
            raise ValidationError(_by_line(error)) from error
        return text


@admin.register(Ruleset)
class RulesetAdmin(EditedByColumns):
    """Versions of the table. What was published is never edited: a copy of it is."""

    opened = staticmethod(action)
    change_permission = Permission.RULESET_CHANGE
    list_display = ["__str__", "status", "author_name", "approver_name", "effective", "note"]
    list_filter = ["status"]
    fields = ["name", "version", "note"]

    @admin.display(description="effective", ordering="effective_at")
    def effective(self, row: Ruleset) -> str:
        """Since when it decides, or will."""
        return moment(row.effective_at)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return RulesetFileForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["file", "note"] if obj is None else self.fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = actions.ruleset_import(
            by=actor_of(request), ruleset=form.cleaned_data["file"], note=form.cleaned_data["note"]
        )
        obj.pk = row.pk
        obj.refresh_from_db()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if row is not None and self.has_view_permission(request, row):
            context |= page_context(row, actor_of(request), despite=request.GET.get(DESPITE, ""))
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<str:step>/", view(self.step_view), name="dispatch_ruleset_step"),
            path("<int:pk>/text/", view(self.text_view), name="dispatch_ruleset_text"),
            path("<int:pk>/export/", view(self.export_view), name="dispatch_ruleset_export"),
            *self.edit_urls(),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Take a ruleset one step on in its life; to the page of the one that the step leaves."""
        if step not in STEPS:
            raise PermissionDenied
        take, told = STEPS[step]
        row, form, asked = self._row(request, pk), StepForm(request.POST), ""
        try:
            if not form.is_valid():
                raise ValidationError([text for texts in form.errors.values() for text in texts])
            row = take(actor_of(request), pk, form.cleaned_data)
        except ValidationError as error:
            self._tell(request, error.messages)
        except Problem as problem:
            if problem.status in (403, 404):
                raise PermissionDenied(problem.detail) from problem
            self._tell(request, (problem.errors or {}).get("ruleset", [problem.detail]))
            asked = (
                f"?{urlencode({DESPITE: form.cleaned_data['note']})}" if "invariants" in (problem.errors or {}) else ""
            )
        else:
            if row is not None:
                self.log_change(request, row, told)
            self.message_user(request, told, messages.SUCCESS)
            self._tell_withdrawn(request, row)
        if row is None:
            return HttpResponseRedirect(reverse("admin:dispatch_ruleset_changelist"))
        return HttpResponseRedirect(reverse("admin:dispatch_ruleset_change", args=[row.pk]) + asked)

    def text_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit a draft as text. Nothing is saved until all of it can be read, and nothing typed is lost."""
        row, by = self._row(request, pk), actor_of(request)
        if not by.may(self.change_permission) or row.status not in DRAFTS:
            raise PermissionDenied
        form = RulesetTextForm(request.POST or None, initial=_as_text(row))
        if request.method == "POST" and form.is_valid():
            try:
                actions.ruleset_rewrite(
                    by=by, ruleset_id=pk, ruleset=form.ruleset, seen_at=form.cleaned_data["seen_at"]
                )
            except Problem as problem:
                form.add_error(None, (problem.errors or {}).get("ruleset", [problem.detail]))
            else:
                self.log_change(request, row, "Edited as text.")
                self.message_user(request, "Written. Check it next.", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:dispatch_ruleset_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Edit {row} as text",
            "opts": self.opts,
            "original": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/dispatch/ruleset/text.html", context)

    def export_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole ruleset as one file, to be kept in version control."""
        row = self._row(request, pk)
        answer = HttpResponse(write_ruleset(rulesets.load(row.pk)), content_type="application/yaml; charset=utf-8")
        name = f"{row.name.lower().replace(' ', '-')}-v{row.version}.yaml"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()}"'
        return answer

    def _row(self, request: HttpRequest, pk: int) -> Ruleset:
        row = Ruleset.objects.filter(pk=pk).first()
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def _tell_withdrawn(self, request: HttpRequest, row: Ruleset | None) -> None:
        withdrawn = withdrawn_by(row) if row is not None and row.republishes_id else []
        if withdrawn:
            self.message_user(request, f"Withdrawn, so that it stays: {', '.join(withdrawn)}.", messages.WARNING)

    def _tell(self, request: HttpRequest, lines: list[str]) -> None:
        more = [f"and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
        for line in [*lines[:MOST_TOLD], *more]:
            self.message_user(request, line, messages.ERROR)


def _as_text(row: Ruleset) -> dict[str, Any]:
    return {"text": write_ruleset(rulesets.load(row.pk)), "seen_at": seen_at(row)}
