"""`/unit/`: the responder's page, for the tablet in the car and the phone in the hand."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dispatch.console import shell
from dispatch.console.pages import CREW, UNIT, page
from partners.access import Actor

RELEASE = "HEARTeam-Release"
"""Header that tells the service worker which release a page belongs to."""
SHELL_URL = "/unit/shell/"


@page(UNIT)
def unit_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {"actor": actor, "zone": settings.TIME_ZONE, "session_seconds": session_seconds(request)}
    answer = render(request, "dispatch/unit.html", context)
    answer[RELEASE] = shell.current().name
    return answer


def session_seconds(request: HttpRequest) -> int:
    """How long the person stays signed in: what the tablet keeps is not shown after it."""
    row = Session.objects.filter(session_key=request.session.session_key).only("expire_date").first()
    return max(0, int((row.expire_date - timezone.now()).total_seconds())) if row else 0


@page(CREW)
def crew_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`/unit/crew/`: a responder who is on no unit signs on to one."""
    return render(request, "dispatch/crew.html", {"zone": settings.TIME_ZONE})


@require_safe
@cache_control(no_cache=True)
def unit_shell(request: HttpRequest) -> HttpResponse:
    """The responder page without anybody in it, `?language=es`: the service worker opens it when no server answers."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else "en"):
        answer = render(request, "dispatch/unit.html", {"shell": True, "zone": settings.TIME_ZONE})
    answer[RELEASE] = shell.current().name
    return answer


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that opens `/unit/` without a network. Served at the root; the page registers it for `/unit/` only."""
    shells = {code: f"{SHELL_URL}?language={code}" for code, _ in settings.LANGUAGES}
    return HttpResponse(shell.worker_script(UNIT.url, shells), content_type="text/javascript")


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest: the tablet keeps the responder page on its home screen. Names no person and no unit."""
    icons: list[dict[str, str]] = [
        {"src": static("dispatch/icons/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    ]
    for size in (192, 512):
        for purpose in ("any", "maskable"):
            src = static(f"dispatch/icons/{purpose}-{size}.png")
            icons.append({"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose})
    body = {
        "id": UNIT.url,
        "name": "HEARTeam responder",
        "short_name": "HEARTeam",
        "start_url": UNIT.url,
        "scope": "/",
        "display": "standalone",
        "background_color": "#0B1016",
        "theme_color": "#0B1016",
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")
