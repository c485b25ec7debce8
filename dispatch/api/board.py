"""What a client starts from (`/api/board/`, `events/`, `me/`, `reference/`) and the geofile (`locate/`, `places/`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.api.views import View, whole_in_query
from dispatch.geo.locate import locate, search
from dispatch.geo.lookup import Candidate
from dispatch.queries import access
from dispatch.queries.kept_board import board_json
from dispatch.queries.reference import reference
from hearteam.events import log
from partners.access import Permission

MOST_EVENTS = 1000
MOST_TEXT = 200
MOST_PLACES = 20
PLACE_FIELDS = ("kind", "text", "neighborhood", "town", "lat", "lon", "uncertainty_m", "verified", "score")


class Board(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> HttpResponse:
        """Every open call, unit and alert as of one version; events after it follow by `/ws/board/`."""
        access.require(self.actor, Permission.BOARD_READ, "read the board")
        return HttpResponse(board_json(), content_type="application/json")


class Events(View):
    @extend_schema(responses={200: dict}, parameters=[OpenApiParameter("after", int), OpenApiParameter("limit", int)])
    def get(self, request: Request) -> Response:
        """Events after a version, oldest first, with the head. Before `floor` they are not all here any more."""
        access.require(self.actor, Permission.BOARD_READ, "read the events")
        after = whole_in_query(request, "after", 0, 0, 10**18 - 1)
        limit = whole_in_query(request, "limit", 500, 1, MOST_EVENTS)
        head, floor = log.ends()
        return Response({"events": log.events_after(after, limit), "head": head, "floor": floor})


class Me(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """Who is signed in, and what they may do."""
        actor, user = self.actor, request.user
        return Response(
            {
                "username": actor.name,
                "name": (user.get_full_name() if user.is_authenticated else "") or actor.name,
                "roles": sorted(actor.roles),
                "permissions": sorted(p for p in Permission if actor.may(p)),
                "unit": actor.unit or None,
                "team": actor.team,
                "kind": actor.kind,
                "crew_role": actor.crew_role,
            }
        )


class Reference(View):
    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """Questions, codes, teams, facilities and resources that the screens offer."""
        return Response(reference())


class Locate(View):
    @extend_schema(responses={200: dict}, parameters=[OpenApiParameter("q", str)])
    def get(self, request: Request) -> Response:
        """Find a place by address, intersection, name or coordinates."""
        access.require(self.actor, Permission.CALL_RECEIVE, "look places up")
        text = request.query_params.get("q", "").replace("\x00", "")[:MOST_TEXT]
        if not text.strip():
            return Response({"location": None, "candidates": []})
        found = locate(text)
        return Response({"location": _row(found), "candidates": [_row(candidate) for candidate in search(text, 8)]})


class Places(View):
    @extend_schema(responses={200: dict}, parameters=[OpenApiParameter("q", str), OpenApiParameter("limit", int)])
    def get(self, request: Request) -> Response:
        """Places that a text, however spelt, may mean: `{"candidates": [..]}`, best first, at most `limit`.

        `score` is 1 for the very name; from 0.95 on it is the place itself, less is a likeness to be confirmed.
        """
        access.require(self.actor, Permission.CALL_RECEIVE, "look places up")
        limit = whole_in_query(request, "limit", 8, 1, MOST_PLACES)
        text = request.query_params.get("q", "").replace("\x00", "")[:MOST_TEXT]
        return Response({"candidates": [_candidate(found) for found in search(text, limit)]})


def _candidate(found: Candidate) -> dict[str, Any]:
    row = {name: getattr(found, name) for name in PLACE_FIELDS}
    return {**row, "lat": round(found.lat, 6), "lon": round(found.lon, 6), "score": round(found.score, 3)}


def _row(found: Any) -> dict[str, Any]:
    fields = (
        "text",
        "kind",
        "lat",
        "lon",
        "neighborhood",
        "town",
        "in_city",
        "verified",
        "uncertainty_m",
        "matched",
        "unit",
    )
    return {name: getattr(found, name) for name in fields if hasattr(found, name)}
