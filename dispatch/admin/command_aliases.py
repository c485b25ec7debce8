"""The center's own words on the command line."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from dispatch.actions.command_aliases import command_alias_save
from dispatch.actions.transaction import action
from dispatch.models import CommandAlias
from partners.access import Actor
from partners.admin.base import ActedAdmin


@admin.register(CommandAlias)
class CommandAliasAdmin(ActedAdmin):
    """A word out of use is made inactive: reference data would bring a deleted one back."""

    opened = staticmethod(action)
    list_display = ["word", "verb", "active"]
    list_filter = ["active"]

    def save_row(self, by: Actor, row: Any) -> None:
        command_alias_save(by=by, alias=row)
