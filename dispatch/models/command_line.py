"""The center's own words on the command line."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from dispatch.rules.command_grammar import grammar


def known_verb(word: str) -> None:
    """Raise ValidationError for a word that is no command."""
    if word not in grammar().verbs:
        raise ValidationError(f"There is no command {word}.")


def free_word(word: str) -> None:
    """Raise ValidationError for a word that is a command already."""
    if word in grammar().verbs:
        raise ValidationError(f"{word} is a command itself.")


class CommandAlias(models.Model):
    """Another word for a command: what dispatchers of this center have always typed."""

    word = models.CharField(
        max_length=8, unique=True, validators=[RegexValidator(r"^[A-Z]+\Z", "Capital letters only."), free_word]
    )
    verb = models.CharField(max_length=4, validators=[known_verb], help_text="The command it stands for.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["verb", "word"]
        verbose_name_plural = "command aliases"
        constraints = [models.CheckConstraint(condition=Q(word__regex=r"^[A-Z]+$"), name="alias_in_capitals")]

    def __str__(self) -> str:
        return f"{self.word} = {self.verb}"
