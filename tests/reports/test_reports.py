"""The council's report: what is counted, what is hidden, who may read it."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import (
    Alert,
    Assignment,
    Call,
    Decision,
    Disposition,
    PersonInCrisis,
    QuestionSet,
    Ruleset,
    TriageAnswers,
)
from dispatch.reports.report import Report, report
from partners.models import Unit
from tests.cast import make_cast
from tests.factories import make_call, make_unit, make_user

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 14)
NOON = timezone.make_aware(datetime(2026, 10, 14, 12))
TABLES = [
    "From call to arrival", "Where a civilian team arrived", "Response times", "Eligible and not served", "Overrides",
    "By neighborhood", "By time of day", "By language", "By outcome", "Alerts answered",
    "What asking catches", "What each choice catches", "What asking catches, by type",
    "Crises on types that are not asked: candidates for offering",
]  # fmt: skip


@pytest.fixture(autouse=True)
def ruleset() -> None:
    asked = QuestionSet.objects.create(version=1, digest="any", author_name="supervisor")
    Ruleset.objects.create(name="Any", version=1, author_name="supervisor", question_set=asked)


def decided(
    call: Call, rule: str = "R8", tier: int = 4, choices: tuple[str, ...] = ("CRT", "CRMHC"), **fields
) -> Decision:
    answers = TriageAnswers.objects.create(call=call, at=NOON)
    decision = Decision.objects.create(
        call=call, answers=answers, ruleset=Ruleset.objects.get(), rule=rule, ruled_tier=tier, tier=tier, priority=3,
        ruled_response=["CRT"], response=["CRT"], availability={}, data={"choices": list(choices)}, at=NOON,
        **{"provisional": False, **fields},
    )  # fmt: skip
    call.decision, call.tier, call.behavioural = decision, tier, "YES"
    call.triaged_at = None if decision.provisional else NOON
    call.save()
    return decision


def sent(call: Call, unit: Unit, *, after: float = 60, arrives: float | None = 480) -> Assignment:
    at = call.received_at + timedelta(seconds=after)
    return Assignment.objects.create(
        call=call, unit=unit, role="CRT", status="AV", status_since=at, dispatched_at=at,
        on_scene_at=None if arrives is None else call.received_at + timedelta(seconds=arrives),
        cleared_at=at + timedelta(hours=1),
    )  # fmt: skip


def calls(count: int, **fields) -> list[Call]:
    return [make_call(**{"received_at": NOON, "status": "closed", **fields}) for _ in range(count)]


def rows(made: Report, title: str) -> list[tuple[str, ...]]:
    return list(next(table for table in made.tables if table.title == title).rows)


def test_the_funnel_counts_every_stage_and_every_loss_with_its_reason() -> None:
    unit = make_unit("CRT1")
    calls(40, behavioural="NO")
    calls(12, behavioural="YES")
    for call in calls(13):
        decided(call, provisional=True)
    for call in calls(14):
        decided(call, rule="R1", tier=1, choices=())
    for call in calls(15, unserved_team="CRT", unserved_reason="OFF_HOURS"):
        decided(call)
    for call in calls(16):
        decided(call)
        sent(call, unit, arrives=None)
    for call in calls(17):
        decided(call)
        sent(call, unit)
    assert rows(report(DAY, DAY), "From call to arrival") == [
        ("All calls", "", "127"),
        ("", "not about behavioural health", "40"),
        ("Behavioural-health calls", "", "87"),
        ("", "never asked", "12"),
        ("", "questions left open", "13"),
        ("Triaged", "", "62"),
        ("", "no civilian team by rule R1", "14"),
        ("Eligible for a civilian team", "", "48"),
        ("", "off hours", "15"),
        ("Civilian team dispatched", "", "33"),
        ("", "cleared before arrival", "16"),
        ("Civilian team arrived", "", "17"),
    ]


def test_a_stage_that_would_give_a_small_loss_away_is_hidden_and_its_losses_are_told_together() -> None:
    calls(4, behavioural="NO")
    calls(20, behavioural="YES")
    for call in calls(30):
        decided(call, rule="R1", tier=1, choices=())
    assert rows(report(DAY, DAY), "From call to arrival") == [
        ("All calls", "", "54"),
        ("Behavioural-health calls", "", "hidden"),
        ("", "several reasons together", "24"),
        ("Triaged", "", "30"),
        ("", "no civilian team by rule R1", "30"),
        ("Eligible for a civilian team", "", "0"),
        ("Civilian team dispatched", "", "0"),
        ("Civilian team arrived", "", "0"),
    ]


def test_the_share_without_police_and_who_came_first() -> None:
    crt, hpd = make_unit("CRT1"), make_unit("HPD1", "HPD")
    for call in calls(30):
        decided(call)
        sent(call, crt)
    for call in calls(20):
        decided(call)
        sent(call, crt, after=60, arrives=300)
        sent(call, hpd, after=600, arrives=900)
    assert rows(report(DAY, DAY), "Where a civilian team arrived") == [
        ("without police", "30", "60 %"),
        ("police after the civilian team arrived", "20", "40 %"),
    ]


def test_response_times_count_from_the_answer_to_the_first_unit_whoever_it_is() -> None:
    crt, hpd = make_unit("CRT1"), make_unit("HPD1", "HPD")
    for number, call in enumerate(calls(11), start=1):
        decided(call)
        sent(call, crt, after=60, arrives=60 * number)
        sent(call, hpd, after=10, arrives=None)
    assert rows(report(DAY, DAY), "Response times") == [
        ("answer to dispatch", "T4", "11", "0:10", "0:10"),
        ("answer to arrival", "T4", "11", "6:00", "10:00"),
    ]


def test_a_unit_sent_by_mistake_and_taken_back_is_not_counted() -> None:
    crt, hpd = make_unit("CRT1"), make_unit("HPD1", "HPD")
    for call in calls(11):
        decided(call)
        sent(call, crt, after=60)
        Assignment.objects.filter(pk=sent(call, hpd, after=5, arrives=None).pk).update(undone=True)
    assert rows(report(DAY, DAY), "Response times")[0] == ("answer to dispatch", "T4", "11", "1:00", "1:00")


def test_small_counts_and_their_times_are_hidden() -> None:
    unit = make_unit("CRT1")
    for call in calls(3):
        decided(call)
        sent(call, unit)
    made = report(DAY, DAY)
    assert rows(made, "From call to arrival")[0] == ("All calls", "", "hidden")
    assert rows(made, "Response times")[0] == ("answer to dispatch", "T4", "hidden", "hidden", "hidden")
    assert "3" not in {cell for table in made.tables for row in table.rows for cell in row}


def test_unserved_calls_are_told_by_reason_and_team() -> None:
    for team, reason, count in (("CRT", "NO_UNIT", 12), ("CRMHC", "NO_UNIT", 14), ("CRT", "REFUSED", 20)):
        for call in calls(count, unserved_team=team, unserved_reason=reason):
            decided(call)
    assert rows(report(DAY, DAY), "Eligible and not served") == [
        ("no unit free", "CRMHC", "14"),
        ("no unit free", "CRT", "12"),
        ("refused by the caller or the person", "CRT", "20"),
    ]


def test_overrides_are_counted_by_direction() -> None:
    for direction, count in (("UP", 12), ("DOWN", 11)):
        for call in calls(count):
            decided(call, override_direction=direction)
    assert rows(report(DAY, DAY), "Overrides") == [("up", "12"), ("down", "11"), ("same protection", "0")]


def test_days_are_the_centers_days_and_a_merged_call_counts_once() -> None:
    first, *_ = calls(12, received_at=timezone.make_aware(datetime(2026, 10, 14, 23, 59)))
    calls(20, received_at=timezone.make_aware(datetime(2026, 10, 15, 0, 0)))
    calls(30, status="merged", merged_into=first)
    assert rows(report(DAY, DAY), "From call to arrival")[0] == ("All calls", "", "12")
    assert rows(report(DAY, DAY + timedelta(days=1)), "From call to arrival")[0] == ("All calls", "", "32")


def test_a_period_without_calls_is_a_report_of_zeros() -> None:
    made = report(DAY, DAY)
    assert [table.title for table in made.tables] == TABLES
    assert {row[-1] for row in rows(made, "From call to arrival")} == {"0"}


def test_calls_are_told_by_neighborhood_hour_language_and_outcome_and_few_are_put_together() -> None:
    settled = Disposition.objects.create(name="settled", label="Settled by contact", apco="15")
    frog = calls(24, neighborhood="Frog Hollow", behavioural="YES", disposition=settled)
    calls(12, neighborhood="Asylum Hill", behavioural="YES", received_at=NOON - timedelta(hours=9))
    calls(5, neighborhood="Blue Hills", behavioural="YES", received_at=NOON - timedelta(hours=9))
    calls(9, neighborhood="Barry Square", behavioural="YES", received_at=NOON - timedelta(hours=9))
    calls(30, neighborhood="Elsewhere", behavioural="NO")
    for call in frog:
        PersonInCrisis.objects.create(call=call, language="es")
    made = report(DAY, DAY)
    assert rows(made, "By neighborhood") == [
        ("Frog Hollow", "24", "48 %"), ("other neighborhoods", "14", "28 %"), ("Asylum Hill", "12", "24 %")
    ]  # fmt: skip
    bands = {band: count for band, count, _ in rows(made, "By time of day")}
    assert (bands["03:00-06:00"], bands["12:00-15:00"], bands["21:00-24:00"]) == ("26", "24", "0")
    assert rows(made, "By language") == [("not recorded", "26", "52 %"), ("Spanish", "24", "48 %")]
    assert rows(made, "By outcome") == [("no outcome recorded", "26", "52 %"), ("Settled by contact", "24", "48 %")]


def test_where_the_number_of_calls_is_hidden_nothing_adds_up_to_it() -> None:
    calls(5, neighborhood="Frog Hollow", behavioural="YES")
    calls(30, behavioural="NO")
    made = report(DAY, DAY)
    for title in ("By neighborhood", "By time of day", "By language", "By outcome"):
        assert rows(made, title) == [("all", "hidden", "")]


def test_how_fast_alerts_were_answered_is_told_by_level() -> None:
    for seconds in range(11):
        Alert.objects.create(kind="EMERGENCY", level=1, raised_at=NOON, cleared_at=NOON, acknowledged_after_s=seconds)
    for _ in range(3):
        Alert.objects.create(kind="CALLBACK_DUE", level=2, raised_at=NOON, cleared_at=NOON)
    Alert.objects.create(kind="EMERGENCY", level=1, raised_at=NOON)
    Alert.objects.create(kind="EMERGENCY", level=1, raised_at=NOON - timedelta(days=1), cleared_at=NOON)
    assert rows(report(DAY, DAY), "Alerts answered") == [
        ("L1", "acknowledged by name", "11", "0:05", "0:09"),
        ("L2", "over before anybody acknowledged it", "hidden", "hidden", "hidden"),
    ]


def test_a_report_is_one_statement() -> None:
    with CaptureQueriesContext(connection) as statements:
        report(DAY, DAY)
    assert len([one for one in statements if "FROM" in one["sql"]]) == 1


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("supervisor", 200), ("auditor", 200), ("clinical_lead", 200), ("dispatcher", 403), ("calltaker", 403),
        ("officer", 403), ("crt1_clinician", 403), ("stranger", 403),
    ],
)  # fmt: skip
def test_who_may_read_reports(who: str, status: int) -> None:
    assert signed_in(getattr(make_cast(), who)).get("/reports/").status_code == status


def test_somebody_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/reports/").url == "/login/?next=/reports/"


def test_the_page_shows_the_tables_and_what_the_words_mean() -> None:
    page = (
        signed_in(make_cast().auditor).get("/reports/", {"starts": "2026-10-01", "ends": "2026-10-31"}).content.decode()
    )
    assert all(title in page for title in TABLES)
    assert "The rule that decided names a civilian team" in page
    assert 'value="2026-10-01"' in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("period", "complaint"),
    [
        ({"starts": "2026-10-31", "ends": "2026-10-01"}, "lies before the first"),
        ({"starts": "1990-01-01", "ends": "2026-10-01"}, "at most five years"),
        ({"starts": "yesterday"}, "Enter a valid date"),
    ],
)
def test_a_period_that_makes_no_sense_is_answered_in_words(period: dict, complaint: str) -> None:
    response = signed_in(make_cast().auditor).get("/reports/", period)
    assert response.status_code == 400
    assert complaint in response.content.decode()


def test_the_file_has_the_cells_of_the_page_and_starts_no_formula() -> None:
    for call in calls(12):
        decided(call, rule="=R1", tier=1, choices=())
    lead = make_user("lead")
    lead.groups.add(make_cast().auditor.groups.get())
    asked = {"starts": f"{DAY}", "ends": f"{DAY}", "format": "csv"}
    response = signed_in(lead).get("/reports/", asked)
    assert response["Content-Type"].startswith("text/csv")
    found = list(csv.reader(io.StringIO(response.content.decode())))
    assert ["All calls", "", "12"] in found
    assert ["Definitions"] in found
    assert [title for row in found for title in row[:1] if len(row) == 1 and title != "Definitions"] == TABLES
    assert not [cell for row in found for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_file_is_in_the_language_of_who_reads_it() -> None:
    for call in calls(12):
        decided(call, rule="R1", tier=1, choices=())
    client = signed_in(make_cast().auditor)
    client.cookies["hearteam_language"] = "es"
    response = client.get("/reports/", {"starts": f"{DAY}", "ends": f"{DAY}", "format": "csv"})
    found = list(csv.reader(io.StringIO(response.content.decode())))
    assert found[0][0] == "Período"
    assert ["Todas las llamadas", "", "12"] in found
