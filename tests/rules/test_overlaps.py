"""Rows that accept the same answers and say something else are told, and what can never count is pointed out."""

from dataclasses import replace
from itertools import product

from dispatch.rules.evaluate import evaluate
from dispatch.rules.ruleset import ALWAYS, Addition, Join, JoinMode
from dispatch.rules.verify import verify_ruleset
from tests.rules.cases import RULESET, TEAMS


def test_the_default_tables_overlaps_are_told_and_none_of_them_hides_more_protection():
    found = verify_ruleset(RULESET).overlaps

    assert {(overlap.earlier, overlap.later) for overlap in found} == {
        ("R1", "R4"), ("R1", "R5"), ("R2", "R4"), ("R2", "R5"),
    }  # fmt: skip
    assert not any(overlap.later_is_safer for overlap in found)
    assert found[0].text == "age unknown, a weapon in hand: R1 T1 POLICE + EMS decides before R4 T2 POLICE"


def counted(earlier, later):
    """The sets of answers that an earlier rule decides and a later one would decide otherwise, one by one."""
    fields = [question.field for question in RULESET.questions]
    alone = replace(RULESET, rules=tuple(rule for rule in RULESET.rules if rule.code == later))
    count = 0
    for codes in product(*(question.codes for question in RULESET.questions)):
        answers = dict(zip(fields, codes, strict=True))
        verdict = evaluate(RULESET, answers, TEAMS)
        if verdict.rule.code == earlier and alone.rules[0].when.matches(answers):
            other = evaluate(alone, answers, TEAMS)
            count += (verdict.tier, verdict.response) != (other.tier, other.response)
    return count


def test_an_overlap_says_how_many_sets_of_answers_it_is_about():
    sets = {(overlap.earlier, overlap.later): overlap.sets for overlap in verify_ruleset(RULESET).overlaps}

    assert sets["R1", "R4"] == counted("R1", "R4")


def test_a_later_row_that_would_protect_more_is_flagged_with_such_an_example():
    r5, r8 = RULESET.rules[4], RULESET.rules[7]
    wide = replace(r8, code="WIDE", when=ALWAYS)
    ruleset = replace(RULESET, rules=(wide, *RULESET.rules))

    flagged = {overlap.later: overlap for overlap in verify_ruleset(ruleset).overlaps if overlap.earlier == "WIDE"}

    assert r5.code in flagged
    assert all(overlap.later_is_safer for code, overlap in flagged.items() if code in ("R1", "R2", "R4", "R5"))
    assert flagged["R1"].text == "adult, a weapon in hand: WIDE T4 CRT decides before R1 T1 POLICE + EMS"


def test_rules_outcomes_additions_and_joins_that_never_count_are_pointed_out():
    r3, r6 = RULESET.rules[2], RULESET.rules[5]
    twice = replace(r3, code="R3B")
    late = replace(r6, outcomes=(*r6.outcomes, r6.outcomes[0]))
    grown_up = RULESET.rules[3].when
    police = r6.outcomes[1].options[1]
    never = replace(
        police, additions=(Addition("EMS", grown_up),), joins=(Join("WHEELER", JoinMode.STAGE, when=grown_up),)
    )
    late = replace(late, outcomes=(late.outcomes[0], replace(r6.outcomes[1], options=(never,)), late.outcomes[2]))
    rules = (*RULESET.rules[:3], twice, *RULESET.rules[3:5], late, *RULESET.rules[6:])

    assert verify_ruleset(replace(RULESET, rules=rules)).unreachable == (
        "R3B",
        "R6 outcome 2: EMS added to POLICE",
        "R6 outcome 2: WHEELER joining POLICE",
        "R6 outcome 3",
    )
