"""`/reach/`: how a person is told of calls; `/opened/KEY/`: where a message leads."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dispatch.actions.channels import delivery_open
from dispatch.console.pages import REACH, home_url, page
from partners.access import Actor, actor_for


@page(REACH)
def reach_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    home = home_url(actor, bool(getattr(request.user, "is_staff", False)))
    return render(request, "dispatch/reach.html", {"actor": actor, "home": home})


@require_safe
@never_cache
def opened_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note that the message was opened, and go to where the person works, whoever's message it was."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_for(request.user)
    delivery_open(by=actor, key=key)
    return redirect(home_url(actor, bool(request.user.is_staff)))
