"""What-ifs in the administration and on the command line: asked for, read, ticked, taken away as a file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.rulesets import ruleset_import
from dispatch.actions.whatif import whatif_run
from dispatch.models import Call, Ruleset, WhatIf
from dispatch.rules.ruleset_file import DEFAULT_FILE, load_default_ruleset
from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]

pytestmark = pytest.mark.django_db

R7 = "title: Adult in serious crisis, no safety concern"


def lowered_text() -> str:
    """The default table with acute adults at tier 4."""
    head, r7, rest = DEFAULT_FILE.read_text().partition(R7)
    return head.replace("version: 1", "version: 2", 1) + r7 + rest.replace("tier: 3", "tier: 4", 1)


def lowered(stage: Stage) -> Ruleset:
    """The same as a draft of the first supervisor."""
    default = load_default_ruleset()
    table = tuple(
        replace(rule, outcomes=tuple(replace(row, tier=4) for row in rule.outcomes)) if rule.code == "R7" else rule
        for rule in default.rules
    )
    return ruleset_import(by=stage.supervisor, ruleset=replace(default, version=2, rules=table))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(what_if: WhatIf) -> str:
    return reverse("admin:dispatch_whatif_change", args=[what_if.pk])


def ask(client: Client, **fields: object):
    today = timezone.localdate()
    form = {"first_day": today - timedelta(days=90), "last_day": today, "added_hours": "", "added_units": "", **fields}
    return client.post(reverse("admin:dispatch_whatif_add"), form, follow=True)


def finished(stage: Stage) -> WhatIf:
    """A what-if of the draft on two acute adults and one in distress."""
    for acuity in ("HIGH", "HIGH", "LOW"):
        stage.triaged_call(acuity=acuity)
    ask(signed_in(stage.cast.supervisor), ruleset=lowered(stage).pk)
    return whatif_run(what_if_id=WhatIf.objects.get().pk)


def test_a_what_if_is_asked_for_and_its_page_waits_for_it(stage: Stage) -> None:
    stage.triaged_call()
    draft = lowered(stage)
    client = signed_in(stage.cast.supervisor)
    response = ask(client, ruleset=draft.pk, added_hours="CRT Mon-Fri 19:00-22:00\r\n", added_units="CRT 1")
    what_if = WhatIf.objects.get()
    assert response.redirect_chain[-1][0] == page_of(what_if)
    assert (what_if.ruleset, what_if.extra_units, len(what_if.hours["CRT"])) == (draft, {"CRT": 1}, 5)
    assert response.headers["Refresh"] == "2"
    assert "+ CRT Mon-Fri 19:00-22:00" in response.content.decode()
    whatif_run(what_if_id=what_if.pk)
    response = client.get(page_of(what_if))
    assert "Refresh" not in response.headers
    assert "Before and after" in response.content.decode()
    assert "Added units of CRT would have gone to 0 calls" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("added_hours", "CRT sometimes", "Hours are written as CRT Mon-Fri"),
        ("added_hours", "HPD Mon 08:00-09:00", "There is no civilian team HPD"),
        ("added_units", "CRT many", "Units are written as CRT 1"),
        ("added_units", "CRT 99", "From 0 to 20 units"),
        ("first_day", "2999-01-01", "The period must end after it begins"),
        ("added_units", "", "nothing would be different"),
    ],
)
def test_what_makes_no_sense_is_said_on_the_page(stage: Stage, field: str, text: str, said: str) -> None:
    fields = {"added_units": "CRT 1", field: text}
    assert said in ask(signed_in(stage.cast.supervisor), **fields).content.decode()
    assert not WhatIf.objects.exists()


def test_the_approver_reads_each_group_and_ticks_it(stage: Stage) -> None:
    what_if = finished(stage)
    group = what_if.groups.get()
    Ruleset.objects.filter(pk=what_if.ruleset_id).update(status="checked")
    client = signed_in(stage.cast.supervisor2)
    page = client.get(page_of(what_if)).content.decode()
    assert "2 of 3 calls (66.7 %) change: 2 with less protection." in page
    assert "1 of the 1 groups" in page
    assert "R7 T3 CRMHC" in page
    assert reverse("admin:dispatch_call_change", args=[Call.objects.get(number=group.examples[0]).pk]) in page
    ticked = client.post(reverse("admin:dispatch_whatif_step", args=[group.pk, "tick"]), follow=True).content.decode()
    assert "supervisor-2," in ticked
    assert "Take my tick back" in ticked
    assert "1 of the 1 groups" not in ticked
    client.post(reverse("admin:dispatch_whatif_step", args=[group.pk, "untick"]))
    group.refresh_from_db()
    assert group.ticked_at is None
    assert LogEntry.objects.filter(user=stage.cast.supervisor2).count() == 2


def test_the_author_and_an_auditor_read_it_and_tick_nothing(stage: Stage) -> None:
    what_if = finished(stage)
    tick = reverse("admin:dispatch_whatif_step", args=[what_if.groups.get().pk, "tick"])
    author, auditor = signed_in(stage.cast.supervisor), signed_in(stage.cast.auditor)
    for client in (author, auditor):
        page = client.get(page_of(what_if)).content.decode()
        assert "R7 T4 CRMHC" in page
        assert "I looked at this" not in page
    assert "You wrote" in author.post(tick, follow=True).content.decode()
    assert auditor.post(tick).status_code == 403
    assert auditor.get(reverse("admin:dispatch_whatif_add")).status_code == 403
    assert author.post(page_of(what_if), {}).status_code == 403
    assert what_if.groups.get().ticked_at is None


def test_the_file_has_counts_and_no_calls_and_runs_nothing(stage: Stage) -> None:
    what_if = finished(stage)
    what_if.groups.update(rule_after="=1+1", ticked_by_name="@supervisor", ticked_at=timezone.now())
    url = reverse("admin:dispatch_whatif_file", args=[what_if.pk])
    response = signed_in(stage.cast.auditor).get(url)
    text = b"".join(response.streaming_content).decode()
    rows = list(csv.DictReader(StringIO(text)))
    (group,) = [row for row in rows if row["part"] == "group"]
    assert (group["calls"], group["direction"], group["after"]) == ("2", "LOWERS", "'=1+1 T4 CRMHC")
    assert group["ticked by"] == "'@supervisor"
    assert {row["what"]: row["calls"] for row in rows if row["part"] == "all"} == {"calls": "3", "changed": "2"}
    assert not any(number in text for number in what_if.groups.get().examples)
    assert "MAIN ST" not in text
    assert signed_in(stage.cast.dispatcher).get(url).status_code in (302, 403)


def test_a_failed_one_says_why(stage: Stage) -> None:
    what_if = finished(stage)
    WhatIf.objects.filter(pk=what_if.pk).update(status="failed", problem="It was not finished within an hour.")
    assert "within an hour" in signed_in(stage.cast.auditor).get(page_of(what_if)).content.decode()
    assert signed_in(stage.cast.auditor).get(reverse("admin:dispatch_whatif_change", args=[10**9])).status_code == 404


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("what_if", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tries_a_file_without_storing_it(stage: Stage, tmp_path: Path) -> None:
    stage.triaged_call(acuity="HIGH")
    file, rows = tmp_path / "draft.yaml", tmp_path / "rows.csv"
    file.write_text(lowered_text())
    printed = command("--ruleset", str(file), "--csv", str(rows))
    assert "1 of 1 call (100.0 %) change: 1 with less protection." in printed
    assert "R7 T3 CRMHC -> R7 T4 CRMHC" in printed
    assert ["group", "R7 T3 CRMHC -> R7 T4 CRMHC"] in [row[:2] for row in csv.reader(rows.open())]
    assert (Ruleset.objects.count(), WhatIf.objects.count()) == (1, 0)


def test_the_command_tries_hours_and_units_with_the_ruleset_in_force(stage: Stage) -> None:
    stage.cast.crt1.team.hours.all().delete()
    stage.cast.crmhc1.team.hours.all().delete()
    stage.triaged_call()
    data = json.loads(command("--hours", "CRT=1-7:00:00-00:00", "--extra-unit", "CRMHC=1", "--json"))
    assert (data["hours"], data["extra_units"]) == (["CRT Mon-Sun 00:00-00:00"], {"CRMHC": 1})
    assert [(group["response_before"], group["response_after"]) for group in data["groups"]] == [(["POLICE"], ["CRT"])]
    assert data["summary"]["unserved"] == [{"team": "CRT", "reason": "OFF_HOURS", "before": 1, "after": 0}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--ruleset", "999999"], "no such ruleset"),
        (["--ruleset", "/nowhere.yaml"], "cannot be read"),
        (["--hours", "CRT=9:1-2"], "weekday|time of day"),
        (["--extra-unit", "NOBODY=1"], "no civilian team"),
        (["--days", "0"], "--days"),
    ],
)
def test_the_command_says_what_is_wrong(stage: Stage, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*arguments)
