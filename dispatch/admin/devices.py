"""Phones that report positions. A token is shown once, when its device is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from dispatch.actions import devices
from dispatch.actions.transaction import action
from dispatch.models import Device
from partners.admin.base import ActedAdmin, actor_of


class DeviceForm(forms.ModelForm):
    revoke = forms.BooleanField(required=False, help_text="Its token is worth nothing from now on, for good.")

    class Meta:
        model = Device
        fields = ["label", "unit", "person"]


@admin.register(Device)
class DeviceAdmin(ActedAdmin):
    """Made for a unit, or for a person who then speaks for the unit they are on board of."""

    form = DeviceForm
    opened = staticmethod(action)
    list_display = ["label", "unit", "person", "last_seen_at", "last_verdict", "revoked_at"]
    list_select_related = ["unit", "person"]
    search_fields = ["label", "unit__callsign", "person__name"]
    autocomplete_fields = ["unit", "person"]
    readonly_fields = [
        "created_at", "created_by", "last_seen_at", "last_verdict", "revoked_at", "revoked_by",
    ]  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Device | None = None) -> list[str]:
        own = ["label", "unit", "person"]
        if obj is None:
            return own
        revocable = obj.revoked_at is None and self.has_change_permission(request, obj)
        return [*own, *self.readonly_fields, *(["revoke"] if revocable else [])]

    def save_model(self, request: HttpRequest, obj: Device, form: Any, change: bool) -> None:
        by = actor_of(request)
        if not change:
            token = devices.device_add(by=by, device=obj)
            self.message_user(request, f"The token of {obj.label}, shown only now: {token}", messages.WARNING)
            return
        devices.device_save(by=by, device=obj)
        if form.cleaned_data.get("revoke"):
            devices.device_revoke(by=by, device=obj)
