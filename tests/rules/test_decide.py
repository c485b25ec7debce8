"""Deciding on partial answers, explaining, and replaying to the same result."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.evaluate import complete, evaluate, is_settled
from dispatch.rules.explain import protection
from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import Situation, TeamAvailability, Unavailable
from dispatch.rules.triage import (
    AnswersError,
    Context,
    decide,
    decision_data,
    parse_answers,
    stored_availability,
    stored_context,
    with_premise_caution,
)
from tests.rules.cases import CLEAR_ADULT, EVERYBODY, NOBODY, RULESET, TEAMS, answered, available, edited_rulesets

full_answers = st.fixed_dictionaries({question.field: st.sampled_from(question.codes) for question in QUESTIONS})
partial_answers = st.fixed_dictionaries(
    {}, optional={question.field: st.sampled_from(question.codes) for question in QUESTIONS}
)
teams = st.sets(st.sampled_from(TEAMS)).map(frozenset)


def test_a_call_nobody_asked_about_gets_police_and_ems_and_stays_provisional():
    decision = decide(RULESET, {}, EVERYBODY)

    assert (decision.rule, decision.tier, decision.response) == ("R4", 2, ("POLICE", "EMS"))
    assert decision.provisional
    assert not decision.settled
    assert decision.ask_next == tuple(CLEAR_ADULT)[:9]


@pytest.mark.parametrize(
    ("answers", "rule"), [({"weapon": "IN_HAND"}, "R1"), ({"medical": "URGENT"}, "R2"), ({"scene": "UNSAFE"}, "R1")]
)
def test_danger_fires_on_its_first_answer_and_the_rest_is_optional(answers, rule):
    decision = decide(RULESET, answers, EVERYBODY)

    assert (decision.rule, decision.tier) == (rule, 1)
    assert decision.settled
    assert decision.provisional
    assert set(decision.ask_next).isdisjoint(answers)


@pytest.mark.parametrize("field", list(CLEAR_ADULT))
def test_one_question_left_out_makes_the_decision_provisional(field):
    answers = answered()
    del answers[field]

    decision = decide(RULESET, answers, EVERYBODY)

    assert decision.provisional
    assert decision.tier < 4
    assert decision.ask_next == (() if field == "premise_caution" else (field,))


def test_an_age_nobody_could_judge_is_asked_again():
    assert decide(RULESET, answered(age="UNKNOWN"), EVERYBODY).ask_next == ("age",)


def test_a_client_may_raise_the_premise_caution_but_never_lower_it():
    assert with_premise_caution({}, False)["premise_caution"] == "NO"
    assert with_premise_caution({"premise_caution": "NO"}, True)["premise_caution"] == "YES"
    assert with_premise_caution({"premise_caution": "YES"}, False)["premise_caution"] == "YES"


def test_unknown_questions_and_answers_are_refused_field_by_field():
    with pytest.raises(AnswersError) as caught:
        parse_answers(RULESET, {"weapon": "KNIFE", "mood": "LOW", "age": 17, "scene": "SAFE", "crime": None})

    assert sorted(caught.value.errors) == ["age", "mood", "weapon"]
    assert parse_answers(RULESET, {"scene": "SAFE", "crime": None}) == {"scene": "SAFE"}


def test_what_the_questions_offer_no_more_counts_as_not_asked():
    old = {**answered(), "weapon": "CANNON", "firearm": "LOOSE"}
    decision = decide(RULESET, old, EVERYBODY)

    assert decision == decide(
        RULESET, {field: code for field, code in answered().items() if field != "weapon"}, EVERYBODY
    )
    assert decision.ask_next == ("weapon",)


@settings(max_examples=50, deadline=None)
@given(st.data(), teams)
def test_a_decision_is_the_plain_evaluation_of_its_table_whatever_was_added_to_it(data, free):
    edited = data.draw(edited_rulesets())
    ruleset = replace(edited, rules=(*edited.rules, RULESET.rules[-1]))
    asked = {one.field: data.draw(st.sampled_from([*one.codes, None])) for one in ruleset.questions}
    answers = {field: code for field, code in asked.items() if code is not None}
    verdict = evaluate(ruleset, complete(ruleset, answers), free)

    decision = decide(ruleset, answers, available(*free))

    assert (decision.rule, decision.tier, decision.priority) == (verdict.rule.code, verdict.tier, verdict.priority)
    assert decision.response == verdict.response
    assert [join.team for join in decision.joins] == [join.team for join in verdict.joins]


def test_the_call_type_adds_fire_and_nothing_but_public_safety():
    decision = decide(RULESET, answered(scene="UNSAFE"), EVERYBODY, context=Context(frozenset({"FIRE"})))

    assert decision.response == ("POLICE", "EMS", "FIRE")
    assert all("FIRE" in change.response for change in decision.would_change)
    with pytest.raises(ValueError, match="public-safety"):
        decide(RULESET, CLEAR_ADULT, NOBODY, context=Context(frozenset({"CRT"})))


def test_unavailable_teams_are_named_with_their_reason_and_whoever_comes_instead():
    decision = decide(RULESET, CLEAR_ADULT, available("CRMHC", busy=["CRT"]))

    assert [(row.team, row.code, row.reason) for row in decision.unavailable] == [
        ("CRT", Unavailable.BUSY, "all units are on calls")
    ]
    assert decision.is_fallback
    assert decision.explanation == (
        "R8 T4 P3: CRMHC. Adult, can be talked to, no safety concern.",
        "CRT not available: all units are on calls. Sent instead: CRMHC. "
        "Would change: a weapon within reach: T2 POLICE + CRMHC.",
    )


def test_a_team_whose_availability_nobody_reported_is_not_sent():
    decision = decide(RULESET, CLEAR_ADULT, {"CRMHC": TeamAvailability(True)})

    assert decision.response == ("CRMHC",)
    assert decision.unavailable[0].code is Unavailable.NOT_REPORTED


def test_a_hold_is_not_offered_when_the_team_stays_busy_beyond_the_wait():
    busy = {"CRT": TeamAvailability(False, Unavailable.BUSY, "all units are on calls", free_in_min=45)}

    assert [row.kind for row in decide(RULESET, CLEAR_ADULT, busy).alternatives] == ["TRANSFER"]


def test_single_answers_that_would_change_the_decision_are_named_with_their_result():
    changes = decide(RULESET, answered(weapon="ACCESSIBLE"), EVERYBODY).would_change

    by_answer = {tuple(change.answers.items()): change for change in changes}
    assert by_answer[("weapon", "NONE"),].response == ("CRT",)
    assert by_answer[("weapon", "IN_HAND"),].tier == 1
    assert all(len(change.answers) == 1 for change in changes)


def test_two_answers_are_named_only_where_no_single_one_lowers_the_response():
    changes = decide(RULESET, answered(weapon="ACCESSIBLE", violence="THREATS"), EVERYBODY).would_change

    pairs = [dict(change.answers) for change in changes if len(change.answers) == 2]
    assert pairs == [{"weapon": "NONE", "violence": "NONE"}]


@given(full_answers, teams)
def test_every_named_change_is_true_and_never_says_unknown(answers, free):
    decision = decide(RULESET, answers, available(*free))

    for change in decision.would_change:
        verdict = evaluate(RULESET, {**answers, **change.answers}, free)
        assert (verdict.tier, verdict.response, verdict.rule.code) == (change.tier, change.response, change.rule)
        assert (change.tier, change.response) != (decision.tier, decision.response)
        assert "UNKNOWN" not in change.answers.values()


@given(partial_answers, teams)
def test_a_question_not_asked_counts_as_unknown(answers, free):
    counted = {
        field: "YES" if field in ("caller_wants_police", "premise_caution") else "UNKNOWN" for field in CLEAR_ADULT
    }
    counted |= answers

    asked, spelled_out = decide(RULESET, answers, available(*free)), decide(RULESET, counted, available(*free))

    assert (asked.rule, asked.tier, asked.response) == (spelled_out.rule, spelled_out.tier, spelled_out.response)
    assert asked.provisional == (len(answers) < len(CLEAR_ADULT))


@given(partial_answers, full_answers, teams)
def test_a_settled_decision_stays_whatever_the_open_answers_turn_out_to_be(asked, rest, free):
    if is_settled(RULESET, asked, free):
        now = evaluate(RULESET, complete(RULESET, asked), free)
        later = evaluate(RULESET, {**rest, **asked}, free)
        assert (now.tier, now.response) == (later.tier, later.response)


@given(partial_answers, teams)
def test_deciding_again_gives_the_same_data_and_it_survives_json(answers, free):
    first = decision_data(decide(RULESET, answers, available(*free)))

    assert json.loads(json.dumps(first)) == decision_data(decide(RULESET, dict(answers), available(*free)))


def as_kept(availability, context):
    """What is stored with a decision, as it comes out of the database."""
    teams = {
        code: {"available": one.available, "code": one.code, "reason": one.reason, "free_in_min": one.free_in_min}
        for code, one in availability.items()
    }
    return json.loads(json.dumps([teams, {"extra_roles": [*context.extra_roles], "situation": context.situation}]))


@given(full_answers, st.sampled_from([EVERYBODY, NOBODY, available("CRMHC", busy=["CRT"])]), st.booleans())
def test_a_stored_decision_replays_to_the_same_result(answers, availability, is_overdose):
    context = Context(frozenset({"FIRE"}), Situation.OVERDOSE) if is_overdose else Context()
    kept_teams, kept_context = as_kept(availability, context)

    again = decide(RULESET, answers, stored_availability(kept_teams), context=stored_context(kept_context))

    assert decision_data(again) == decision_data(decide(RULESET, answers, availability, context=context))


@given(full_answers, teams, st.data())
def test_asking_one_more_question_never_raises_the_response_above_what_unknown_gave(answers, free, data):
    field = data.draw(st.sampled_from([question.field for question in QUESTIONS if question.ordered]))
    worst_known = {"weapon": {"IN_HAND"}, "violence": {"ACTIVE"}, "medical": {"URGENT"}, "self_harm": {"IN_PROGRESS"}}
    worst_known |= {"scene": {"UNSAFE"}, "crime": {"SERIOUS"}}
    if answers[field] in worst_known.get(field, set()):
        return
    open_question = {name: code for name, code in answers.items() if name != field}

    before, after = decide(RULESET, open_question, available(*free)), decide(RULESET, answers, available(*free))

    gains = zip(protection(before.tier, before.response), protection(after.tier, after.response), strict=True)
    assert all(new <= old for old, new in gains)
