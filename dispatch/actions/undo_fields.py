"""The content of a call's fields before a person's last change of them. Private pieces of changing and undoing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from dispatch.actions.places import LOCATION_FIELDS
from dispatch.actions.types import TYPE_FIELDS
from dispatch.models import Call, CallContact, FieldsBefore, PersonInCrisis
from partners.access import Actor

COLUMNS = (
    *LOCATION_FIELDS,
    *TYPE_FIELDS,
    "priority",
    "priority_fixed",
    "origin",
    "channel",
    "never_voice_call",
    "language",
    "referrer_name",
    "referrer_agency",
    "referrer_phone",
    "referrer_reference",
)
OTHERS_SET = frozenset({"channel", "never_voice_call"})
"""What a text from the caller sets beside a person's change: kept only where the change itself was about it."""
NOT_CONTENT = {"id", "call"}


def fields_keep(by: Actor, call: Call, changing: Collection[str]) -> None:
    """Remember the call's fields before this person changes some of them. For people only: programs undo nothing."""
    if by.user_id is None or not set(changing) - {"narrative"}:
        return
    names = [name for name in COLUMNS if name not in OTHERS_SET or name in changing]
    columns = {_attname(name): getattr(call, _attname(name)) for name in names}
    kept: dict[str, Any] = {"changing": sorted(changing), "columns": columns}
    if "caller" in changing:
        kept["contact"] = _content(call.contacts.order_by("at", "pk").first())
    if "person" in changing:
        kept["person"] = _content(PersonInCrisis.objects.filter(call=call).first())
    FieldsBefore.objects.update_or_create(
        user_id=by.user_id, defaults={"call": call, "fields": kept, "at": timezone.now()}
    )


def fields_put_back(by: Actor, call: Call, changed: Collection[str], changed_at: datetime) -> list[str] | None:
    """Set the fields as they were; returns the call's columns (not saved), None when they are not known any more.

    What is kept of an earlier change of other fields is none of this one's.

    The caller and the person are saved at once; one that was added by the change is emptied, for it may be named.
    """
    if by.user_id is None:
        return None
    kept = FieldsBefore.objects.filter(user_id=by.user_id, call=call, at__lte=changed_at).first()
    if kept is None or kept.fields.get("changing") != sorted(changed):
        return None
    for name, value in kept.fields["columns"].items():
        setattr(call, name, value)
    if "contact" in kept.fields:
        _put_back(call.contacts.order_by("at", "pk").first(), kept.fields["contact"])
    if "person" in kept.fields:
        _put_back(PersonInCrisis.objects.filter(call=call).first(), kept.fields["person"])
    kept.delete()
    return [name for name in COLUMNS if _attname(name) in kept.fields["columns"]]


def _attname(name: str) -> str:
    return f"{name}_id" if Call._meta.get_field(name).is_relation else name


def _content(row: CallContact | PersonInCrisis | None) -> dict[str, Any] | None:
    if row is None:
        return None
    names = [field.name for field in row._meta.fields if field.name not in NOT_CONTENT and field.name != "at"]
    return {name: getattr(row, name) for name in names}


def _put_back(row: CallContact | PersonInCrisis | None, content: dict[str, Any] | None) -> None:
    """As it was before; what was not there before is removed: nothing hangs on it yet."""
    if row is None:
        return
    if content is None:
        row.delete()
        return
    for name, value in content.items():
        setattr(row, name, value)
    row.save(update_fields=list(content))
