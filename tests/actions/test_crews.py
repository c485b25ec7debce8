"""A crew says itself who is on board and hands over; what it says is what sending and ranking read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dispatch.actions import crews, stacking, units
from dispatch.actions.crews import Aboard
from dispatch.models import Assignment
from dispatch.queries import board
from dispatch.queries.crews import handover_facts, sign_on_facts
from dispatch.queries.sending import crew_short_of
from dispatch.queries.tablet import own_unit
from hearteam.events.models import Event
from hearteam.problems import Conflict, Malformed, NotAllowed, NotFound
from partners.access import Actor, Role, actor_for
from partners.models import Person, Shift, Team, Unit
from partners.queries.crews import people_found, rider
from tests.actions.reading import refused
from tests.factories import make_person, make_shift, make_team, make_unit, make_user
from tests.stage import Stage


@pytest.fixture
def peer(stage: Stage) -> Actor:
    return stage.cast.actor("crt1_peer")


def person(name: str) -> Person:
    return Person.objects.get(name=name)


def aboard(*names: str, **more: Any) -> list[Aboard]:
    return [Aboard(str(person(name).pk), **more) for name in names]


def sign_on(by: Actor, *names: str, callsign: str = "CRT1", **more: Any) -> Unit:
    return crews.crew_sign_on(by=by, callsign=callsign, crew=aboard(*names) if names else None, **more)


def unit(callsign: str) -> dict[str, Any]:
    """Its row on the board."""
    (row,) = board.unit_rows([Unit.objects.get(callsign=callsign).pk])
    return dict(row)


def told(kind: str) -> dict[str, Any]:
    return Event.objects.filter(type=kind).latest("v").data


def roles_on(callsign: str) -> list[str]:
    return [member["role"] for member in unit(callsign)["crew"]]


def test_a_crew_that_signs_on_is_available_and_the_board_says_since_when_and_in_what(stage: Stage) -> None:
    units.unit_status_set(by=stage.dispatcher, callsign="CRT1", status="OFF")
    Team.objects.filter(code="CRT").update(equipment=["Naloxone kit", "Blanket"])
    assert unit("CRT1")["signed_on_at"] is None
    sign_on(stage.crew, "Clara Example", "Peer Example", vehicle="Van 7", missing=["Blanket"])
    row = unit("CRT1")
    assert (row["status"], row["vehicle"], row["missing"], row["short_of"]) == ("AV", "Van 7", ["Blanket"], [])
    assert row["signed_on_at"] is not None
    data = told("crew_signed_on")
    assert data["started"] is True
    assert data["crew"] == ["Clara Example, CLINICIAN", "Peer Example, PEER"]


def test_a_unit_without_a_role_its_team_asks_for_is_told_so_and_is_not_sent_without_a_reason(stage: Stage) -> None:
    call = stage.triaged_call()
    sign_on(stage.crew, "Clara Example")
    assert unit("CRT1")["short_of"] == ["PEER"]
    assert crew_short_of(stage.cast.crt1) == ["PEER"]
    assert told("crew_signed_on")["left"] == ["Peer Example, PEER"]
    refused(lambda: stage.send(call, "CRT1"), rule="NEEDS_REASON")


def test_a_second_member_joins_from_their_own_device_and_takes_nobody_off(stage: Stage, peer: Actor) -> None:
    sign_on(stage.crew, "Clara Example")
    sign_on(actor_for(stage.cast.crt1_peer))
    assert roles_on("CRT1") == ["CLINICIAN", "PEER"]
    assert told("crew_signed_on")["started"] is False
    late = make_user("late-peer", Role.RESPONDER)
    make_person("Lou Example", role="PEER", user=late, team=make_team("CRT"))
    with pytest.raises(NotAllowed):
        sign_on(actor_for(late), "Lou Example")
    assert len(roles_on("CRT1")) == 2


def test_who_signs_on_elsewhere_leaves_the_unit_they_were_on_unless_it_is_on_a_call(stage: Stage, peer: Actor) -> None:
    _, assignment = stage.crt_at("OS")
    refused(lambda: sign_on(peer, callsign="CRT2"), rule="ELSEWHERE")
    assert actor_for(stage.cast.crt1_peer).unit == "CRT1"
    stage.step(assignment, "AV")
    sign_on(peer, callsign="CRT2")
    assert actor_for(stage.cast.crt1_peer).unit == "CRT2"
    assert unit("CRT1")["short_of"] == ["PEER"]


def test_a_colleague_on_another_unit_is_not_taken_from_it(stage: Stage) -> None:
    other = Person.objects.get(crews__shift__unit=stage.crt2, role="PEER")
    refused(lambda: sign_on(stage.crew, "Clara Example", other.name), rule="ELSEWHERE")
    assert stage.crt2.shifts.get().crew.filter(person=other).exists()


def test_who_is_still_out_when_their_shift_is_over_is_on_no_other_unit(stage: Stage, peer: Actor) -> None:
    stage.crt_at("OS")
    now = timezone.now()
    Shift.objects.filter(unit=stage.cast.crt1).update(starts_at=now - timedelta(hours=8), ends_at=now)
    Assignment.objects.filter(unit=stage.cast.crt1).update(dispatched_at=now - timedelta(hours=1))
    mate = Person.objects.get(crews__shift__unit=stage.crt2, role="CLINICIAN")
    Person.objects.filter(pk=mate.pk).update(user=make_user("mate", Role.RESPONDER))
    refused(lambda: sign_on(peer, callsign="CRT2"), rule="ELSEWHERE")
    by_mate = actor_for(User.objects.get(username="mate"))
    refused(lambda: sign_on(by_mate, mate.name, "Peer Example", callsign="CRT2"), rule="ELSEWHERE")
    assert actor_for(stage.cast.crt1_peer).unit == "CRT1"


def test_while_on_a_call_nobody_is_taken_off_who_has_not_left(stage: Stage) -> None:
    stage.crt_at("OS")
    refused(lambda: sign_on(stage.crew, "Clara Example"), rule="NEEDS_CONFIRMATION")
    assert roles_on("CRT1") == ["CLINICIAN", "PEER"]
    sign_on(stage.crew, "Clara Example", have_left=True)
    assert roles_on("CRT1") == ["CLINICIAN"]


def test_a_role_is_ones_own_or_one_that_it_stands_in_for(stage: Stage) -> None:
    me = str(person("Clara Example").pk)
    peer_as_clinician = [Aboard(me), Aboard(str(person("Peer Example").pk), "CLINICIAN")]
    refused(lambda: crews.crew_sign_on(by=stage.crew, callsign="CRT1", crew=peer_as_clinician), rule="ROLE")
    medic = make_user("medic", Role.RESPONDER)
    make_person("Mick Example", role="PARAMEDIC", user=medic, team=make_team("EMS"))
    crews.crew_sign_on(by=actor_for(medic), callsign="EMS1", crew=[Aboard(str(person("Mick Example").pk), "EMT")])
    assert roles_on("EMS1") == ["EMT"]


def test_languages_told_at_the_start_are_what_the_board_shows(stage: Stage) -> None:
    crew = aboard("Clara Example", languages=("en", "pt", "pt")) + aboard("Peer Example")
    crews.crew_sign_on(by=stage.crew, callsign="CRT1", crew=crew)
    assert unit("CRT1")["languages"] == ["en", "pt"]
    with pytest.raises(Malformed):
        crews.crew_sign_on(by=stage.crew, callsign="CRT1", crew=aboard("Clara Example", languages=("xx",)))


def test_one_signs_on_within_ones_agency_and_to_a_unit_on_shift_only(stage: Stage) -> None:
    make_unit("CRT8", "CRT", on_shift=False, status="OFF")
    refused(lambda: sign_on(stage.crew, callsign="CRT8"), rule="OFF_SHIFT")
    with pytest.raises(NotFound):
        sign_on(stage.crew, callsign="HPD1")
    with pytest.raises(NotFound):
        sign_on(stage.crew, callsign="NOBODY")
    refused(lambda: sign_on(stage.crew, "Clara Example", "Hana Example"), rule="NOT_KNOWN")
    for who in ("dispatcher", "supervisor", "stranger", "auditor"):
        with pytest.raises(NotAllowed):
            sign_on(stage.cast.actor(who), callsign="CRT1")
    with pytest.raises(NotAllowed):
        sign_on(stage.cast.actor("clinical_lead"), "Clara Example")


def test_only_what_the_team_checks_can_be_missing(stage: Stage) -> None:
    with pytest.raises(Malformed):
        sign_on(stage.crew, missing=["Helicopter"])


def test_what_signing_on_starts_from_names_ones_own_unit_first_and_nobody_elses_agency(stage: Stage) -> None:
    facts = sign_on_facts(actor_for(stage.cast.crt1_peer))
    assert [(row["unit"], row["mine"]) for row in facts["units"]] == [("CRT1", True), ("CRT2", False)]
    assert facts["units"][0]["needs"] == ["CLINICIAN", "PEER"]
    assert facts["me"]["name"] == "Peer Example"
    me = rider(stage.crew)
    assert [found.name for found in people_found(stage.crew, me, "exam cla")] == ["Clara Example"]
    assert not people_found(stage.crew, me, "hana").exists()


def test_who_is_on_no_shift_reads_when_the_next_begins(stage: Stage) -> None:
    lead = stage.cast.actor("clinical_lead")
    assert sign_on_facts(lead)["next_shift"] is None
    make_shift(
        make_unit("CRT7", on_shift=False), starts_at=timezone.now() + timedelta(hours=1), crew=[person("Cleo Example")]
    )
    assert sign_on_facts(lead)["next_shift"]["unit"] == "CRT7"


def test_a_hand_over_is_off_duty_and_leaves_its_note_to_the_next_crew(stage: Stage) -> None:
    sign_on(stage.crew)
    crews.crew_sign_off(by=stage.crew, note="Low on fuel")
    row = unit("CRT1")
    assert (row["status"], row["signed_on_at"]) == ("OFF", None)
    [left] = [one["handover"] for one in sign_on_facts(stage.crew)["units"] if one["unit"] == "CRT1"]
    assert (left["note"], left["by"]) == ("Low on fuel", stage.crew.name)
    sign_on(stage.crew)
    assert unit("CRT1")["status"] == "AV"


def test_nobody_hands_over_in_the_middle_of_a_call(stage: Stage) -> None:
    call, _ = stage.crt_at("OS")
    assert handover_facts(stage.crew)["on_call"] == call.number
    with pytest.raises(Conflict):
        crews.crew_sign_off(by=stage.crew)
    assert unit("CRT1")["status"] == "OS"


def test_the_hand_over_names_calls_whose_outcome_nobody_recorded(stage: Stage) -> None:
    call, assignment = stage.crt_at("OS")
    stage.step(assignment, "AV")
    [seen] = handover_facts(stage.crew)["calls"]
    assert (seen["number"], seen["recorded"]) == (call.number, False)
    with pytest.raises(NotAllowed):
        handover_facts(stage.cast.actor("clinical_lead"))


def test_a_tablet_is_told_which_call_waits_for_its_unit_and_no_more_than_it_must_know(stage: Stage) -> None:
    stage.crt_at("OS")
    waiting = stage.call(location_text="12 Secret St", neighborhood="Frog Hollow")
    stage.triage(waiting)
    stacking.stack_add(by=stage.dispatcher, callsign="CRT1", call_id=waiting.pk)
    event = Event.objects.get(type="unit_next_changed")
    assert (event.unit, event.call_id, event.data["waiting"]) == ("CRT1", None, 1)
    assert "calls" not in event.data["changes"]
    [row] = own_unit(stage.crew)["next"]
    assert (row["number"], row["neighborhood"]) == (waiting.number, "Frog Hollow")
    assert "Secret" not in str(row)
    stacking.stack_remove(by=stage.dispatcher, callsign="CRT1", call_id=waiting.pk)
    assert own_unit(stage.crew)["next"] == []
