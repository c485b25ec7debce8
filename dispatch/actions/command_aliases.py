"""The center's own words for commands. Open consoles are told, and read them anew."""

from __future__ import annotations

from dispatch.actions.transaction import action
from dispatch.models import CommandAlias
from dispatch.queries.access import require
from hearteam.events import types
from partners.access import Actor, Permission
from partners.actions.roster import cleaned


def command_alias_save(*, by: Actor, alias: CommandAlias) -> CommandAlias:
    """Add or change a word. Raises Refused for one that is a command itself, or stands for none."""
    require(by, Permission.ROSTER_CHANGE, "change the words of the command line")
    with action(by) as work:
        cleaned(alias)
        alias.save()
        work.emit(types.CommandAliasChanged(word=alias.word, verb=alias.verb, active=alias.active))
    return alias
