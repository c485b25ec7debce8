"""`/board/`: the wall screen. No names, no narrative: whoever walks past the room may see it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dispatch.console.pages import BOARD, page
from partners.access import Actor


@page(BOARD)
def wallboard_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "dispatch/board.html", {"actor": actor, "zone": settings.TIME_ZONE})
