"""`/calls/<id>/print/`: the record of a call on paper.

What it shows is what the API lets this reader see of the call; a reading of clinical notes is written down there.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dispatch.queries import access
from hearteam.problems import NotFound
from partners.access import actor_for


@require_safe
@never_cache
def record_page(request: HttpRequest, call_id: str) -> HttpResponse:
    """404 for a call that this person may not know of, as for one that is not there."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_for(request.user)
    try:
        call = access.call_for(actor, call_id)
    except NotFound as error:
        raise Http404 from error
    return render(request, "dispatch/record.html", {"actor": actor, "call": call, "zone": settings.TIME_ZONE})
