"""Rulesets: imported from a file, looked at row by row, checked, approved by a second person, published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from dispatch.actions import rulesets as actions
from dispatch.actions.transaction import action
from dispatch.admin.ruleset_table import described
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.rules.ruleset_file import RulesetFileError, parse_ruleset
from hearteam.problems import Problem
from partners.access import Permission
from partners.admin.base import ActedAdmin, actor_of

STEPS: dict[str, tuple[Callable[..., Ruleset], str]] = {
    "check": (actions.ruleset_check, "Checked: every invariant holds."),
    "approve": (actions.ruleset_approve, "Approved."),
    "publish": (actions.ruleset_publish, "Published: it decides from now on."),
}
NEXT_STEP = {
    Ruleset.Status.DRAFT: "check",
    Ruleset.Status.CHECKED: "approve",
    Ruleset.Status.APPROVED: "publish",
}


class RulesetFileForm(forms.ModelForm):
    """A ruleset file, as dispatch/rules/default_ruleset.yaml shows it. What is wrong with it is named by line."""

    file = forms.FileField(help_text="YAML, in the format of the default ruleset; with a version of its own.")

    class Meta:
        model = Ruleset
        fields = ["note"]

    def clean_file(self) -> Any:
        """The parsed rules."""
        try:
            return parse_ruleset(self.cleaned_data["file"].read().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise ValidationError("This is not a text file.") from error
        except RulesetFileError as error:
            raise ValidationError([f"Line {problem.line}: {problem.reason}" for problem in error.problems]) from error


@admin.register(Ruleset)
class RulesetAdmin(ActedAdmin):
    """A new version is imported; nothing of one that exists is edited in place."""

    opened = staticmethod(action)
    change_permission = Permission.RULESET_CHANGE
    list_display = ["name", "version", "status", "author_name", "approver_name", "checked_at", "published_at"]
    list_filter = ["status"]
    fields = [
        "name", "version", "status", "note", "author_name", "created_at", "checked_at", "approver_name", "approved_at",
        "published_at", "effective_at", "retired_at",
    ]  # fmt: skip

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
            step = NEXT_STEP.get(row.status) if actor_of(request).may(self.change_permission) else None
            context |= {"table": described(rulesets.load(row.pk)), "next_step": step}
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        step = path(
            "<int:pk>/step/<str:step>/", self.admin_site.admin_view(self.step_view), name="dispatch_ruleset_step"
        )
        return [step, *super().get_urls()]

    @method_decorator(require_POST)
    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Take a ruleset one step on in its life."""
        if step not in STEPS:
            raise PermissionDenied
        take, told = STEPS[step]
        try:
            row = take(by=actor_of(request), ruleset_id=pk)
        except Problem as problem:
            if problem.status in (403, 404):
                raise PermissionDenied(problem.detail) from problem
            for line in (problem.errors or {}).get("ruleset", [problem.detail]):
                self.message_user(request, line, messages.ERROR)
        else:
            self.log_change(request, row, told)
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:dispatch_ruleset_change", args=[pk]))
