"""The grammar in Python: the cases it shares with the browser's parser, and what holds for any line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.command_completion import complete
from dispatch.rules.command_facts import Parsed, Wrong
from dispatch.rules.command_grammar import grammar
from dispatch.rules.command_line import parse
from tests.command_line.board import board

SHARED: dict[str, Any] = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
KNOWN = board(SHARED["known"])
SELECTED = KNOWN.selecting("26-004421")


def as_case(command: Parsed) -> dict[str, Any]:
    """What was understood, as the cases write it: without what is empty."""
    found = {
        "verb": command.verb,
        "units": [unit.unit for unit in command.units],
        "otherUnit": command.other_unit and command.other_unit.unit,
        "call": command.call and command.call.number,
        "otherCall": command.other_call and command.other_call.number,
        **{name: getattr(command, name) for name in ("digits", "minutes", "time", "number", "word", "place", "text")},
        "level": command.level,
        "lowers": command.lowers or None,
    }
    return {name: value for name, value in found.items() if value not in ("", None, [])}


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["line"] or "nothing")
def test_each_rule_is_taken_and_each_wrong_line_refused_with_its_reason(case: dict[str, Any]) -> None:
    result = parse(case["line"], KNOWN.selecting(case.get("selected")))
    if "refused" in case:
        assert isinstance(result, Wrong), result
        assert (result.code, result.error) == (case["code"], case["refused"])
    else:
        assert isinstance(result, Parsed), result
        assert (as_case(result), result.line, result.preview) == (case["parse"], case["full"], case["preview"])


@pytest.mark.parametrize("case", SHARED["completions"], ids=lambda case: case["line"] or "nothing")
def test_tab_offers_what_fits(case: dict[str, Any]) -> None:
    assert complete(case["line"], SELECTED) == case["offers"]


def test_the_cases_take_every_verb_and_refuse_for_every_reason() -> None:
    taken = {case["parse"]["verb"] for case in SHARED["cases"] if "parse" in case}
    refused = {case["code"] for case in SHARED["cases"] if case.get("code")}
    assert (taken, refused) == (set(grammar().verbs), set(grammar().reasons))


def test_no_default_alias_is_a_verb_and_each_leads_to_one() -> None:
    verbs, aliases = grammar().verbs, grammar().aliases
    assert not set(aliases) & set(verbs)
    assert set(aliases.values()) <= set(verbs)


def test_each_usage_begins_with_its_verb_and_shows_its_text() -> None:
    for verb in grammar().verbs.values():
        assert verb.usage.split()[0] == verb.word
        assert ("/" in verb.usage, "[/" in verb.usage) == (bool(verb.text), verb.text == "optional"), verb.word


WORDS = st.one_of(
    st.sampled_from([*grammar().verbs, *grammar().aliases]),
    st.sampled_from(
        ["CRT1", "CRT2,HPD5", "HPD4,", "4421", "4422", "77", ".", "26-004421", "20M", "0M", "22:30", "9:99"]
    ),
    st.sampled_from(
        ["REFERRED", "15", "EMS", "WHEELER", "988", "2-1-1", "SPANISH", "Saint", "/", "/why", "60", "1", ","]
    ),
    st.text(max_size=6),
)
LINES = st.one_of(st.lists(WORDS, max_size=5).map(" ".join), st.text(max_size=30))
BOARDS = st.sampled_from([KNOWN, SELECTED])


@given(LINES, BOARDS)
def test_any_line_is_understood_or_refused_with_a_reason_and_says_the_same_in_full(line: str, known: Any) -> None:
    result = parse(line, known)
    if isinstance(result, Wrong):
        assert bool(result.error) == bool(result.code)
        assert "{" not in result.error.replace(line, "").replace(line.upper(), "") or "{" in line
    else:
        assert result.preview
        again = parse(result.line, KNOWN if result.call else known)
        assert isinstance(again, Parsed)
        assert (as_case(again), again.line) == (as_case(result), result.line)


@given(LINES, BOARDS)
def test_what_tab_offers_is_right_or_right_as_far_as_it_goes(line: str, known: Any) -> None:
    for offer in complete(line, known):
        result = parse(offer, known)
        assert isinstance(result, Parsed) or result.incomplete, offer
        assert offer.upper().startswith(" ".join(line.upper().split())[:1])
