"""`/api/calls/{id}/assignments/` and `/api/assignments/{id}/..`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import assignments, orders, safety
from dispatch.api.fields import Moment, TabletFields, Text, Whole
from dispatch.api.views import Fields, View
from dispatch.models import Assignment
from dispatch.queries.tablet import assignment_now
from hearteam.events.log import rfc3339


def assignment_answer(row: Assignment) -> dict[str, Any]:
    """An assignment as commands answer it."""
    return {
        "id": str(row.pk),
        "unit": row.unit.callsign,
        "team": row.unit.team.code,
        "call": str(row.call_id),
        "status": row.status,
        "acknowledged_at": rfc3339(row.acknowledged_at) if row.acknowledged_at else None,
        "since": rfc3339(row.status_since),
        "joins": row.joins,
        "order": row.order or None,
        "destination": row.destination,
        "eta_at": rfc3339(row.eta_at) if row.eta_at else None,
        "welfare_due_at": rfc3339(row.welfare_due_at) if row.welfare_due_at else None,
    }


class AssignmentFields(Fields):
    units = serializers.ListField(child=Text(16, required=True), min_length=1, max_length=20)
    override_reason = Text(200)
    occurred_at = Moment()


class CallAssignments(View):
    @extend_schema(request=AssignmentFields, responses={201: list})
    def post(self, request: Request, call_id: str) -> Response:
        """Send units, all of them or none."""
        body = self.read(AssignmentFields)

        def run() -> tuple[int, Any]:
            created = assignments.assignment_create(by=self.actor, call_id=call_id, **body)
            return 201, [assignment_answer(row) for row in created]

        return self.command(run)


class StatusFields(TabletFields):
    status = Text(4, required=True)
    note = Text(200)
    destination = Text(160)


class WelfareFields(TabletFields):
    minutes = Whole(1, 120)


LIFT = "LIFT"


class OrderFields(Fields):
    order = serializers.ChoiceField(choices=[*Assignment.Order.choices, (LIFT, "Lift the standing order")])
    reason = Text(200, required=True)


class AssignmentCommand(View):
    """Base: one action on an assignment, answered with it."""

    def changed(self, act: Any, **arguments: Any) -> Response:
        def run() -> tuple[int, Any]:
            return 200, assignment_answer(act(by=self.actor, **arguments))

        return self.command(run)


class AssignmentStatus(AssignmentCommand):
    @extend_schema(request=StatusFields, responses={200: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """The unit's next status; ER acknowledges, AV clears it and leaves the call open.

        `already` is in the answer to a tablet (it says `occurred_at`) when the crew's other tablet, or the dispatcher,
        told of the step before and nothing was changed.
        """
        body = self.read(StatusFields)

        def run() -> tuple[int, Any]:
            row, already = assignments.assignment_step(by=self.actor, assignment_id=assignment_id, **body)
            told_twice = {"already": True} if already and body.get("occurred_at") else {}
            return 200, {**assignment_answer(row), **told_twice}

        return self.command(run)


class AssignmentAcknowledge(AssignmentCommand):
    @extend_schema(request=WelfareFields, responses={200: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """The crew has its dispatch (and is there in `minutes`), or its standing order."""
        return self.changed(assignments.assignment_acknowledge, assignment_id=assignment_id, **self.read(WelfareFields))


class AssignmentOrder(AssignmentCommand):
    @extend_schema(request=OrderFields, responses={200: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Order the crew to stage or to withdraw, or lift its standing order."""
        body = self.read(OrderFields)
        if body["order"] == LIFT:
            return self.changed(orders.order_lift, assignment_id=assignment_id, reason=body["reason"])
        return self.changed(orders.order_give, assignment_id=assignment_id, **body)


class AssignmentWelfare(View):
    @extend_schema(request=WelfareFields, responses={200: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """The crew is well; ask again later."""
        body = self.read(WelfareFields)

        def run() -> tuple[int, Any]:
            check = safety.welfare_pass(by=self.actor, assignment_id=assignment_id, **body)
            row = assignment_now(check.assignment_id)
            return 200, {**assignment_answer(row), "late": check.late, "occurred_at": rfc3339(check.occurred_at)}

        return self.command(run)
