"""`/paper/`: the sheet to print before the system is down, and to work by meanwhile; `/paper/entry/`: entering it."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dispatch.console.pages import PAPER, PAPER_ENTRY, page
from dispatch.paper.sheet import MADE_AT, sheet_html
from hearteam.events.log import rfc3339
from partners.access import Actor

WORKER = "dispatch/js/sw/paper.js"


@page(PAPER)
def paper_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The sheet of this moment; with `kept=1` with all it needs inside, for the console's browser to keep."""
    answer = HttpResponse(sheet_html(inside=request.GET.get("kept") == "1"))
    answer[MADE_AT] = rfc3339(timezone.now())
    return answer


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens `/paper/` when no server answers, with the sheet that the console kept last."""
    return HttpResponse(f"importScripts({json.dumps(static(WORKER))});\n", content_type="text/javascript")


@page(PAPER_ENTRY)
def entry_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "dispatch/paper_entry.html", {"actor": actor, "zone": settings.TIME_ZONE})
