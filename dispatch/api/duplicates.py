"""`/api/calls/duplicates/`: calls that may be about the same event as the one being taken."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.api.views import View, degrees_in_query
from dispatch.queries import access, board
from dispatch.queries.duplicates import duplicates_of
from partners.access import Permission

LONGEST_PHONE = 40


class CallDuplicates(View):
    """`/api/calls/duplicates/`"""

    @extend_schema(
        operation_id="calls_duplicates",
        responses={200: dict},
        parameters=[
            OpenApiParameter("lat", float),
            OpenApiParameter("lon", float),
            OpenApiParameter("phone", str),
            OpenApiParameter("except", str, description="The call being taken, once it is saved."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Board rows of calls near the place or from the same phone, likeliest first, each with `distance_m` (null when
        the place is not shared) and `same_phone`.
        """
        access.require(self.actor, Permission.CALL_RECEIVE, "look for duplicates")
        lat, lon = degrees_in_query(request, "lat", 90), degrees_in_query(request, "lon", 180)
        taken = request.query_params.get("except", "")
        found = duplicates_of(
            lat=lat,
            lon=lon,
            phone=request.query_params.get("phone", "")[:LONGEST_PHONE],
            call=access.call_for(self.actor, taken) if taken else None,
        )
        rows = {row["id"]: row for row in board.call_rows([one.call_id for one in found])} if found else {}
        return Response(
            {
                "calls": [
                    {**rows[str(one.call_id)], "distance_m": one.distance_m, "same_phone": one.same_phone}
                    for one in found
                ]
            }
        )
