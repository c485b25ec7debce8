"""What happened, to be read and changed by nobody: calls with all about them, decisions, alerts, the event log."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import Q
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
from dispatch.queries.finding import SHORTEST, calls_found
from dispatch.rules.timers import AlertKind
from hearteam.events.models import Event
from hearteam.events.types import EVENT_TYPES
from partners.admin.base import ReadOnlyAdmin, ReadOnlyInline
from partners.admin.many import FixedChoices, ManyRows

MOST_FOUND = 1_000


def of_calls_found(term: str) -> Q:
    """The rows of the calls that a text means."""
    return Q(call__in=calls_found(term, MOST_FOUND))


def of_call_or_unit(term: str) -> Q:
    """The same, or those of the unit of that call sign; one may be too short to find a call by."""
    of_unit = Q(unit__callsign=term.upper())
    return of_unit if len(term) < SHORTEST else of_unit | of_calls_found(term)


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


class TierFilter(FixedChoices):
    title = "tier"
    parameter_name = "tier"
    choices_given = ("1", "2", "3", "4")


class PriorityFilter(FixedChoices):
    title = "priority"
    parameter_name = "priority"
    choices_given = ("1", "2", "3", "4")


class AlertKindFilter(FixedChoices):
    title = "kind"
    parameter_name = "kind"
    choices_given = tuple(kind.value for kind in AlertKind)


@admin.register(Call)
class CallAdmin(ManyRows):
    list_display = ["number", "received_at", "status", "priority", "tier", "call_type", "location_text", "disposition"]
    list_filter = ["received_at", "status", PriorityFilter, TierFilter, "behavioural", "origin"]
    list_select_related = ["call_type", "disposition"]
    search_fields = ["number"]
    search_help_text = "Number, place, or call-back number"
    ordering = ("-received_at",)
    inlines = [
        ContactInline, NoteInline, DecisionInline, SlotInline, AssignmentInline, HandoffInline, GuestLinkInline,
        InterventionInline, AlertInline,
    ]  # fmt: skip

    def found(self, term: str) -> Q:
        return Q(pk__in=calls_found(term, MOST_FOUND))


@admin.register(Decision)
class DecisionAdmin(ManyRows):
    list_display = ["at", "call", "rule", "tier", "response", "ruleset", "provisional", "override_direction"]
    list_filter = [TierFilter, "provisional", "override_direction"]
    list_select_related = ["call", "ruleset"]
    search_fields = ["call__number"]

    def found(self, term: str) -> Q:
        return of_calls_found(term)


@admin.register(TriageAnswers)
class AnswersAdmin(ManyRows):
    list_display = ["at", "call", "source", "answered_by"]
    list_select_related = ["call", "answered_by"]
    search_fields = ["call__number"]

    def found(self, term: str) -> Q:
        return of_calls_found(term)


@admin.register(Assignment)
class AssignmentAdmin(ManyRows):
    list_display = ["call", "unit", "role", "status", "dispatched_at", "on_scene_at", "cleared_at", "override_reason"]
    list_filter = ["status", "joins"]
    list_select_related = ["call", "unit"]
    search_fields = ["call__number", "unit__callsign"]

    def found(self, term: str) -> Q:
        return of_call_or_unit(term)


@admin.register(GuestLink)
class GuestLinkAdmin(ReadOnlyAdmin):
    """Who opened a crew's link, when, from where, and what was done by it. The address itself is nowhere."""

    list_display = ["issued_at", "call", "assignment", "issued_by_name", "expires_at", "confirmed_at", "revoked_at"]
    list_select_related = ["call", "assignment"]
    search_fields = ["call__number"]
    exclude = ["nonce"]
    inlines = [GuestLinkUseInline]


@admin.register(Note)
class NoteAdmin(ManyRows):
    list_display = ["written_at", "call", "author_name", "audience", "kind"]
    list_filter = ["audience", "kind"]
    list_select_related = ["call"]
    search_fields = ["call__number"]

    def found(self, term: str) -> Q:
        return of_calls_found(term)


@admin.register(Alert)
class AlertAdmin(ManyRows):
    list_display = [
        "raised_at", "level", "kind", "call", "unit", "acknowledged_by", "acknowledged_after_s", "escalated_at",
        "cleared_at",
    ]  # fmt: skip
    list_filter = ["raised_at", AlertKindFilter]
    list_select_related = ["call", "unit", "acknowledged_by"]
    search_fields = ["call__number", "unit__callsign"]

    def found(self, term: str) -> Q:
        return of_call_or_unit(term)


class TypeFilter(FixedChoices):
    title = "type"
    parameter_name = "type"
    choices_given = tuple(sorted(EVENT_TYPES))


@admin.register(Event)
class EventAdmin(ManyRows):
    """The log everything follows."""

    list_display = ["v", "at", "type", "by", "call_id", "unit"]
    list_filter = [TypeFilter]
    search_fields = ["unit"]
    search_help_text = "Version, unit, or a call by its number, place or call-back number"
    fields = ["v", "at", "type", "by", "by_user_id", "call_id", "unit", "content"]
    readonly_fields = ["content"]

    def found(self, term: str) -> Q:
        version = Q(pk=int(term)) if term.isascii() and term.isdigit() and len(term) <= 18 else Q()
        return version | Q(unit=term.upper()) | Q(call_id__in=calls_found(term, MOST_FOUND))

    @admin.display(description="data")
    def content(self, event: Event) -> SafeString:
        """Indented JSON."""
        return format_html("<pre>{}</pre>", json.dumps(event.data, indent=2, ensure_ascii=False))
