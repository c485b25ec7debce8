"""What the questions of a ruleset must look like. Words are the city's; the programme's ten and their danger are not.

A city may word a question anew, add answers, and add questions. It cannot drop one of the ten or one of its answers,
call a dangerous answer clear, add a clear one to a safety question of the ten, or let a question that nobody asked
count as safe, or add one that would never be answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

from dispatch.rules.questions import QUESTIONS
from dispatch.rules.ruleset import UNKNOWN, Answer, Question
from dispatch.rules.structure_parts import FIELD, Found, code_problems, text_problems, twice
from dispatch.rules.yaml_nodes import Path

PROGRAMME: Final = {question.field: question for question in QUESTIONS}
LONGEST_CODE: Final = 12
"""Of an answer to one of the ten questions, which have columns of their own."""


def question_problems(questions: tuple[Question, ...]) -> Iterator[Found]:
    """Everything wrong with a ruleset's questions."""
    rows = [(("questions", place), question) for place, question in enumerate(questions)]
    yield from twice("question", ((path, question.field) for path, question in rows))
    for field in PROGRAMME.keys() - {question.field for question in questions}:
        yield ("questions",), f"the programme's question {field} is missing"
    for path, question in rows:
        yield from _texts(path, question)
        yield from _answers(path, question)
        yield from _dangers(path, question)
        if question.field in PROGRAMME:
            yield from _as_the_programme(path, question, PROGRAMME[question.field])
        elif not (question.safety or question.of_caller):
            text = f"question {question.field[:40]} is asked of nobody and nothing fills it in: ask it of the caller"
            yield (*path, "of_caller"), text


def _texts(path: Path, question: Question) -> Iterator[Found]:
    if not FIELD.fullmatch(question.field):
        yield (*path, "field"), f"question {question.field[:40]} is not 2 to 24 of a-z, 0-9 and _, a letter first"
    of = f"of question {question.field[:40]}"
    yield from text_problems((*path, "label"), f"the label {of}", question.label, 80)
    yield from text_problems((*path, "ask_en"), f"the English wording {of}", question.ask_en, 400)
    yield from text_problems((*path, "ask_es"), f"the Spanish wording {of}", question.ask_es, 400)
    yield from text_problems((*path, "hint"), f"the hint {of}", question.hint, 400, may_be_empty=True)


def _answers(path: Path, question: Question) -> Iterator[Found]:
    rows = [((*path, "answers", place), answer) for place, answer in enumerate(question.answers)]
    field = question.field[:40]
    if len(rows) < 2:
        yield (*path, "answers"), f"question {field} offers fewer than two answers"
    yield from twice(f"answer {field}", ((at, answer.code) for at, answer in rows))
    yield from twice(f"the key of question {field}", ((at, answer.key) for at, answer in rows))
    for at, answer in rows:
        yield from _answer(at, field, answer)
        if field in PROGRAMME and len(answer.code) > LONGEST_CODE and answer.code not in PROGRAMME[field].codes:
            yield at, f"answer {answer.code[:40]} of question {field} is longer than {LONGEST_CODE} characters"
    if question.not_asked not in question.codes:
        yield (*path, "not_asked"), f"question {field} not asked counts as {question.not_asked[:40]}, no answer of it"


def _answer(path: Path, field: str, answer: Answer) -> Iterator[Found]:
    of = f"of answer {answer.code[:40]} of question {field}"
    yield from code_problems((*path, "code"), f"question {field}: answer", answer.code)
    yield from text_problems((*path, "label"), f"the label {of}", answer.label, 80)
    yield from text_problems((*path, "phrase"), f"the phrase {of}", answer.phrase, 120)
    if not (len(answer.key) == 1 and answer.key.isalnum() and answer.key == answer.key.upper()):
        yield (*path, "key"), f"the key {of} is not one capital letter or digit"
    if not 0 <= answer.danger <= 9:
        yield (*path, "danger"), f"the danger {of} is not 0 to 9"


def _dangers(path: Path, question: Question) -> Iterator[Found]:
    """The least dangerous answer first; what is clear is less dangerous than what is not; not asked is never clear."""
    rows = [((*path, "answers", place), answer) for place, answer in enumerate(question.answers)]
    field = question.field[:40]
    for (_, one), (at, other) in pairwise(rows):
        if other.danger < one.danger:
            yield at, f"question {field}: {other.code} is less dangerous than {one.code}, which stands before it"
    if not question.safety:
        return
    least = min((answer.danger for answer in question.answers if not answer.clear), default=None)
    if least is None:
        yield path, f"question {field} is a safety question and every answer of it is clear"
    for at, answer in rows:
        if answer.clear and least is not None and answer.danger >= least:
            yield at, f"question {field}: {answer.code} is called clear and is as dangerous as one that is not"
        if answer.clear and answer.code in (UNKNOWN, question.not_asked):
            said = "not known" if answer.code == UNKNOWN else "not asked"
            yield at, f"question {field}: {said} never counts as clear, and {answer.code} is"


def _as_the_programme(path: Path, question: Question, programme: Question) -> Iterator[Found]:
    """The ten keep what decisions and invariants rest on."""
    field = question.field
    for name in ("safety", "ordered", "of_caller", "not_asked"):
        if getattr(question, name) != getattr(programme, name):
            yield (*path, name), f"question {field}: {name} is {_said(getattr(programme, name))} in the programme"
    given = {answer.code: answer for answer in question.answers}
    for answer in question.answers:
        if programme.safety and answer.clear and answer.code not in programme.codes:
            yield (*path, "answers"), f"question {field}: {answer.code} is not the programme's, so it is never clear"
    for answer in programme.answers:
        if answer.code not in given:
            yield (*path, "answers"), f"question {field}: the programme's answer {answer.code} is missing"
        elif given[answer.code].clear != answer.clear:
            clear = "clear" if answer.clear else "never clear"
            yield (*path, "answers"), f"question {field}: {answer.code} is {clear} in the programme"
    both = [answer for answer in programme.answers if answer.code in given]
    for one, other in combinations(both, 2):
        if _step(given[one.code], given[other.code]) != _step(one, other):
            text = f"question {field}: {other.code} against {one.code} is not as dangerous as in the programme"
            yield (*path, "answers"), text


def _step(one: Answer, other: Answer) -> int:
    """Whether the second answer is more dangerous (1), as dangerous (0) or less so (-1)."""
    return (other.danger > one.danger) - (other.danger < one.danger)


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
