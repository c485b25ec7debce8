"""Admin pages that ask the access layer who may do what, and write through actions only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from hearteam.problems import Problem
from partners.access import Actor, Permission, actor_for
from partners.actions.transaction import roster_action


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request, asked for once."""
    found: Actor | None = getattr(request, "_hearteam_actor", None)
    if found is None:
        found = actor_for(request.user)
        request._hearteam_actor = found  # type: ignore[attr-defined]
    return found


class ReadByRole(admin.options.BaseModelAdmin):
    """Read by those who may read the audit; changed by nobody."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(Permission.AUDIT_READ)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ChangedByRole(ReadByRole):
    """Changed by those with `change_permission`; what has gone into records is deleted by nobody."""

    change_permission: ClassVar[Permission] = Permission.ROSTER_CHANGE
    may_delete: ClassVar[bool] = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(self.change_permission)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).may(self.change_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and actor_of(request).may(self.change_permission)


class ReadOnlyAdmin(ReadByRole, admin.ModelAdmin):
    """A record that is looked at and never touched."""

    actions = None


class ReadOnlyInline(ReadByRole, admin.TabularInline):
    """Rows of a record that is never touched."""

    extra = 0
    show_change_link = False


class ActedInline(ChangedByRole, admin.TabularInline):
    """Rows that are saved and deleted by the page's own actions."""

    extra = 0
    may_delete = True


class ActedAdmin(ChangedByRole, admin.ModelAdmin):
    """A page whose form is one change: all its rows are saved by actions in one transaction, or none is.

    A page names its actions: `save_row(by, row)`, and `delete_row(by, row)` where rows may go; they take the rows
    of its inlines too. What an action refuses is shown on the page.
    """

    actions = None
    opened: ClassVar[Callable[[Actor], AbstractContextManager[Any]]] = staticmethod(roster_action)

    def save_row(self, by: Actor, row: Model) -> None:
        """Save one row by its action."""
        raise NotImplementedError

    def delete_row(self, by: Actor, row: Model) -> None:
        """Delete one row by its action."""
        raise NotImplementedError

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._in_one_change(request, lambda: super(ActedAdmin, self).changeform_view(
            request, object_id, form_url, extra_context
        ))  # fmt: skip

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self._in_one_change(
            request, lambda: super(ActedAdmin, self).delete_view(request, object_id, extra_context)
        )

    def _in_one_change(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        by = actor_of(request)
        if request.method != "POST" or not by.may(self.change_permission):
            return view()
        try:
            with type(self).opened(by):
                return view()
        except Problem as problem:
            self.message_user(request, problem.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        self.save_row(actor_of(request), obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_row(actor_of(request), obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by = actor_of(request)
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            self.delete_row(by, row)
        for row in rows:
            self.save_row(by, row)
        formset.save_m2m()
