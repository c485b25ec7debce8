"""What-ifs: requested, looked at group by group, ticked by whoever approves the ruleset, and taken away as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from dispatch.actions import whatif as actions
from dispatch.actions.transaction import action
from dispatch.models import Ruleset, WhatIf, WhatIfGroup
from dispatch.queries.whatif import DEFAULT_DAYS, approval_gaps, call_ids, civilian_teams, group_data, ticked
from dispatch.rules.whatif_hours import (
    ScenarioError,
    checked_hours,
    checked_units,
    hours_text,
    read_hours,
    read_units,
    stored_hours,
)
from dispatch.rules.whatif_text import DIRECTIONS, figures, file_rows, group_more, group_texts, headline, notes
from hearteam.problems import Problem
from partners.access import Permission
from partners.admin.base import ActedAdmin, actor_of

LOOK_AGAIN_S = 2
STEPS: dict[str, Callable[..., WhatIfGroup]] = {"tick": actions.whatif_tick, "untick": actions.whatif_untick}


class WhatIfForm(forms.ModelForm):
    """A ruleset, hours and units to try, and the days whose calls they are tried on."""

    ruleset = forms.ModelChoiceField(
        Ruleset.objects.exclude(status=Ruleset.Status.RETIRED),
        required=False,
        empty_label="the ruleset in force",
        help_text="For an approval: the draft alone, over the last 90 days or more.",
    )
    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    added_hours = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Hours added to those in force, a line each: CRT Mon-Fri 19:00-22:00",
    )
    added_units = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Units added, a line for each team: CRT 1",
    )

    class Meta:
        model = WhatIf
        fields = ["ruleset"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["first_day"].initial = today - timedelta(days=DEFAULT_DAYS)
        self.fields["last_day"].initial = today

    def clean_added_hours(self) -> Any:
        """Hours by team."""
        return self._read(lambda text: checked_hours(read_hours(text.splitlines()), civilian_teams()), "added_hours")

    def clean_added_units(self) -> Any:
        """Units by team."""
        return self._read(lambda text: checked_units(read_units(text.splitlines()), civilian_teams()), "added_units")

    def _read(self, read: Callable[[str], Any], field: str) -> Any:
        try:
            return read(self.cleaned_data[field])
        except ScenarioError as error:
            raise ValidationError(str(error)) from error


@admin.register(WhatIf)
class WhatIfAdmin(ActedAdmin):
    """Requested here and run by a worker; nothing of one that exists is edited but its ticks."""

    opened = staticmethod(action)
    change_permission = Permission.RULESET_CHANGE
    list_display = ["__str__", "tried", "since", "until", "status", "calls", "changed", "requested_by_name"]
    list_filter = ["status"]
    list_select_related = ["ruleset"]

    @admin.display(description="tried")
    def tried(self, what_if: WhatIf) -> str:
        """The ruleset, hours and units."""
        return "; ".join(_tried(what_if))

    @admin.display(description="changed")
    def changed(self, what_if: WhatIf) -> str:
        """How many decisions change, once it is known."""
        return str(what_if.summary.get("changed", ""))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        return WhatIfForm

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["ruleset", "first_day", "last_day", "added_hours", "added_units"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        row = actions.whatif_request(
            by=actor_of(request),
            ruleset_id=asked["ruleset"].pk if asked["ruleset"] else None,
            hours=asked["added_hours"],
            extra_units=asked["added_units"],
            since=_midnight(asked["first_day"]),
            until=min(_midnight(asked["last_day"] + timedelta(days=1)), timezone.now()),
        )
        obj.pk = row.pk
        obj.refresh_from_db()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        only_save = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **only_save})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(_page_of(obj.pk))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The result; while there is none, how far it is. The page asks again by itself."""
        what_if = self._seen(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": str(what_if),
            "opts": self.opts,
            "what_if": what_if,
            "tried": _tried(what_if),
            "waits": what_if.status in WhatIf.UNFINISHED,
        }
        if what_if.status == WhatIf.Status.DONE:
            context |= self._found(request, what_if)
        response = TemplateResponse(request, "admin/dispatch/whatif/result.html", context)
        if context["waits"]:
            response.headers["Refresh"] = str(LOOK_AGAIN_S)
        return response

    def _found(self, request: HttpRequest, what_if: WhatIf) -> dict[str, Any]:
        by, groups = actor_of(request), list(what_if.groups.all())
        ids = call_ids(groups)
        refused = actions.whatif_tickable(by, what_if)
        open_ruleset = what_if.ruleset is not None and what_if.ruleset.status == Ruleset.Status.CHECKED
        return {
            "headline": headline(what_if.summary),
            "figures": figures(what_if.summary),
            "notes": notes(what_if.summary),
            "groups": [
                {
                    "row": group,
                    "way": DIRECTIONS[group.direction],
                    "texts": group_texts(group_data(group)),
                    "more": group_more(group_data(group)),
                    "mine": ticked(group, by),
                    "examples": [(number, ids.get(number)) for number in group.examples],
                }
                for group in groups
            ],
            "refused": refused,
            "gaps": approval_gaps(what_if.ruleset, by) if open_ruleset and not refused else [],
        }

    def _seen(self, request: HttpRequest, object_id: str | int) -> WhatIf:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(object_id).isdecimal() or len(str(object_id)) > 18:
            raise Http404
        what_if = WhatIf.objects.select_related("ruleset").filter(pk=int(object_id)).first()
        if what_if is None:
            raise Http404
        return what_if

    def get_urls(self) -> list[URLPattern]:
        seen = self.admin_site.admin_view
        return [
            path("<int:pk>/file/", seen(self.file_view), name="dispatch_whatif_file"),
            path("groups/<int:pk>/<str:step>/", seen(self.step_view), name="dispatch_whatif_step"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def file_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """The figures and groups as a CSV file: counts and hours, no calls and no places."""
        what_if = self._seen(request, pk)
        if what_if.status != WhatIf.Status.DONE:
            raise Http404
        groups = (group_data(group) for group in what_if.groups.iterator())
        return StreamingHttpResponse(
            _lines(file_rows(what_if.summary, groups)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="hearteam-what-if-{pk}.csv"'},
        )

    @method_decorator(require_POST)
    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Tick a group, or take one's tick back."""
        group = WhatIfGroup.objects.select_related("what_if").filter(pk=pk).first()
        if step not in STEPS or group is None:
            raise Http404
        try:
            STEPS[step](by=actor_of(request), group_id=pk)
        except Problem as problem:
            if problem.status in (403, 404):
                raise PermissionDenied(problem.detail) from problem
            self.message_user(request, problem.detail, messages.ERROR)
        else:
            self.log_change(request, group.what_if, f"{step}: {group}")
        return HttpResponseRedirect(f"{_page_of(group.what_if_id)}#group-{pk}")


class _Echo:
    """What is written to it is the line."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow(row)  # type: ignore[misc]


def _tried(what_if: WhatIf) -> list[str]:
    units = [f"+ {count} of {team}" for team, count in what_if.extra_units.items()]
    hours = [f"+ {line}" for line in hours_text(stored_hours(what_if.hours))]
    return [str(what_if.ruleset or "the ruleset in force"), *hours, *units]


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))


def _page_of(pk: int) -> str:
    return reverse("admin:dispatch_whatif_change", args=[pk])
