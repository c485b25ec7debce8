"""Who can sign in, with which roles; and the log of what was changed here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.authtoken.models import TokenProxy

from partners.access import Actor, Permission, Role
from partners.actions import accounts
from partners.admin.base import ActedAdmin, ReadOnlyAdmin, actor_of


class AccountAdmin(ActedAdmin, UserAdmin):
    """Roles are groups with the roles' names. A superuser may come here without any, to make the first supervisor."""

    list_display = ["username", "role_names", "is_active", "last_login"]
    list_filter = ["groups", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Access", {"fields": ["is_active", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []

    @admin.display(description="roles")
    def role_names(self, user: User) -> str:
        """`dispatcher, supervisor`."""
        return ", ".join(group.name for group in user.groups.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=[role.value for role in Role])
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser) or super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser) or super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser."""
        if request.user.is_superuser:
            return True
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_superuser)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Without Django's own transaction around it: the page's one change is opened inside."""
        return self._add_view(request, form_url, extra_context)

    def _in_one_change(self, request: HttpRequest, view: Any) -> Any:
        if request.user.is_superuser:
            request._hearteam_actor = superuser(request)  # type: ignore[attr-defined]
        return super()._in_one_change(request, view)

    def save_row(self, by: Actor, row: Model) -> None:
        accounts.account_save(by=by, user=row)


def superuser(request: HttpRequest) -> Actor:
    """A superuser as the actor of account changes."""
    actor = actor_of(request)
    return Actor(name=actor.name, user_id=actor.user_id, roles=actor.roles | {Role.SUPERVISOR})


admin.site.unregister(User)
admin.site.unregister(Group)
admin.site.unregister(TokenProxy)
admin.site.register(User, AccountAdmin)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What was added, changed and deleted in this administration, by whom."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag", "told"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    date_hierarchy = "action_time"

    @admin.display(description="what")
    def told(self, entry: LogEntry) -> str:
        """In words."""
        return entry.get_change_message()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(Permission.AUDIT_READ)
