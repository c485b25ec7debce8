"""What an undo needs and no event may carry: the content of fields before their last change."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dispatch.models.calls import Call


class FieldsBefore(models.Model):
    """The fields that a person changed last, as they were before: one row a person, replaced by each change."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(
        help_text="`columns` of the call, the first `contact` and the `person`; those not there are null."
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "fields before their last change"

    def __str__(self) -> str:
        return f"call {self.call_id} before a change"
