"""The default table gives what the programme says: golden cases for every rule."""

import pytest

from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import Situation
from dispatch.rules.triage import Context, decide
from tests.rules.cases import CLEAR_ADULT, EVERYBODY, NOBODY, RULESET, answered, available

NO_CRT = available("CRMHC", "WHEELER")
NO_CRMHC = available("CRT", "WHEELER")
NO_WHEELER = available("CRT", "CRMHC")
P, E = "POLICE", "EMS"

CASES = [
    # rule, tier, priority, response, answers, availability
    ("R1", 1, 1, (P, E), {"weapon": "IN_HAND"}, EVERYBODY),
    ("R1", 1, 1, (P, E), {"violence": "ACTIVE"}, EVERYBODY),
    ("R1", 1, 1, (P, E), {"scene": "UNSAFE"}, EVERYBODY),
    ("R1", 1, 1, (P, E), {"crime": "SERIOUS"}, EVERYBODY),
    ("R1", 1, 1, (P, E), {"crime": "SERIOUS", "age": "CHILD_3_17"}, NOBODY),
    ("R2", 1, 1, (P, E), {"medical": "URGENT"}, EVERYBODY),
    ("R2", 1, 1, (P, E), {"self_harm": "IN_PROGRESS"}, EVERYBODY),
    ("R3", 1, 1, (P, E), {"age": "UNDER_3"}, EVERYBODY),
    ("R4", 2, 2, (P,), {"age": "UNKNOWN"}, EVERYBODY),
    ("R4", 2, 2, (P, E), {"age": "UNKNOWN", "self_harm": "IDEATION"}, EVERYBODY),
    ("R4", 2, 2, (P, E), {"age": "UNKNOWN", "medical": "UNKNOWN"}, EVERYBODY),
    ("R4", 2, 1, (P, E), {"age": "UNKNOWN", "self_harm": "INTENT"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"weapon": "ACCESSIBLE"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"weapon": "UNKNOWN"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"violence": "THREATS"}, EVERYBODY),
    ("R5", 2, 2, (P, E, "CRMHC"), {"medical": "UNKNOWN"}, EVERYBODY),
    ("R5", 2, 1, (P, E, "CRMHC"), {"self_harm": "INTENT"}, EVERYBODY),
    ("R5", 2, 2, (P, E, "CRMHC"), {"self_harm": "UNKNOWN"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"scene": "UNKNOWN", "self_harm": "IDEATION"}, EVERYBODY),
    ("R5", 2, 2, (P, E), {"scene": "UNKNOWN", "self_harm": "IDEATION"}, NO_CRMHC),
    ("R5", 2, 2, (P, "CRMHC"), {"crime": "UNKNOWN"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"caller_wants_police": "YES"}, EVERYBODY),
    ("R5", 2, 2, (P, "CRMHC"), {"premise_caution": "YES"}, EVERYBODY),
    ("R5", 2, 2, (P,), {"premise_caution": "YES"}, NO_CRMHC),
    ("R5", 2, 2, (P, "WHEELER"), {"age": "CHILD_3_17", "violence": "THREATS"}, EVERYBODY),
    ("R5", 2, 1, (P, E, "WHEELER"), {"age": "CHILD_3_17", "self_harm": "INTENT"}, EVERYBODY),
    ("R5", 2, 2, (P,), {"age": "CHILD_3_17", "violence": "THREATS"}, NO_WHEELER),
    ("R6", 4, 3, ("WHEELER",), {"age": "CHILD_3_17"}, EVERYBODY),
    ("R6", 3, 2, ("WHEELER",), {"age": "CHILD_3_17", "acuity": "HIGH"}, EVERYBODY),
    ("R6", 3, 2, ("WHEELER",), {"age": "CHILD_3_17", "acuity": "UNKNOWN"}, EVERYBODY),
    ("R6", 3, 2, ("WHEELER",), {"age": "CHILD_3_17", "self_harm": "IDEATION"}, EVERYBODY),
    ("R6", 4, 3, (P,), {"age": "CHILD_3_17"}, NO_WHEELER),
    ("R6", 3, 2, (P,), {"age": "CHILD_3_17", "acuity": "HIGH"}, NO_WHEELER),
    ("R6", 3, 2, (P, E), {"age": "CHILD_3_17", "self_harm": "IDEATION"}, NO_WHEELER),
    ("R7", 3, 2, ("CRMHC",), {"acuity": "HIGH"}, EVERYBODY),
    ("R7", 3, 2, ("CRMHC",), {"acuity": "UNKNOWN"}, EVERYBODY),
    ("R7", 3, 2, ("CRMHC",), {"self_harm": "IDEATION"}, EVERYBODY),
    ("R7", 3, 2, (P,), {"acuity": "HIGH"}, NO_CRMHC),
    ("R7", 3, 2, (P, E), {"self_harm": "IDEATION"}, NO_CRMHC),
    ("R8", 4, 3, ("CRT",), {}, EVERYBODY),
    ("R8", 4, 3, ("CRMHC",), {}, NO_CRT),
    ("R8", 4, 3, (P,), {}, NOBODY),
]


@pytest.mark.parametrize(("rule", "tier", "priority", "response", "changes", "availability"), CASES)
def test_the_default_table_decides_each_golden_case(rule, tier, priority, response, changes, availability):
    decision = decide(RULESET, answered(**changes), availability)

    assert (decision.rule, decision.tier, decision.priority, decision.response) == (rule, tier, priority, response)


def joins_of(availability, **changes):
    decision = decide(RULESET, answered(**changes), availability)
    return {join.team: join.mode for join in decision.joins}


def test_at_danger_now_the_state_team_stands_by_at_the_command_post_for_adults_only():
    assert joins_of(EVERYBODY, weapon="IN_HAND") == {"CRMHC": "COMMAND_POST"}
    assert joins_of(NO_CRMHC, weapon="IN_HAND") == {}
    assert joins_of(EVERYBODY, weapon="IN_HAND", age="CHILD_3_17") == {}


def test_at_a_medical_emergency_one_adult_team_stages_the_state_team_first():
    assert joins_of(EVERYBODY, medical="URGENT") == {"CRMHC": "STAGE"}
    assert joins_of(NO_CRMHC, medical="URGENT") == {"CRT": "STAGE"}
    assert joins_of(NOBODY, medical="URGENT") == {}


def test_community_responders_never_join_where_a_weapon_or_violence_is_not_ruled_out():
    assert joins_of(NO_CRMHC, medical="URGENT", weapon="ACCESSIBLE") == {}
    assert joins_of(NO_CRMHC, medical="URGENT", violence="UNKNOWN") == {}


def test_community_responders_join_police_when_the_state_team_is_missing():
    assert joins_of(NO_CRMHC, scene="UNKNOWN") == {"CRT": "STAGE"}
    assert joins_of(NO_CRMHC, weapon="ACCESSIBLE") == {}
    assert joins_of(EVERYBODY, scene="UNKNOWN") == {}


def test_an_overdose_survivor_is_offered_follow_up_and_nobody_else_of_that_rule():
    answers = answered(medical="URGENT")

    assert decide(RULESET, answers, EVERYBODY, context=Context(situation=Situation.OVERDOSE)).follow_ups == ("CRT",)
    assert decide(RULESET, answers, EVERYBODY).follow_ups == ()


def test_police_sent_for_low_acuity_are_cit_trained_first_and_leave_a_follow_up():
    decision = decide(RULESET, CLEAR_ADULT, NOBODY)

    assert decision.prefer == ("CIT",)
    assert decision.follow_ups == ("CRT",)
    assert decide(RULESET, CLEAR_ADULT, NO_CRT).follow_ups == ()


def test_alternatives_are_offered_at_the_lowest_tier_only_and_a_hold_only_for_a_busy_team():
    def kinds(availability, **changes):
        return [row.kind.value for row in decide(RULESET, answered(**changes), availability).alternatives]

    assert kinds(EVERYBODY) == ["TRANSFER"]
    assert kinds(available("CRMHC", busy=["CRT"])) == ["HOLD", "TRANSFER"]
    assert kinds(NO_CRT) == ["TRANSFER"]
    assert kinds(EVERYBODY, acuity="HIGH") == []


def test_every_question_has_wording_in_both_languages_and_one_key_for_each_answer():
    assert [question.field for question in QUESTIONS] == list(CLEAR_ADULT)
    for question in QUESTIONS:
        assert question.ask_en.endswith("?")
        assert question.ask_es.startswith("¿")
        keys = [answer.key for answer in question.answers]
        assert len(set(keys)) == len(keys)
        assert question.not_asked in question.codes


def test_answers_are_listed_from_the_least_dangerous_and_unknown_is_never_clear():
    for question in QUESTIONS:
        dangers = [answer.danger for answer in question.answers]
        assert dangers == sorted(dangers)
        assert all(not answer.clear for answer in question.answers if answer.code == "UNKNOWN")
