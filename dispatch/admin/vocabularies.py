"""Vocabularies: read from a file, decided on type by type or many at once, put to use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from dispatch.actions.transaction import action
from dispatch.actions.vocabularies import (
    vocabulary_activate,
    vocabulary_deactivate,
    vocabulary_decide,
    vocabulary_import,
)
from dispatch.models import CallType, Vocabulary, VocabularyEntry
from dispatch.queries.vocabularies import all_vocabularies
from dispatch.rules.vocabulary_file import MOST_BYTES, UnreadableVocabulary, VocabularyFile, read_vocabulary
from hearteam.problems import Problem
from partners.access import Actor
from partners.admin.base import ActedAdmin, actor_of

MOST_TOLD = 20


class VocabularyFileForm(forms.ModelForm):
    """A list of call types as CSV. Given again under the name of one there is, it brings that one up to date."""

    file = forms.FileField(help_text="CSV in UTF-8 with a header. What is decided already is never overwritten.")

    class Meta:
        model = Vocabulary
        fields = ["name", "title"]

    def clean_file(self) -> VocabularyFile:
        """The types in it, and what could not be used."""
        try:
            return read_vocabulary(self.cleaned_data["file"].read(MOST_BYTES + 1))
        except UnreadableVocabulary as error:
            raise ValidationError(str(error)) from error

    def validate_unique(self) -> None:
        """A name there is already is no fault here."""


@admin.register(Vocabulary)
class VocabularyAdmin(ActedAdmin):
    """A new one is read from a file, as a new list of one there is."""

    opened = staticmethod(action)
    actions = ["put_to_use", "put_aside"]
    list_display = ["name", "title", "active", "types", "undecided"]
    fields = ["name", "title", "active", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vocabulary]:
        return all_vocabularies()

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return VocabularyFileForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["name", "title", "file"] if obj is None else self.fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        read: VocabularyFile = form.cleaned_data["file"]
        done = vocabulary_import(by=actor_of(request), name=obj.name, title=obj.title, rows=read.rows)
        obj.pk = done.vocabulary.pk
        obj.refresh_from_db()
        told = [f"Line {bad.line}: {bad.reason}" for bad in read.bad_rows] + list(done.doubts)
        told += [f"{code} is not in the file any more; it stays." for code in done.gone]
        for line in told[:MOST_TOLD]:
            self.message_user(request, line, messages.WARNING)
        if len(told) > MOST_TOLD:
            self.message_user(request, f"{len(told) - MOST_TOLD} more of these.", messages.WARNING)
        self.message_user(
            request, f"{done.new} new, {done.proposed_again} proposed again, {done.kept} decided before and kept."
        )

    @admin.display(description="types")
    def types(self, row: Any) -> SafeString:
        """How many, leading to them."""
        return format_html('<a href="../vocabularyentry/?vocabulary__id__exact={}">{}</a>', row.pk, row.types)

    @admin.display(description="not decided")
    def undecided(self, row: Any) -> int:
        """How many stand as they were proposed."""
        return int(row.undecided)

    @admin.action(description="Put to use: new calls are read by it", permissions=["change"])
    def put_to_use(self, request: HttpRequest, chosen: QuerySet[Vocabulary]) -> None:
        """Make the one chosen the active one."""
        if len(chosen) != 1:
            self.message_user(request, "Choose one: new calls are read by one vocabulary.", messages.ERROR)
            return
        row = chosen[0]
        self._change(request, row, lambda by: vocabulary_activate(by=by, name=row.name), "Put to use.")

    @admin.action(description="Put aside: new calls are read by our own types only", permissions=["change"])
    def put_aside(self, request: HttpRequest, chosen: QuerySet[Vocabulary]) -> None:
        """No vocabulary is active any more, if the active one is among the chosen."""
        for row in chosen:
            if row.active:
                self._change(request, row, lambda by: vocabulary_deactivate(by=by), "Put aside.")

    def _change(self, request: HttpRequest, row: Vocabulary, change: Callable[[Actor], object], told: str) -> None:
        try:
            change(actor_of(request))
        except Problem as problem:
            self.message_user(request, problem.detail, messages.ERROR)
            return
        self.log_change(request, row, told)
        self.message_user(request, f"{row.title}: {told}", messages.SUCCESS)


class DecisionForm(ActionForm):
    """What the actions over many types need beside the types."""

    our_type = forms.ModelChoiceField(CallType.objects.filter(active=True), required=False, label="Our call type:")


@admin.register(VocabularyEntry)
class VocabularyEntryAdmin(ActedAdmin):
    """Types come from files; here a person decides what is asked on them. Saving one decides on it."""

    opened = staticmethod(action)
    action_form = DecisionForm
    actions = ["ask_yes", "ask_maybe", "ask_no", "as_proposed", "set_our_type"]
    list_display = [
        "code", "words", "agency", "asks_triage", "call_type", "recorded", "decided", "changed_by_name", "changed_at",
    ]  # fmt: skip
    list_filter = ["vocabulary", "asks_triage", "decided", "agency", "call_type"]
    list_select_related = ["call_type", "vocabulary"]
    list_per_page = 200
    search_fields = ["code", "description"]
    ordering = ["decided", "asks_triage", "-recorded", "code"]
    fields = [
        "vocabulary", "code", "agency", "description", "recorded", "asks_triage", "call_type", "decided",
        "changed_by_name", "changed_at",
    ]  # fmt: skip
    readonly_fields = [
        "vocabulary", "code", "agency", "description", "recorded", "decided", "changed_by_name", "changed_at",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_row(self, by: Actor, row: Any) -> None:
        code = row.call_type.code if row.call_type else ""
        vocabulary_decide(by=by, entry_ids=[row.pk], asks=row.asks_triage, call_type=code)

    @admin.display(description="description", ordering="description")
    def words(self, row: VocabularyEntry) -> str:
        """The beginning of the description."""
        return Truncator(row.description).chars(60)

    @admin.action(description="Ask: yes", permissions=["change"])
    def ask_yes(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry]) -> None:
        """The questions are asked at once."""
        self._decide(request, chosen, "Ask: yes", asks=CallType.Asks.YES)

    @admin.action(description="Ask: maybe (offered)", permissions=["change"])
    def ask_maybe(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry]) -> None:
        """The questions are offered."""
        self._decide(request, chosen, "Ask: maybe", asks=CallType.Asks.MAYBE)

    @admin.action(description="Ask: no", permissions=["change"])
    def ask_no(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry]) -> None:
        """The questions are asked only when somebody wants to."""
        self._decide(request, chosen, "Ask: no", asks=CallType.Asks.NO)

    @admin.action(description="Right as proposed", permissions=["change"])
    def as_proposed(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry]) -> None:
        """Decided as they stand."""
        self._decide(request, chosen, "Decided as proposed")

    @admin.action(description="Set our call type to the one chosen here", permissions=["change"])
    def set_our_type(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry]) -> None:
        """Our type for them; none chosen: they have none of ours."""
        given = request.POST.get("our_type", "")
        found = CallType.objects.filter(pk=given, active=True).first() if given.isdecimal() else None
        code = found.code if found else ""
        self._decide(request, chosen, f"Our call type: {code or 'none'}", call_type=code)

    def _decide(self, request: HttpRequest, chosen: QuerySet[VocabularyEntry], told: str, **decided: str) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        try:
            entries = vocabulary_decide(by=actor_of(request), entry_ids=ids, **decided)
        except Problem as problem:
            self.message_user(request, problem.detail, messages.ERROR)
            return
        for entry in entries:
            self.log_change(request, entry, told)
        self.message_user(request, f"{told}: {len(entries)} type{pluralize(len(entries))}.", messages.SUCCESS)
