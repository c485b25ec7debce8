"""The gates of the running operation: invariants 2-6, 9, 10, 12 and 14."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import is_civilian
from dispatch.rules.safety import (
    Assigned,
    Channel,
    Marker,
    OrderKind,
    UnitToSend,
    channel_proven,
    ems_stages,
    hold_allowed,
    is_upgrade,
    may_go_on_scene,
    may_lift_order,
    may_send,
    out_of_scope_crews,
    override_allowed,
    scene_safe_markers,
    upgrade_effects,
    word_lapses,
)
from dispatch.rules.status import AssignmentStatus, RefusalCode
from dispatch.rules.triage import decide
from tests.rules.cases import CLEAR_ADULT, EVERYBODY, NOBODY, RULESET, answered, available, with_firearm

DP, ER, ST, OS, TR, AD, AV = AssignmentStatus
SEEN = Channel(tablet_seen_s=5)
CRT1 = UnitToSend("CRT1", "CRT", SEEN)
full_answers = st.fixed_dictionaries({question.field: st.sampled_from(question.codes) for question in QUESTIONS})
roles = st.sets(st.sampled_from(["POLICE", "EMS", "FIRE", "CRT", "CRMHC", "WHEELER"]))


def decided(availability=EVERYBODY, **changes):
    return decide(RULESET, answered(**changes), availability)


def refused_by(refusal):
    return None if refusal is None else refusal.invariant


@pytest.mark.parametrize(
    ("channel", "proven"),
    [
        (Channel(), False),
        (Channel(tablet_seen_s=60), True),
        (Channel(tablet_seen_s=61), False),
        (Channel(tablet_seen_s=500, voice_check_s=900), True),
        (Channel(voice_check_s=901), False),
        (Channel(handoff_accepted=True), True),
    ],
)
def test_a_channel_is_proven_by_a_tablet_a_voice_check_or_an_accepted_hand_off(channel, proven):
    assert channel_proven(channel) is proven
    assert refused_by(may_send(RULESET, UnitToSend("CRT1", "CRT", channel), decided(), {"CRT"})) == (
        None if proven else 12
    )


def test_no_civilian_goes_without_a_running_welfare_timer():
    unit = UnitToSend("CRT1", "CRT", SEEN, welfare_timer_running=False)

    assert refused_by(may_send(RULESET, unit, decided(), {"CRT"})) == 12


def test_no_civilian_goes_to_a_call_that_is_not_triaged_and_police_always_may():
    assert may_send(RULESET, CRT1, None, {"CRT"}).code is RefusalCode.NEEDS_TRIAGE
    assert may_send(RULESET, UnitToSend("HPD1", "POLICE"), None, {"POLICE"}) is None


def test_a_civilian_goes_with_unclear_answers_only_when_police_are_part_of_it():
    decision = decided(scene="UNKNOWN")

    assert refused_by(may_send(RULESET, CRT1, decision, {"CRT"})) == 2
    assert may_send(RULESET, CRT1, decision, {"CRT", "POLICE"}) is None


def test_no_civilian_goes_at_tier_1_unless_it_joins_and_police_and_ems_come():
    decision = decided(medical="URGENT")
    crmhc = UnitToSend("CRMHC1", "CRMHC", SEEN)

    assert refused_by(may_send(RULESET, CRT1, decision, {"POLICE", "EMS", "CRT"})) == 3
    assert refused_by(may_send(RULESET, crmhc, decision, {"POLICE", "CRMHC"})) == 3
    assert may_send(RULESET, crmhc, decision, {"POLICE", "EMS", "CRMHC"}) is None


def test_teams_go_only_to_whom_they_serve():
    everyone = {"POLICE", "EMS", "CRT"}

    assert refused_by(may_send(RULESET, CRT1, decided(weapon="ACCESSIBLE"), everyone)) == 4
    assert refused_by(may_send(RULESET, CRT1, decided(age="CHILD_3_17"), everyone)) == 5
    assert refused_by(may_send(RULESET, CRT1, decided(age="UNKNOWN"), everyone)) == 5


@given(full_answers, roles, st.booleans())
def test_no_override_ever_breaks_invariants_2_to_6_whoever_asks(answers, requested, is_supervisor):
    decision = decide(RULESET, answers, EVERYBODY)

    if (
        override_allowed(RULESET, decision, requested, is_supervisor=is_supervisor, reason="the caller asked")
        is not None
    ):
        return

    unclear = any(q.safety and not q.answer(answers[q.field]).clear for q in QUESTIONS)
    assert not unclear or "POLICE" in requested
    assert decision.tier > 1 or {"POLICE", "EMS"} <= requested
    assert "CRT" not in requested or (answers["weapon"], answers["violence"]) == ("NONE", "NONE")
    assert all(answers["age"] in RULESET.team(code).ages for code in requested if is_civilian(code))
    assert answers["medical"] != "URGENT" or "EMS" in requested


@given(full_answers)
def test_what_the_ruleset_gives_is_always_allowed_and_so_is_adding_police_and_ems(answers):
    decision = decide(RULESET, answers, EVERYBODY)

    for requested in ({*decision.response}, {*decision.response, "POLICE", "EMS", "FIRE"}):
        assert override_allowed(RULESET, decision, requested, is_supervisor=False, reason="") is None


def test_leaving_police_out_where_no_invariant_demands_them_needs_a_supervisor_and_a_reason():
    decision = decided(available("CRT"), acuity="HIGH")
    assert decision.response == ("POLICE",)

    def ask(is_supervisor, reason):
        return override_allowed(RULESET, decision, {"CRT"}, is_supervisor=is_supervisor, reason=reason)

    assert ask(False, "known to the team").code is RefusalCode.NEEDS_SUPERVISOR
    assert ask(True, "").code is RefusalCode.NEEDS_REASON
    assert ask(True, "known to the team") is None


@pytest.mark.parametrize("requested", [{"FIRE"}, {"POLICE"}])
def test_leaving_the_team_out_without_more_protection_needs_a_supervisor_and_a_reason(requested):
    decision = decided() if requested == {"FIRE"} else decided(violence="THREATS")

    def ask(wanted, is_supervisor=False, reason=""):
        return override_allowed(RULESET, decision, wanted, is_supervisor=is_supervisor, reason=reason)

    assert ask(requested).code is RefusalCode.NEEDS_SUPERVISOR
    assert ask(requested, is_supervisor=True).code is RefusalCode.NEEDS_REASON
    assert ask(requested, is_supervisor=True, reason="no crew can reach it") is None
    assert ask({*requested, "POLICE", "EMS"}) is None


def test_a_team_the_rule_names_anyway_is_a_free_choice_and_a_lesser_one_is_not():
    def ask(decision, team):
        return override_allowed(RULESET, decision, {team}, is_supervisor=False, reason="")

    assert ask(decided(), "CRMHC") is None
    assert ask(decided(acuity="HIGH"), "CRT").code is RefusalCode.NEEDS_SUPERVISOR
    assert override_allowed(RULESET, decided(), set(), is_supervisor=True, reason="x").invariant == 1


def on_scene(unit, **facts):
    return refused_by(may_go_on_scene(unit, **{"police_in_response": True, "scene_safe": False} | facts))


def test_no_civilian_goes_on_scene_before_an_officer_says_it_is_safe():
    crew = Assigned("CRT1", "CRT", ER)

    assert on_scene(crew) == 14
    assert on_scene(crew, scene_safe=True) is None
    assert on_scene(crew, police_in_response=False) is None
    assert on_scene(Assigned("HPD1", "POLICE", ER)) is None


def test_a_crew_ordered_to_stage_stays_out_until_the_scene_is_marked_safe():
    crew = Assigned("CRT1", "CRT", ST, OrderKind.STAGE)

    assert on_scene(crew, police_in_response=False) == 10
    assert on_scene(crew) == 14


def test_an_order_given_after_the_word_that_the_scene_is_safe_binds_every_role():
    for role in ("CRT", "EMS", "POLICE"):
        ordered = Assigned("UNIT1", role, ST, OrderKind.STAGE)

        assert on_scene(ordered, scene_safe=True) == 10
        assert on_scene(ordered, scene_safe=True, police_in_response=False) == 10


def test_ems_stages_too_where_it_is_unsafe_for_police_alone():
    medic = Assigned("EMS1", "EMS", ER)

    assert on_scene(medic, answers=answered(weapon="IN_HAND")) == 14
    assert on_scene(medic, answers=answered(weapon="IN_HAND"), scene_safe=True) is None
    assert on_scene(medic, answers=answered(medical="URGENT")) is None
    assert not ems_stages(CLEAR_ADULT)


def test_ems_marks_a_scene_safe_only_where_the_concern_is_purely_medical():
    assert scene_safe_markers(RULESET, answered(medical="URGENT")) == {"POLICE", "EMS"}
    assert scene_safe_markers(RULESET, answered(medical="URGENT", violence="THREATS")) == {"POLICE"}
    assert scene_safe_markers(RULESET, answered(self_harm="IN_PROGRESS")) == {"POLICE"}


def test_an_upgrade_stages_crews_outside_withdraws_crews_inside_requests_police_and_alarms():
    crews = [
        Assigned("CRT1", "CRT", ER),
        Assigned("CRT2", "CRT", OS),
        Assigned("CRMHC1", "CRMHC", TR),
        Assigned("CRMHC2", "CRMHC", AV),
        Assigned("EMS1", "EMS", DP),
    ]

    effects = upgrade_effects(RULESET, decided(), decided(weapon="IN_HAND"), crews)

    assert [(order.callsign, order.kind.value) for order in effects.orders] == [
        ("CRT1", "STAGE"),
        ("CRT2", "WITHDRAW"),
        ("EMS1", "STAGE"),
    ]
    assert effects.request == ("POLICE",)
    assert effects.alert == ("CRT1", "CRT2", "CRMHC1")
    assert effects.scene_safe_lapses


def test_an_order_that_stands_is_not_given_again():
    crews = [Assigned("CRT1", "CRT", ST, OrderKind.STAGE)]

    assert upgrade_effects(RULESET, decided(scene="UNKNOWN"), decided(weapon="IN_HAND"), crews).orders == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"weapon": "ACCESSIBLE"}, {"weapon": "ACCESSIBLE"}),
        ({"weapon": "ACCESSIBLE"}, {}),
        ({}, {"acuity": "HIGH"}),
        ({"weapon": "UNKNOWN"}, {"weapon": "ACCESSIBLE"}),
        ({"weapon": "ACCESSIBLE"}, {"weapon": "ACCESSIBLE", "medical": "UNKNOWN"}),
        ({"weapon": "ACCESSIBLE"}, {"weapon": "ACCESSIBLE", "acuity": "HIGH"}),
    ],
)
def test_what_brings_no_police_and_no_more_danger_orders_nobody_out(before, after):
    effects = upgrade_effects(RULESET, decided(**before), decided(**after), [Assigned("CRT1", "CRT", OS)])

    assert (effects.orders, effects.alert) == ((), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"medical": "URGENT"}, {"medical": "URGENT", "weapon": "IN_HAND", "violence": "ACTIVE"}),
        ({"medical": "URGENT"}, {"medical": "URGENT", "scene": "UNKNOWN"}),
        ({"crime": "UNKNOWN"}, {"crime": "UNKNOWN", "violence": "THREATS", "weapon": "ACCESSIBLE"}),
        ({"weapon": "ACCESSIBLE"}, {"weapon": "ACCESSIBLE", "violence": "THREATS"}),
        ({"weapon": "ACCESSIBLE"}, {"violence": "THREATS"}),
    ],
)
def test_more_danger_orders_crews_out_though_the_tier_is_the_same(before, after):
    old, new = decided(**before), decided(**after)
    assert old.tier == new.tier

    effects = upgrade_effects(RULESET, old, new, [Assigned("CRMHC1", "CRMHC", OS)])

    assert [order.kind.value for order in effects.orders] == ["WITHDRAW"]
    assert (effects.alert, effects.scene_safe_lapses) == (("CRMHC1",), True)


@pytest.mark.parametrize(
    ("leaving", "staying", "civilians_wanted", "lapses"),
    [
        (Marker(arrived=True, gave_word=True), [], True, True),
        (Marker(arrived=True, gave_word=True), [], False, False),
        (Marker(arrived=False), [], False, True),
        (Marker(arrived=False, gave_word=True), [Marker(arrived=True)], True, True),
        (Marker(arrived=False), [Marker(arrived=True, gave_word=True)], True, False),
        (Marker(arrived=False), [Marker(arrived=False)], True, True),
        (Marker(arrived=True, gave_word=True), [Marker(arrived=True)], True, False),
    ],
)
def test_the_word_that_a_scene_is_safe_goes_with_who_could_vouch_for_it(leaving, staying, civilians_wanted, lapses):
    assert word_lapses(leaving, staying, civilians_wanted=civilians_wanted) is lapses


def test_a_question_a_city_added_turns_crews_round_like_the_others():
    ruleset = with_firearm()
    calm, armed = (decide(ruleset, answered(scene="UNKNOWN", firearm=code), EVERYBODY) for code in ("NONE", "LOOSE"))

    assert calm.tier == armed.tier
    assert upgrade_effects(ruleset, calm, armed, [Assigned("CRMHC1", "CRMHC", OS)]).alert == ("CRMHC1",)
    assert upgrade_effects(ruleset, armed, calm, [Assigned("CRMHC1", "CRMHC", OS)]).alert == ()


def test_a_question_that_was_not_there_yet_tells_of_no_more_danger_until_it_is_answered():
    before = decided(scene="UNKNOWN")
    unasked = decide(with_firearm(), answered(scene="UNKNOWN"), EVERYBODY)
    asked = decide(with_firearm(), answered(scene="UNKNOWN", firearm="NONE"), EVERYBODY)

    assert not is_upgrade(with_firearm(), before, unasked)
    assert not is_upgrade(RULESET, asked, before)
    assert is_upgrade(with_firearm(), asked, unasked)


def test_crews_out_of_scope_are_those_that_no_order_stops():
    child = decided(age="CHILD_3_17")
    crews = [
        Assigned("CRT1", "CRT", ER),
        Assigned("CRMHC1", "CRMHC", ST, OrderKind.STAGE),
        Assigned("CRT2", "CRT", AV),
        Assigned("WHEELER1", "WHEELER", OS),
        Assigned("HPD1", "POLICE", OS),
    ]

    assert out_of_scope_crews(child, crews) == {"CRT1": "child 3-17"}


@pytest.mark.parametrize(
    ("role", "status", "police", "safe", "lifted"),
    [
        ("CRT", OS, True, False, False),
        ("CRT", OS, True, True, True),
        ("CRT", OS, False, False, True),
        ("CRT", ST, True, False, True),
        ("EMS", OS, True, False, True),
    ],
)
def test_an_order_to_civilians_on_scene_stands_until_the_word_is_given(role, status, police, safe, lifted):
    refusal = may_lift_order(Assigned("A1", role, status), police_in_response=police, scene_safe=safe)

    assert (refusal is None) is lifted
    assert lifted or refusal.invariant == 14


@pytest.mark.parametrize(
    ("tier", "awaited", "held"), [(4, False, True), (None, False, True), (4, True, False), (2, False, False)]
)
def test_a_call_with_danger_or_police_waited_for_waits_on_a_supervisors_word_only(tier, awaited, held):
    assert hold_allowed(tier, is_supervisor=True, police_awaited=awaited) is None
    refusal = hold_allowed(tier, is_supervisor=False, police_awaited=awaited)
    assert (refusal is None) is held
    assert held or refusal.code is RefusalCode.NEEDS_SUPERVISOR


def test_police_that_only_replace_a_team_off_hours_are_no_upgrade():
    effects = upgrade_effects(RULESET, decided(), decided(NOBODY), [Assigned("CRT1", "CRT", OS)])

    assert (effects.orders, effects.alert) == ((), ())
    assert effects.request == ("POLICE",)


def test_ems_that_an_answer_adds_are_requested_without_ordering_anybody_out():
    before, after = decided(scene="UNKNOWN"), decided(scene="UNKNOWN", medical="UNKNOWN")
    crews = [Assigned("HPD1", "POLICE", OS), Assigned("CRMHC1", "CRMHC", ST)]

    effects = upgrade_effects(RULESET, before, after, crews)

    assert effects.request == ("EMS",)
    assert effects.orders == ()
