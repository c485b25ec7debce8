"""A center's own words for what calls are about, and on which of them the triage questions are asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dispatch.models.codes import CallType


class Vocabulary(models.Model):
    """One center's call types. New calls are read by the active one; at most one is."""

    name = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    active = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "vocabularies"
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_vocabulary")
        ]

    def __str__(self) -> str:
        return self.title


class VocabularyEntry(models.Model):
    """A type of the vocabulary, whether the triage questions are asked on it, and our call type for it, if any.

    `decided` is False while nobody has looked at what its words proposed. `recorded` is how often it came in the
    source's own period, where the source says so.
    """

    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.CASCADE, related_name="entries")
    code = models.CharField(max_length=80)
    agency = models.CharField(max_length=16, blank=True)
    description = models.CharField(max_length=200, blank=True)
    asks_triage = models.CharField(max_length=5, choices=CallType.Asks)
    call_type = models.ForeignKey(CallType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded = models.PositiveIntegerField(null=True, blank=True)
    decided = models.BooleanField(default=False)
    changed_by_name = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["vocabulary", "code"]
        verbose_name_plural = "vocabulary entries"
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code", "agency"], name="vocabulary_entry_once"),
        ]

    def __str__(self) -> str:
        return self.code
