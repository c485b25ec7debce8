"""`/reports/`: what the city council reads, for a period, as a page and as a file."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dispatch.console.pages import REPORTS, open_places, page
from dispatch.queries.replica import from_replica
from dispatch.reports.definitions import DEFINITIONS
from dispatch.reports.report import Report, as_rows, report
from dispatch.rules.spreadsheet import as_cell
from partners.access import Actor

DEFAULT_DAYS = 30
LONGEST_DAYS = 1_830


class PeriodForm(forms.Form):
    """The first and the last day of the period."""

    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends = forms.DateField(label=_("Through"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, date]:
        """Days in order, at most five years of them."""
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts > ends:
            self.add_error("ends", _("The last day lies before the first."))
        if starts and ends and (ends - starts).days > LONGEST_DAYS:
            self.add_error("ends", _("Choose at most five years."))
        return cleaned


@page(REPORTS)
def reports_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The report of the last 30 days, or of the days asked for; with `format=csv` as a file."""
    today = timezone.localdate()
    asked = {"starts": today - timedelta(days=DEFAULT_DAYS - 1), "ends": today} | request.GET.dict()
    form = PeriodForm(asked)
    places = [place for place in open_places(actor, bool(request.user.is_staff)) if place is not REPORTS]
    context = {"actor": actor, "form": form, "places": places, "definitions": DEFINITIONS}
    if not form.is_valid():
        return render(request, "dispatch/reports.html", context, status=400)
    made = from_replica(lambda: report(form.cleaned_data["starts"], form.cleaned_data["ends"]))
    if request.GET.get("format") == "csv":
        return as_file(made)
    return render(request, "dispatch/reports.html", {**context, "report": made})


def as_file(made: Report) -> HttpResponse:
    """The report in the reader's language as a CSV file that a spreadsheet opens without running anything in it."""
    name = f"hearteam-report-{made.starts}-{made.ends}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    writer = csv.writer(response)
    for row in as_rows(made):
        writer.writerow([as_cell(gettext(cell) if cell else cell) for cell in row])
    return response
