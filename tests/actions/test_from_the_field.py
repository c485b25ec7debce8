"""What crews do on their own word: ask for another team, hand a call over by phone, start a call where they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import assignments, endings, field, safety, slot_answers
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Alert, Assignment, Call, Handoff, ResponseSlot
from hearteam.events.models import Event, EventAudience
from hearteam.problems import Conflict, NotAllowed, NotFound, Refused
from partners.models import Team
from tests.actions.reading import open_alerts
from tests.factories import make_call
from tests.stage import CLEAR_ADULT, Stage

PLACE = {"text": "415 PARK ST", "lat": 41.7565, "lon": -72.686}


@pytest.fixture
def at_scene(stage: Stage) -> Call:
    """A welfare check that HPD1 is on, whom nobody has triaged."""
    call = make_call()
    stage.step(stage.send(call, "HPD1")[0], "OS")
    return call


def calm(stage: Stage, call: Call, **changes: str) -> None:
    """The officer answers the questions."""
    stage.triage(call, by=stage.officer, **changes)


def slots(call: Call, role: str) -> list[tuple[str, str | None]]:
    found = call.slots.filter(role=role).exclude(status="cancelled").select_related("asked_from")
    return [(slot.status, slot.asked_from.callsign if slot.asked_from else None) for slot in found]


def ask(stage: Stage, call: Call, role: str, **more: Any) -> ResponseSlot:
    return field.field_ask(by=stage.officer, call_id=call.pk, role=role, **more)


def test_an_officer_asks_and_the_center_is_told_at_once_who_asks_for_what(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    slot = ask(stage, at_scene, "CRT", reason="Wants to talk")
    assert (slot.role, slot.asked_from.callsign if slot.asked_from else "") == ("CRT", "HPD1")
    (alert,) = Alert.objects.filter(kind="FIELD_ASKED", cleared_at__isnull=True)
    assert (alert.level, alert.unit, alert.call) == (2, stage.cast.hpd1, at_scene)
    assert "CRT (Wants to talk)" in alert.text
    (event,) = Event.objects.filter(type="field_asked")
    assert (event.unit, event.by) == ("HPD1", "hpd1-officer")


def test_what_the_rules_ask_for_already_becomes_the_crews_request_not_another(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    assert slots(at_scene, "CRT") == [("requested", None)]
    ask(stage, at_scene, "CRT")
    assert slots(at_scene, "CRT") == [("requested", "HPD1")]
    calm(stage, at_scene, acuity="HIGH")
    assert slots(at_scene, "CRT") == [("requested", "HPD1")], "a person asked: another triage does not take it away"


def test_a_tap_storm_is_one_request_one_event_one_alert(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    assert len({ask(stage, at_scene, "CRT").pk for _ in range(12)}) == 1
    assert len({ask(stage, at_scene, "EMS").pk for _ in range(12)}) == 1
    assert Event.objects.filter(type="field_asked").count() == 2
    (alert,) = Alert.objects.filter(kind="FIELD_ASKED", cleared_at__isnull=True)
    assert "CRT, EMS" in alert.text


def test_the_alert_ends_when_all_that_was_asked_for_is_answered(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    slot = ask(stage, at_scene, "EMS")
    stage.send(at_scene, "CRT1")
    assert ("FIELD_ASKED", "HPD1") in open_alerts(at_scene)
    slot_answers.slot_answer(by=stage.dispatcher, slot_id=slot.pk, status="unfilled", reason="All out")
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)
    ask(stage, at_scene, "EMS")
    assert slots(at_scene, "EMS") == [("requested", "HPD1")], "asked for again, it waits again"
    assert ("FIELD_ASKED", "HPD1") in open_alerts(at_scene)


def test_what_was_asked_for_waits_aloud_though_the_crew_that_asked_has_left(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    stage.step(Assignment.objects.get(call=at_scene), "AV")
    assert ("FIELD_ASKED", "HPD1") in open_alerts(at_scene)
    stage.send(at_scene, "CRT1")
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)


def test_what_was_asked_for_is_told_again_when_the_unit_that_was_sent_turns_back(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    (sent,) = stage.send(at_scene, "CRT1")
    stage.step(sent, "AV")
    assert slots(at_scene, "CRT") == [("requested", "HPD1")]
    assert ("FIELD_ASKED", "HPD1") in open_alerts(at_scene)


def test_a_late_tap_of_a_request_that_was_filled_asks_for_no_second_team(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    before = timezone.now()
    first = ask(stage, at_scene, "CRT")
    stage.send(at_scene, "CRT1")
    assert ask(stage, at_scene, "CRT", occurred_at=before) == first
    with pytest.raises(Refused, match=r"CRT1 is on .* already"):
        ask(stage, at_scene, "CRT")


@pytest.mark.parametrize(
    ("changes", "team", "why"),
    [({"weapon": "ACCESSIBLE"}, "CRT", "weapon"), ({"age": "CHILD_3_17"}, "CRT", "age"), ({}, "WHEELER", "age")],
)
def test_a_team_that_may_not_come_is_refused_and_the_answers_stay(
    stage: Stage, at_scene: Call, changes: dict[str, str], team: str, why: str
) -> None:
    calm(stage, at_scene, **changes)
    with pytest.raises(Refused, match=rf"{why}.*The rules say"):
        ask(stage, at_scene, team)
    assert Call.objects.get(pk=at_scene.pk).decision is not None
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)


def test_a_civilian_team_needs_the_questions_and_public_safety_does_not(stage: Stage, at_scene: Call) -> None:
    with pytest.raises(Refused, match="answer the questions first"):
        ask(stage, at_scene, "CRT")
    for role in ("EMS", "FIRE"):
        assert ask(stage, at_scene, role).status == "requested"


def test_police_from_the_field_are_the_call_for_police(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    slot = field.field_ask(by=stage.crew, call_id=call.pk, role="POLICE", reason="He came back")
    assert slots(call, "POLICE") == [("requested", "CRT1")]
    assert ("POLICE_REQUESTED", "CRT1") in open_alerts(call)
    assert field.field_ask(by=stage.crew, call_id=call.pk, role="POLICE") == slot


def test_nobody_is_sent_by_asking(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    assert list(at_scene.assignments.values_list("unit__callsign", flat=True)) == ["HPD1"]


def test_only_a_crew_that_is_on_the_call_asks(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    cast = stage.cast
    for who, problem in (("dispatcher", NotAllowed), ("officer", NotAllowed), ("crt1_clinician", NotFound)):
        with pytest.raises(problem):
            field.field_ask(by=cast.actor(who), call_id=at_scene.pk, role="EMS")
    stage.step(Assignment.objects.get(call=at_scene), "AV")
    with pytest.raises(Refused, match="HPD1 was cleared"):
        ask(stage, at_scene, "EMS")


def test_a_call_that_ended_gets_nobody_more(stage: Stage, at_scene: Call) -> None:
    endings.call_close(by=stage.dispatcher, call_id=at_scene.pk, disposition="18")
    with pytest.raises(Refused):
        ask(stage, at_scene, "EMS")


def test_what_a_crew_waits_for_goes_along_when_its_call_is_merged(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    ask(stage, at_scene, "EMS")
    stage.step(Assignment.objects.get(call=at_scene), "AV")
    into = make_call()
    endings.call_merge(by=stage.dispatcher, call_id=at_scene.pk, into_id=into.pk, reason="Same person")
    assert slots(into, "CRT") == [("requested", "HPD1")]
    assert slots(into, "EMS") == [("requested", "HPD1")]
    assert ("FIELD_ASKED", "HPD1") in open_alerts(into)
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)
    endings.call_reopen(by=stage.dispatcher, call_id=at_scene.pk, reason="Somebody else after all")
    assert slots(at_scene, "CRT") == [("requested", "HPD1")]
    assert ("FIELD_ASKED", "HPD1") in open_alerts(at_scene)


def test_a_clock_that_is_hours_ahead_is_refused_and_one_that_is_behind_counts_from_now(
    stage: Stage, at_scene: Call
) -> None:
    with pytest.raises(Refused, match="check the device's clock"):
        ask(stage, at_scene, "EMS", occurred_at=timezone.now() + timedelta(hours=3))
    slot = ask(stage, at_scene, "EMS", occurred_at=timezone.now() - timedelta(hours=3))
    assert timezone.now() - slot.requested_at < timedelta(minutes=1)


def test_both_crews_are_told_of_each_others_steps_and_nobody_else(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    ask(stage, at_scene, "CRT")
    (crt1,) = stage.send(at_scene, "CRT1")
    stage.step(crt1, "ER", "ST")
    with pytest.raises(Refused):
        stage.step(crt1, "OS")
    safety.scene_mark_safe(by=stage.officer, call_id=at_scene.pk)
    stage.step(crt1, "OS")
    told = ("assignment_status_changed", "scene_marked_safe")
    for event in Event.objects.filter(call_id=at_scene.pk, type__in=told, v__gt=_sent(at_scene)):
        assert set(EventAudience.objects.filter(event=event).values_list("unit", flat=True)) == {"HPD1", "CRT1"}


def _sent(call: Call) -> int:
    return Event.objects.filter(call_id=call.pk, type="assignment_created", unit="CRT1").get().v


def test_a_crew_hands_a_child_over_by_phone_itself(stage: Stage, at_scene: Call) -> None:
    Team.objects.filter(code="WHEELER").update(dedicated_phone="860-555-0117")
    calm(stage, at_scene, age="CHILD_3_17")
    ask(stage, at_scene, "WHEELER")
    handoff = field.field_handoff(
        by=stage.officer, call_id=at_scene.pk, team="WHEELER", outcome="accepted", clinician="Wes Example",
        eta_minutes=25,
    )  # fmt: skip
    assert handoff.assignment is not None
    assert (handoff.assignment.unit.callsign, handoff.assignment.call) == ("WHEELER1", at_scene)
    assert (handoff.note, handoff.made_by_id) == ("Called by HPD1.", stage.cast.hpd1_officer.pk)
    assert slots(at_scene, "WHEELER") == [("assigned", "HPD1")]
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)
    assert Event.objects.get(type="handoff_recorded").by == "hpd1-officer"


def test_asking_for_a_team_that_did_not_answer_its_phone_ends_with_the_fallback(stage: Stage, at_scene: Call) -> None:
    Team.objects.filter(code="WHEELER").update(dedicated_phone="860-555-0117")
    calm(stage, at_scene, age="CHILD_3_17")
    ask(stage, at_scene, "WHEELER")
    deadlines_fire(timezone.now() + timedelta(minutes=5))
    assert slots(at_scene, "WHEELER") == [("declined", "HPD1")]
    assert {kind for kind, _ in open_alerts(at_scene)} >= {"HANDOFF_NOT_ACCEPTED"}
    assert ("FIELD_ASKED", "HPD1") not in open_alerts(at_scene)


def test_a_crew_hands_nobody_over_whom_the_team_does_not_serve(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene)
    with pytest.raises(Refused):
        field.field_handoff(by=stage.officer, call_id=at_scene.pk, team="WHEELER", outcome="accepted")
    assert not Handoff.objects.filter(call=at_scene).exists()


def test_an_officer_starts_a_call_and_what_the_rules_want_beside_is_asked_for(stage: Stage) -> None:
    call = field.field_call_start(
        by=stage.officer, location=PLACE, answers={**CLEAR_ADULT, "violence": "THREATS"}, narrative="Shouting at cars"
    )
    (assignment,) = Assignment.objects.filter(call=call)
    assert (call.origin, assignment.unit.callsign, assignment.status) == ("FIELD", "HPD1", "OS")
    assert slots(call, "POLICE") == [("assigned", None)], "the officer is the police of the response"
    assert slots(call, "CRMHC") == [("requested", "HPD1")]
    assert ("FIELD_ASKED", "HPD1") in open_alerts(call)
    assert Event.objects.filter(call_id=call.pk, type="call_received", by="hpd1-officer").exists()


def test_a_call_from_the_field_that_is_triaged_later_asks_for_no_second_officer(stage: Stage) -> None:
    call = field.field_call_start(by=stage.officer, location=PLACE)
    calm(stage, call, violence="THREATS")
    assert slots(call, "POLICE") == [("assigned", None)]


def test_who_is_on_a_call_or_civilian_starts_none(stage: Stage, at_scene: Call) -> None:
    before = Call.objects.count()
    with pytest.raises(Conflict, match="HPD1 is on call"):
        field.field_call_start(by=stage.officer, location=PLACE)
    for who in ("crt1_clinician", "officer", "dispatcher"):
        with pytest.raises(NotAllowed):
            field.field_call_start(by=stage.cast.actor(who), location=PLACE)
    assert Call.objects.count() == before


def test_a_position_on_the_equator_starts_no_call(stage: Stage) -> None:
    with pytest.raises(Refused, match="type the place"):
        field.field_call_start(by=stage.officer, location={"lat": 0.0, "lon": 0.0})


def test_a_request_that_joins_goes_on_joining(stage: Stage, at_scene: Call) -> None:
    calm(stage, at_scene, weapon="IN_HAND")
    slot = ask(stage, at_scene, "CRMHC")
    assert slot.source == "join"
    (crmhc1,) = stage.send(at_scene, "CRMHC1")
    assert Assignment.objects.get(pk=crmhc1.pk).order == "STAGE"
    with pytest.raises(Refused):
        assignments.assignment_status_set(by=stage.dispatcher, assignment_id=crmhc1.pk, status="OS")
