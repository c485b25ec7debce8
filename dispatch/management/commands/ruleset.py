"""`manage.py ruleset list|export|check|diff|import`: rulesets as files, so that a city can keep them in git.

Ends with 0 when all is well, 1 when a ruleset is unsafe or two differ, 2 for what cannot be understood or done.
"""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from dispatch.actions.ruleset_proof import Proof, prove
from dispatch.actions.rulesets import ruleset_import
from dispatch.models import Ruleset
from dispatch.queries import rulesets
from dispatch.queries.ruleset_roster import missing_teams
from dispatch.rules import ruleset as rules
from dispatch.rules.difference import differences
from dispatch.rules.ruleset_file import MOST_BYTES, FileProblem, RulesetFileError, read_ruleset
from dispatch.rules.ruleset_text import write_ruleset
from dispatch.rules.yaml_nodes import compose, line_of, lines_of
from hearteam.problems import Problem
from partners.access import Actor, actor_for

UNSAFE_OR_DIFFERENT = 1
BAD_INPUT = 2
WHICH = 'an id, "NAME vN", NAME for its newest version, or "current" for the one that decides'


@dataclass(frozen=True, slots=True)
class RulesetFile:
    """A file that was read: its rules, and its bytes for telling lines."""

    path: Path
    data: bytes
    ruleset: rules.Ruleset

    def misfits(self) -> list[FileProblem]:
        """The lines with teams that the roster does not have."""
        missing = missing_teams(self.ruleset)
        if not missing:
            return []
        lines = lines_of(compose(self.data.decode("utf-8-sig")))
        return [FileProblem(line_of(lines, problem.path), problem.reason) for problem in missing]


class Command(BaseCommand):
    help = (
        "Rulesets as YAML files. Importing makes a draft; checks, approval and publication are in the administration."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        does.add_parser("list", help="every stored version")
        exports = does.add_parser("export", help="write one as YAML")
        exports.add_argument("ruleset", nargs="?", default="current", help=WHICH)
        exports.add_argument("-o", "--output", type=Path, help="a file instead of the standard output")
        checks = does.add_parser("check", help="prove one, stored or in a file; nothing is written")
        checks.add_argument("ruleset", help=f"a YAML file, or {WHICH}")
        differs = does.add_parser("diff", help="what differs from one to another, stored or in files")
        differs.add_argument("old", help=f"a YAML file, or {WHICH}")
        differs.add_argument("new", help="the same")
        reads = does.add_parser("import", help="make a draft of a file")
        reads.add_argument("file", type=Path)
        reads.add_argument("--by", required=True, help="the user name of the supervisor who writes it")
        reads.add_argument("--note", default="", help="what it is for")

    def handle(self, *, does: str, **options: Any) -> None:
        try:
            getattr(self, f"_{does}")(options)
        except Problem as problem:
            for reason in (problem.errors or {}).get("ruleset", []):
                self.stderr.write(reason)
            raise CommandError(problem.detail, returncode=BAD_INPUT) from problem

    def _list(self, options: dict[str, Any]) -> None:
        for row in Ruleset.objects.order_by("name", "version"):
            approved = f", approved by {row.approver_name}" if row.approver_name else ""
            when = f", from {timezone.localtime(row.effective_at):%Y-%m-%d %H:%M %Z}" if row.effective_at else ""
            told = f"{row.get_status_display().lower()}{when}, written by {row.author_name}{approved}"
            self.stdout.write(f"{row.pk}  {row}: {told}")

    def _export(self, options: dict[str, Any]) -> None:
        text = write_ruleset(rulesets.load(rulesets.named(options["ruleset"]).pk))
        path: Path | None = options["output"]
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=BAD_INPUT) from error

    def _check(self, options: dict[str, Any]) -> None:
        ruleset = self._ruleset(options["ruleset"])
        proof = self._proof(ruleset)
        self.stdout.write(f"{ruleset.name} v{ruleset.version}: {proof.report['decisions']:,} decisions checked.")
        for line in told(proof):
            self.stdout.write(line)
        if proof.failures:
            raise CommandError(f"Not safe: {len(proof.failures)} found.", returncode=UNSAFE_OR_DIFFERENT)
        self.stdout.write("Safe.")

    def _proof(self, ruleset: rules.Ruleset) -> Proof:
        try:
            return prove(ruleset)
        except DatabaseError:
            self.stderr.write("There is no roster to compare with: the ruleset is checked alone.")
            return prove(ruleset, with_roster=False)

    def _diff(self, options: dict[str, Any]) -> None:
        found = differences(self._ruleset(options["old"]), self._ruleset(options["new"]))
        for difference in found:
            self.stdout.write(difference.text)
        if found:
            raise CommandError(f"They differ: {len(found)} found.", returncode=UNSAFE_OR_DIFFERENT)
        self.stdout.write("They are the same.")

    def _import(self, options: dict[str, Any]) -> None:
        by = supervisor(options["by"])
        file = self._file(options["file"])
        self._stop_for(file.path, file.misfits())
        row = ruleset_import(by=by, ruleset=file.ruleset, note=options["note"])
        self.stdout.write(f"{row} is a draft now, its id is {row.pk}.")

    def _ruleset(self, which: str) -> rules.Ruleset:
        path = Path(which)
        if path.suffix in (".yaml", ".yml") or path.is_file():
            return self._file(path).ruleset
        return rulesets.load(rulesets.named(which).pk)

    def _file(self, path: Path) -> RulesetFile:
        """A ruleset file; of one that is too long no more is read than it takes to know."""
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            return RulesetFile(path, data, read_ruleset(data))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=BAD_INPUT) from error
        except RulesetFileError as error:
            self._stop_for(path, error.problems)
            raise

    def _stop_for(self, path: Path, problems: list[FileProblem]) -> None:
        """Say what is wrong, line by line, and end; go on when nothing is."""
        for problem in problems:
            self.stderr.write(f"{path}:{problem.line}: {problem.reason}")
        if problems:
            raise CommandError(f"{path} is no ruleset that can be used; nothing was changed.", returncode=BAD_INPUT)


def supervisor(username: str) -> Actor:
    """The user who acts; what they may do, the action asks."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}.", returncode=BAD_INPUT)
    return actor_for(user)


def told(proof: Proof) -> list[str]:
    """What was found, the dangers first."""
    report = proof.report
    lines = [f"UNSAFE {line}" for line in proof.failures]
    lines += [f"warning: {line}" for line in report["warnings"]]
    lines += [f"never counts: {name}" for name in report["unreachable"]]
    lines += [f"only the last rule covers: {report['gap']}"] if report["gap"] else []
    lines += ["overlaps were not looked for: too many outcomes to compare"] if report["overlaps_skipped"] else []
    return [*lines, *(f"order matters: {overlap['text']}" for overlap in report["overlaps"])]
