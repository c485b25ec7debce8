"""The whole answer space as bits: one bit for each complete set of answers, a Python integer for each set of them.

Questions are the digits of a mixed-radix number, so that changing one answer moves a bit by a fixed distance. Checks
over every set of answers become a few ANDs, ORs and shifts of integers: exact, and fast without any library.
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.rules.ruleset import Column, Condition, Match, Question


class AnswerSpace:
    """All complete sets of answers to some questions."""

    def __init__(self, questions: tuple[Question, ...]) -> None:
        self.questions = questions
        self._at = {question.field: index for index, question in enumerate(questions)}
        self.strides: list[int] = []
        size = 1
        for question in questions:
            self.strides.append(size)
            size *= len(question.answers)
        self.size = size
        self.everything = (1 << size) - 1
        self._with = {
            (question.field, code): self._pattern(index, rank)
            for index, question in enumerate(questions)
            for rank, code in enumerate(question.codes)
        }

    def _pattern(self, index: int, rank: int) -> int:
        stride = self.strides[index]
        period = stride * len(self.questions[index].answers)
        bits = ((1 << stride) - 1) << (stride * rank)
        while period < self.size:
            bits |= bits << period
            period *= 2
        return bits & self.everything

    def with_answer(self, field: str, code: str) -> int:
        """The sets in which a question has this answer."""
        return self._with[field, code]

    def column(self, column: Column) -> int:
        """The sets a column accepts."""
        bits = 0
        for code in column.accepts:
            bits |= self.with_answer(column.question, code)
        return bits

    def condition(self, condition: Condition) -> int:
        """The sets in which a condition holds."""
        if not condition.columns:
            return self.everything
        if condition.match is Match.ANY:
            bits = 0
            for column in condition.columns:
                bits |= self.column(column)
            return bits
        bits = self.everything
        for column in condition.columns:
            bits &= self.column(column)
        return bits

    def moved(self, bits: int, field: str, before: str, after: str) -> int:
        """The sets of `bits` in which the question has the answer `before`, with that answer changed to `after`."""
        index = self._at[field]
        codes = self.questions[index].codes
        distance = (codes.index(after) - codes.index(before)) * self.strides[index]
        here = bits & self.with_answer(field, before)
        return here << distance if distance >= 0 else here >> -distance

    def smallest(self, bits: int) -> dict[str, str] | None:
        """One set of answers out of `bits` with the fewest answers beyond the calmest one; None when there is none.

        Of equally small ones that whose concerns are in the earlier questions.
        """
        if not bits:
            return None
        for level in self._by_concerns():
            if bits & level:
                bits &= level
                break
        answers: dict[str, str] = {}
        for question in reversed(self.questions):
            for code in question.codes:
                kept = bits & self.with_answer(question.field, code)
                if kept:
                    bits, answers[question.field] = kept, code
                    break
        return {question.field: answers[question.field] for question in self.questions}

    def _by_concerns(self) -> Iterator[int]:
        """The sets with no answer beyond the first of its question, then with one, with two and so on."""
        levels = [self.everything]
        for question in self.questions:
            calm = self.with_answer(question.field, question.codes[0])
            other = self.everything & ~calm
            grown = [*levels, 0]
            for index in range(len(grown)):
                same = levels[index] & calm if index < len(levels) else 0
                more = levels[index - 1] & other if index else 0
                grown[index] = same | more
            levels = grown
        yield from levels
