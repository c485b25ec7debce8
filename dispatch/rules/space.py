"""The whole answer space as bits: one bit for each complete set of answers, a Python integer for each set of them.

Questions are the digits of a mixed-radix number, so that changing one answer moves a bit by a fixed distance. Checks
over every set of answers become a few ANDs, ORs and shifts of integers: exact, and fast without any library.

Answers that nothing in a ruleset tells apart can share a digit: what holds for one of them holds for all. A bit then
stands for as many sets of answers as `count` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod

from dispatch.rules.ruleset import Answers, Column, Condition, Match, Question


class AnswerSpace:
    """All complete sets of answers to some questions.

    `same` gives the digit of each answer of a question, in order and without gaps (0, 1, 1, 2: the second and third
    answer are never told apart); a question left out gives each answer its own.
    """

    def __init__(self, questions: tuple[Question, ...], same: Mapping[str, tuple[int, ...]] | None = None) -> None:
        self.questions = questions
        given = same or {}
        self._digits = {
            question.field: dict(
                zip(question.codes, given.get(question.field, range(len(question.codes))), strict=True)
            )
            for question in questions
        }
        self._strides: dict[str, int] = {}
        size = 1
        for question in questions:
            self._strides[question.field] = size
            size *= self._radix(question.field)
        self.size = size
        self.sets = prod(len(question.answers) for question in questions)
        self.everything = (1 << size) - 1
        self._with = {
            (question.field, digit): self._pattern(question.field, digit)
            for question in questions
            for digit in range(self._radix(question.field))
        }

    def _radix(self, field: str) -> int:
        return 1 + max(self._digits[field].values())

    def _pattern(self, field: str, digit: int) -> int:
        stride = self._strides[field]
        period = stride * self._radix(field)
        bits = ((1 << stride) - 1) << (stride * digit)
        while period < self.size:
            bits |= bits << period
            period *= 2
        return bits & self.everything

    def bit(self, answers: Answers) -> int:
        """The number of the bit that stands for a complete set of answers, among others it is never told apart from."""
        return sum(
            self._digits[field][code] * self._strides[field]
            for field, code in answers.items()
            if field in self._strides
        )

    def with_answer(self, field: str, code: str) -> int:
        """The sets in which a question has this answer, or one never told apart from it."""
        return self._with[field, self._digits[field][code]]

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
        digits = self._digits[field]
        distance = (digits[after] - digits[before]) * self._strides[field]
        here = bits & self.with_answer(field, before)
        return here << distance if distance >= 0 else here >> -distance

    def count(self, bits: int) -> int:
        """How many sets of answers these bits stand for."""
        return self._count(bits, len(self.questions))

    def _count(self, bits: int, first: int) -> int:
        """Question by question from the last: bits whose answer stands for one answer, for two, and so on."""
        if not bits:
            return 0
        for index in range(first - 1, -1, -1):
            field = self.questions[index].field
            together = list(self._digits[field].values())
            shares = {digit: together.count(digit) for digit in together}
            if set(shares.values()) != {1}:
                return sum(
                    share * self._count(bits & self._with[field, digit], index) for digit, share in shares.items()
                )
        return bits.bit_count()

    def smallest(self, bits: int) -> dict[str, str] | None:
        """One set of answers out of `bits` with the fewest answers beyond the calmest one; None when there is none.

        Of equally small ones that whose concerns are in the earlier questions.
        """
        if not bits:
            return None
        for level in self._by_concerns:
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

    @cached_property
    def _by_concerns(self) -> list[int]:
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
        return levels
