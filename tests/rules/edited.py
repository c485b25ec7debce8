"""Rulesets as cities make them, for property tests: the default table after some edits, with texts of any kind."""

import random
from dataclasses import replace

from hypothesis import assume
from hypothesis import strategies as st

from dispatch.rules.ruleset import Column, Condition, GoldenCase, Invariant, Match, Situation
from dispatch.rules.structure import structure_problems
from dispatch.rules.structure_parts import UNSPOKEN
from tests.rules.cases import RULESET
from tests.rules.more_questions import with_three_more_questions
from tests.rules.mutations import KINDS, edited

ROLES = ("POLICE", "EMS", "FIRE", *(team.code for team in RULESET.teams))
TEXTS = st.one_of(
    st.sampled_from(
        ["true", "NULL", "211", "1.5", "- a", "a: b", "# no", "'", '"', "{x}", "[", "é ñ ¿", "2026-01-01", "~"]
    ),
    st.text(st.characters(exclude_categories=UNSPOKEN), max_size=30).filter(str.strip),
)


@st.composite
def rulesets(draw):
    """A well-formed ruleset some edits away from the default one; safe or not."""
    ruleset = draw(st.sampled_from([RULESET, replace(RULESET, cases=()), with_three_more_questions(RULESET)]))
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=3)):
        ruleset = edited(kind, ruleset, random.Random(draw(st.integers(0, 99)))) or ruleset
    first, *rest = ruleset.questions
    ruleset = replace(
        ruleset,
        name=draw(TEXTS),
        version=draw(st.integers(1, 999_999_999)),
        rules=(replace(ruleset.rules[0], title=draw(TEXTS)), *ruleset.rules[1:]),
        questions=(replace(first, label=draw(TEXTS), hint=draw(TEXTS), ask_es=draw(TEXTS)), *rest),
        invariants=draw(st.lists(invariants(ruleset), max_size=3, unique_by=lambda row: row.code)),
        cases=(*ruleset.cases, *draw(st.lists(cases(ruleset), max_size=3, unique_by=lambda case: case.name))),
    )
    ruleset = replace(ruleset, invariants=tuple(ruleset.invariants))
    assume(not structure_problems(ruleset))
    return ruleset


@st.composite
def conditions(draw, ruleset):
    """Columns in the order of the questions, each accepting something; none at all holds always."""
    asked = [question for question in ruleset.questions if draw(st.booleans())]
    columns = tuple(
        Column(question.field, draw(st.frozensets(st.sampled_from(question.codes), min_size=1))) for question in asked
    )
    return Condition(draw(st.sampled_from(Match)), columns) if columns else Condition()


@st.composite
def invariants(draw, ruleset):
    """A city's own invariant."""
    some_roles = st.lists(st.sampled_from(ROLES), unique=True, max_size=2).map(tuple)
    some_teams = st.lists(st.sampled_from(ROLES[3:]), unique=True, max_size=2).map(tuple)
    must = draw(some_roles)
    at_most = draw(st.integers(1, 4) if not must else st.none() | st.integers(1, 4))
    return Invariant(
        code=draw(st.from_regex(r"[A-Z][A-Z0-9_]{0,15}", fullmatch=True)),
        title=draw(TEXTS),
        when=draw(conditions(ruleset)),
        must_send=must,
        never_send=tuple(code for code in draw(some_roles) if code not in must),
        never_join=draw(some_teams),
        tier_at_most=at_most,
    )


@st.composite
def cases(draw, ruleset):
    """A golden case, whether the ruleset gives it what it expects or not."""
    asked = [question for question in ruleset.questions if draw(st.booleans())]
    teams = st.lists(st.sampled_from(ROLES[3:]), unique=True).map(tuple)
    return GoldenCase(
        name=draw(TEXTS),
        answers={question.field: draw(st.sampled_from(question.codes)) for question in asked},
        tier=draw(st.integers(1, 4)),
        response=draw(st.lists(st.sampled_from(ROLES), unique=True, min_size=1).map(tuple)),
        available=draw(st.none() | teams),
        extra_roles=draw(st.sampled_from([(), ("FIRE",)])),
        situation=draw(st.none() | st.sampled_from(Situation)),
        rule=draw(st.none() | st.just("R1")),
        priority=draw(st.none() | st.integers(1, 4)),
        joins=draw(st.none() | teams),
    )
