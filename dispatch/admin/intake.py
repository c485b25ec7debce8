"""Phone systems with the layout of their legacy text, approved phrases, interpreter lines."""

from __future__ import annotations

from django.contrib import admin
from django.db import models

from dispatch.admin.configuration import ConfigurationAdmin
from dispatch.models import AliField, CannedPhrase, InterpreterLine, PhoneSystem
from partners.admin.base import ActedInline


class AliFieldInline(ActedInline):
    model = AliField


@admin.register(PhoneSystem)
class PhoneSystemAdmin(ConfigurationAdmin):
    """Its account has the role `phone-system`. Without fields of its own it has those of all, else the default."""

    list_display = ["name", "user", "carries_texts", "text_url"]
    inlines = [AliFieldInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(AliField)
class AliFieldAdmin(ConfigurationAdmin):
    """Those without a system are the layout of every system that has none of its own."""

    list_display = ["system", "field", "line", "column", "length"]
    list_filter = ["system"]
    list_select_related = ["system"]
    may_delete = True


@admin.register(CannedPhrase)
class CannedPhraseAdmin(ConfigurationAdmin):
    """Approved texts to callers; a phrase that is no longer used is made inactive."""

    list_display = ["code", "en", "es", "rank", "active"]
    search_fields = ["code", "en", "es"]


@admin.register(InterpreterLine)
class InterpreterLineAdmin(ConfigurationAdmin):
    """The number shown when an interpreter is asked for. Without a language: for all that have no line of their own."""

    list_display = ["language", "name", "phone", "active"]
    may_delete = True
