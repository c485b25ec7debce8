"""A ruleset is written to a file that reads back as the same ruleset, always in the same way, and fits its schema."""

import json
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from dispatch.rules.ruleset_file import DEFAULT_FILE, SCHEMA_FILE, parse_ruleset
from dispatch.rules.ruleset_text import WIDTH, write_ruleset
from tests.rules.cases import RULESET
from tests.rules.edited import rulesets
from tests.rules.more_questions import with_three_more_questions

SCHEMA = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
TEXT = DEFAULT_FILE.read_text(encoding="utf-8")


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2, which editors read: NO is a text, and only true and false are not."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in rows
            if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
        ]
        for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


AsEditorsRead.add_implicit_resolver(
    "tag:yaml.org,2002:bool", yaml.resolver.re.compile("true|false", yaml.resolver.re.IGNORECASE), list("tTfF")
)


def faults(text):
    return [error.message for error in SCHEMA.iter_errors(yaml.load(text, AsEditorsRead))]


@settings(max_examples=12, deadline=None)
@given(rulesets())
def test_what_is_written_reads_back_as_the_same_ruleset_and_fits_the_schema(ruleset):
    text = write_ruleset(ruleset)

    read = parse_ruleset(text)
    assert read == ruleset
    assert write_ruleset(read) == text
    assert faults(text) == []


def test_the_default_file_fits_the_schema_and_is_written_with_its_questions():
    written = write_ruleset(RULESET)

    Draft202012Validator.check_schema(SCHEMA.schema)
    assert faults(TEXT) == faults(written) == []
    assert parse_ruleset(written) == RULESET
    assert "questions:" in written
    assert "questions:" not in TEXT


def test_rules_and_cases_are_written_as_in_the_default_file_line_by_line():
    written = set(write_ruleset(RULESET).splitlines())
    lines = [line for line in TEXT.splitlines() if line.lstrip().startswith(("- code", "- send", "tier", "- name"))]

    assert len(lines) > 60
    assert set(lines) <= written
    assert all(len(line) <= WIDTH for line in written if line.lstrip().startswith(("when", "- {", "{", "any", "all")))


def test_one_changed_answer_changes_one_line():
    before = write_ruleset(RULESET).splitlines()
    changed = parse_ruleset(TEXT.replace("weapon: [ACCESSIBLE, UNKNOWN, IN_HAND]", "weapon: [UNKNOWN, IN_HAND]"))

    after = write_ruleset(changed).splitlines()

    different = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert different == [
        ("        weapon: [ACCESSIBLE, UNKNOWN, IN_HAND]", "        weapon: [UNKNOWN, IN_HAND]"),
    ]


def test_the_order_of_the_keys_in_a_file_does_not_matter():
    sections = {"format": [], "name": [], "version": []}
    for line in write_ruleset(with_three_more_questions(RULESET)).splitlines():
        if line and not line.startswith(" "):
            current = sections.setdefault(line.split(":")[0], [])
        if line:
            current.append(line)
    backwards = "\n".join("\n".join(lines) for lines in reversed(sections.values()))

    assert parse_ruleset(backwards) == with_three_more_questions(RULESET)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tier: 1", "tier: 5"),
        ("title: Danger now", "titel: Danger now"),
        ("{any: {weapon", "{some: {weapon"),
        ("mode: COMMAND_POST", "mode: NEAR"),
        ("priority: 1", "priority: soon"),
        ("wait_min: 20, ", ""),
        ("answers:\n      {weapon: NONE", "answers:\n      {Weapon: NONE"),
    ],
)
def test_the_schema_finds_what_an_editor_should_underline(before, after):
    assert before in TEXT
    assert faults(TEXT.replace(before, after, 1))


def test_a_city_that_reads_its_own_export_again_keeps_its_own_wording():
    worded = replace(RULESET.questions[0], ask_en="Is there any weapon there?", label="Weapons")
    city = replace(RULESET, questions=(worded, *RULESET.questions[1:]))

    assert parse_ruleset(write_ruleset(city)).question("weapon").ask_en == "Is there any weapon there?"
