"""Which page is open to whom, and the guard in front of each: sign in first, or a 403 page that names where to go."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from partners.access import Actor, Permission, Role, actor_for

PageView = Callable[[HttpRequest, Actor], HttpResponse]


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the product; `is_open(actor, is_staff)` says whether this person may see it."""

    url: str
    name: str | Promise
    whose: str | Promise
    is_open: Callable[[Actor, bool], bool]


UNIT = Place("/unit/", _("Your unit"), _("It belongs to the people on a unit's shift now."), lambda a, _: crews(a))
CREW = Place(
    "/unit/crew/", _("Sign on"), _("It belongs to those who ride on units."), lambda a, _: may_sign_on(a)
)
CONSOLE = Place(
    "/", _("Dispatcher console"), _("It belongs to call-takers, dispatchers and supervisors."), lambda a, _: a.is_desk
)
REPORTS = Place(
    "/reports/", _("Reports"), _("They belong to supervisors, auditors and clinical leads."),
    lambda a, _: a.may(Permission.REPORTS_READ),
)  # fmt: skip
BOARD = Place(
    "/board/", _("Wall screen"), _("It belongs to those who read the board."), lambda a, _: a.may(Permission.BOARD_READ)
)
MAP = Place("/map/", _("Map"), _("It belongs to those who read the board."), lambda a, _: a.may(Permission.BOARD_READ))
ADMIN = Place(
    "/admin/", _("Administration"), _("It belongs to supervisors and auditors."),
    lambda a, is_staff: is_staff or a.may(Permission.AUDIT_READ),
)  # fmt: skip

REACH = Place(
    "/reach/", _("How you are reached"), _("It belongs to everybody who works here."), lambda a, _: is_told(a)
)

PAPER = Place(
    "/paper/", _("Paper mode"), _("It belongs to call-takers, dispatchers and supervisors."), lambda a, _: a.is_desk
)
PAPER_ENTRY = Place(
    "/paper/entry/", _("Enter a paper call"), _("It belongs to dispatchers and supervisors."),
    lambda a, _: a.may(Permission.DISPATCH),
)  # fmt: skip

# In the order in which a person is taken to the first that is open to them.
PLACES = (UNIT, CONSOLE, REPORTS, BOARD, MAP, ADMIN, CREW)


def is_told(actor: Actor) -> bool:
    """Has work here, as a person."""
    return not actor.roles <= {Role.PHONE_SYSTEM}


def crews(actor: Actor) -> bool:
    """On board of a unit now, as a responder or an officer."""
    return bool(actor.unit) and not actor.roles.isdisjoint({Role.RESPONDER, Role.OFFICER, Role.CLINICAL_LEAD})


def may_sign_on(actor: Actor) -> bool:
    """Rides on units: may say on which one now."""
    return actor.person_id is not None and actor.may(Permission.CREW_SIGN_ON)


def open_places(actor: Actor, is_staff: bool) -> list[Place]:
    return [place for place in PLACES if place.is_open(actor, is_staff)]


def home_url(actor: Actor, is_staff: bool) -> str:
    """Where this person works. The console's address when nothing is open: its guard then says so."""
    return next((place.url for place in open_places(actor, is_staff)), CONSOLE.url)


def place_at(path: str) -> Place | None:
    """The page that a path belongs to; None for an address that is no page (the API, say)."""
    if path == CONSOLE.url:
        return CONSOLE
    there = [place for place in PLACES if place is not CONSOLE and path.startswith(place.url)]
    return max(there, key=lambda place: len(place.url), default=None)


def page(place: Place) -> Callable[[PageView], Callable[[HttpRequest], HttpResponse]]:
    """Guard a page: GET only, never stored by the browser, with the CSRF cookie that its commands need.

    The view is called with the request and the actor. Anonymous people are sent to sign in, who is on no unit yet to
    sign on; others whom the page is not open to get the 403 page.
    """

    def guard(view: PageView) -> Callable[[HttpRequest], HttpResponse]:
        @require_safe
        @never_cache
        @ensure_csrf_cookie
        @functools.wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = actor_for(request.user)
            if place is UNIT and not crews(actor) and may_sign_on(actor):
                return redirect(CREW.url)
            if not place.is_open(actor, bool(request.user.is_staff)):
                return not_allowed(request, actor, place)
            return view(request, actor)

        return guarded

    return guard


def not_allowed(request: HttpRequest, actor: Actor, place: Place) -> HttpResponse:
    """The 403 page: whose page it is, and which ones are open to this person."""
    places = open_places(actor, bool(getattr(request.user, "is_staff", False)))
    return render(request, "dispatch/not_allowed.html", {"reason": place.whose, "places": places}, status=403)
