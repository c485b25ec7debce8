"""Words and further questions are the city's; the programme's ten questions and their danger are not."""

from dataclasses import replace

import pytest

from dispatch.rules.ruleset import Answer
from dispatch.rules.structure import structure_problems
from dispatch.rules.verify import verify_ruleset
from tests.rules.cases import RULESET
from tests.rules.more_questions import with_three_more_questions

MORE = with_three_more_questions(RULESET)
WEAPON = RULESET.question("weapon")
SAW = Answer("SAW", "Saw", "S", 1, False, "a saw")
TOY = Answer("TOY", "Toy", "T", 0, True, "a toy weapon")


def changed(name, ruleset=MORE, /, **changes):
    questions = tuple(
        replace(question, **changes) if question.field == name else question for question in ruleset.questions
    )
    return replace(ruleset, questions=questions)


def with_answer(field, code, ruleset=MORE, **changes):
    answers = tuple(
        replace(answer, **changes) if answer.code == code else answer for answer in ruleset.question(field).answers
    )
    return changed(field, ruleset, answers=answers)


def reasons(ruleset):
    return [problem.reason for problem in structure_problems(ruleset)]


def without_answer(field, code):
    kept = tuple(answer for answer in RULESET.question(field).answers if answer.code != code)
    return changed(field, answers=kept)


@pytest.mark.parametrize(
    "ruleset",
    [
        changed("weapon", ask_en="Any weapon?", ask_es="¿Alguna arma?", label="Weapons", hint=""),
        with_answer("weapon", "IN_HAND", label="Held", key="X", phrase="a weapon held"),
        with_answer("self_harm", "IN_PROGRESS", danger=9),
        changed("weapon", answers=(*WEAPON.answers[:3], SAW, WEAPON.answers[3])),
        replace(MORE, questions=MORE.questions[::-1]),
    ],
)  # fmt: skip
def test_a_city_may_word_answer_and_order_questions_as_it_likes(ruleset):
    assert reasons(ruleset) == []


@pytest.mark.parametrize(
    ("ruleset", "reason"),
    [
        (replace(MORE, questions=MORE.questions[1:]), "the programme's question weapon is missing"),
        (changed("city_0", of_caller=False, safety=False),
         "question city_0 is asked of nobody and nothing fills it in: ask it of the caller"),
        (without_answer("medical", "URGENT"), "question medical: the programme's answer URGENT is missing"),
        (with_answer("self_harm", "INTENT", clear=True), "question self_harm: INTENT is never clear in the programme"),
        (with_answer("weapon", "IN_HAND", danger=1), "IN_HAND against ACCESSIBLE is not as dangerous"),
        (changed("weapon", answers=(TOY, *WEAPON.answers)), "TOY is not the programme's, so it is never clear"),
        (changed("weapon", safety=False), "question weapon: safety is true in the programme"),
        (changed("age", not_asked="ADULT"), "question age: not_asked is UNKNOWN in the programme"),
        (changed("city_0", not_asked="NO"), "question city_0: not asked never counts as clear, and NO is"),
        (changed("city_0", not_asked="LATER"), "question city_0 not asked counts as LATER, no answer of it"),
        (with_answer("city_0", "UNKNOWN", clear=True), "question city_0: not known never counts as clear"),
        (with_answer("city_0", "YES", danger=0), "question city_0: YES is less dangerous than UNKNOWN, which stands"),
        (with_answer("city_0", "YES", clear=True), "question city_0: YES is called clear and is as dangerous"),
        (with_answer("city_0", "YES", key="N"), "the key of question city_0 N is there 2 times"),
        (with_answer("city_0", "YES", key="yes"), "is not one capital letter or digit"),
        (with_answer("city_0", "YES", phrase=" "), "the phrase of answer YES of question city_0 is empty"),
        (with_answer("city_0", "YES", label="a\nb"), "has a line break or a character that cannot be shown"),
        (changed("city_0", ask_en="x" * 401), "the English wording of question city_0 is longer than 400 characters"),
        (changed("city_0", ask_es=""), "the Spanish wording of question city_0 is empty"),
        (changed("city_0", field="City 0"), "question City 0 is not 2 to 24 of a-z, 0-9 and _"),
        (changed("city_0", field="city_1"), "question city_1 is there 2 times"),
        (changed("city_0", answers=MORE.question("city_0").answers[:1]), "offers fewer than two answers"),
        (changed("weapon", answers=(*WEAPON.answers, replace(SAW, code="A" * 13, danger=2))),
         "is longer than 12 characters"),
    ],
)  # fmt: skip
def test_what_would_let_danger_pass_as_safe_or_cannot_be_shown_is_refused(ruleset, reason):
    assert any(reason in said for said in reasons(ruleset)), reasons(ruleset)
    assert verify_ruleset(ruleset).decisions == 0


@pytest.mark.parametrize(
    ("ruleset", "reason", "path"),
    [
        (replace(MORE, name="x" * 61), "the name is longer than 60 characters", ("name",)),
        (replace(MORE, rules=tuple(replace(MORE.rules[-1], code=f"R{n}") for n in range(201))),
         "there are more than 200 rules", ("rules",)),
        (replace(MORE, version=0), "the version is not 1 or more", ("version",)),
        (replace(MORE, rules=(replace(MORE.rules[0], title="\x00"), *MORE.rules[1:])),
         "the title has a line break or a character that cannot be shown", ("rules", 0, "title")),
        (replace(MORE, rules=(replace(MORE.rules[0], code="R" * 17), *MORE.rules[1:])),
         "the code is longer than 16 characters", ("rules", 0, "code")),
        (replace(MORE, teams=(replace(MORE.teams[0], ages=frozenset()), *MORE.teams[1:])),
         "team CRMHC serves no age", ("teams", "CRMHC", "ages")),
    ],
)  # fmt: skip
def test_what_could_not_be_stored_is_refused_with_its_place(ruleset, reason, path):
    found = [(problem.reason, problem.path) for problem in structure_problems(ruleset)]

    assert (reason, path) in found
