"""When a team can be had, where to take people, whom to call: dated data that a supervisor edits; none on the board."""

from __future__ import annotations

from partners.access import Actor
from partners.actions.roster import cleaned
from partners.actions.transaction import roster_action
from partners.models import Contract, Facility, Resource, ServiceException, ServiceHours

Directory = Contract | ServiceHours | ServiceException | Facility | Resource


def directory_save(*, by: Actor, row: Directory) -> Directory:
    """Add or change a contract, service hours, an exception, a facility or a resource. Raises Refused, NotAllowed."""
    with roster_action(by):
        cleaned(row)
        row.save()
    return row


def directory_delete(*, by: Actor, row: Directory) -> None:
    """Take one back."""
    with roster_action(by):
        row.delete()
