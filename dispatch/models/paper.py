"""Calls that were worked on paper while the system was down, and were entered afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dispatch.models.calls import Call


class PaperRecord(models.Model):
    """That a call was entered from paper: the number on the sheet, which is entered once, and by whom."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="paper")
    number = models.CharField(max_length=24, unique=True, help_text="As it stands on the sheet.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by_name = models.CharField(max_length=150)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number
