"""Legal holds, placed and lifted by a supervisor; how long data is kept, to be read; what was redacted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dispatch.actions.retention import legal_hold_lift, legal_hold_place
from dispatch.actions.transaction import action
from dispatch.models import Call, LegalHold, Redaction
from dispatch.queries.retention import days_kept
from hearteam.problems import NotFound
from partners.access import Permission
from partners.admin.base import ActedAdmin, ReadOnlyAdmin, actor_of


class HoldForm(forms.ModelForm):
    """Place a hold on the call of a number; on its page, lift it with a reason."""

    call_number = forms.CharField(max_length=12, required=False)

    class Meta:
        model = LegalHold
        fields = ["reason", "lift_reason"]


@admin.register(LegalHold)
class LegalHoldAdmin(ActedAdmin):
    """While one stands, nothing of its call is redacted."""

    opened = staticmethod(action)
    change_permission = Permission.LEGAL_HOLD
    form = HoldForm
    list_display = ["call", "reason", "placed_at", "placed_by", "lifted_at", "lifted_by", "lift_reason"]
    list_select_related = ["call"]
    search_fields = ["call__number", "reason"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["call_number", "reason"] if obj is None else [*self.list_display]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [] if obj is None else [name for name in self.list_display if name != "lift_reason"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        lifted = isinstance(obj, LegalHold) and obj.lifted_at is not None
        return super().has_change_permission(request, obj) and not lifted

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        kept = "; ".join(f"{name}: {days or _('for ever')}" for name, days in days_kept().items())
        told = {"subtitle": _("days kept after a call's end: %(kept)s") % {"kept": kept}}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = actor_of(request)
        if change:
            legal_hold_lift(by=by, call_id=obj.call_id, reason=form.cleaned_data["lift_reason"])
            return
        number = form.cleaned_data["call_number"].strip()
        call = Call.objects.filter(number=number).first()
        if call is None:
            raise NotFound(f"There is no call {number}.")
        placed = legal_hold_place(by=by, call_id=call.pk, reason=form.cleaned_data["reason"])
        obj.pk, obj.call = placed.pk, call


@admin.register(Redaction)
class RedactionAdmin(ReadOnlyAdmin):
    list_display = ["at", "call", "data_class"]
    list_filter = ["data_class"]
    list_select_related = ["call"]
    search_fields = ["call__number"]
