"""The delivery log, and by which channels people are reached. Read by supervisors and auditors, changed by nobody."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dispatch.models import Delivery, NotificationChannel
from partners.admin.base import ReadOnlyAdmin


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Each message: what it told, to whom and how, and what became of it."""

    list_display = [
        "queued_at", "about", "step", "call", "unit", "user", "kind", "state", "sent_at", "opened_at", "why",
    ]  # fmt: skip
    list_filter = ["state", "kind", "notice__kind"]
    list_select_related = ["notice__call", "notice__unit", "user"]
    search_fields = ["notice__call__number", "notice__unit__callsign", "=user__username"]
    date_hierarchy = "queued_at"
    exclude = ["channel", "subscription"]
    ordering = ["-pk"]

    @admin.display(description=_("about"))
    def about(self, row: Delivery) -> str:
        """What was told."""
        return row.notice.kind

    @admin.display(description=_("step"))
    def step(self, row: Delivery) -> int:
        """0: told at first; then each time that nobody acknowledged."""
        return row.notice.step

    @admin.display(description=_("call"))
    def call(self, row: Delivery) -> str:
        """Its number."""
        return row.notice.call.number if row.notice.call else ""

    @admin.display(description=_("unit"))
    def unit(self, row: Delivery) -> str:
        """Whose crew."""
        return row.notice.unit.callsign if row.notice.unit else ""


@admin.register(NotificationChannel)
class ChannelAdmin(ReadOnlyAdmin):
    """Addresses are their owner's: here stands only that there is a way."""

    list_display = ["user", "kind", "verified_at", "quiet", "language"]
    list_filter = ["kind", "quiet"]
    list_select_related = ["user"]
    search_fields = ["=user__username"]
    fields = ["user", "kind", "verified_at", "quiet", "language", "created_at"]
