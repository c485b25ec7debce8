"""The response plan of calls that triage does not decide: call type and priority -> roles and counts."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from dispatch.models import Call, ResponsePlan


def planned_roles(call: Call) -> dict[str, int]:
    """Role -> count. A plan of the call's own type stands in place of the default plan of that priority."""
    plans = ResponsePlan.objects.filter(priority=call.priority).filter(
        Q(call_type_id=call.call_type_id) | Q(call_type__isnull=True)
    )
    by_type: dict[bool, dict[str, int]] = defaultdict(dict)
    for plan in plans:
        by_type[plan.call_type_id is not None][plan.role] = plan.count
    return by_type[True] or by_type[False] or {"POLICE": 1}
