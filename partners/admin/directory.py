"""Places to bring people to, numbers to call; follow-ups and who read clinical records, to be looked at."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model

from partners.access import Actor
from partners.actions import directory
from partners.admin.base import ActedAdmin, ReadOnlyAdmin
from partners.models import ChannelCheck, Facility, FollowUp, RecordAccess, Resource


class DirectoryAdmin(ActedAdmin):
    may_delete = True

    def save_row(self, by: Actor, row: Model) -> None:
        directory.directory_save(by=by, row=row)

    def delete_row(self, by: Actor, row: Model) -> None:
        directory.directory_delete(by=by, row=row)


@admin.register(Facility)
class FacilityAdmin(DirectoryAdmin):
    list_display = ["name", "kind", "address", "phone", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name"]


@admin.register(Resource)
class ResourceAdmin(DirectoryAdmin):
    list_display = ["name", "kind", "phone", "hours", "eligibility", "verified_on"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    """That a team owes somebody a visit; never why, which is clinical."""

    list_display = ["call", "team", "status", "opened_at", "due_at", "done_at"]
    list_filter = ["status", "team"]
    list_select_related = ["call", "team"]
    fields = ["call", "team", "status", "opened_at", "due_at", "done_at"]


@admin.register(RecordAccess)
class RecordAccessAdmin(ReadOnlyAdmin):
    """Who read clinical records of which call."""

    list_display = ["at", "user", "call", "what", "reason"]
    list_filter = ["what"]
    list_select_related = ["user", "call"]
    search_fields = ["user__username", "call__number"]
    date_hierarchy = "at"


@admin.register(ChannelCheck)
class ChannelCheckAdmin(ReadOnlyAdmin):
    list_display = ["at", "unit", "kind", "by"]
    list_filter = ["kind"]
    list_select_related = ["unit", "by"]
