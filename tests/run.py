"""`make test`: all suites, one after another, and one closing line with the sum.

1. pytest on two processes, without the browser; a file stays in one, with what it set up.
2. Browser tests in two processes of their own: Playwright's loop would break later asynchronous tests. Each process
   has a site for all of its tests, so they are shared out one by one.
3. The browser's pure modules under Node.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests import tools

PROJECT = tools.PROJECT
RESULTS = PROJECT / "var" / "test-results"
NO_TESTS = 5  # pytest's exit code
LONG = "not reliability and not data"
BROWSER = "tests/browser"  # each of the two reads its own files only: reading all of them takes ten seconds
SLOWEST = ("--durations=15", "--durations-min=2")  # where the time went is said where it was long
SHARED_OUT = ("--dist", "loadfile", "--no-loadscope-reorder")  # the order is that of tests/conftest.py


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def run_pytest(name: str, *arguments: str) -> Counts:
    """Counts from pytest's own report. A run that broke off counts as one more failure."""
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n== {name} ==", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", *SLOWEST, f"--junit-xml={report}", *arguments]
    code = subprocess.run(command, cwd=PROJECT, check=False).returncode
    counts = from_report(report)
    broke_off = code not in (0, NO_TESTS) and counts.failed == 0
    return counts + Counts(failed=int(broke_off))


def from_report(report: Path) -> Counts:
    if not report.exists():
        return Counts()
    total = Counts()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        total += Counts(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
    return total


def run_node() -> Counts:
    print("\n== javascript ==", flush=True)
    files = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "tests" / "js").glob("*.test.js"))
    node = tools.node()
    if not files:
        return Counts()
    if not node:
        print(f"Node is missing: {len(files)} files of tests did not run.", flush=True)
        return Counts(failed=len(files)) if tools.in_ci() else Counts(skipped=len(files))
    report = RESULTS / "javascript.tap"
    reporters = [
        *("--test-reporter=spec", "--test-reporter-destination=stdout"),
        *("--test-reporter=tap", f"--test-reporter-destination={report}"),
    ]
    code = subprocess.run([node, "--test", *reporters, *files], cwd=PROJECT, check=False).returncode
    summary = report.read_text() if report.exists() else ""
    found = {word: int(number) for word, number in re.findall(r"^# (pass|fail|skipped) (\d+)", summary, re.M)}
    failed = found.get("fail", 0) or int(code != 0)
    return Counts(found.get("pass", 0), failed, found.get("skipped", 0))


def main() -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    os.chdir(PROJECT)
    for missing in tools.install():
        print(f"MISSING: {missing}. Tests need it.", flush=True)
    total = run_pytest("python", "-n", "2", *SHARED_OUT, "-m", LONG, "--ignore", BROWSER)
    total += run_pytest("browser", "-n", "2", "--dist", "worksteal", "-m", LONG, BROWSER)
    total += run_node()
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    sys.exit(1 if total.failed or not total.passed else 0)


if __name__ == "__main__":
    main()
