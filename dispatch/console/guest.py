"""`/guest/<token>/`: the page of whoever holds a crew's link. No account, one call, nothing of anybody in crisis.

A GET changes nothing and shows nothing of the call until the link was opened by hand on that device, so that what a
messenger fetches for its preview is an empty gate. The page sends no referrer, for which a browser calls the origin of
its forms `null`: in place of Django's CSRF check, which refuses that, each form carries a token of its own that only
the device it was drawn for can use.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dispatch.actions.guest_links import From, LinkOver, TooManyUses, link_act, link_open
from dispatch.models import GuestLink
from dispatch.queries.guest_links import guest_view, link_for_token, socket_ticket, state_of
from dispatch.rules.guest_links import WITHIN, GuestAct, LinkState
from hearteam.problems import Conflict, NotFound, Problem, Refused

COOKIE: Final = "hearteam_guest"
COOKIE_SALT: Final = "dispatch.guest.device"
FORM_SALT: Final = "dispatch.guest.form"
ENDS_SOON: Final = timedelta(hours=1)
LONGEST_ETA: Final = timedelta(hours=10)
ENDED: Final = _("This link has ended. Call the dispatch center if you still need it.")
UNKNOWN: Final = _("This link does not work. Ask the dispatch center for another one.")
CHANGED: Final = _("Something has changed: read the page again, then tap once more.")
NOT_NOW: Final = _("That is not possible now. Call the dispatch center.")
TOO_MANY: Final = _("Too many taps. Wait a minute, or call the dispatch center.")
NOT_SENT: Final = _("NOT SENT. Try again, or call the dispatch center.")
View = Callable[[HttpRequest, str], HttpResponse]


def _private(view: View) -> View:
    """Kept nowhere, found by nobody, said to nobody; in the language that the address names."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        asked = request.GET.get("language", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(language):
            response = view(request, token)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Content-Language"] = language or "en"
        return response

    return answer


@_private
def guest_page(request: HttpRequest, token: str) -> HttpResponse:
    """200 the gate or the call; 404 for a link that was never issued; 410 for one that is over, and nothing else."""
    try:
        link = link_for_token(token)
    except NotFound:
        return _word(request, UNKNOWN, 404)
    if state_of(link) is not LinkState.OPEN:
        return _word(request, ENDED, 410)
    try:
        return _posted(request, token, link) if request.method == "POST" else _shown(request, link)
    except LinkOver:
        return _word(request, ENDED, 410)
    except TooManyUses:
        return _limited(request)
    except OperationalError:
        return _word(request, NOT_SENT, 503)


def _shown(request: HttpRequest, link: GuestLink) -> HttpResponse:
    device = _device(request, link)
    return _call(request, link, device) if device else _render(request, {"gate": True}, 200)


def _posted(request: HttpRequest, token: str, link: GuestLink) -> HttpResponse:
    device = _device(request, link)
    if request.POST.get("act") == GuestAct.OPEN:
        return _open(request, token, link, device)
    return _act(request, token, link, device) if device else _again(request)


def _open(request: HttpRequest, token: str, link: GuestLink, device: int | None) -> HttpResponse:
    """By hand, on this device: it is remembered there, and counted."""
    response = _again(request)
    if device:
        return response
    try:
        use = link_open(token=token, source=_source(request))
    except Refused:
        return _word(request, NOT_NOW, 403)
    response.set_signed_cookie(
        COOKIE,
        f"{link.pk}:{use.device}",
        salt=COOKIE_SALT,
        expires=link.expires_at,
        path=request.path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _act(request: HttpRequest, token: str, link: GuestLink, device: int) -> HttpResponse:
    try:
        act = GuestAct(request.POST.get("act", ""))
        link_id, of_device, seen = signing.loads(request.POST.get("form", ""), salt=FORM_SALT)
        if (link_id, of_device) != (link.pk, device):
            raise ValueError("the form of another device")
    except (ValueError, TypeError, signing.BadSignature):
        return _call(request, link, device, CHANGED, 409)
    try:
        link_act(token=token, device=device, act=act, seen=seen, source=_source(request), eta_minutes=_minutes(request))
    except Problem as problem:
        if not isinstance(problem, (Conflict, Refused)):
            raise
        words = CHANGED if isinstance(problem, Conflict) else NOT_NOW
        return _call(request, link_for_token(token), device, words, problem.status)
    return _again(request)


def _minutes(request: HttpRequest) -> int | None:
    """In how many minutes they will be there, if they say so."""
    text = request.POST.get("minutes", "").strip()
    most = int(LONGEST_ETA.total_seconds() // 60)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= most else None


def _device(request: HttpRequest, link: GuestLink) -> int | None:
    """The number of the device that asks, once the link was opened on it."""
    said = request.get_signed_cookie(COOKIE, default=None, salt=COOKIE_SALT)
    link_id, _sep, device = (said or "").partition(":")
    return int(device) if link_id == str(link.pk) and device.isdigit() else None


def _source(request: HttpRequest) -> From:
    return From(request.META.get("REMOTE_ADDR") or None, request.headers.get("User-Agent", ""))


def _again(request: HttpRequest) -> HttpResponseRedirect:
    """After each form the page is asked for anew: going back or reloading repeats nothing."""
    response = HttpResponseRedirect(request.get_full_path())
    response.status_code = 303
    return response


def _word(request: HttpRequest, word: Any, status: int) -> HttpResponse:
    return _render(request, {"word": word}, status)


def _limited(request: HttpRequest) -> HttpResponse:
    response = _word(request, TOO_MANY, 429)
    response["Retry-After"] = str(int(WITHIN.total_seconds()))
    return response


def _call(request: HttpRequest, link: GuestLink, device: int, notice: Any = "", status: int = 200) -> HttpResponse:
    if state_of(link) is not LinkState.OPEN:
        raise LinkOver("The link is over.")
    view = guest_view(link)
    form = signing.dumps([link.pk, device, view.seen], salt=FORM_SALT)
    context = {"view": view, "form": form, "acts": set(view.acts), "notice": notice, "ticket": socket_ticket(link)}
    context |= {"until": link.expires_at, "ends_soon": link.expires_at - timezone.now() < ENDS_SOON}
    return _render(request, context, status)


def _render(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "dispatch/guest.html", {"full": request.get_full_path(), **context}, status=status)
