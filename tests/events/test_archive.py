"""Old events leave the table only when their file was read back, can be read there and put back; followers know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dispatch.actions import endings
from dispatch.actions.notes import note_add
from dispatch.actions.retention import call_redact, legal_hold_place
from dispatch.models import Call, Redaction
from dispatch.queries.archive import archive_upto, archived_part
from dispatch.queries.call import timeline
from hearteam.events import archive, history, log
from hearteam.events.models import ArchivedEvents, Event, EventAudience
from partners.access import Actor
from tests.stage import Stage

Rows = list[tuple[object, ...]]


@pytest.fixture
def closed(stage: Stage) -> Call:
    call = stage.triaged_call()
    stage.send(call, "CRT1")
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    return call


def stored() -> tuple[Rows, Rows]:
    events = Event.objects.order_by("v").values_list("v", "type", "at", "by", "by_user_id", "call_id", "unit", "data")
    audience = EventAudience.objects.order_by("event_id", "unit").values_list("event_id", "unit", "prev")
    return list(events), list(audience)


def archive_all(folder: Path) -> int:
    upto = archive_upto(timezone.now() + timedelta(seconds=1))
    list(archive.archive_write(folder, upto))
    return upto


def test_what_left_the_table_can_be_read_and_put_back_as_it_was(stage: Stage, closed: Call, tmp_path: Path) -> None:
    before = stored()
    upto = archive_all(tmp_path)
    assert archive.archived_delete(upto) == len(before[0])
    assert stored() == ([], [])
    told = [frame["type"] for frame in archive.archived_frames(tmp_path, call_id=closed.pk)]
    assert "call_closed" in told
    files = [Path(row.file).name for row in ArchivedEvents.objects.all()]
    assert archived_part(closed, timeline(stage.supervisor, closed)) == files
    call_command("read_archive", str(tmp_path), "--put-back", verbosity=0)
    assert stored() == before


def test_what_was_redacted_since_does_not_come_back_from_an_archive(stage: Stage, closed: Call, tmp_path: Path) -> None:
    note_add(by=stage.dispatcher, call_id=closed.pk, text="He hides upstairs")
    archive.archived_delete(archive_all(tmp_path))
    call_redact(by=Actor.system("retention"), call_id=closed.pk, data_class="NARRATIVE")
    call_command("read_archive", str(tmp_path), "--put-back", verbosity=0)
    (note,) = Event.objects.filter(call_id=closed.pk, type="note_added")
    assert note.data["text"] == ""


def test_what_was_told_after_a_redaction_comes_back_whole(stage: Stage, closed: Call, tmp_path: Path) -> None:
    for data_class in Redaction.DataClass:
        call_redact(by=Actor.system("retention"), call_id=closed.pk, data_class=data_class)
    note_add(by=stage.dispatcher, call_id=closed.pk, text="He hides upstairs")
    legal_hold_place(by=stage.supervisor, call_id=closed.pk, reason="Inquiry 7")
    before = stored()
    archive.archived_delete(archive_all(tmp_path))
    call_command("read_archive", str(tmp_path), "--put-back", verbosity=0)
    assert stored() == before


def test_a_follower_from_before_fetches_a_snapshot_and_a_newer_one_goes_on(
    stage: Stage, closed: Call, tmp_path: Path
) -> None:
    upto = archive_all(tmp_path)
    archive.archived_delete(upto)
    stage.triaged_call()
    assert not history.can_replay(upto - 1, log.head())
    assert not history.can_replay(upto - 1, log.head(), "CRT1")
    assert history.can_replay(upto, log.head())
    assert log.unit_heads(["CRT1"])["CRT1"] == upto


def test_events_of_open_calls_and_all_after_the_first_of_them_stay(stage: Stage, closed: Call, tmp_path: Path) -> None:
    working = stage.triaged_call()
    later = stage.triaged_call()
    endings.call_close(by=stage.dispatcher, call_id=later.pk, disposition="15")
    first = Event.objects.filter(call_id=working.pk).order_by("v").values_list("v", flat=True)[0]
    assert archive_all(tmp_path) == first - 1
    archive.archived_delete(first - 1)
    assert log.oldest() == first


def test_only_what_was_written_before_the_day_is_taken(stage: Stage, closed: Call) -> None:
    assert archive_upto(timezone.now() + timedelta(hours=1)) == log.head()
    assert archive_upto(timezone.now() - timedelta(hours=1)) == 0


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("harm", [cut_off, Path.unlink])
def test_nothing_is_deleted_whose_file_is_not_whole(
    stage: Stage, closed: Call, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    upto = archive_all(tmp_path)
    before = stored()
    (path,) = tmp_path.glob("*.gz")
    assert path.stat().st_mode & 0o777 == 0o600
    harm(path)
    with pytest.raises(archive.BadArchive):
        archive.archived_delete(upto)
    assert stored() == before
    with pytest.raises(CommandError):
        call_command("read_archive", str(tmp_path), verbosity=0)


def test_a_second_run_writes_only_what_is_new(stage: Stage, closed: Call, tmp_path: Path) -> None:
    archive_all(tmp_path)
    assert list(archive.archive_write(tmp_path, log.head())) == []
    more = stage.triaged_call()
    endings.call_close(by=stage.dispatcher, call_id=more.pk, disposition="15")
    (made,) = archive.archive_write(tmp_path, log.head())
    assert made.last == log.head()
    assert len(archive.archive_check(tmp_path)) == 2
