"""How many decisions a second one core makes, and what one explained decision costs.

    .venv/bin/python -m benchmarks.rules [--decisions 200000]

Answers and availability are drawn uniformly at random. "cold" is a ruleset compiled just before, that has given no
verdict yet; "warm" is the same draws once more. Every verdict of a sample is compared with the plain evaluation's.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from dispatch.rules.compiled import compile_ruleset
from dispatch.rules.evaluate import evaluate
from dispatch.rules.ruleset import Ruleset, TeamAvailability
from dispatch.rules.ruleset_file import load_default_ruleset
from dispatch.rules.triage import decide

COMPARED = 5_000
EXPLAINED = 300
ASKED_SO_FAR = (0, 1, 5, 10)

Drawn = list[tuple[dict[str, str], frozenset[str]]]


def drawn(ruleset: Ruleset, count: int, seed: int = 1) -> Drawn:
    """Complete sets of answers with the available teams."""
    rng = random.Random(seed)
    teams = [team.code for team in ruleset.teams]
    return [
        (
            {question.field: rng.choice(question.codes) for question in ruleset.questions},
            frozenset(team for team in teams if rng.random() < 0.5),
        )
        for _ in range(count)
    ]


def per_second(work: Callable[..., Any], draws: Sequence[tuple[Any, ...]]) -> float:
    """How often a second of processor time the work is done, one draw after another."""
    began = time.process_time()
    for draw in draws:
        work(*draw)
    return len(draws) / (time.process_time() - began)


def show(name: str, rate: float) -> None:
    print(f"{name:44}{rate:12,.0f} a second{1000 / rate:10.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--decisions", type=int, default=200_000)
    options = parser.parse_args()
    ruleset = load_default_ruleset()
    draws = drawn(ruleset, options.decisions)
    compiled = compile_ruleset(ruleset)
    show("compiling", per_second(lambda: compile_ruleset(ruleset), [()] * 50))
    show("compiled, cold", per_second(compiled.evaluate, draws))
    show("compiled, warm", per_second(compiled.evaluate, draws))
    compared = draws[:COMPARED]
    show("plain evaluation", per_second(lambda answers, free: evaluate(ruleset, answers, free), compared))
    wrong = sum(evaluate(ruleset, *draw) != compiled.evaluate(*draw) for draw in compared)
    print(f"{wrong} of {COMPARED:,} verdicts differ from the plain evaluation")
    for count in ASKED_SO_FAR:
        asked = [
            (
                {question.field: answers[question.field] for question in ruleset.questions[:count]},
                {team.code: TeamAvailability(team.code in free) for team in ruleset.teams},
            )
            for answers, free in draws[:EXPLAINED]
        ]
        show(f"explained decision, {count} answers given", per_second(lambda *draw: decide(ruleset, *draw), asked))


if __name__ == "__main__":
    main()
