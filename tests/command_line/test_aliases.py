"""Which words may stand for a command."""

from __future__ import annotations

import pytest

from dispatch.actions.command_aliases import command_alias_save
from dispatch.models import CommandAlias
from hearteam.problems import NotAllowed, Refused
from tests.stage import Stage


@pytest.mark.parametrize(
    ("word", "verb", "reason"),
    [
        ("ER", "OS", "ER is a command itself."),
        ("GO", "GOO", "There is no command GOO."),
        ("go", "ER", "Capital letters only."),
        ("G1", "ER", "Capital letters only."),
    ],
)
def test_a_word_that_is_a_command_or_stands_for_none_is_refused(
    stage: Stage, word: str, verb: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        command_alias_save(by=stage.supervisor, alias=CommandAlias(word=word, verb=verb))


def test_the_same_word_twice_is_refused_and_only_a_supervisor_gives_one(stage: Stage) -> None:
    command_alias_save(by=stage.supervisor, alias=CommandAlias(word="GO", verb="ER"))
    with pytest.raises(Refused, match="already exists"):
        command_alias_save(by=stage.supervisor, alias=CommandAlias(word="GO", verb="OS"))
    with pytest.raises(NotAllowed):
        command_alias_save(by=stage.dispatcher, alias=CommandAlias(word="RUN", verb="ER"))
