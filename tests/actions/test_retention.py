"""What may not be kept leaves a call's rows and its events alike; what is open or held keeps all of it."""

from __future__ import annotations

import json
import math
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.actions import calls, endings, handoffs, notes, retention, transfers
from dispatch.actions.retention import call_redact, legal_hold_lift, legal_hold_place, retention_run
from dispatch.models import Alert, Assignment, Call, Command, Note, Redaction, ResponseSlot
from dispatch.queries.archive import archive_upto
from dispatch.queries.call import call_detail, timeline
from dispatch.queries.retention import calls_due
from hearteam.events import archive
from hearteam.events.models import Event
from hearteam.problems import NotAllowed, Refused
from partners.access import Actor
from tests.stage import Stage

SYSTEM = Actor.system("retention")
PERSON_SECRETS = ("Ada Hidden", "860-555-0199", "Bo Hidden", "Gran Hidden", "Cy Hidden")
NARRATIVE_SECRETS = ("hides upstairs", "dog in the yard", "sister took over")


@pytest.fixture
def call(stage: Stage) -> Call:
    """An ended call with words of every kind."""
    call = calls.call_receive(
        by=stage.dispatcher, location={"text": "550 Main St"}, call_type="EDP", narrative="He hides upstairs",
        caller={"name": "Ada Hidden", "phone": "860-555-0199"}, person={"name": "Bo Hidden", "clothing": "red"},
        referrer={"name": "Cy Hidden"},
    )  # fmt: skip
    stage.triage(call, age="CHILD_3_17")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="A dog in the yard", kind="HAZARD")
    handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="no_answer", guardian="Gran Hidden"
    )
    stage.step(stage.send(call, "HPD1")[0], "OS", "AV", note="")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15", outcome="The sister took over")
    return Call.objects.get(pk=call.pk)


def whole(stage: Stage, call: Call) -> str:
    """All that rows and events say of the call."""
    stored = list(Event.objects.filter(call_id=call.pk).values_list("data", flat=True))
    return json.dumps([call_detail(stage.supervisor, Call.objects.get(pk=call.pk)), stored], ensure_ascii=False)


def age(call: Call, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Call.objects.filter(pk=call.pk).update(closed_at=at, received_at=at)


def test_rows_and_events_lose_the_person_and_keep_the_rest(stage: Stage, call: Call) -> None:
    before = whole(stage, call)
    assert all(word in before for word in PERSON_SECRETS)
    call_redact(by=SYSTEM, call_id=call.pk, data_class="PERSON")
    after = whole(stage, call)
    assert not [word for word in PERSON_SECRETS if word in after]
    assert all(word in after for word in NARRATIVE_SECRETS)
    detail = call_detail(stage.supervisor, call)
    assert (detail["redacted"], detail["number"], detail["location"]["text"]) == (
        ["PERSON"], call.number, call.location_text,
    )  # fmt: skip


def test_rows_and_events_lose_the_narrative_and_keep_version_type_and_time(stage: Stage, call: Call) -> None:
    def spine() -> list[Any]:
        return list(Event.objects.filter(call_id=call.pk).order_by("v").values_list("v", "type", "at", "by", "unit"))

    before = spine()
    call_redact(by=SYSTEM, call_id=call.pk, data_class="NARRATIVE")
    after = whole(stage, call)
    assert not [word for word in NARRATIVE_SECRETS if word in after]
    assert spine()[:-1] == before
    assert spine()[-1][1] == "call_redacted"
    assert [frame["v"] for frame in timeline(stage.supervisor, call)] == [row[0] for row in spine()]


def test_an_open_call_and_one_that_is_held_keep_everything(stage: Stage, call: Call) -> None:
    opened = stage.call()
    with pytest.raises(Refused):
        call_redact(by=SYSTEM, call_id=opened.pk, data_class="PERSON")
    legal_hold_place(by=stage.supervisor, call_id=call.pk, reason="Inquiry 7")
    assert call_detail(stage.supervisor, call)["legal_hold"] == "Inquiry 7"
    with pytest.raises(Refused):
        call_redact(by=SYSTEM, call_id=call.pk, data_class="PERSON")
    age(call, 400)
    assert retention_run(by=SYSTEM, now=timezone.now(), days={"PERSON": 365})["PERSON"] == 0
    legal_hold_lift(by=stage.supervisor, call_id=call.pk, reason="Closed")
    assert retention_run(by=SYSTEM, now=timezone.now(), days={"PERSON": 365})["PERSON"] == 1


def test_a_hold_keeps_what_was_merged_into_the_call_as_well(stage: Stage, call: Call) -> None:
    duplicate, other = stage.call(), stage.call()
    endings.call_merge(by=stage.dispatcher, call_id=duplicate.pk, into_id=other.pk, reason="The same")
    legal_hold_place(by=stage.supervisor, call_id=other.pk, reason="Inquiry 7")
    age(duplicate, 400)
    assert retention_run(by=SYSTEM, now=timezone.now(), days={"PERSON": 365})["PERSON"] == 0
    with pytest.raises(Refused):
        call_redact(by=SYSTEM, call_id=duplicate.pk, data_class="PERSON")


def test_why_a_record_is_held_is_for_the_center_alone(stage: Stage) -> None:
    open_call, _ = stage.crt_at("OS")
    legal_hold_place(by=stage.supervisor, call_id=open_call.pk, reason="Complaint about the crew")
    told = Event.objects.get(type="legal_hold_placed")
    assert not told.audience.exists()
    assert call_detail(stage.crew, open_call)["legal_hold"] is None
    assert "legal_hold_placed" not in [frame["type"] for frame in timeline(stage.crew, open_call)]
    assert "legal_hold_placed" in [frame["type"] for frame in timeline(stage.dispatcher, open_call)]


def test_only_a_supervisor_holds_a_record_and_one_hold_at_a_time(stage: Stage, call: Call) -> None:
    with pytest.raises(NotAllowed):
        legal_hold_place(by=stage.dispatcher, call_id=call.pk, reason="Inquiry")
    legal_hold_place(by=stage.supervisor, call_id=call.pk, reason="Inquiry")
    with pytest.raises(Refused):
        legal_hold_place(by=stage.supervisor, call_id=call.pk, reason="Again")


def test_a_run_takes_what_is_old_once_and_a_dry_one_only_counts(stage: Stage, call: Call) -> None:
    age(call, 400)
    Command.objects.create(user=stage.cast.dispatcher, key="k", body_hash="x", status=201, answer={"name": "Bo"})
    Command.objects.update(at=timezone.now() - timedelta(days=400))
    days, now = {"PERSON": 365, "NARRATIVE": 0}, timezone.now()
    counted = retention_run(by=SYSTEM, now=now, days=days, is_dry=True)
    assert counted == {"PERSON": 1, "answers to commands": 1}
    assert not Redaction.objects.exists()
    assert retention_run(by=SYSTEM, now=now, days=days) == counted
    assert retention_run(by=SYSTEM, now=now, days=days) == {"PERSON": 0, "answers to commands": 0}


def test_a_call_that_was_worked_again_is_redacted_again(stage: Stage, call: Call) -> None:
    call_redact(by=SYSTEM, call_id=call.pk, data_class="NARRATIVE")
    endings.call_reopen(by=stage.dispatcher, call_id=call.pk, reason="She rang again")
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Now he hides upstairs")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    now = timezone.now() + timedelta(days=400)
    assert retention_run(by=SYSTEM, now=now, days={"NARRATIVE": 365})["NARRATIVE"] == 1
    assert "hides upstairs" not in whole(stage, call)
    Redaction.objects.update(at=now)
    assert retention_run(by=SYSTEM, now=now, days={"NARRATIVE": 365})["NARRATIVE"] == 0


def test_what_is_told_of_a_redacted_call_goes_when_it_is_old_enough_itself(stage: Stage, call: Call) -> None:
    age(call, 800)
    days = dict.fromkeys(Redaction.DataClass, 365)
    assert retention_run(by=SYSTEM, now=timezone.now(), days=days)["NARRATIVE"] == 1
    notes.note_add(by=stage.dispatcher, call_id=call.pk, text="Her sister says that he hides upstairs")
    young = retention_run(by=SYSTEM, now=timezone.now() + timedelta(days=364), days=days)
    assert (young["NARRATIVE"], young["PERSON"]) == (0, 0)
    assert "hides upstairs" in whole(stage, call)
    old = timezone.now() + timedelta(days=366)
    done = retention_run(by=SYSTEM, now=old, days=days)
    assert (done["NARRATIVE"], done["PERSON"]) == (1, 1)
    assert "hides upstairs" not in whole(stage, call)
    again = retention_run(by=SYSTEM, now=old, days=days)
    assert (again["NARRATIVE"], again["PERSON"]) == (0, 0)


def test_a_late_note_goes_too_when_its_event_is_in_an_archive(stage: Stage, call: Call, tmp_path: Path) -> None:
    age(call, 800)
    days = {"NARRATIVE": 365}
    assert retention_run(by=SYSTEM, now=timezone.now(), days=days)["NARRATIVE"] == 1
    note = notes.note_add(by=stage.dispatcher, call_id=call.pk, text="She says that he hides upstairs")
    upto = archive_upto(timezone.now() + timedelta(seconds=1))
    list(archive.archive_write(tmp_path, upto))
    assert archive.archived_delete(upto) > 0
    assert retention_run(by=SYSTEM, now=timezone.now() + timedelta(days=364), days=days)["NARRATIVE"] == 0
    old = timezone.now() + timedelta(days=366)
    assert retention_run(by=SYSTEM, now=old, days=days)["NARRATIVE"] == 1
    assert Note.objects.get(pk=note.pk).text == ""
    assert retention_run(by=SYSTEM, now=old, days=days)["NARRATIVE"] == 0


def test_a_hold_that_comes_and_goes_after_a_redaction_brings_nothing_to_take_out(stage: Stage, call: Call) -> None:
    call_redact(by=SYSTEM, call_id=call.pk, data_class="PERSON")
    legal_hold_place(by=stage.supervisor, call_id=call.pk, reason="Inquiry 7")
    legal_hold_lift(by=stage.supervisor, call_id=call.pk, reason="Closed")
    later = timezone.now() + timedelta(days=800)
    assert retention_run(by=SYSTEM, now=later, days={"PERSON": 365})["PERSON"] == 0


def test_calls_are_looked_through_in_pieces_and_none_is_missed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.queries.retention.PIECE", 2)
    ended = [stage.call() for _ in range(5)]
    for call in ended:
        endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="Nobody there")
        age(call, 400)
    stage.call()
    with CaptureQueriesContext(connection) as asked:
        found = list(calls_due("PERSON", timezone.now() - timedelta(days=365)))
    assert found == [call.pk for call in ended]
    looks = [query["sql"] for query in asked if "redaction" in query["sql"]]
    assert len(looks) == math.ceil((Call.objects.count() + 1) / 2)
    bounded = [sql for sql in looks if re.search(r'"id" > \d+ AND "dispatch_call"."id" <= \d+', sql)]
    assert looks[:-1] == bounded, "each looks at a piece, the last at what is left"


def test_a_call_that_was_transferred_loses_who_took_it_and_what_was_said(stage: Stage) -> None:
    call = stage.call()
    offer = transfers.transfer_offer(
        by=stage.dispatcher, call_id=call.pk, kind="CENTER", name="Next Town 911", phone="860-555-0142",
        consent=True, note="He hides upstairs",
    )  # fmt: skip
    transfers.transfer_settle(
        by=stage.dispatcher, transfer_id=offer.pk, outcome="accepted", taken_by="Dee Hidden", note="A dog in the yard"
    )
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    for data_class in Redaction.DataClass:
        call_redact(by=SYSTEM, call_id=call.pk, data_class=data_class)
    after = whole(stage, call)
    assert not [word for word in ("Dee Hidden", *NARRATIVE_SECRETS) if word in after]


def test_reasons_leave_the_rows_as_they_leave_the_events(stage: Stage, call: Call) -> None:
    ResponseSlot.objects.filter(call=call).update(reason="hides upstairs", answer="hides upstairs")
    Assignment.objects.filter(call=call).update(clear_reason="hides upstairs", override_reason="hides upstairs")
    Alert.objects.create(
        call=call, kind="FIELD_ASKED", level=2, text="EMS (hides upstairs)", raised_at=timezone.now(),
        cleared_at=timezone.now(),
    )  # fmt: skip
    call_redact(by=SYSTEM, call_id=call.pk, data_class="NARRATIVE")
    rows = [list(model.objects.filter(call=call).values()) for model in (ResponseSlot, Assignment, Alert)]
    assert "hides upstairs" not in str(rows)
    assert all(rows)


def test_a_call_that_cannot_be_redacted_keeps_no_other_from_it(
    stage: Stage, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = stage.call()
    endings.call_cancel(by=stage.dispatcher, call_id=broken.pk, reason="Nobody there")
    age(broken, 500)
    age(call, 400)
    forget = retention._redact_events

    def fail(of: Call, data_class: str) -> None:
        if of.pk == broken.pk:
            raise IntegrityError("a row that may not be so")
        forget(of, data_class)

    monkeypatch.setattr(retention, "_redact_events", fail)
    assert retention_run(by=SYSTEM, now=timezone.now(), days={"PERSON": 365})["PERSON"] == 1
    assert [row.call_id for row in Redaction.objects.all()] == [call.pk]


def test_kept_answers_go_with_the_narrative_as_well(stage: Stage) -> None:
    Command.objects.create(user=stage.cast.dispatcher, key="k", body_hash="x", status=201, answer={"text": "hides"})
    Command.objects.update(at=timezone.now() - timedelta(days=400))
    done = retention_run(by=SYSTEM, now=timezone.now(), days={"PERSON": 0, "NARRATIVE": 365})
    assert done["answers to commands"] == 1


def test_outside_of_a_redaction_the_log_and_the_notes_still_refuse_any_change(stage: Stage, call: Call) -> None:
    call_redact(by=SYSTEM, call_id=call.pk, data_class="NARRATIVE")
    for rows in (Event.objects.filter(call_id=call.pk), Note.objects.filter(call=call)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**({"data": {}} if rows.model is Event else {"text": "x"}))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hearteam.retention = 'redact'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(call_id=call.pk).update(type="call_received")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hearteam.retention = ''")
