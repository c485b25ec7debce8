"""What happened, to be read and changed by nobody: calls with all about them, decisions, alerts, the event log."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dispatch.models import (
    Alert,
    Assignment,
    Call,
    CallContact,
    CallIntervention,
    Decision,
    GuestLink,
    GuestLinkUse,
    Handoff,
    Note,
    ResponseSlot,
    TriageAnswers,
)
from hearteam.events.models import Event
from partners.admin.base import ReadOnlyAdmin, ReadOnlyInline


class ContactInline(ReadOnlyInline):
    model = CallContact


class NoteInline(ReadOnlyInline):
    """A clinical note shows that it exists: its text is kept elsewhere."""

    model = Note
    fk_name = "call"
    fields = ["written_at", "author_name", "audience", "kind", "text", "corrects"]


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = [
        "at", "rule", "tier", "priority", "response", "provisional", "override_direction", "override_reason",
        "overridden_by", "decided_by",
    ]  # fmt: skip


class SlotInline(ReadOnlyInline):
    model = ResponseSlot


class AssignmentInline(ReadOnlyInline):
    model = Assignment
    fields = [
        "unit", "role", "status", "joins", "dispatched_at", "en_route_at", "on_scene_at", "transporting_at",
        "cleared_at", "override_reason",
    ]  # fmt: skip


class HandoffInline(ReadOnlyInline):
    model = Handoff
    fields = [
        "started_at", "at", "team", "outcome", "attempt", "contact", "clinician", "eta_minutes", "callback_at", "note",
    ]  # fmt: skip


class GuestLinkInline(ReadOnlyInline):
    model = GuestLink
    fields = ["issued_at", "issued_by_name", "expires_at", "confirmed_at", "revoked_at", "revoked_by_name"]


class GuestLinkUseInline(ReadOnlyInline):
    model = GuestLinkUse


class InterventionInline(ReadOnlyInline):
    model = CallIntervention


class AlertInline(ReadOnlyInline):
    model = Alert
    fields = [
        "raised_at", "kind", "level", "text", "acknowledged_by", "acknowledged_after_s", "cleared_at", "clear_reason",
    ]  # fmt: skip


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = ["number", "received_at", "status", "priority", "tier", "call_type", "location_text", "disposition"]
    list_filter = ["status", "priority", "tier", "behavioural", "origin"]
    list_select_related = ["call_type", "disposition"]
    search_fields = ["number", "location_text", "contacts__phone"]
    date_hierarchy = "received_at"
    inlines = [
        ContactInline, NoteInline, DecisionInline, SlotInline, AssignmentInline, HandoffInline, GuestLinkInline,
        InterventionInline, AlertInline,
    ]  # fmt: skip


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "call", "rule", "tier", "response", "ruleset", "provisional", "override_direction"]
    list_filter = ["tier", "rule", "provisional", "override_direction"]
    list_select_related = ["call", "ruleset"]
    search_fields = ["call__number"]
    date_hierarchy = "at"


@admin.register(TriageAnswers)
class AnswersAdmin(ReadOnlyAdmin):
    list_display = ["at", "call", "source", "answered_by"]
    list_filter = ["source"]
    list_select_related = ["call", "answered_by"]
    search_fields = ["call__number"]


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["call", "unit", "role", "status", "dispatched_at", "on_scene_at", "cleared_at", "override_reason"]
    list_filter = ["status", "role", "joins"]
    list_select_related = ["call", "unit"]
    search_fields = ["call__number", "unit__callsign"]
    date_hierarchy = "dispatched_at"


@admin.register(GuestLink)
class GuestLinkAdmin(ReadOnlyAdmin):
    """Who opened a crew's link, when, from where, and what was done by it. The address itself is nowhere."""

    list_display = ["issued_at", "call", "assignment", "issued_by_name", "expires_at", "confirmed_at", "revoked_at"]
    list_select_related = ["call", "assignment"]
    search_fields = ["call__number"]
    exclude = ["nonce"]
    inlines = [GuestLinkUseInline]


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ["written_at", "call", "author_name", "audience", "kind"]
    list_filter = ["audience", "kind"]
    list_select_related = ["call"]
    search_fields = ["call__number"]


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = [
        "raised_at", "level", "kind", "call", "unit", "acknowledged_by", "acknowledged_after_s", "escalated_at",
        "cleared_at",
    ]  # fmt: skip
    list_filter = ["level", "kind"]
    list_select_related = ["call", "unit", "acknowledged_by"]
    search_fields = ["call__number", "unit__callsign"]
    date_hierarchy = "raised_at"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The log everything follows."""

    list_display = ["v", "at", "type", "by", "call_id", "unit"]
    list_filter = ["type"]
    search_fields = ["=unit", "=by"]
    fields = ["v", "at", "type", "by", "by_user_id", "call_id", "unit", "content"]
    readonly_fields = ["content"]
    show_full_result_count = False

    @admin.display(description="data")
    def content(self, event: Event) -> SafeString:
        """Indented JSON."""
        return format_html("<pre>{}</pre>", json.dumps(event.data, indent=2, ensure_ascii=False))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).order_by("-v")
