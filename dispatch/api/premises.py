"""`/api/premises/` and `/api/cautions/`: what is known of a place, and what crews must know of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions import premises
from dispatch.api.fields import Day, Text
from dispatch.api.views import Fields, View, degrees_in_query, whole_in_query
from dispatch.models import PremiseCaution
from dispatch.queries import access
from dispatch.queries.premises import (
    HISTORY,
    LONGEST_HISTORY,
    caution_row,
    premise_at,
    premise_detail,
)
from partners.access import Permission

LONGEST_CAUTION = 200
LONGEST_SOURCE = 120
LONGEST_PLACE = 200
CANDIDATE = ("text", "neighborhood", "town", "lat", "lon")


class CautionFields(Fields):
    """What crews must know of a place."""

    text = Text(LONGEST_CAUTION, required=True)
    source = Text(LONGEST_SOURCE, required=True)  # type: ignore[assignment]
    unit = Text(16)
    expires_on = Day()

    def get_fields(self) -> dict[str, Any]:
        return {"class": serializers.ChoiceField(choices=PremiseCaution.Class.choices), **super().get_fields()}


class ReviewFields(Fields):
    text = Text(LONGEST_CAUTION)
    expires_on = Day()


class EndFields(Fields):
    reason = Text(LONGEST_CAUTION, required=True)


def _answer(caution: PremiseCaution) -> dict[str, Any]:
    """As the command's answer, which is kept: the words of a care plan are not in it."""
    row = caution_row(caution)
    return {**row, "text": ""} if caution.caution_class == PremiseCaution.Class.CARE_PLAN else row


class Premises(View):
    """`/api/premises/`"""

    @extend_schema(
        operation_id="premise_read",
        responses={200: dict},
        parameters=[
            OpenApiParameter("call", str, description="The call whose place it is."),
            OpenApiParameter("place", str, description="Or the place in words, as a call's; for the center."),
            OpenApiParameter("lat", float),
            OpenApiParameter("lon", float),
            OpenApiParameter("limit", int, description="Calls at most."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Cautions of a place and the calls there before, as far as the reader may know of them.

        `premise` is null where nothing is known of the place; `matched` is its name in the geofile, and `candidates`
        what else an unclear text may mean. No text means no place.
        """
        most = whole_in_query(request, "limit", HISTORY, 1, LONGEST_HISTORY)
        asked = request.query_params.get("call", "")
        if asked:
            call = access.call_for(self.actor, asked)
            detail = premise_detail(self.actor, call.premise, call=call, most=most) if call.premise else None
            return Response({"premise": detail, "matched": call.location_text, "candidates": []})
        access.require(self.actor, Permission.BOARD_READ, "look places up")
        text = request.query_params.get("place", "").replace("\x00", "").strip()[:LONGEST_PLACE]
        lat, lon = degrees_in_query(request, "lat", 90), degrees_in_query(request, "lon", 180)
        premise, found = premise_at(text, lat, lon)
        return Response(
            {
                "premise": premise_detail(self.actor, premise, most=most) if premise else None,
                "matched": found.matched,
                "candidates": [
                    {name: getattr(one, name) for name in CANDIDATE} for one in ([] if premise else found.candidates)
                ],
            }
        )


class PremiseCautions(View):
    """`/api/premises/{id}/cautions/`"""

    @extend_schema(request=CautionFields, responses={201: dict})
    def post(self, request: Request, premise_id: str) -> Response:
        """Add a caution. One about violence has the open calls there triaged again."""
        body = self.read(CautionFields)
        body["caution_class"] = body.pop("class")

        def run() -> tuple[int, Any]:
            return 201, _answer(premises.caution_add(by=self.actor, premise_id=premise_id, **body))

        return self.command(run)


class CautionReview(View):
    """`/api/cautions/{id}/review/`"""

    @extend_schema(request=ReviewFields, responses={200: dict})
    def post(self, request: Request, caution_id: str) -> Response:
        """It still holds."""
        body = self.read(ReviewFields)
        return self.command(
            lambda: (200, _answer(premises.caution_review(by=self.actor, caution_id=caution_id, **body)))
        )


class CautionEnd(View):
    """`/api/cautions/{id}/end/`"""

    @extend_schema(request=EndFields, responses={200: dict})
    def post(self, request: Request, caution_id: str) -> Response:
        """It holds no more."""
        body = self.read(EndFields)
        return self.command(lambda: (200, _answer(premises.caution_end(by=self.actor, caution_id=caution_id, **body))))
