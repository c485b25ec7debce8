"""The compiled ruleset decides as the plain reference does, for any table and any answers."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.compiled import compile_ruleset, compiled_of
from dispatch.rules.evaluate import NoRuleMatchesError, evaluate
from dispatch.rules.ruleset import Condition, Match, Ruleset
from tests.rules.cases import CLEAR_ADULT, RULESET, TEAMS, answered, edited_rulesets

teams = st.sets(st.sampled_from(TEAMS))


def verdict_or_gap(decide, answers, free):
    try:
        return decide(answers, free)
    except NoRuleMatchesError:
        return None


@settings(deadline=None)
@given(st.data())
def test_any_table_gives_the_verdict_of_the_plain_evaluation(data):
    ruleset = data.draw(edited_rulesets())
    compiled = compile_ruleset(ruleset)
    sets = st.fixed_dictionaries({one.field: st.sampled_from(one.codes) for one in ruleset.questions})
    for answers, free in data.draw(st.lists(st.tuples(sets, teams), min_size=1, max_size=20)):
        plain = verdict_or_gap(lambda a, f: evaluate(ruleset, a, f), answers, free)
        assert verdict_or_gap(compiled.evaluate, answers, free) == plain


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_changing_an_answer_of_a_state_is_deciding_the_changed_answers(data):
    ruleset = data.draw(edited_rulesets())
    compiled = compile_ruleset(ruleset)
    question = data.draw(st.sampled_from(ruleset.questions))
    code = data.draw(st.sampled_from(question.codes))
    answers = {one.field: data.draw(st.sampled_from(one.codes)) for one in ruleset.questions}
    free = data.draw(teams)

    state = compiled.changed(compiled.state(answers, free), question.field, code)

    assert state == compiled.state({**answers, question.field: code}, free)


def test_an_answer_nobody_offers_is_an_error_and_not_a_verdict():
    with pytest.raises(KeyError):
        compile_ruleset(RULESET).evaluate(answered(weapon="BANANA"), TEAMS)


def test_a_gap_and_a_row_without_a_possible_option_are_told():
    only_crt = replace(RULESET.rules[-2].outcomes[0], options=RULESET.rules[-2].outcomes[0].options[:1])
    gap = replace(RULESET, rules=(replace(RULESET.rules[-2], outcomes=(only_crt,)),))

    with pytest.raises(NoRuleMatchesError, match=r"R8 has no possible option with \['CRMHC'\]"):
        compile_ruleset(gap).evaluate(CLEAR_ADULT, {"CRMHC"})
    with pytest.raises(NoRuleMatchesError, match="no rule"):
        compile_ruleset(gap).evaluate(answered(weapon="IN_HAND"), {"CRT"})


def test_a_condition_without_columns_always_holds_however_they_combine():
    always = replace(RULESET, rules=(replace(RULESET.rules[-1], when=Condition(Match.ANY)),))

    assert compile_ruleset(always).evaluate(CLEAR_ADULT, ()).rule.code == "LAST"


def test_a_ruleset_is_compiled_once_and_forgotten_with_it():
    first, second = (Ruleset(RULESET.name, 1, RULESET.questions, RULESET.teams, RULESET.rules) for _ in range(2))

    assert compiled_of(first) is compiled_of(first)
    assert compiled_of(first) is not compiled_of(second)
    kept = id(first)
    before = compiled_of(first)
    del first
    gc.collect()
    other = Ruleset(RULESET.name, 2, RULESET.questions, RULESET.teams, RULESET.rules[-1:])
    assert compiled_of(other) is not before, kept
    assert compiled_of(other).evaluate(CLEAR_ADULT, ()).rule.code == "LAST"
