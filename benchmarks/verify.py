"""What the proof of a ruleset costs: seconds and memory, with the programme's ten questions and with three more.

    .venv/bin/python -m benchmarks.verify

The three questions have four answers each and no two alike: 6,635,520 sets of answers, in 8 availabilities.
"""

import resource
import time

from dispatch.rules.ruleset import Ruleset
from dispatch.rules.ruleset_file import DEFAULT_FILE, load_default_ruleset, parse_ruleset
from dispatch.rules.ruleset_text import write_ruleset
from dispatch.rules.verify import verify_ruleset
from tests.rules.more_questions import with_three_more_questions


def measure(name: str, ruleset: Ruleset) -> None:
    """Prove a ruleset once, and say what that took. Memory is the most this process has had."""
    began = time.perf_counter()
    report = verify_ruleset(ruleset)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if not report.passed:
        raise SystemExit(f"{name}: did not pass: {report.violations[:1]}")
    print(f"{name:<24} {report.decisions:>12,} decisions  {seconds:6.2f} s  {memory} MB")


def main() -> None:
    began = time.perf_counter()
    default = load_default_ruleset()
    print(f"read {DEFAULT_FILE.name}: {time.perf_counter() - began:.2f} s")
    measure("default questions", default)
    measure("three more questions", with_three_more_questions(default))
    began = time.perf_counter()
    text = write_ruleset(default)
    print(f"written: {time.perf_counter() - began:.3f} s, {len(text):,} characters")
    began = time.perf_counter()
    parse_ruleset(text)
    print(f"read back: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
