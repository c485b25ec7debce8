"""Premises with their cautions, and the cautions that are due for review.

A care plan is the clinicians': it is on no page here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.actions import configuration, premises
from dispatch.actions.transaction import action
from dispatch.models import Premise, PremiseCaution
from dispatch.queries.decisions import CAUTION_MONTHS_DAYS
from dispatch.queries.premises import standing
from partners.access import Actor
from partners.admin.base import ActedAdmin, ActedInline, actor_of

SOON_DAYS = 30
ON_RECORD = ["author", "reviewed_by", "ended_at", "ended_by"]
CARE_PLAN = PremiseCaution.Class.CARE_PLAN


def _review_due(caution: PremiseCaution) -> date:
    return caution.reviewed_on + timedelta(days=CAUTION_MONTHS_DAYS)


class CautionForm(ModelForm):  # type: ignore[type-arg]
    """Filling in why it ends ends a caution."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "caution_class" in self.fields:
            choices = [choice for choice in PremiseCaution.Class.choices if choice[0] != CARE_PLAN]
            self.fields["caution_class"].choices = choices  # type: ignore[attr-defined]
        if "end_reason" in self.fields:
            self.fields["end_reason"].help_text = _("Filled in: it ends now, and stays on record.")


class CautionInline(ActedInline):
    model = PremiseCaution
    form = CautionForm
    exclude = ON_RECORD
    may_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PremiseCaution]:
        return super().get_queryset(request).exclude(caution_class=CARE_PLAN)


@admin.register(Premise)
class PremiseAdmin(ActedAdmin):
    """A caution states the risk, not an arrest; only VIOLENCE reviewed within 12 months counts in triage."""

    opened = staticmethod(action)
    list_display = ["address", "cautions_count"]
    search_fields = ["address"]
    fields = ["address", "key", "lat", "lon"]
    inlines = [CautionInline]

    @admin.display(description=_("cautions"))
    def cautions_count(self, premise: Premise) -> int:
        """How many are in force."""
        today = timezone.localdate()
        return sum(
            caution.ended_at is None and (caution.expires_on is None or caution.expires_on >= today)
            for caution in premise.cautions.all()
            if caution.caution_class != CARE_PLAN
        )

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("cautions")

    def save_row(self, by: Actor, row: Model) -> None:
        if isinstance(row, PremiseCaution):
            premises.caution_save(by=by, caution=row)
        elif isinstance(row, Premise):
            configuration.configuration_save(by=by, row=row)


class ReviewFilter(admin.SimpleListFilter):
    """By when a caution in force is to be reviewed again."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        over, soon = _("overdue: no longer counts in triage"), _("due within 30 days")
        return [("over", over), ("soon", soon), ("all", _("all, ended ones too"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without a choice: those in force."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("in force")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        last = today - timedelta(days=CAUTION_MONTHS_DAYS)
        asked = self.value()
        if asked == "all":
            return queryset
        due = queryset.filter(standing(today))
        if asked == "over":
            return due.filter(reviewed_on__lt=last)
        return due.filter(reviewed_on__gte=last, reviewed_on__lt=last + timedelta(days=SOON_DAYS)) if asked else due


@admin.register(PremiseCaution)
class CautionAdmin(ActedAdmin):
    """Cautions in force, the one to be reviewed first on top. Reviewed: its day set to today."""

    opened = staticmethod(action)
    form = CautionForm
    list_display = ["text", "caution_class", "premise", "unit", "source", "author", "review_due", "expires_on"]
    list_filter = [ReviewFilter, "caution_class"]
    list_select_related = ["premise", "author"]
    search_fields = ["text", "premise__address"]
    ordering = ["reviewed_on", "pk"]
    fields = [
        "premise", "caution_class", "unit", "text", "source", "reviewed_on", "expires_on", "end_reason",
        *ON_RECORD,
    ]  # fmt: skip
    readonly_fields = ["premise", *ON_RECORD]

    @admin.display(description=_("review due"), ordering="reviewed_on")
    def review_due(self, caution: PremiseCaution) -> date:
        """Twelve months after the last review."""
        return _review_due(caution)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(caution_class=CARE_PLAN)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Added on its premise's page."""
        return False

    def save_row(self, by: Actor, row: Model) -> None:
        if isinstance(row, PremiseCaution):
            premises.caution_save(by=by, caution=row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "reviewed_on" in form.changed_data:
            obj.reviewed_by_id = actor_of(request).user_id
        super().save_model(request, obj, form, change)
