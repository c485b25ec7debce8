"""`/`: the dispatcher console. The page is a frame; `main.js` fills it from the API and the socket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dispatch.console.pages import CONSOLE, page
from partners.access import Actor


@page(CONSOLE)
def console_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "dispatch/console.html", {"actor": actor})
