"""Phones that may report positions: made with a token that is shown once, revoked for good."""

from __future__ import annotations

import secrets
from typing import Final

from django.utils import timezone

from dispatch.actions.transaction import action
from dispatch.models import Device
from dispatch.queries import access
from dispatch.queries.fixes import token_hash
from partners.access import Actor, Permission
from partners.actions.roster import cleaned

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Typed into a phone: without what is mistaken for another."""

LETTERS_IN_TOKEN: Final = 24


def device_add(*, by: Actor, device: Device) -> str:
    """Keep a new device (label, unit or person). Its token, which nobody can read again. Raises Refused, NotAllowed."""
    access.require(by, Permission.ROSTER_CHANGE, "add devices")
    token = "".join(secrets.choice(LETTERS) for _ in range(LETTERS_IN_TOKEN))
    with action(by):
        device.token_hash, device.created_at, device.created_by = token_hash(token), timezone.now(), by.name
        cleaned(device)
        device.save()
    return token


def device_revoke(*, by: Actor, device: Device) -> Device:
    """From now on its token is worth nothing. Revoking twice changes nothing."""
    access.require(by, Permission.ROSTER_CHANGE, "revoke devices")
    with action(by):
        row = Device.objects.select_for_update().get(pk=device.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), by.name
            row.save(update_fields=["revoked_at", "revoked_by"])
    return row


def device_save(*, by: Actor, device: Device) -> Device:
    """Change whose device it is. Raises Refused, NotAllowed."""
    access.require(by, Permission.ROSTER_CHANGE, "change devices")
    with action(by):
        cleaned(device)
        device.save()
    return device
