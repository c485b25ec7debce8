"""What a new center starts from: added where missing, never changed where a supervisor has edited it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model

from partners.access import Actor, Role
from partners.actions.transaction import roster_action
from partners.models import Agency, Facility, Resource, Team

Rows = Sequence[Mapping[str, Any]]


def reference_add(*, by: Actor, agencies: Rows, teams: Rows, facilities: Rows, resources: Rows) -> dict[str, int]:
    """Add what is missing, and the groups of the roles; returns how many rows of each kind were new.

    Rows have the fields of their models; a team names its agency by code.
    """
    with roster_action(by):
        new = {
            "roles": _add(Group, "name", [{"name": role.value} for role in Role]),
            "agencies": _add(Agency, "code", agencies),
        }
        by_code = {agency.code: agency for agency in Agency.objects.all()}
        new["teams"] = _add(Team, "code", [{**row, "agency": by_code[row["agency"]]} for row in teams])
        new["facilities"] = _add(Facility, "name", facilities)
        new["resources"] = _add(Resource, "code", resources)
    return new


def _add(model: type[Model], key: str, rows: Rows) -> int:
    known = set(model._default_manager.values_list(key, flat=True))
    missing = [model(**row) for row in rows if row[key] not in known]
    model._default_manager.bulk_create(missing)
    return len(missing)
