"""A center's own types: imported, decided on, put to use, and what a call received under one of them does."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dispatch.actions import calls, triage
from dispatch.actions.vocabularies import (
    vocabulary_activate,
    vocabulary_deactivate,
    vocabulary_decide,
    vocabulary_import,
)
from dispatch.models import Call, CallType, Vocabulary, VocabularyEntry
from dispatch.queries.vocabularies import exported, offered
from dispatch.rules.vocabulary_file import read_vocabulary
from hearteam.problems import Malformed, NotAllowed, NotFound, Refused
from tests.actions.reading import fresh, slots
from tests.stage import CLEAR_ADULT, Stage
from tests.timers.clock import due, seconds, waits

PLACE = {"lat": 41.7637, "lon": -72.6851}
FILE = b"""Problem,Agency,n
MENTAL SAMPLE,POLICE,12
DISORDERLY SAMPLE,POLICE,40
PARKED SAMPLE,POLICE,300
BREATHING SAMPLE,EMS,70
HAZARD SAMPLE,FIRE,5
HAZARD SAMPLE,POLICE,8
"""


def imported(stage: Stage, content: bytes = FILE, name: str = "sample") -> Vocabulary:
    rows = read_vocabulary(content).rows
    return vocabulary_import(by=stage.supervisor, name=name, title="Sample city", rows=rows).vocabulary


def active(stage: Stage, content: bytes = FILE) -> Vocabulary:
    return vocabulary_activate(by=stage.supervisor, name=imported(stage, content).name)


def entry(code: str, agency: str = "POLICE") -> VocabularyEntry:
    return VocabularyEntry.objects.get(code=code, agency=agency)


def decide(stage: Stage, code: str, **decided: str) -> VocabularyEntry:
    return vocabulary_decide(by=stage.supervisor, entry_ids=[entry(code).pk], **decided)[0]


def receive(stage: Stage, call_type: str, **fields: object) -> Call:
    return calls.call_receive(by=stage.dispatcher, location=PLACE, call_type=call_type, **fields)


def retype(stage: Stage, call: Call, code: str) -> Call:
    return calls.call_update(by=stage.dispatcher, call_id=call.pk, version=None, fields={"type": code})


def meaning(call: Call) -> tuple[str, str, str, str]:
    return (call.reported_type, call.call_type.code if call.call_type else "", call.asks_triage, call.behavioural)


def test_an_import_proposes_and_decides_nothing(stage: Stage) -> None:
    imported(stage)
    found = {row.code: (row.asks_triage, row.call_type.code, row.recorded, row.decided, row.changed_by_name)
             for row in VocabularyEntry.objects.exclude(code="HAZARD SAMPLE")}  # fmt: skip
    assert found == {
        "MENTAL SAMPLE": ("YES", "MNTL", 12, False, ""),
        "DISORDERLY SAMPLE": ("MAYBE", "OTHER", 40, False, ""),
        "PARKED SAMPLE": ("NO", "OTHER", 300, False, ""),
        "BREATHING SAMPLE": ("NO", "MEDICAL", 70, False, ""),
    }


def test_a_second_import_adds_proposes_again_what_nobody_decided_and_names_what_is_gone(stage: Stage) -> None:
    imported(stage)
    decide(stage, "PARKED SAMPLE", asks="MAYBE")
    again = b"""code,agency,description,n
PARKED SAMPLE,POLICE,A new text,1
DISORDERLY SAMPLE,POLICE,,41
NEW,POLICE,Suicidal,
"""
    done = vocabulary_import(by=stage.supervisor, name="sample", rows=read_vocabulary(again).rows)
    assert (done.new, done.proposed_again, done.kept) == (1, 1, 1)
    assert done.gone == ("BREATHING SAMPLE", "HAZARD SAMPLE", "HAZARD SAMPLE", "MENTAL SAMPLE")
    kept = entry("PARKED SAMPLE")
    assert (kept.asks_triage, kept.description, kept.recorded, kept.decided) == ("MAYBE", "", 300, True)
    assert entry("DISORDERLY SAMPLE").recorded == 41
    assert entry("NEW").asks_triage == "YES"
    assert done.vocabulary.title == "Sample city"
    assert VocabularyEntry.objects.count() == 7


def test_a_decision_has_its_persons_name_and_time(stage: Stage) -> None:
    imported(stage)
    before = timezone.now()
    row = decide(stage, "PARKED SAMPLE", asks="MAYBE", call_type="WELFARE")
    assert (row.asks_triage, row.call_type.code, row.decided) == ("MAYBE", "WELFARE", True)
    assert row.changed_by_name == stage.supervisor.name
    assert fresh_entry(row).changed_at >= before
    assert decide(stage, "PARKED SAMPLE", call_type="").call_type is None
    assert fresh_entry(row).asks_triage == "MAYBE"


def fresh_entry(row: VocabularyEntry) -> VocabularyEntry:
    return VocabularyEntry.objects.get(pk=row.pk)


def test_many_are_decided_at_once_or_none(stage: Stage) -> None:
    rows = list(imported(stage).entries.all())
    with pytest.raises(NotFound):
        vocabulary_decide(by=stage.supervisor, entry_ids=[rows[0].pk, 10**9], asks="NO")
    assert not VocabularyEntry.objects.filter(decided=True).exists()
    vocabulary_decide(by=stage.supervisor, entry_ids=[row.pk for row in rows])
    assert not VocabularyEntry.objects.filter(decided=False).exists()
    with pytest.raises(Malformed):
        vocabulary_decide(by=stage.supervisor, entry_ids=[rows[0].pk], asks="PERHAPS")
    with pytest.raises(Malformed):
        vocabulary_decide(by=stage.supervisor, entry_ids=[rows[0].pk], call_type="NOSUCH")


def test_only_a_supervisor_changes_vocabularies(stage: Stage) -> None:
    row = imported(stage).entries.first()
    rows = read_vocabulary(FILE).rows
    for who in (stage.dispatcher, stage.crew, stage.officer, stage.cast.actor("auditor")):
        for refused in (
            lambda who=who: vocabulary_import(by=who, name="sample", rows=rows),
            lambda who=who: vocabulary_decide(by=who, entry_ids=[row.pk], asks="NO"),
            lambda who=who: vocabulary_activate(by=who, name="sample"),
            lambda who=who: vocabulary_deactivate(by=who),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_one_vocabulary_is_active(stage: Stage) -> None:
    active(stage)
    imported(stage, b"code\nALARM SAMPLE\n", name="other")
    vocabulary_activate(by=stage.supervisor, name="other")
    assert list(Vocabulary.objects.filter(active=True).values_list("name", flat=True)) == ["other"]
    assert [row["code"] for row in offered()] == ["ALARM SAMPLE"]
    vocabulary_deactivate(by=stage.supervisor)
    assert offered() == []


def test_what_cannot_be_used_is_refused_in_one_sentence(stage: Stage) -> None:
    with pytest.raises(Refused, match="no type"):
        vocabulary_import(by=stage.supervisor, name="sample", rows=())
    with pytest.raises(Refused, match="slug"):
        imported(stage, name="two words")
    with pytest.raises(NotFound, match="no vocabulary nosuch"):
        vocabulary_activate(by=stage.supervisor, name="nosuch")


def test_a_call_comes_in_under_the_centers_own_word(stage: Stage) -> None:
    active(stage)
    assert meaning(receive(stage, "mental  sample")) == ("MENTAL SAMPLE", "MNTL", "YES", "YES")
    assert meaning(receive(stage, "DISORDERLY SAMPLE")) == ("DISORDERLY SAMPLE", "OTHER", "MAYBE", "UNKNOWN")
    assert meaning(receive(stage, "PARKED SAMPLE")) == ("PARKED SAMPLE", "OTHER", "NO", "NO")
    assert meaning(receive(stage, "WELFARE")) == ("", "WELFARE", "MAYBE", "UNKNOWN")
    with pytest.raises(Malformed):
        receive(stage, "NO SUCH SAMPLE")


def test_what_the_center_decided_counts_not_what_our_type_says(stage: Stage) -> None:
    active(stage)
    decide(stage, "PARKED SAMPLE", asks="MAYBE", call_type="WEAPON")
    assert meaning(receive(stage, "PARKED SAMPLE")) == ("PARKED SAMPLE", "WEAPON", "MAYBE", "UNKNOWN")
    decide(stage, "PARKED SAMPLE", asks="YES", call_type="")
    assert meaning(receive(stage, "PARKED SAMPLE")) == ("PARKED SAMPLE", "", "YES", "YES")
    CallType.objects.filter(code="MNTL").update(active=False)
    assert meaning(receive(stage, "MENTAL SAMPLE")) == ("MENTAL SAMPLE", "", "YES", "YES")


def test_of_two_services_with_one_word_the_one_named_counts_else_the_one_that_asks_more(stage: Stage) -> None:
    active(stage)
    decide(stage, "HAZARD SAMPLE", asks="MAYBE")
    assert receive(stage, "HAZARD SAMPLE").asks_triage == "MAYBE"
    of_fire = receive(stage, "", reported_type="HAZARD SAMPLE", agency="FIRE")
    assert of_fire.asks_triage == "NO"
    assert [row["asks_triage"] for row in offered() if row["code"] == "HAZARD SAMPLE"] == ["MAYBE"]


def test_words_of_another_system_are_kept_whether_a_vocabulary_has_them_or_not(stage: Stage) -> None:
    assert meaning(receive(stage, "MNTL", reported_type="Mental  sample")) == ("Mental sample", "MNTL", "YES", "YES")
    active(stage)
    assert meaning(receive(stage, "OD", reported_type="Mental sample")) == ("MENTAL SAMPLE", "MNTL", "YES", "YES")
    assert receive(stage, "OD", reported_type="x" * 90).reported_type == "x" * 80


TRAFFIC = b"code,description\nTRAFFIC,Sample stop\nSUICIDE,Sample attempt\n"


def test_a_proposal_takes_nothing_away_from_our_own_type_of_that_code_a_decision_does(stage: Stage) -> None:
    plain = receive(stage, "TRAFFIC")
    Vocabulary.objects.filter(pk=imported(stage, TRAFFIC).pk).update(active=True)
    assert (entry("TRAFFIC", "").asks_triage, entry("TRAFFIC", "").call_type.code) == ("NO", "OTHER")
    call = receive(stage, "TRAFFIC")
    assert meaning(call) == ("TRAFFIC", "TRAFFIC", "YES", "YES")
    assert (call.priority, slots(call)) == (plain.priority, slots(plain))
    assert {row["code"]: row["asks_triage"] for row in offered()}["TRAFFIC"] == "YES"
    vocabulary_decide(by=stage.supervisor, entry_ids=[entry("TRAFFIC", "").pk])
    assert meaning(receive(stage, "TRAFFIC")) == ("TRAFFIC", "OTHER", "NO", "NO")


def test_a_proposal_for_the_words_does_not_silence_a_crisis_that_came_as_our_code(stage: Stage) -> None:
    active(stage)
    assert meaning(receive(stage, "SUICIDE", reported_type="Parked sample"))[1:] == ("SUICIDE", "YES", "YES")
    decide(stage, "PARKED SAMPLE")
    assert meaning(receive(stage, "SUICIDE", reported_type="Parked sample"))[1:] == ("OTHER", "NO", "NO")


def test_a_vocabulary_is_not_put_to_use_while_a_mere_proposal_would_lower_a_type_of_ours(stage: Stage) -> None:
    name = imported(stage, TRAFFIC).name
    with pytest.raises(Refused, match=r"Decide first on TRAFFIC: "):
        vocabulary_activate(by=stage.supervisor, name=name)
    assert not Vocabulary.objects.filter(active=True).exists()
    vocabulary_decide(by=stage.supervisor, entry_ids=[entry("TRAFFIC", "").pk])
    assert vocabulary_activate(by=stage.supervisor, name=name).active


def test_another_type_takes_the_place_of_the_centers_word(stage: Stage) -> None:
    active(stage)
    call = retype(stage, receive(stage, "DISORDERLY SAMPLE"), "MENTAL SAMPLE")
    assert meaning(fresh(call)) == ("MENTAL SAMPLE", "MNTL", "YES", "YES")
    assert meaning(fresh(retype(stage, call, "CITASST"))) == ("", "CITASST", "MAYBE", "UNKNOWN")
    assert meaning(fresh(retype(stage, call, ""))) == ("", "", "MAYBE", "UNKNOWN")


def test_a_type_that_is_not_asked_has_its_response_by_plan(stage: Stage) -> None:
    active(stage)
    call = receive(stage, "BREATHING SAMPLE", priority=2)
    assert slots(call) == [("EMS", "requested")]
    assert slots(receive(stage, "DISORDERLY SAMPLE")) == []


def test_a_type_that_is_asked_waits_for_the_answers_and_one_that_is_offered_does_not(stage: Stage) -> None:
    active(stage)
    call = receive(stage, "MENTAL SAMPLE")
    assert seconds(due("TRIAGE", call=call).due_at, call.received_at) == 90
    assert not waits("TRIAGE", call=receive(stage, "DISORDERLY SAMPLE"))
    assert not waits("TRIAGE", call=receive(stage, "PARKED SAMPLE"))


def test_once_begun_the_questions_of_an_offered_type_are_waited_for_from_the_first_answer(stage: Stage) -> None:
    active(stage)
    received = timezone.now() - timedelta(minutes=8)
    call = receive(stage, "DISORDERLY SAMPLE", received_at=received)
    first = triage.triage_answer(by=stage.dispatcher, call_id=call.pk, answers={"age": "ADULT"})
    assert seconds(due("TRIAGE", call=call).due_at, first.answers.at) == 90
    answers = {"age": "ADULT", "medical": "NONE"}
    triage.triage_answer(by=stage.dispatcher, call_id=call.pk, answers=answers)
    assert seconds(due("TRIAGE", call=call).due_at, first.answers.at) == 90
    triage.triage_answer(by=stage.dispatcher, call_id=call.pk, answers=CLEAR_ADULT)
    assert not waits("TRIAGE", call=call)


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("vocabulary", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_imports_lists_activates_and_exports(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "types.csv"
    path.write_bytes(FILE + b",POLICE,1\n")
    out, err = run("import", "sample", str(path), "--title", "Sample city", "--by", "supervisor")
    assert out == "Sample city: 6 new, 0 proposed again, 0 decided and kept, 0 gone from the file\n"
    assert err == "types.csv:8: no code\n"
    assert run("list")[0] == "  sample: Sample city, 6 types, 6 not decided\n"
    assert "6 of its types are as proposed" in run("activate", "sample")[0]
    assert run("list")[0].startswith("* sample")
    written = run("export", "sample")[0]
    assert (
        written.splitlines()[0] == "code,agency,description,asks_triage,our_type,recorded,decided,changed_by,changed_at"
    )
    assert "MENTAL SAMPLE,POLICE,,YES,MNTL,12,no,," in written
    run("deactivate")
    assert run("list")[0].startswith("  sample")


def test_an_exported_vocabulary_is_read_again_with_what_was_decided(stage: Stage, tmp_path: Path) -> None:
    imported(stage)
    decide(stage, "PARKED SAMPLE", asks="MAYBE", call_type="WELFARE")
    run("export", "sample", "-o", str(tmp_path / "sample.csv"))
    run("import", "copy", str(tmp_path / "sample.csv"), "--by", "supervisor")
    of = {name: [{key: value for key, value in row.items() if not key.startswith("changed")} for row in rows]
          for name in ("sample", "copy") if (rows := exported(name)) is not None}  # fmt: skip
    assert of["sample"] == of["copy"]
    copied = VocabularyEntry.objects.get(vocabulary__name="copy", code="PARKED SAMPLE")
    assert (copied.decided, copied.changed_by_name) == (True, stage.supervisor.name)


def test_no_cell_of_an_export_is_a_formula_and_it_is_read_again_as_it_was(stage: Stage, tmp_path: Path) -> None:
    imported(stage, b"code,description\n=1+1,@sample\n-A,'quoted\n")
    run("export", "sample", "-o", str(tmp_path / "sample.csv"))
    with (tmp_path / "sample.csv").open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@"))]
    read = read_vocabulary((tmp_path / "sample.csv").read_bytes())
    assert [(row.code, row.description) for row in read.rows] == [("-A", "'quoted"), ("=1+1", "@sample")]


def test_doubts_are_told(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "types.csv"
    path.write_bytes(b"code,description,our_type\nFIRE,Sample,\nA,Sample,NOSUCH\n")
    _, err = run("import", "sample", str(path))
    assert "Line 2: FIRE is also one of our call types (Fire)" in err
    assert "Line 3: A names our type NOSUCH, which there is not" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "sample", "{folder}/absent.csv"), "cannot be read"),
        (("import", "sample", "{folder}"), "cannot be read"),
        (("import", "sample", "{folder}/no.csv"), "no list of call types"),
        (("export", "nosuch"), "no vocabulary nosuch"),
        (("activate", "nosuch"), "no vocabulary nosuch"),
        (("deactivate", "--by", "nosuch"), "no user nosuch"),
        (("deactivate", "--by", "dispatcher"), "You may not"),
    ],
)
def test_the_command_says_what_is_wrong_and_changes_nothing(
    stage: Stage, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "no.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match=says):
        run(*(argument.format(folder=tmp_path) for argument in arguments))
    assert not Vocabulary.objects.exists()
