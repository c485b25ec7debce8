"""A ruleset comes back from its rows exactly as it was written, whatever questions a city added and in what order."""

from dataclasses import replace

from dispatch.actions.rulesets import ruleset_import
from dispatch.queries import rulesets
from dispatch.rules.column_order import in_question_order
from dispatch.rules.ruleset import Invariant
from dispatch.rules.ruleset_text import write_ruleset
from tests.rules.cases import RULESET
from tests.rules.more_questions import with_three_more_questions
from tests.stage import Stage


def test_added_questions_in_any_place_read_back_as_they_were_written(stage: Stage) -> None:
    city = with_three_more_questions(RULESET)
    by_length = replace(city, questions=(*city.questions[-2:], *city.questions[:-2]), version=9)
    own = Invariant("OWN", "Fire where something may be", city.rules[4].when, tier_at_most=2)
    written = in_question_order(replace(by_length, invariants=(own,), cases=RULESET.cases))

    row = ruleset_import(by=stage.cast.actor("supervisor"), ruleset=written)

    assert rulesets.read(row.pk) == written
    assert write_ruleset(rulesets.read(row.pk)) == write_ruleset(written)
    assert [column.question for column in written.rules[4].when.columns][:3] == ["city_1", "city_2", "weapon"]
