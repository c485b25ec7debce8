"""`/api/assignments/{id}/link/`: the link for the own phone of a crew reached by phone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import guest_links, guest_sending
from dispatch.api.views import Fields, View
from dispatch.queries.guest_links import link_of, token_of
from hearteam.events.log import rfc3339


class NoFields(Fields):
    """Nothing: the address says it all."""


class AssignmentLink(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request, assignment_id: str) -> Response:
        """`{id, unit, url, expires_at}`: the address to hand out, as long as it leads anywhere."""
        link = link_of(self.actor, assignment_id)
        return Response(
            {
                "id": str(link.pk),
                "unit": link.assignment.unit.callsign,
                "url": request.build_absolute_uri(reverse("guest", args=[token_of(link)])),
                "expires_at": rfc3339(link.expires_at),
            }
        )

    @extend_schema(request=NoFields, responses={201: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Issue a link, in place of an earlier one. Its address is read by GET: answers to commands are kept, it is
        not.
        """
        self.read(NoFields)

        def run() -> tuple[int, Any]:
            link = guest_links.link_issue(by=self.actor, assignment_id=assignment_id)
            unit = link.assignment.unit.callsign
            return 201, {"id": str(link.pk), "unit": unit, "expires_at": rfc3339(link.expires_at)}

        return self.command(run)


class AssignmentLinkSend(View):
    @extend_schema(request=NoFields, responses={202: dict})
    def post(self, request: Request, assignment_id: str) -> Response:
        """Send the standing link by text to the mobile that was written down with the hand-off."""
        self.read(NoFields)
        origin = request.build_absolute_uri("/")

        def run() -> tuple[int, Any]:
            link = guest_sending.link_send(by=self.actor, assignment_id=assignment_id, origin=origin)
            return 202, {"id": str(link.pk), "sent_to": link.sent_to}

        return self.command(run)


class AssignmentLinkRevoke(View):
    @extend_schema(request=NoFields, responses={204: None})
    def post(self, request: Request, assignment_id: str) -> Response:
        """The link leads nowhere from now on; without one nothing changes."""
        self.read(NoFields)

        def run() -> tuple[int, Any]:
            guest_links.link_revoke(by=self.actor, assignment_id=assignment_id)
            return 204, None

        return self.command(run)
