"""`/unit/`: the responder's page, for the tablet in the car and the phone in the hand."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dispatch.console.pages import UNIT, page
from partners.access import Actor


@page(UNIT)
def unit_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "dispatch/unit.html", {"actor": actor, "zone": settings.TIME_ZONE})


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: the tablet keeps the responder page on its home screen. Names no person and no unit."""
    icon = static("dispatch/icons/icon.svg")
    body = {
        "id": UNIT.url,
        "name": "HEARTeam responder",
        "short_name": "HEARTeam",
        "start_url": UNIT.url,
        "scope": "/",
        "display": "standalone",
        "background_color": "#0B1016",
        "theme_color": "#0B1016",
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")
