"""Whatever edit is made to the default table: it is refused with a counterexample that is true, or it is harmless."""

import pytest

from dispatch.rules.verify import verify_ruleset
from tests.rules.mutations import KINDS, mutations
from tests.rules.plain import broken_anywhere, broken_at

ALL = mutations(75)


def test_the_edits_differ_and_are_of_every_kind():
    assert len(ALL) == 75
    assert {name.split("-")[0] for name in ALL} == {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("name", ALL)
def test_every_counterexample_to_an_edit_is_true(name):
    ruleset = ALL[name]

    report = verify_ruleset(ruleset)

    assert report.problems == ()
    for violation in report.violations:
        assert violation.invariant in broken_at(ruleset, violation.answers, frozenset(violation.available))


def test_an_edit_that_passes_is_harmless_wherever_one_looks():
    passed = next(name for name in ALL if verify_ruleset(ALL[name]).passed)

    assert broken_anywhere(ALL[passed]) == set()


@pytest.mark.reliability
@pytest.mark.parametrize("name", ALL)
def test_the_proof_finds_exactly_the_invariants_that_an_exhaustive_look_finds_broken(name):
    """Every edit that passes, and a quarter of those that do not."""
    found = {violation.invariant for violation in verify_ruleset(ALL[name]).violations}

    if not found or list(ALL).index(name) % 4 == 0:
        assert found == broken_anywhere(ALL[name])
