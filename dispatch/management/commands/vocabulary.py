"""`manage.py vocabulary import|export|list|activate|deactivate`: a center's own call types."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from dispatch.actions.vocabularies import (
    Imported,
    vocabulary_activate,
    vocabulary_deactivate,
    vocabulary_import,
)
from dispatch.queries import vocabularies
from dispatch.rules.spreadsheet import as_cell
from dispatch.rules.vocabulary_file import EXPORTED, MOST_BYTES, UnreadableVocabulary, read_vocabulary
from hearteam.problems import Problem
from partners.access import Actor, actor_for


class Command(BaseCommand):
    help = "The center's own words for what calls are about, and on which of them the triage questions are asked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        reads = does.add_parser("import", help="make one of a CSV file, or bring one up to date")
        reads.add_argument("name", help="its short name: letters, digits, - and _")
        reads.add_argument("file", type=Path, help="CSV with a header; columns are recognised by their names")
        reads.add_argument("--title", default="", help="how people call it")
        writes = does.add_parser("export", help="write one as CSV, with what was decided")
        writes.add_argument("name")
        writes.add_argument("-o", "--output", type=Path, help="a file instead of the standard output")
        does.add_parser("list", help="all of them, with the active one marked")
        activates = does.add_parser("activate", help="new calls are read by this one")
        activates.add_argument("name")
        deactivates = does.add_parser("deactivate", help="new calls are read by our own types only")
        for changes in (reads, activates, deactivates):
            changes.add_argument("--by", default="", help="the user name of the supervisor who does it")

    def handle(self, *, does: str, **options: Any) -> None:
        try:
            getattr(self, f"_{does}")(options)
        except Problem as problem:
            raise CommandError(problem.detail) from problem

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                read = read_vocabulary(file.read(MOST_BYTES + 1))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnreadableVocabulary as error:
            raise CommandError(f"{path.name}: {error}") from error
        for bad in read.bad_rows:
            self.stderr.write(f"{path.name}:{bad.line}: {bad.reason}")
        by = _actor(options["by"])
        self._report(vocabulary_import(by=by, name=options["name"], title=options["title"], rows=read.rows))

    def _report(self, done: Imported) -> None:
        for doubt in done.doubts:
            self.stderr.write(doubt)
        if done.gone:
            self.stderr.write(f"Not in the file any more, kept: {', '.join(done.gone)}")
        self.stdout.write(
            f"{done.vocabulary.title}: {done.new} new, {done.proposed_again} proposed again,"
            f" {done.kept} decided and kept, {len(done.gone)} gone from the file"
        )

    def _export(self, options: dict[str, Any]) -> None:
        rows = vocabularies.exported(options["name"])
        if rows is None:
            raise CommandError(f"There is no vocabulary {options['name']}.")
        path: Path | None = options["output"]
        try:
            out = path.open("w", encoding="utf-8", newline="") if path else self.stdout
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        writer = csv.DictWriter(out, EXPORTED, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: as_cell(text) for name, text in row.items()} for row in rows)
        if path:
            out.close()

    def _list(self, options: dict[str, Any]) -> None:
        for row in vocabularies.all_vocabularies():
            mark = "*" if row.active else " "
            self.stdout.write(f"{mark} {row.name}: {row.title}, {row.types} types, {row.undecided} not decided")

    def _activate(self, options: dict[str, Any]) -> None:
        row = vocabulary_activate(by=_actor(options["by"]), name=options["name"])
        undecided = row.entries.filter(decided=False).count()
        self.stdout.write(f"New calls are read by {row.title}; {undecided} of its types are as proposed, not decided.")

    def _deactivate(self, options: dict[str, Any]) -> None:
        vocabulary_deactivate(by=_actor(options["by"]))
        self.stdout.write("New calls are read by our own call types only.")


def _actor(username: str) -> Actor:
    if not username:
        return Actor.system("command line")
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username}.")
    return actor_for(user)
