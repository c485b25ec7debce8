"""`manage.py what_if`: try a ruleset, hours or units on the stored calls, and print what would have been different."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dispatch.queries import rulesets
from dispatch.queries.whatif import DEFAULT_DAYS, civilian_teams
from dispatch.queries.whatif_calls import result, scenario
from dispatch.rules import ruleset as rules
from dispatch.rules.evaluate import NoRuleMatchesError
from dispatch.rules.ruleset_file import MOST_BYTES, RulesetFileError, read_ruleset
from dispatch.rules.whatif_hours import ScenarioError, checked_hours, checked_units, hours_text, read_hours, read_units
from dispatch.rules.whatif_text import DIRECTIONS, figures, file_rows, group_more, group_texts, headline, notes
from hearteam.problems import NotFound


class Command(BaseCommand):
    help = (
        "What a ruleset (its id, or a file that is only tried), added hours or added units would have changed for the "
        "stored calls. Nothing is stored: for an approval request the what-if in the administration."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ruleset", default="", help="Id of a stored ruleset, or a YAML file; else the one in force."
        )
        parser.add_argument(
            "--hours", action="append", default=[], help="CRT=1-5:08:00-22:00 (1 is Monday); repeatable."
        )
        parser.add_argument("--extra-unit", action="append", default=[], help="CRT=1; repeatable.")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="How far back.")
        parser.add_argument("--csv", type=Path, help="Write the rows to this file.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 1_830:
            raise CommandError("--days is from 1 to 1830.")
        ruleset = _ruleset(options["ruleset"])
        now = timezone.now()
        try:
            teams = civilian_teams()
            hours = checked_hours(read_hours(options["hours"]), teams)
            units = checked_units(read_units(options["extra_unit"]), teams)
            found = result(scenario(ruleset, hours, units), now - timedelta(days=options["days"]), now)
        except ScenarioError as error:
            raise CommandError(str(error)) from error
        except NoRuleMatchesError as error:
            raise CommandError("The ruleset gives some calls no response: check it first.") from error
        summary, groups = found.summary(), [group.data() for group in found.groups]
        if options["csv"]:
            with options["csv"].open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(file_rows(summary, groups))
        if options["json"]:
            tried = {"ruleset": f"{ruleset.name} v{ruleset.version}", "hours": hours_text(hours), "extra_units": units}
            self.stdout.write(json.dumps({**tried, "days": options["days"], "summary": summary, "groups": groups}))
            return
        self._print(f"{ruleset.name} v{ruleset.version}, the last {options['days']} days", hours_text(hours), units)
        self._print_figures(summary, groups)

    def _print(self, title: str, hours: list[str], units: dict[str, int]) -> None:
        self.stdout.write(title)
        for line in (*(f"+ hours {line}" for line in hours), *(f"+ {n} unit of {team}" for team, n in units.items())):
            self.stdout.write(line)

    def _print_figures(self, summary: dict[str, Any], groups: list[dict[str, Any]]) -> None:
        self.stdout.write(headline(summary))
        self.stdout.write(f"\n{'':34}{'before':>18}{'after':>18}")
        for row in figures(summary):
            self.stdout.write(f"{row.label[:33]:34}{row.before:>18}{row.after:>18}  {row.note}".rstrip())
        for group in groups:
            before, after = group_texts(group)
            self.stdout.write(f"\n{group['calls']} x {DIRECTIONS[group['direction']]}: {before} -> {after}")
            self.stdout.write(f"    for example {', '.join(group['examples'])}")
            for line in group_more(group):
                self.stdout.write(f"    {line}")
        self.stdout.write("")
        for line in notes(summary):
            self.stdout.write(line)


def _ruleset(asked: str) -> rules.Ruleset:
    """The ruleset in force, one by id, or one from a file."""
    if not asked:
        return rulesets.current()[1]
    try:
        if asked.isdigit():
            return rulesets.load(int(asked))
        with Path(asked).open("rb") as file:
            return read_ruleset(file.read(MOST_BYTES + 1))
    except NotFound as error:
        raise CommandError(error.detail) from error
    except OSError as error:
        raise CommandError(f"{asked} cannot be read: {error.strerror}.") from error
    except RulesetFileError as error:
        raise CommandError(str(error)) from error
