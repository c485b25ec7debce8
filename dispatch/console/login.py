"""Signing in and out. A person lands where they work; repeated wrong passwords lock that name out from that address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axes.helpers import get_cool_off
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dispatch.actions.channels import push_forget
from dispatch.actions.positions import position_release
from dispatch.console.pages import home_url, place_at
from dispatch.queries.reaching import session_hash
from partners.access import actor_for


class SignIn(LoginView):
    """`/login/`: redirects to `next` when that page is open to the person, else to where they work."""

    template_name = "dispatch/login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        user = self.request.user
        actor, is_staff = actor_for(user), bool(getattr(user, "is_staff", False))
        asked = self.get_redirect_url()  # empty unless it stays on this host
        path = urlsplit(asked).path
        place = place_at(path)
        if not asked or path == reverse("login") or (place and not place.is_open(actor, is_staff)):
            return home_url(actor, is_staff)
        return asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        refusal = _("That user name and password do not match.") if context["form"].errors else ""
        return {**context, "refusal": refusal, "signed_out": "signed_out" in self.request.GET}


class SignOut(LogoutView):
    """`/logout/`, by POST only. The page it leads to clears what this browser kept."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Leave the position too; its calls stay with it, and the others are told when nobody takes them over."""
        if request.user.is_authenticated:
            position_release(by=actor_for(request.user))
            push_forget(session=session_hash(request.session))
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return reverse("login") + "?signed_out=1"


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The sign-in page with status 429 and one sentence: why, for how long. Axes calls it (AXES_LOCKOUT_CALLABLE)."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    why = _("Too many wrong passwords for this name from here.")
    wait = (
        _("Wait {minutes} minutes, or ask a supervisor to unlock it.")
        if seconds
        else _("Ask a supervisor to unlock it.")
    )
    refusal = f"{why} {wait.format(minutes=-(-seconds // 60))}"
    context = {"refusal": refusal, "next": request.POST.get("next", "")}
    answer = render(request, "dispatch/login.html", context, status=429)
    if seconds:
        answer["Retry-After"] = str(seconds)
    return answer
