"""Code tables and response plans."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from dispatch.actions import configuration
from dispatch.actions.transaction import action
from dispatch.models import CallType, Disposition, Intervention, ResponsePlan
from partners.access import Actor
from partners.admin.base import ActedAdmin, ActedInline


class ConfigurationAdmin(ActedAdmin):
    opened = staticmethod(action)

    def save_row(self, by: Actor, row: Any) -> None:
        configuration.configuration_save(by=by, row=row)

    def delete_row(self, by: Actor, row: Any) -> None:
        configuration.configuration_delete(by=by, row=row)


class PlanInline(ActedInline):
    model = ResponsePlan


@admin.register(CallType)
class CallTypeAdmin(ConfigurationAdmin):
    list_display = ["code", "name", "asks_triage", "default_priority", "active"]
    list_filter = ["asks_triage", "active"]
    search_fields = ["code", "name"]
    inlines = [PlanInline]


@admin.register(ResponsePlan)
class ResponsePlanAdmin(ConfigurationAdmin):
    """All lines; those without a type are the plan for calls of no type."""

    list_display = ["call_type", "priority", "role", "count"]
    list_filter = ["priority", "call_type"]
    list_select_related = ["call_type"]
    may_delete = True


@admin.register(Disposition)
class DispositionAdmin(ConfigurationAdmin):
    list_display = ["apco", "name", "label", "active"]


@admin.register(Intervention)
class InterventionAdmin(ConfigurationAdmin):
    list_display = ["code", "label", "active"]
