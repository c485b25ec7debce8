"""The center's time limits: what is in force is the form that makes the next set, all earlier sets stay to be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dispatch.actions.timer_limits import timer_limits_set
from dispatch.actions.transaction import action
from dispatch.models import TimerLimits
from dispatch.queries.timers import newest_limits
from dispatch.rules.timer_limits import BY_NAME, DEFAULTS, LIMITS, Limit, problems
from partners.admin.base import ActedAdmin, actor_of

UNITS = {"s": _("seconds"), "%": _("percent"), "times": _("times")}
NAMES = [limit.name for limit in LIMITS]
GROUPS: list[Any] = [
    (_("Calls that wait"), {"fields": NAMES[:5]}),
    (_("Units, triage, hand-offs, police"), {"fields": NAMES[5:14]}),
    (_("Welfare checks"), {"fields": NAMES[14:25]}),
    (_("Alerts and channels"), {"fields": NAMES[25:]}),
]


class LimitsForm(forms.ModelForm):
    """Each limit with its range beside it. What the action would refuse is said beside the fields."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = TimerLimits
        fields = [*NAMES, "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in BY_NAME:
                _describe(field, BY_NAME[name])

    def clean(self) -> dict[str, Any]:
        """Refuse what lies outside a range, and limits that do not fit together."""
        cleaned = super().clean() or {}
        if all(cleaned.get(name) is not None for name in NAMES):
            for name, texts in problems({name: cleaned[name] for name in NAMES}).items():
                self.add_error(name, texts)
        return cleaned


def _describe(field: forms.Field, limit: Limit) -> None:
    field.label = limit.label
    field.help_text = _("%(unit)s, from %(least)s to %(most)s; the programme has %(default)s.") % {
        "unit": UNITS[limit.unit], "least": limit.least, "most": limit.most, "default": limit.default,
    }  # fmt: skip
    field.widget.attrs |= {"min": limit.least, "max": limit.most}


@admin.register(TimerLimits)
class TimerLimitsAdmin(ActedAdmin):
    """Add: the limits in force, to be changed. The list: who set which, when and why; nothing of it is changed."""

    opened = staticmethod(action)
    form = LimitsForm
    list_display = ["at", "by_name", "changes", "reason"]
    list_select_related = ["replaces"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The limits in force, so that the form changes only what is typed."""
        newest = newest_limits()
        return {**(newest.values() if newest else DEFAULTS), "seen": newest.pk if newest else None}

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        head = ["reason", "seen"] if obj is None else ["at", "by_name", "reason"]
        return [(None, {"fields": head}), *GROUPS]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("changes"))
    def changes(self, limits: TimerLimits) -> str:
        """`Triage not complete: 90 -> 120 s`."""
        old = limits.replaces.values() if limits.replaces else DEFAULTS
        return "; ".join(
            f"{limit.label}: {old[limit.name]} → {value} {limit.unit}"
            for limit in LIMITS
            if (value := getattr(limits, limit.name)) != old[limit.name]
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        timer_limits_set(by=actor_of(request), limits=obj, seen=form.cleaned_data["seen"])
