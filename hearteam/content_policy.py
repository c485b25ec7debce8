"""The Content-Security-Policy of every answer: the library's middleware, which works the same text out anew each time.

Only pages differ, by their nonce; what an API's answer says is made once.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

OF_A_VIEW: Final = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")


class ContentPolicy(CSPMiddleware):
    """In place of `csp.middleware.CSPMiddleware`."""

    @cached_property
    def _without_nonce(self) -> str:
        return str(build_policy())

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """The library's own way where a page used its nonce or a view said something else."""
        said = vars(response)
        own = getattr(request, "_csp_nonce", None) is not None or any(name in said for name in OF_A_VIEW)
        if own or settings.DEBUG or HEADER in response:
            return super().process_response(request, response)
        response[HEADER] = self._without_nonce
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response
