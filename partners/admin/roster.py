"""Agencies, teams with their hours and contracts, units, people, shifts with their crews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from partners.access import Actor
from partners.actions import directory, roster
from partners.admin.base import ActedAdmin, ActedInline, actor_of
from partners.models import Agency, Contract, CrewMember, Person, ServiceException, ServiceHours, Shift, Team, Unit
from partners.queries.roster import loses_its_button, shift_conflict


@admin.register(Agency)
class AgencyAdmin(ActedAdmin):
    list_display = ["code", "name", "kind", "phone"]

    def save_row(self, by: Actor, row: Model) -> None:
        roster.agency_save(by=by, agency=row)

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> list[str]:
        return ["code"] if obj else []


class ContractInline(ActedInline):
    model = Contract


class HoursInline(ActedInline):
    model = ServiceHours


class ExceptionInline(ActedInline):
    model = ServiceException


class TeamForm(forms.ModelForm):
    """Lists are chosen from or typed with commas."""

    ages = forms.MultipleChoiceField(choices=Team.Age.choices, required=False, widget=forms.CheckboxSelectMultiple)
    min_crew_roles = forms.MultipleChoiceField(
        choices=Person.Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Team
        fields = [
            "agency", "code", "name", "role", "active", "ages", "area", "languages", "dedicated_phone",
            "arrival_target_minutes", "min_crew_roles", "equipment", "may_transport",
        ]  # fmt: skip


@admin.register(Team)
class TeamAdmin(ActedAdmin):
    form = TeamForm
    list_display = ["code", "name", "agency", "dedicated_phone", "arrival_target_minutes", "active"]
    list_filter = ["agency__kind", "active"]
    list_select_related = ["agency"]
    fields = TeamForm.Meta.fields
    inlines = [ContractInline, HoursInline, ExceptionInline]

    def save_row(self, by: Actor, row: Model) -> None:
        if isinstance(row, Team):
            roster.team_save(by=by, team=row)
        else:
            directory.directory_save(by=by, row=row)

    def delete_row(self, by: Actor, row: Model) -> None:
        directory.directory_delete(by=by, row=row)

    def get_readonly_fields(self, request: HttpRequest, obj: Team | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Unit)
class UnitAdmin(ActedAdmin):
    """The roster's part of a unit. Its status and position are dispatch's: changed at the console, shown here."""

    list_display = ["callsign", "team", "vehicle", "cit_trained", "status", "active"]
    list_filter = ["team", "active", "temporary"]
    list_select_related = ["team"]
    search_fields = ["callsign"]
    fields = [
        "callsign", "team", "active", "vehicle", "phone", "cit_trained", "station_lat", "station_lon", "status",
        "status_since", "status_reason", "temporary",
    ]  # fmt: skip
    readonly_fields = ["status", "status_since", "status_reason", "temporary"]

    def save_row(self, by: Actor, row: Model) -> None:
        roster.unit_save(by=by, unit=row)

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        return [*self.readonly_fields, "callsign"] if obj else self.readonly_fields


@admin.register(Person)
class PersonAdmin(ActedAdmin):
    list_display = ["name", "role", "team", "spoken", "cit_trained", "active"]
    list_filter = ["role", "team", "active"]
    list_select_related = ["team"]
    search_fields = ["name", "user__username"]
    autocomplete_fields = ["user"]

    @admin.display(description="languages")
    def spoken(self, person: Person) -> str:
        """`en, es`."""
        return ", ".join(person.languages)

    def save_row(self, by: Actor, row: Model) -> None:
        roster.person_save(by=by, person=row)


SHIFT_FIELDS = ["unit", "starts_at", "ends_at"]


class ShiftForm(forms.ModelForm):
    """What the action would refuse is said beside the fields, so that nothing typed is lost."""

    have_left = forms.BooleanField(
        required=False, label="Who is taken off has left the unit",
        help_text="Needed while the unit is on a call: they lose the emergency button and the tablet.",
    )  # fmt: skip

    class Meta:
        model = Shift
        fields = SHIFT_FIELDS

    def clean(self) -> dict[str, Any]:
        """Refuse a second shift of the unit at that time."""
        cleaned = super().clean() or {}
        if cleaned.get("unit") and cleaned.get("starts_at"):
            shift = Shift(pk=self.instance.pk, **{name: cleaned.get(name) for name in SHIFT_FIELDS})
            conflict = shift_conflict(shift)
            if conflict:
                raise forms.ValidationError(conflict)
        return cleaned


class CrewFormSet(forms.BaseInlineFormSet):
    """Refuses people who are elsewhere at that time."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and not self._should_delete_form(form)]
        people = [row["person"].pk for row in kept if row.get("person")]
        if self.instance.pk and not self.data.get("have_left"):
            lost = loses_its_button(self.instance, self._taken_off())
            if lost:
                raise forms.ValidationError(lost)
        if people and self.instance.unit_id and self.instance.starts_at:
            conflict = shift_conflict(self.instance, people)
            if conflict:
                raise forms.ValidationError(conflict)


    def _taken_off(self) -> list[Person]:
        """Those whose row is deleted, or becomes another person's."""
        rows = [form for form in self.initial_forms if form.is_valid()]
        gone = [form for form in rows if self._should_delete_form(form) or "person" in form.changed_data]
        return list(Person.objects.filter(pk__in=[form.initial["person"] for form in gone]))


class CrewInline(ActedInline):
    model = CrewMember
    formset = CrewFormSet
    autocomplete_fields = ["person"]


@admin.register(Shift)
class ShiftAdmin(ActedAdmin):
    """One that has begun is ended, not deleted."""

    list_display = ["unit", "starts_at", "ends_at", "crew_names"]
    list_filter = ["unit__team"]
    list_select_related = ["unit"]
    search_fields = ["unit__callsign", "crew__person__name"]
    date_hierarchy = "starts_at"
    form = ShiftForm
    autocomplete_fields = ["unit"]
    inlines = [CrewInline]
    may_delete = True

    @admin.display(description="crew")
    def crew_names(self, shift: Shift) -> str:
        """`Ada Example, Ben Example`."""
        return ", ".join(member.person.name for member in shift.crew.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shift]:
        return super().get_queryset(request).prefetch_related("crew__person")

    def save_row(self, by: Actor, row: Any) -> None:
        roster.shift_save(by=by, shift=row)

    def delete_row(self, by: Actor, row: Any) -> None:
        roster.shift_delete(by=by, shift=row)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The crew, with the supervisor's word on whether those taken off have left the unit."""
        by, have_left = actor_of(request), bool(form.cleaned_data.get("have_left"))
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            roster.crew_member_delete(by=by, member=row, have_left=have_left)
        for row in rows:
            roster.crew_member_save(by=by, member=row, have_left=have_left)
        formset.save_m2m()
