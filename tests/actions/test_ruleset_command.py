"""`manage.py ruleset`: files a city keeps in git; bad ones are told line by line and change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.rules import ruleset as rules
from dispatch.rules.ruleset_file import DEFAULT_FILE, parse_ruleset
from dispatch.rules.ruleset_text import write_ruleset
from partners.models import Team
from tests.actions.ruleset_steps import default_table, draft, edited, published
from tests.stage import Stage

DEFAULT = str(DEFAULT_FILE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code, and what it said."""

    code: int
    out: str
    err: str


def run(*words: object) -> Ended:
    out, err = StringIO(), StringIO()
    try:
        call_command("ruleset", *map(str, words), stdout=out, stderr=err)
    except CommandError as error:
        return Ended(error.returncode, out.getvalue(), f"{err.getvalue()}{error}")
    return Ended(0, out.getvalue(), err.getvalue())


def a_file(folder: Path, text: str) -> Path:
    path = folder / "hartford.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_exported_is_imported_as_the_same_draft(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "out.yaml"
    assert run("export", "-o", path).code == 0
    exported = parse_ruleset(path.read_text(encoding="utf-8"))
    assert exported == default_table()
    path.write_text(write_ruleset(replace(exported, version=7)), encoding="utf-8")
    ended = run("import", path, "--by", "supervisor", "--note", "From git")
    row = Ruleset.objects.get(version=7)
    assert (ended.code, row.status, row.author_name, row.note) == (0, "draft", "supervisor", "From git")
    assert str(row.pk) in ended.out
    assert rulesets.load(row.pk) == replace(exported, version=7)


def test_a_version_is_named_by_id_name_or_current(stage: Stage) -> None:
    published(stage, 2)
    row = draft(stage, 3)
    for which, version in (("current", 2), (row.pk, 3), ("Hartford default", 3), ("Hartford default v1", 1)):
        assert parse_ruleset(run("export", which).out).version == version


@pytest.mark.parametrize("which", ["Nowhere", "Hartford default v99", "9" * 30, "0"])
def test_a_version_that_does_not_exist_is_told(stage: Stage, which: str) -> None:
    ended = run("export", which)
    assert (ended.code, ended.out) == (2, "")
    assert f"There is no ruleset {which}." in ended.err


def test_the_list_says_what_became_of_each(stage: Stage) -> None:
    published(stage)
    lines = run("list").out.splitlines()
    assert len(lines) == 2
    assert "Hartford default v1: retired" in lines[0]
    assert "published, from 20" in lines[1]
    assert "approved by supervisor-2" in lines[1]


def test_a_safe_file_is_said_to_be_safe_and_nothing_is_stored(stage: Stage) -> None:
    ended = run("check", DEFAULT)
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "Safe.")
    assert Ruleset.objects.count() == 1


def test_an_unsafe_file_ends_with_1_and_its_counterexample(stage: Stage, tmp_path: Path) -> None:
    alone = rules.Outcome(tier=4, priority=3, options=(rules.Option(send=("CRT",)), rules.Option(send=("POLICE",))))
    unsafe = replace(edited(), rules=(rules.Rule("R0", "Always CRT", rules.ALWAYS, (alone,)), *edited().rules))
    ended = run("check", a_file(tmp_path, write_ruleset(unsafe)))
    assert ended.code == 1
    assert "UNSAFE invariant 2: " in ended.out
    assert "Safe." not in ended.out


def test_a_stored_draft_is_checked_without_becoming_checked(stage: Stage) -> None:
    row = draft(stage)
    assert run("check", row.pk).code == 0
    row.refresh_from_db()
    assert row.status == "draft"


def test_the_same_two_do_not_differ_and_others_are_told_apart(stage: Stage) -> None:
    assert run("diff", DEFAULT, "current").code == 0
    row = draft(stage)
    ended = run("diff", "current", row.pk)
    assert ended.code == 1
    assert "Danger now (2)" in ended.out


BAD = {
    "an answer that is not offered": ("weapon: [IN_HAND]", "weapon: [SWORD]"),
    "a question that is not asked": ("weapon: [IN_HAND]", "wepon: [IN_HAND]"),
    "a rule for a team that is nowhere": ("send: [CRT]", "send: [NIGHTCARE]"),
}


@pytest.mark.parametrize(("right", "wrong"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_by_line_and_changes_nothing(stage: Stage, tmp_path: Path, right: str, wrong: str) -> None:
    text = write_ruleset(edited())
    assert right in text
    path = a_file(tmp_path, text.replace(right, wrong, 1))
    line = text[: text.index(right)].count("\n") + 1
    for does in (("check", path), ("import", path, "--by", "supervisor"), ("diff", path, "current")):
        ended = run(*does)
        assert ended.code == 2
        assert f"{path}:{line}: " in ended.err
    assert Ruleset.objects.count() == 1


def test_a_team_that_is_not_in_the_roster_is_told_by_line(stage: Stage, tmp_path: Path) -> None:
    Team.objects.filter(code="WHEELER").update(active=False)
    text = write_ruleset(edited())
    path = a_file(tmp_path, text)
    line = text[: text.index("\n  WHEELER:")].count("\n") + 2
    ended = run("import", path, "--by", "supervisor")
    assert ended.code == 2
    assert f"{path}:{line}: there is no active civilian team WHEELER" in ended.err
    assert Ruleset.objects.count() == 1


def test_a_file_of_5_mb_is_refused_before_it_is_read_whole(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(5_000_000)
    ended = run("import", path, "--by", "supervisor")
    assert ended.code == 2
    assert "longer than" in ended.err


@pytest.mark.parametrize("who", ["nobody", "dispatcher"])
def test_only_a_supervisor_imports(stage: Stage, tmp_path: Path, who: str) -> None:
    assert run("import", a_file(tmp_path, write_ruleset(edited())), "--by", who).code == 2
    assert Ruleset.objects.count() == 1


def test_a_version_that_exists_is_not_imported_again(stage: Stage) -> None:
    ended = run("import", DEFAULT, "--by", "supervisor")
    assert ended.code == 2
    assert "higher version" in ended.err


def test_a_file_that_is_not_there_is_told(stage: Stage, tmp_path: Path) -> None:
    assert "No such file" in run("check", tmp_path / "none.yaml").err
    assert "cannot be written" in run("export", "-o", tmp_path / "none" / "out.yaml").err
