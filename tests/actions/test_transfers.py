"""A transferred call is ours until somebody there took it by name, and no phone service gets a grave one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.actions import endings, safety, slots, transfers
from dispatch.actions.deadlines import deadlines_fire
from dispatch.models import Call, Transfer
from dispatch.queries.board import call_rows
from dispatch.queries.call import call_detail
from hearteam.problems import Conflict, Malformed, NotAllowed
from partners.models import Resource
from tests.actions.reading import events_of, fresh, open_alerts, refused, waiting_deadlines
from tests.stage import Stage


@pytest.fixture(autouse=True)
def directory(stage: Stage) -> None:
    Resource.objects.create(code="211", name="2-1-1", kind="CRISIS_LINE", phone="211")
    Resource.objects.create(
        code="911-BLOOMFIELD", name="Bloomfield 911", kind="CENTER", phone="860-555-0150", towns=["Bloomfield"]
    )


def offer(stage: Stage, call: Call, resource: str = "211", **more: object) -> Transfer:
    given = {"consent": True, **more}
    return transfers.transfer_offer(by=stage.dispatcher, call_id=call.pk, resource=resource, **given)  # type: ignore[arg-type]


def settle(stage: Stage, transfer: Transfer, outcome: str, **more: str) -> Transfer:
    return transfers.transfer_settle(by=stage.dispatcher, transfer_id=transfer.pk, outcome=outcome, **more)


def test_the_call_stays_ours_and_open_until_somebody_there_took_it_by_name(stage: Stage) -> None:
    call = stage.triaged_call()
    transfer = offer(stage, call)
    (row,) = call_rows([call.pk])
    assert (row["status"], row["transfer"]["to"], row["transfer"]["status"]) == ("pending", "2-1-1", "offered")
    assert {"PENDING", "TRANSFER"} <= waiting_deadlines(call)
    with pytest.raises(Malformed):
        settle(stage, transfer, "accepted", taken_by=" ")
    assert "has not taken it" in refused(
        lambda: endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    )
    settle(stage, transfer, "accepted", taken_by="Ana at 2-1-1")
    assert fresh(call).status == "pending"
    assert "TRANSFER" not in waiting_deadlines(call)
    assert call_detail(stage.dispatcher, fresh(call))["transfers"][0]["taken_by"] == "Ana at 2-1-1"
    endings.call_close(by=stage.dispatcher, call_id=call.pk, disposition="15")
    assert fresh(call).unserved_reason == "TRANSFERRED"
    assert [one for one in events_of(call) if one.startswith("transfer")] == ["transfer_offered", "transfer_settled"]


def test_the_caller_is_called_back_every_fifteen_minutes_until_it_is_accepted(stage: Stage) -> None:
    call = stage.triaged_call()
    transfer = offer(stage, call)
    overdue = ("TRANSFER_NOT_ACCEPTED", "")
    deadlines_fire(timezone.now() + timedelta(minutes=14))
    assert overdue not in open_alerts(call)
    deadlines_fire(timezone.now() + timedelta(minutes=15.1))
    assert overdue in open_alerts(call)
    assert "TRANSFER" in waiting_deadlines(call)
    settle(stage, transfer, "declined", note="nobody free")
    assert overdue not in open_alerts(call)
    assert "TRANSFER" not in waiting_deadlines(call)


def test_an_acknowledged_alert_sounds_again_when_nobody_took_it_after_as_long_again(stage: Stage) -> None:
    call = stage.triaged_call()
    offer(stage, call)
    deadlines_fire(timezone.now() + timedelta(minutes=15.1))
    alert = call.alerts.get(kind="TRANSFER_NOT_ACCEPTED")
    alert.acknowledged_at, alert.acknowledged_by_id = timezone.now(), stage.dispatcher.user_id
    alert.save()
    deadlines_fire(timezone.now() + timedelta(minutes=30.2))
    alert.refresh_from_db()
    assert alert.acknowledged_at is None


def test_a_phone_service_gets_no_grave_call_and_nobody_against_their_will(stage: Stage) -> None:
    threats, acute = stage.triaged_call(violence="THREATS"), stage.triaged_call(acuity="HIGH")
    asked, unknown = stage.triaged_call(), stage.call()
    assert "tier 2" in refused(lambda: offer(stage, threats), rule="SAFETY")
    refused(lambda: offer(stage, acute), rule="SAFETY")
    refused(lambda: offer(stage, unknown), rule="NEEDS_TRIAGE")
    refused(lambda: offer(stage, asked, consent=False), rule="NEEDS_CONSENT")
    safety.police_request(by=stage.dispatcher, call_id=asked.pk)
    refused(lambda: offer(stage, asked), rule="SAFETY")


def test_an_offer_to_a_phone_service_ends_when_the_call_becomes_graver(stage: Stage) -> None:
    asked, graver = stage.triaged_call(), stage.triaged_call()
    offer(stage, asked)
    offer(stage, graver)
    slots.slot_request(by=stage.dispatcher, call_id=asked.pk, role="POLICE")
    stage.triage(graver, self_harm="IDEATION")
    for call in (asked, graver):
        assert call.transfers.get().status == "withdrawn"
        assert "TRANSFER" not in waiting_deadlines(call)


def test_a_town_outside_the_city_gets_its_calls_whatever_they_are(stage: Stage) -> None:
    call = stage.call(in_city=False, town="Bloomfield")
    stage.triage(call, weapon="IN_HAND")
    transfer = offer(stage, call, "911-bloomfield", consent=False)
    stage.triage(call, weapon="ACCESSIBLE")
    transfer.refresh_from_db()
    assert (transfer.status, transfer.kind, transfer.phone) == ("offered", "CENTER", "860-555-0150")
    inside = stage.triaged_call()
    refused(lambda: offer(stage, inside, "911-BLOOMFIELD"), rule="NEEDS_REASON")


def test_anybody_may_be_named_with_a_number(stage: Stage) -> None:
    call = stage.triaged_call()
    with pytest.raises(Malformed) as missing:
        offer(stage, call, "", name="Warm line")
    assert missing.value.errors == {"phone": ["May not be empty."]}
    assert offer(stage, call, "", name="Warm line", phone="860-555-0141").kind == "LINE"


def test_one_offer_at_a_time_and_each_is_settled_once(stage: Stage) -> None:
    call = stage.triaged_call()
    transfer = offer(stage, call)
    with pytest.raises(Conflict):
        offer(stage, call)
    settle(stage, transfer, "withdrawn")
    settle(stage, transfer, "withdrawn")
    with pytest.raises(Conflict):
        settle(stage, transfer, "accepted", taken_by="Ana")
    offer(stage, call)
    assert call.transfers.count() == 2


def test_an_ending_call_withdraws_its_offer_and_an_offered_one_is_not_merged(stage: Stage) -> None:
    call, into = stage.triaged_call(), stage.triaged_call()
    offer(stage, call)
    refused(lambda: endings.call_merge(by=stage.dispatcher, call_id=call.pk, into_id=into.pk, reason="same"))
    endings.call_cancel(by=stage.dispatcher, call_id=call.pk, reason="caller hung up, is well")
    assert call.transfers.get().status == "withdrawn"


@pytest.mark.parametrize("who", ["auditor", "officer", "crt1_clinician"])
def test_only_the_desk_transfers_calls(stage: Stage, who: str) -> None:
    call = stage.triaged_call()
    with pytest.raises(NotAllowed):
        transfers.transfer_offer(by=stage.cast.actor(who), call_id=call.pk, resource="211", consent=True)
