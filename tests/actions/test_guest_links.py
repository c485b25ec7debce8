"""A link for the own phone of a crew reached by phone: what it lets its holder do, and that each use is kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dispatch.actions import endings, guest_sending, handoffs
from dispatch.actions.deadlines import deadlines_fire
from dispatch.actions.guest_links import From, LinkOver, TooManyUses, link_act, link_issue, link_open, link_revoke
from dispatch.actions.guest_sending import SEND_TASK, link_deliver, link_send, links_sweep
from dispatch.actions.safety import unit_emergency
from dispatch.models import Alert, Assignment, GuestLink, GuestLinkUse
from dispatch.queries.guest_links import guest_view, link_for_token, token_of
from dispatch.queries.sending import unit_to_send
from dispatch.rules.guest_links import MOST_DEVICES, MOST_USES, GuestAct
from hearteam.events.models import Event
from hearteam.problems import Conflict, NotFound, Refused
from tests.actions.reading import again, events_of, fresh, open_alerts, refused
from tests.stage import Stage

SOURCE = From("203.0.113.7", "A phone")


def handed_over(stage: Stage, *, clinician_phone: str = "", **answers: str) -> Assignment:
    """WHEELER1 has taken a call by phone."""
    call = stage.triaged_call(age="CHILD_3_17", **answers)
    if answers:
        stage.send(call, "HPD1")
    handoff = handoffs.handoff_record(
        by=stage.dispatcher, call_id=call.pk, team="WHEELER", outcome="accepted", eta_minutes=20,
        clinician_phone=clinician_phone,
    )  # fmt: skip
    assert handoff.assignment is not None
    return handoff.assignment


def issued(stage: Stage, assignment: Assignment) -> str:
    return token_of(link_issue(by=stage.dispatcher, assignment_id=assignment.pk))


def do(token: str, act: str, *, seen: str | None = None, minutes: int | None = None) -> GuestLinkUse:
    """A tap on the page as it is now, or as it was when `seen`."""
    now = guest_view(link_for_token(token)).seen if seen is None else seen
    return link_act(token=token, device=1, act=GuestAct(act), seen=now, source=SOURCE, eta_minutes=minutes)


def test_a_crew_confirms_promises_arrives_and_leaves_by_its_link(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    assert link_open(token=token, source=SOURCE).device == 1
    before = timezone.now()
    do(token, "confirm", minutes=30)
    assert again(assignment).eta_at - before >= timedelta(minutes=30)
    do(token, "arrived")
    assert again(assignment).status == "OS"
    do(token, "leaving")
    assert again(assignment).cleared_at is not None
    told = Event.objects.filter(call_id=assignment.call_id, by="link:WHEELER1").order_by("v")
    assert [(event.type, event.data.get("act") or event.data.get("status")) for event in told] == [
        ("guest_link_used", "open"), ("assignment_acknowledged", None), ("guest_link_used", "confirm"),
        ("assignment_status_changed", "OS"), ("assignment_status_changed", "AV"),
    ]  # fmt: skip
    uses = GuestLinkUse.objects.filter(link__assignment=assignment)
    assert [(use.act, use.address, use.refused) for use in uses] == [
        (act, "203.0.113.7", "") for act in ("open", "confirm", "arrived", "leaving")
    ]


def test_asking_for_police_by_a_link_raises_the_alert_of_a_crew(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    do(token, "arrived")
    do(token, "police", seen="an old page")
    assert ("POLICE_REQUESTED", "WHEELER1") in open_alerts(fresh(assignment.call))
    assert (fresh(assignment.call).priority, again(assignment).status) == (1, "OS")


def test_a_step_on_a_page_that_has_changed_meanwhile_is_not_taken(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    seen = guest_view(link_for_token(token)).seen
    stage.triage(assignment.call, age="CHILD_3_17", weapon="IN_HAND")
    with pytest.raises(Conflict):
        do(token, "arrived", seen=seen)
    with pytest.raises(Conflict):
        do(token, "confirm", seen=seen)
    assert (again(assignment).status, again(assignment).order_acknowledged_at) == ("ER", None)
    refusals = GuestLinkUse.objects.filter(link__assignment=assignment).exclude(refused="")
    assert [use.act for use in refusals] == ["arrived", "confirm"]


def test_an_order_that_was_read_on_the_page_is_not_heard_yet(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    stage.triage(assignment.call, age="CHILD_3_17", weapon="IN_HAND")
    with pytest.raises(Refused):
        do(token, "on_the_way")
    do(token, "confirm", minutes=5)
    do(token, "on_the_way", minutes=5)
    assert again(assignment).order_acknowledged_at is None
    deadlines_fire(timezone.now() + timedelta(seconds=31))
    assert Alert.objects.get(kind="UPGRADE", unit=assignment.unit).text.endswith("call them by voice")
    do(token, "staging")
    assert again(assignment).status == "ST"


def test_where_police_come_in_the_crew_is_not_offered_the_scene(stage: Stage) -> None:
    assignment = handed_over(stage, violence="THREATS")
    token = issued(stage, assignment)
    view = guest_view(link_for_token(token))
    assert view.is_waiting
    assert view.police == (("HPD1", "DP"),)
    with pytest.raises(Refused):
        do(token, "arrived")
    do(token, "staging")
    assert again(assignment).status == "ST"


@pytest.mark.parametrize(("before", "act"), [("OS", "leaving"), ("ST", "arrived")])
def test_no_step_answers_for_a_crew_that_is_looked_for(stage: Stage, before: str, act: str) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    stage.step(assignment, before)
    deadlines_fire(timezone.now() + timedelta(minutes=18))
    with pytest.raises(Refused):
        do(token, act)
    assert (again(assignment).status, ("WELFARE_MISSED", "WHEELER1") in open_alerts(fresh(assignment.call))) == (
        before, True,
    )  # fmt: skip


def test_only_a_voice_ends_the_watch_of_a_crew_that_is_looked_for(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    do(token, "arrived")
    deadlines_fire(timezone.now() + timedelta(minutes=13))
    assert ("WELFARE_MISSED", "WHEELER1") in open_alerts(fresh(assignment.call))
    with pytest.raises(Refused):
        do(token, "leaving")
    assert again(assignment).cleared_at is None
    Alert.objects.filter(unit=assignment.unit).update(cleared_at=timezone.now())
    unit_emergency(by=stage.dispatcher, callsign="WHEELER1")
    with pytest.raises(Refused):
        do(token, "leaving")


def test_what_is_tapped_on_a_link_proves_no_channel(stage: Stage) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    link_open(token=token, source=SOURCE)
    do(token, "confirm")
    channel = unit_to_send(again(assignment).unit, watched=True).channel
    assert (channel.tablet_seen_s, channel.voice_check_s) == (None, None)
    assert not again(assignment).welfare_checks.exists()


@pytest.mark.parametrize("end", ["revoked", "cleared", "closed", "expired", "issued anew"])
def test_a_link_that_is_over_does_nothing_more(stage: Stage, end: str) -> None:
    assignment = handed_over(stage)
    token = issued(stage, assignment)
    seen = guest_view(link_for_token(token)).seen
    if end == "revoked":
        link_revoke(by=stage.dispatcher, assignment_id=assignment.pk)
    elif end == "cleared":
        stage.step(assignment, "OS", "AV")
    elif end == "closed":
        endings.call_close(by=stage.dispatcher, call_id=assignment.call_id, disposition="15")
    elif end == "expired":
        long_ago = timezone.now() - timedelta(days=1)
        GuestLink.objects.update(issued_at=long_ago, expires_at=long_ago + timedelta(hours=8))
    else:
        issued(stage, assignment)
    known = events_of(assignment.call)
    for act in ("arrived", "police"):
        with pytest.raises(LinkOver):
            do(token, act, seen=seen)
    with pytest.raises(LinkOver):
        link_open(token=token, source=SOURCE)
    assert events_of(assignment.call) == known


def test_the_next_crew_of_that_name_is_not_reached_by_an_old_link(stage: Stage) -> None:
    first = handed_over(stage)
    old = issued(stage, first)
    stage.step(first, "OS", "AV")
    second = handed_over(stage)
    assert second.unit_id == first.unit_id
    with pytest.raises(LinkOver):
        do(old, "arrived", seen="x")
    assert again(second).status == "ER"


def test_taps_without_end_are_stopped_and_police_can_still_be_asked_for(stage: Stage) -> None:
    token = issued(stage, handed_over(stage))
    for _ in range(MOST_USES):
        with pytest.raises(Conflict):
            do(token, "arrived", seen="an old page")
    with pytest.raises(TooManyUses):
        do(token, "arrived")
    assert do(token, "police").pk


def test_a_link_that_goes_round_is_opened_on_a_few_devices_only(stage: Stage) -> None:
    token = issued(stage, handed_over(stage))
    assert [link_open(token=token, source=SOURCE).device for _ in range(MOST_DEVICES)] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Refused):
        link_open(token=token, source=SOURCE)


def test_who_gets_no_link(stage: Stage) -> None:
    _, with_tablet = stage.crt_at("ER")
    assert "has a tablet" in refused(lambda: issued(stage, with_tablet))
    cleared = stage.step(handed_over(stage), "OS", "AV")
    assert "was cleared" in refused(lambda: issued(stage, cleared))


def test_a_token_that_was_never_issued_is_nobodys(stage: Stage) -> None:
    token = issued(stage, handed_over(stage))
    link = link_for_token(token)
    number, _, rest = token.partition("-")
    forged = GuestLink(pk=link.pk, nonce="x" * 12)
    for wrong in (token[:-1], f"{int(number) + 1}-{rest}", token_of(forged), "", "1-a.b"):
        with pytest.raises(NotFound):
            link_for_token(wrong)


def test_a_link_goes_to_the_clinicians_mobile_by_text_and_says_nothing_of_anybody(
    stage: Stage,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(guest_sending, "task_send", lambda *task: asked.append(task))
    settings.REACH_SMS_URL = f"file:{tmp_path / 'texts'}"
    assignment = handed_over(stage, clinician_phone="860-555-0171")
    token = issued(stage, assignment)
    with django_capture_on_commit_callbacks(execute=True):
        link_send(by=stage.dispatcher, assignment_id=assignment.pk, origin="https://dispatch.example/")
    ((task, link_id, origin),) = asked
    assert task == SEND_TASK
    assert link_deliver(link_id=link_id, origin=origin) == "sent"
    assert link_deliver(link_id=link_id, origin=origin) == ""
    (line,) = (tmp_path / "texts").read_text().splitlines()
    said = json.loads(line)
    number = assignment.call.number
    assert (said["to"], said["text"]) == ("+18605550171", f"HEARTeam {number}: https://dispatch.example/guest/{token}/")


def test_a_text_that_cannot_be_sent_is_said(stage: Stage, settings: Any) -> None:
    settings.REACH_SMS_URL = "file:/nowhere/at/all"
    assignment = handed_over(stage, clinician_phone="860-555-0171")
    issued(stage, assignment)
    link = link_send(by=stage.dispatcher, assignment_id=assignment.pk, origin="https://dispatch.example/")
    assert link_deliver(link_id=link.pk, origin="https://dispatch.example/") == "failed"
    link.refresh_from_db()
    assert (link.sent_at, link.send_failed != "") == (None, True)


def test_a_link_whose_task_was_lost_is_said_not_to_have_been_sent_and_goes_out_no_more(
    stage: Stage, settings: Any, tmp_path: Path
) -> None:
    settings.REACH_SMS_URL = f"file:{tmp_path / 'texts'}"
    assignment = handed_over(stage, clinician_phone="860-555-0171")
    issued(stage, assignment)
    link = link_send(by=stage.dispatcher, assignment_id=assignment.pk, origin="https://dispatch.example/")
    now = timezone.now()
    assert links_sweep(now=now + timedelta(seconds=50)) == 0
    assert [links_sweep(now=now + timedelta(seconds=70)) for _ in range(2)] == [1, 0]
    assert Event.objects.filter(type="guest_link_sent").latest("v").data["state"] == "failed"
    assert link_deliver(link_id=link.pk, origin="https://dispatch.example/") == ""
    link_send(by=stage.dispatcher, assignment_id=assignment.pk, origin="https://dispatch.example/")
    assert link_deliver(link_id=link.pk, origin="https://dispatch.example/") == "sent"
    assert links_sweep(now=now + timedelta(minutes=5)) == 0


def test_a_link_that_a_dead_worker_had_in_hand_counts_as_not_sent_and_is_not_sent_twice(
    stage: Stage, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*message: Any) -> None:
        raise SystemError

    settings.REACH_SMS_URL = f"file:{tmp_path / 'texts'}"
    assignment = handed_over(stage, clinician_phone="860-555-0171")
    issued(stage, assignment)
    link = link_send(by=stage.dispatcher, assignment_id=assignment.pk, origin="https://dispatch.example/")
    with monkeypatch.context() as worker, pytest.raises(SystemError):
        worker.setattr(guest_sending, "outlet_send", dies)
        link_deliver(link_id=link.pk, origin="https://dispatch.example/")
    link.refresh_from_db()
    assert (link.sent_at, link.send_failed) == (None, "the worker stopped while it was sent")
    assert link_deliver(link_id=link.pk, origin="https://dispatch.example/") == ""


def test_what_cannot_be_sent_by_text(stage: Stage, settings: Any) -> None:
    without = handed_over(stage)
    issued(stage, without)
    origin = "https://dispatch.example/"
    assert "No mobile" in refused(lambda: link_send(by=stage.dispatcher, assignment_id=without.pk, origin=origin))
    settings.REACH_SMS_URL = ""
    assert "No text service" in refused(lambda: link_send(by=stage.dispatcher, assignment_id=without.pk, origin=origin))
    link_revoke(by=stage.dispatcher, assignment_id=without.pk)
    with pytest.raises(NotFound):
        link_send(by=stage.dispatcher, assignment_id=without.pk, origin=origin)
