"""`/api/fixes/..`: where phones that run a tracking app are, in those apps' own forms; `/api/calls/{id}/track/`.

The apps know neither our fields nor our errors: what is refused is answered 200, as they would send it again for ever.
"""

from __future__ import annotations

import base64
import binascii
from typing import IO, Any
from urllib.parse import parse_qsl

from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.actions.fixes import call_track_read, device_report, device_see
from dispatch.api.parsing import StrictJSONParser
from dispatch.api.views import View
from dispatch.intake import trackers
from dispatch.models import Device
from dispatch.queries.fixes import device_by
from dispatch.rules.fixes import KEPT, SAYS, Fix, Verdict
from hearteam.rates import within

MOST_A_MINUTE = 300
"""Of one device: what it kept while offline comes at once, and is taken within minutes."""

MOST_FORM_FIELDS = 100
REALM = "positions"


class FormParser(BaseParser):
    """`application/x-www-form-urlencoded`, each name once."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        try:
            return dict(parse_qsl(stream.read().decode("utf-8"), max_num_fields=MOST_FORM_FIELDS))
        except ValueError as error:
            raise exceptions.ParseError("The body is not a form that can be read.") from error


class DeviceView(View):
    """Base of what devices send. Their token is their only proof: no session, no account, no Idempotency-Key."""

    authentication_classes = []
    permission_classes = []

    def get_authenticate_header(self, request: Request) -> str:
        return "Basic " + f'realm="{REALM}"'

    def device(self, request: Request, said: str = "") -> Device:
        """The device that sends this. Raises AuthenticationFailed (401), Throttled (429)."""
        device = device_by(_token_of(request) or said)
        if device is None:
            raise exceptions.AuthenticationFailed("This device's token is not known, or was revoked.")
        if not within(f"device:{device.pk}", MOST_A_MINUTE, 60):
            raise exceptions.Throttled(wait=60)
        return device

    def report(self, device: Device, fix: Fix | None) -> Verdict | None:
        """Take the fix, if the message has one; what became of it."""
        now = timezone.now()
        if fix is not None:
            return device_report(device=device, fix=fix, now=now)
        device_see(device=device, said="", now=now)
        return None


class TraccarFixes(DeviceView):
    """`/api/fixes/traccar/`"""

    parser_classes = [StrictJSONParser, FormParser]

    @extend_schema(auth=[], request=None, responses={200: dict})
    def get(self, request: Request) -> Response:
        """A position in OsmAnd's form, all of it in the address; `id` is the device's token."""
        return self._taken(request, {})

    @extend_schema(
        auth=[],
        request={"application/json": OpenApiTypes.OBJECT, "application/x-www-form-urlencoded": OpenApiTypes.OBJECT},
        responses={200: dict},
    )
    def post(self, request: Request) -> Response:
        """A position as Traccar Client sends it: in OsmAnd's form (address or body), or in JSON from version 9 on.

        The device's token is its identifier in the app. A position that is not taken is answered 200 as well.
        """
        return self._taken(request, request.data)

    def _taken(self, request: Request, body: dict[str, Any]) -> Response:
        said = {**body, **request.query_params.dict()}
        token = next((said[name] for name in ("device_id", "id", "deviceid") if isinstance(said.get(name), str)), "")
        device = self.device(request, token)
        in_json = isinstance(said.get("location"), dict)
        fix = trackers.traccar(said) if in_json else trackers.osmand(said, timezone.now())
        verdict = self.report(device, fix)
        detail = SAYS[verdict] if verdict else "There is no position in this that can be read."
        return Response({"stored": verdict in KEPT, "detail": detail})


class OwnTracksFixes(DeviceView):
    """`/api/fixes/owntracks/`"""

    @extend_schema(auth=[], request=OpenApiTypes.OBJECT, responses={200: {"type": "array", "items": {}}})
    def post(self, request: Request) -> Response:
        """A message of OwnTracks in HTTP mode. The device's token is the password; the user name is not looked at.

        Only `location` is taken. The answer is the empty list of messages to the phone.
        """
        body = request.data
        self.report(self.device(request), trackers.owntracks(body))
        return Response([])


class CallTrack(View):
    """`/api/calls/{id}/track/`"""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, call_id: str) -> Response:
        """Where the call's units were from when they were sent until they were cleared. Each read is written down."""
        return Response({"call": call_id, "units": call_track_read(by=self.actor, call_id=call_id)})


def _token_of(request: Request) -> str:
    """Of the Authorization header: a bearer's, or the password of a Basic one. Empty when there is none."""
    scheme, _, rest = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        _, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return password
