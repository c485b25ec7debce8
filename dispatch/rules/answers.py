"""Two sets of answers about the same event beside each other: which is graver, question by question."""

from __future__ import annotations

from dispatch.rules.evaluate import complete, evaluate, offered
from dispatch.rules.explain import protection
from dispatch.rules.ruleset import UNKNOWN, Answers, Question, Ruleset


def lowers(ruleset: Ruleset, before: Answers, after: Answers) -> bool:
    """Whether a later set of answers has less danger in a question that was answered before. Not asked any more counts
    as that question's not-asked answer.
    """
    was, now = offered(ruleset, before), complete(ruleset, offered(ruleset, after))
    return any(
        question.answer(now[question.field]).danger < question.answer(was[question.field]).danger
        for question in ruleset.questions
        if question.ordered and question.field in was
    )


def worse(ruleset: Ruleset, ours: Answers, theirs: Answers) -> dict[str, str]:
    """Of two sets of answers about the same event the graver one of each question; one given in one set only stands.

    Where no answer is graver than another (two ages), nobody knows which is right: the one that the ruleset protects
    most, which is UNKNOWN unless one of the two brings more.
    """
    ours, theirs = offered(ruleset, ours), offered(ruleset, theirs)
    both = {**theirs, **ours}
    open_questions = []
    for question in ruleset.questions:
        mine, other = ours.get(question.field), theirs.get(question.field)
        if mine is None or other is None or mine == other:
            continue
        if not question.ordered:
            open_questions.append(question)
        elif question.answer(other).danger > question.answer(mine).danger:
            both[question.field] = other
    for question in open_questions:
        both[question.field] = _safest(ruleset, both, question, theirs[question.field])
    return both


def _safest(ruleset: Ruleset, answers: Answers, question: Question, other: str) -> str:
    """Of UNKNOWN and the two answers given the one with the most protection when no team is available."""

    def protected(code: str) -> tuple[int, int, int]:
        verdict = evaluate(ruleset, complete(ruleset, {**answers, question.field: code}), ())
        return protection(verdict.tier, verdict.response)

    unknown = UNKNOWN if UNKNOWN in question.codes else question.not_asked
    return max((unknown, answers[question.field], other), key=protected)
