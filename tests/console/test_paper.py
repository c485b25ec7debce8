"""The sheet for the time when the system is down: what stands on it, what does not, and the copies on disk."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from dispatch import tasks
from dispatch.actions import safety
from dispatch.actions.notes import note_add
from dispatch.actions.slot_answers import slot_answer
from dispatch.actions.slots import slot_request
from dispatch.models import Alert, Assignment, Call, CallContact, PersonInCrisis
from dispatch.paper.files import sheet_write
from dispatch.paper.sheet import MADE_AT, sheet_html
from partners.models import Team, Unit
from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]


@pytest.fixture
def call(stage: Stage) -> Call:
    call = stage.triaged_call()
    stage.send(call, "CRT1")
    CallContact.objects.create(call=call, name="Ada Example", phone="860-555-0101", at=call.received_at)
    note_add(by=stage.dispatcher, call_id=call.pk, text="Brother <b>is</b> pacing.")
    note_add(by=stage.crew, call_id=call.pk, text="Clinical words", audience="CLINICAL")
    note_add(by=stage.dispatcher, call_id=call.pk, text="For police eyes", audience="POLICE")
    return Call.objects.get(pk=call.pk)


def test_it_has_all_that_dispatch_goes_on_with(stage: Stage, call: Call) -> None:
    Unit.objects.filter(callsign="CRT1").update(phone="860-555-0111")
    Team.objects.filter(code="CRT").update(dedicated_phone="860-555-0112")
    page = sheet_html(inside=True)
    for wanted in (
        call.number, call.location_text, f"P{call.priority}", "T4", "CRT1", "DP", "Ada Example", "860-555-0101",
        "860-555-0111", "860-555-0112", "Weapon", "Accessible",
    ):  # fmt: skip
        assert wanted in page, wanted
    assert page.count("New call on paper") == 6
    assert f"<span>{timezone.localtime():%y%m%d}-" in page


def test_it_says_what_a_call_waits_for_and_when_a_crew_is_asked(stage: Stage, call: Call) -> None:
    at = timezone.localtime().replace(hour=22, minute=41)
    Call.objects.filter(pk=call.pk).update(hold_until=at, callback_at=at.replace(minute=42))
    Assignment.objects.filter(call=call).update(welfare_due_at=at.replace(minute=43))
    page = sheet_html(inside=True)
    for wanted in (f"Held until {at:%m-%d} 22:41", f"Call back by {at:%m-%d} 22:42", "welfare check 22:43"):
        assert wanted in page, wanted


def test_a_role_that_nobody_could_fill_yet_is_still_waited_for(stage: Stage, call: Call) -> None:
    asked = slot_request(by=stage.dispatcher, call_id=call.pk, role="FIRE")
    slot_answer(by=stage.dispatcher, slot_id=asked.pk, status="unfilled", reason="All are out")
    assert re.search(r"<td>[A-Z, ]*\bFIRE\b[A-Z, ]*</td>", sheet_html(inside=True))


def test_it_shows_no_note_that_is_not_for_everybody_and_runs_nothing(stage: Stage, call: Call) -> None:
    page = sheet_html(inside=True)
    assert "Brother &lt;b&gt;is&lt;/b&gt; pacing." in page
    assert "Clinical words" not in page
    assert "For police eyes" not in page
    for outside in ("<script", "<link", "src=", "http://", "https://", "csrf"):
        assert outside not in page


def test_the_page_keeps_the_policy_and_says_when_it_was_made(stage: Stage, call: Call) -> None:
    client = Client()
    client.force_login(stage.cast.dispatcher)
    answer = client.get("/paper/")
    assert call.number in answer.content.decode()
    assert "<style" not in answer.content.decode()
    assert answer[MADE_AT].startswith(f"{timezone.now():%Y-%m-%dT}")
    assert "<style" in client.get("/paper/?kept=1").content.decode()


def test_the_last_copies_are_private_and_go_after_a_day(tmp_path: Path) -> None:
    now, keep = timezone.localtime(), timedelta(hours=24)
    old = sheet_write(tmp_path, "old", at=now - timedelta(hours=25), keep=keep)
    os.utime(old, (now.timestamp() - 25 * 3600,) * 2)
    newest = sheet_write(tmp_path, "new", at=now, keep=keep)
    assert not old.exists()
    assert (tmp_path / "newest.html").read_text() == newest.read_text() == "new"
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_sheet_that_could_not_be_written_leaves_nothing_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, keep = timezone.localtime(), timedelta(hours=24)
    killed = tmp_path / ".draft-1"
    killed.write_text("half")
    os.utime(killed, (now.timestamp() - 25 * 3600,) * 2)
    sheet_write(tmp_path, "whole", at=now, keep=keep)
    assert not killed.exists()

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        sheet_write(tmp_path, "half", at=now, keep=keep)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "newest.html").read_text() == "whole"


def test_the_worker_writes_one(stage: Stage, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HEARTEAM_HOME", tmp_path)
    tasks.paper_print()
    assert call.number in (tmp_path / "paper" / "newest.html").read_text()


def test_it_shows_what_is_dangerous_the_gravest_first(stage: Stage, call: Call) -> None:
    stage.send(call, "HPD1")
    told = safety.unit_emergency(by=stage.dispatcher, callsign="CRT1", reason="man with a knife")
    safety.scene_mark_unsafe(by=stage.dispatcher, call_id=call.pk, source="CRT1")
    crt = Assignment.objects.get(call=call, unit__callsign="CRT1")
    Assignment.objects.filter(pk=crt.pk).update(silent_since=timezone.now())
    page = words_of(sheet_html(inside=True))
    pressed = timezone.localtime(told.raised_at)
    assert f"■ {pressed:%H:%M} CRT1 EMERGENCY {call.number}: man with a knife" in page
    assert f"■ EMERGENCY {pressed:%H:%M} TO STAGE" in page
    assert "(not acknowledged) · silent since" in page
    assert re.search(r"SCENE UNSAFE since \d\d:\d\d: civilians stay out", page)
    assert page.index("CRT1 EMERGENCY") < page.index("Open calls")


def test_it_leaves_alerts_out_that_only_colour_a_row_and_those_that_are_over(stage: Stage, call: Call) -> None:
    seen = timezone.localtime().replace(hour=13, minute=7)
    rows = ((3, "TRIAGE_INCOMPLETE", None), (2, "NOT_ACKNOWLEDGED", None), (1, "POLICE_UNASSIGNED", seen))
    for level, kind, cleared in rows:
        Alert.objects.create(
            call=call, kind=kind, level=level, text=f"a {kind}", raised_at=seen, sounded_at=seen, cleared_at=cleared,
            acknowledged_at=seen, acknowledged_by_id=stage.dispatcher.user_id,
        )  # fmt: skip
    page = words_of(sheet_html(inside=True))
    assert "▲ 13:07 a NOT_ACKNOWLEDGED · seen 13:07 dispatcher" in page
    assert "a TRIAGE_INCOMPLETE" not in page
    assert "a POLICE_UNASSIGNED" not in page


def test_an_alert_without_a_call_or_unit_is_on_it(stage: Stage) -> None:
    now = timezone.now()
    Alert.objects.create(
        kind="POSITION_UNATTENDED", level=2, text="Position unattended: D2", raised_at=now, sounded_at=now
    )
    assert "Position unattended: D2" in words_of(sheet_html(inside=True))


def test_languages_stand_there_by_name(stage: Stage, call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(language="es")
    PersonInCrisis.objects.update_or_create(call=call, defaults={"name": "Bo Example", "language": "ht"})
    page = words_of(sheet_html(inside=True))
    assert "Haitian Creole" in page
    assert "Caller: Pat Example 860-555-0100 · Spanish Caller: Ada" in page
    CallContact.objects.all().delete()
    assert "Caller: Spanish" in words_of(sheet_html(inside=True))
    assert not re.search(r"· (ht|es|en) ", page)


def test_in_spanish_alerts_and_languages_are_in_spanish_too(stage: Stage, call: Call) -> None:
    safety.unit_emergency(by=stage.dispatcher, callsign="CRT1", reason="by radio")
    PersonInCrisis.objects.update_or_create(call=call, defaults={"language": "ht"})
    with translation.override("es"):
        page = words_of(sheet_html(inside=True))
    assert f"CRT1 EMERGENCIA {call.number}: by radio" in page
    assert "Criollo haitiano" in page


def words_of(page: str) -> str:
    """What is read, without tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</head>")[1]).split())
