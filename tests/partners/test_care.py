"""Clinical records: written and read by clinical staff only, each read written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hearteam.problems import NotAllowed
from partners.access import Actor
from partners.care.actions import care_note_write, follow_up_open
from partners.care.queries import care_notes_for
from partners.models import CareNote, FollowUp, RecordAccess
from tests.cast import Cast, make_cast
from tests.factories import make_call

pytestmark = pytest.mark.django_db

NOT_CLINICAL = ["dispatcher", "supervisor", "auditor", "officer", "hpd1_officer", "calltaker", "stranger"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def write(cast: Cast, who: str, call, note_id: int = 1, text: str = "Wants to go home") -> CareNote:
    return care_note_write(by=cast.actor(who), call_id=call.pk, note_id=note_id, text=text, written_at=timezone.now())


@pytest.mark.parametrize("who", ["crt1_clinician", "crt1_peer", "crmhc1_clinician", "clinical_lead"])
def test_clinical_staff_write_and_read_and_each_read_is_written_down(cast: Cast, who: str) -> None:
    call = make_call()
    write(cast, who, call)
    assert care_notes_for(by=cast.actor(who), call_id=call.pk) == {1: "Wants to go home"}
    care_notes_for(by=cast.actor(who), call_id=call.pk, reason="Follow-up")
    reads = RecordAccess.objects.filter(user=getattr(cast, who), call=call).order_by("pk")
    assert [(read.what, read.reason) for read in reads] == [("clinical notes", ""), ("clinical notes", "Follow-up")]


@pytest.mark.parametrize("who", NOT_CLINICAL)
def test_nobody_else_reads_or_writes_and_nothing_is_left(cast: Cast, who: str) -> None:
    call = make_call()
    write(cast, "crt1_clinician", call)
    with pytest.raises(NotAllowed):
        care_notes_for(by=cast.actor(who), call_id=call.pk)
    with pytest.raises(NotAllowed):
        write(cast, who, call, note_id=2)
    assert CareNote.objects.count() == 1
    assert not RecordAccess.objects.exists()


def test_the_program_itself_reads_no_clinical_notes() -> None:
    with pytest.raises(NotAllowed):
        care_notes_for(by=Actor.system("replay"), call_id=make_call().pk)


def test_a_read_tells_nothing_of_other_calls(cast: Cast) -> None:
    first, second = make_call(), make_call()
    write(cast, "crt1_clinician", first, 1, "first")
    write(cast, "crt1_clinician", second, 2, "second")
    assert care_notes_for(by=cast.actor("crt1_clinician"), call_id=second.pk) == {2: "second"}


def test_a_follow_up_is_opened_once_a_team_and_keeps_the_earlier_time(cast: Cast) -> None:
    call, now = make_call(), timezone.now()
    ask = {"by": cast.actor("dispatcher"), "call_id": call.pk, "team_code": "CRT", "reason": "No team was free"}
    first = follow_up_open(**ask, due_at=now + timedelta(hours=72))
    second = follow_up_open(**ask, due_at=now + timedelta(hours=24))
    assert first == second
    assert FollowUp.objects.get().due_at == now + timedelta(hours=24)
    follow_up_open(**ask, due_at=now + timedelta(hours=48))
    assert FollowUp.objects.get().due_at == now + timedelta(hours=24)


def test_a_team_that_is_not_there_does_not_stop_a_call_from_ending(cast: Cast) -> None:
    assert (
        follow_up_open(
            by=cast.actor("dispatcher"), call_id=make_call().pk, team_code="GONE", reason="x", due_at=timezone.now()
        )
        is None
    )
