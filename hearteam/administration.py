"""The site at /admin/: open to the roles that may read the audit, signed in as everywhere else."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from dispatch.console.pages import ADMIN, not_allowed
from partners.access import Permission, actor_for


class CenterAdminSite(AdminSite):
    """Supervisors change, auditors read. A superuser gets in to give the first supervisor that role, and no further."""

    site_header = "HEARTeam administration"
    site_title = "HEARTeam administration"
    index_title = "Roster, rules and records"
    site_url = None

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active):
            return False
        return bool(user.is_superuser) or actor_for(user).may(Permission.AUDIT_READ)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Our own sign-in page; the page that names where to go for someone signed in whom the site is not open to."""
        if request.user.is_authenticated:
            return not_allowed(request, actor_for(request.user), ADMIN)
        return redirect_to_login(request.GET.get("next") or request.get_full_path())
