"""A draft edited by typed columns: every part has a form, nothing is lost, nothing is written that cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from dispatch.actions.rulesets import ruleset_copy
from dispatch.admin.ruleset_edit import SECTIONS
from dispatch.admin.ruleset_edit_tree import fill, tree
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from tests.admin.page_form import posted
from tests.stage import Stage, module_stage, stage

__all__ = ["module_stage", "stage"]

pytestmark = pytest.mark.django_db
R5, R8, LAST = 4, 7, 8


@pytest.fixture
def draft(stage: Stage) -> Ruleset:
    return ruleset_copy(by=stage.supervisor, ruleset_id=Ruleset.objects.get().pk)


@pytest.fixture
def client(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.cast.supervisor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(draft: Ruleset, kind: str, place: int | None = None) -> str:
    if place is None:
        return reverse("admin:dispatch_ruleset_edit_add", args=[draft.pk, kind])
    return reverse("admin:dispatch_ruleset_edit_part", args=[draft.pk, kind, place])


def opened(client: Client, url: str) -> dict[str, list[str]]:
    return posted(client.get(url).content.decode())


def sent(client: Client, url: str, given: dict[str, list[str]], do: str = "") -> str:
    """The page after a press on "Write", or on the button that does `do`."""
    return client.post(url, {**given, **({"do": [do]} if do else {})}, follow=True).content.decode()


def move(client: Client, draft: Ruleset, do: str) -> str:
    url = reverse("admin:dispatch_ruleset_edit", args=[draft.pk])
    return sent(client, url, {"seen_at": opened(client, url)["seen_at"]}, do)


def test_every_part_of_the_default_table_comes_through_its_form_unchanged(draft: Ruleset) -> None:
    ruleset = rulesets.load(draft.pk)
    for kind, section in SECTIONS.items():
        for part in getattr(ruleset, kind):
            data = QueryDict(mutable=True)
            fill(data, section.form, part)
            node = tree(section.form, ruleset, data)
            assert node.is_valid()
            assert node.made() == part


@pytest.mark.parametrize(
    ("kind", "place"), [("rules", R5), ("rules", R8), ("cases", 5), ("teams", 1), ("questions", 3)]
)
def test_a_page_that_is_written_as_it_was_opened_changes_nothing(
    client: Client, draft: Ruleset, kind: str, place: int
) -> None:
    before, url = rulesets.load(draft.pk), address(draft, kind, place)
    assert "Written. Check it next." in sent(client, url, opened(client, url))
    assert rulesets.load(draft.pk) == before


def test_what_is_ticked_and_typed_is_written_and_the_rest_stays(client: Client, draft: Ruleset) -> None:
    before, url = rulesets.load(draft.pk), address(draft, "rules", R8)
    given = opened(client, url)
    given |= {
        "part-title": ["Adult who can be talked to"],
        "part-when-q_acuity": ["LOW", "HIGH"],
        "part-outcomes-0-options-0-send": ["EMS", "CRT"],
        "part-outcomes-0-alternatives-1-resources": ["211,  988"],
    }
    sent(client, url, given)
    after = rulesets.load(draft.pk)
    rule = after.rules[R8]
    assert rule.title == "Adult who can be talked to"
    assert rules.Column("acuity", frozenset({"LOW", "HIGH"})) in rule.when.columns
    assert rule.outcomes[0].options[0].send == ("EMS", "CRT")
    assert rule.outcomes[0].alternatives[1].resources == ("211", "988")
    assert after.rules[:R8] == before.rules[:R8]
    assert after.cases == before.cases


def test_rows_are_added_moved_and_removed_on_the_page_and_written_at_the_end(client: Client, draft: Ruleset) -> None:
    before, url = rulesets.load(draft.pk), address(draft, "rules", R8)
    given = opened(client, url) | {"part-title": ["Typed before"]}
    given = posted(sent(client, url, given, "add:part-outcomes-0-options"))
    given["part-outcomes-0-options-3-send"] = ["POLICE", "CRT"]
    given = posted(sent(client, url, given, "add:part-outcomes-0-options-3-joins"))
    given["part-outcomes-0-options-3-joins-0-team"] = ["CRMHC"]
    given = posted(sent(client, url, given, "up:part-outcomes-0-options-3"))
    given = posted(sent(client, url, given, "remove:part-outcomes-0-options-0"))
    assert rulesets.load(draft.pk) == before
    sent(client, url, given)
    rule = rulesets.load(draft.pk).rules[R8]
    assert rule.title == "Typed before"
    assert [option.send for option in rule.outcomes[0].options] == [("CRMHC",), ("POLICE", "CRT"), ("POLICE",)]
    assert rule.outcomes[0].options[1].joins == (rules.Join("CRMHC", rules.JoinMode.STAGE),)


def test_a_shape_that_cannot_be_is_told_beside_its_row_and_keeps_what_was_typed(client: Client, draft: Ruleset) -> None:
    before, url = rulesets.load(draft.pk), address(draft, "rules", R8)
    given = opened(client, url) | {"part-title": ["Kept"], "part-outcomes-0-options-2-send": ["CRT"]}
    answer = sent(client, url, given)
    assert "Nothing was written." in answer
    row = answer[answer.index('id="part-outcomes-0-options-2"') :]
    assert "never reached" in row[: row.index("</fieldset>")]
    assert posted(answer)["part-title"] == ["Kept"]
    assert rulesets.load(draft.pk) == before


def test_a_field_that_cannot_be_read_is_told_beside_it(client: Client, draft: Ruleset) -> None:
    before, url = rulesets.load(draft.pk), address(draft, "rules", R8)
    given = opened(client, url) | {"part-outcomes-0-alternatives-0-wait_min": ["soon"], "part-outcomes-0-tier": ["9"]}
    answer = sent(client, url, given)
    assert "Enter a whole number." in answer
    assert "Select a valid choice. 9" in answer
    assert 'value="soon"' in answer
    assert rulesets.load(draft.pk) == before


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(client: Client, draft: Ruleset) -> None:
    mine, other = address(draft, "rules", R8), address(draft, "rules", R5)
    stale = opened(client, mine) | {"part-title": ["Mine"]}
    sent(client, other, opened(client, other) | {"part-title": ["Theirs"]})
    answer = sent(client, mine, stale)
    assert "Somebody else changed" in answer
    assert posted(answer)["part-title"] == ["Mine"]
    assert rulesets.load(draft.pk).rules[R5].title == "Theirs"
    assert rulesets.load(draft.pk).rules[R8].title != "Mine"


def test_parts_are_moved_and_taken_away_at_once_and_the_last_rule_stays_last(client: Client, draft: Ruleset) -> None:
    move(client, draft, f"up:rules-{R8}")
    move(client, draft, "remove:cases-0")
    after = rulesets.load(draft.pk)
    assert [rule.code for rule in after.rules][R8 - 1 : R8 + 1] == ["R8", "R7"]
    assert len(after.cases) == len(rulesets.current()[1].cases) - 1
    assert "the last rule must accept any answers" in move(client, draft, f"down:rules-{R8}")
    assert (
        "The programme&#x27;s question weapon is missing".lower() in move(client, draft, "remove:questions-0").lower()
    )
    assert rulesets.load(draft.pk) == after


def test_a_copied_rule_comes_behind_the_one_it_was_copied_from(client: Client, draft: Ruleset) -> None:
    url = f"{address(draft, 'rules')}?from=0"
    given = opened(client, url)
    assert "This field is required." in sent(client, url, given)
    sent(client, url, given | {"part-code": ["R1B"]})
    first, second, *_ = rulesets.load(draft.pk).rules
    assert second == replace(first, code="R1B")


def test_a_new_rule_comes_before_the_last(client: Client, draft: Ruleset) -> None:
    url = address(draft, "rules")
    given = opened(client, url) | {"part-code": ["R9"], "part-title": ["New"], "part-when-q_age": ["ADULT"]}
    sent(client, url, given)
    assert [rule.code for rule in rulesets.load(draft.pk).rules][-2:] == ["R9", "LAST"]


def test_golden_cases_and_the_citys_invariants_are_added(client: Client, draft: Ruleset) -> None:
    url = address(draft, "cases")
    case = {
        "part-name": ["Nobody free"],
        "part-q_age": ["ADULT"],
        "part-response": ["POLICE", "EMS"],
        "part-compare_joins": ["on"],
    }
    given = {name: values for name, values in opened(client, url).items() if name != "part-every_team"}
    sent(client, url, given | case)
    url = address(draft, "invariants")
    sent(client, url, opened(client, url) | {
        "part-code": ["EMS_ALWAYS"],
        "part-title": ["Medics for children"],
        "part-when-q_age": ["CHILD_3_17"],
        "part-never_join": ["CRT"],
        "part-tier_at_most": ["3"],
    })  # fmt: skip
    after = rulesets.load(draft.pk)
    assert after.cases[-1] == rules.GoldenCase(
        "Nobody free", {"age": "ADULT"}, 1, ("POLICE", "EMS"), available=(), joins=()
    )
    (added,) = after.invariants
    assert (added.code, added.never_join, added.tier_at_most) == ("EMS_ALWAYS", ("CRT",), 3)
    assert added.when.columns == (rules.Column("age", frozenset({"CHILD_3_17"})),)


def test_a_question_is_added_with_its_answers_and_rules_ask_it(client: Client, draft: Ruleset) -> None:
    url = address(draft, "questions")
    phrases = {f"part-answers-{place}-phrase": [text] for place, text in enumerate(["no dog", "dog unknown", "a dog"])}
    sent(client, url, opened(client, url) | phrases | {
        "part-field": ["dog"],
        "part-label": ["Dog"],
        "part-ask_en": ["Is there a dog?"],
        "part-ask_es": ["¿Hay un perro?"],
    })  # fmt: skip
    assert rulesets.load(draft.pk).question("dog").codes == ("NO", "UNKNOWN", "YES")
    url = address(draft, "rules", 0)
    sent(client, url, opened(client, url) | {"part-when-q_dog": ["YES"]})
    assert rules.Column("dog", frozenset({"YES"})) in rulesets.load(draft.pk).rules[0].when.columns


JUNK = [
    {"part-outcomes-rows": ["9999999999", "-1", "٣", "x", "7", "7"]},
    {"part-title": ["nul \x00"]},
    {"part-title": ["two\nlines"]},
    {"part-code": ["R1"]},
    {"part-when-q_age": ["OLD"]},
    {"part-when-match": [""]},
    {"part-outcomes-rows": []},
    {"seen_at": ["yesterday"]},
    {"seen_at": ["2026-01-01T00:00:00"]},
    {"seen_at": [""]},
]


@pytest.mark.parametrize("junk", JUNK)
def test_what_no_page_would_send_is_told_and_changes_nothing(
    client: Client, draft: Ruleset, junk: dict[str, list[str]]
) -> None:
    before, url = rulesets.load(draft.pk), address(draft, "rules", R8)
    given = opened(client, url)
    assert "Nothing was written." in sent(client, url, given | junk)
    for do in ("", "add:", "add:part-nothing", "up:part-outcomes-99", "remove:part", "jump:part-outcomes-0", "x"):
        assert client.post(url, {**given, **junk, "do": do}).status_code == 200
    assert rulesets.load(draft.pk) == before


@pytest.mark.parametrize("do", ["up:rules-99", "up:rules-x", "down:rules--1", "remove:rules-"])
def test_a_move_of_what_is_not_there_changes_nothing(client: Client, draft: Ruleset, do: str) -> None:
    before = rulesets.load(draft.pk)
    move(client, draft, do)
    assert rulesets.load(draft.pk) == before


def test_only_supervisors_edit_and_only_what_was_not_published(stage: Stage, client: Client, draft: Ruleset) -> None:
    published = Ruleset.objects.get(version=1)
    assert client.get(address(published, "rules", 0)).status_code == 403
    assert client.get(reverse("admin:dispatch_ruleset_edit", args=[published.pk])).status_code == 403
    assert client.get(address(draft, "rules", 99)).status_code == 404
    assert client.get(address(draft, "nothing", 0)).status_code == 404
    client.force_login(stage.cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(draft, "rules", 0)).status_code == 403
    assert client.post(address(draft, "rules", 0), {}).status_code == 403
