"""Read an archive of events: prove it, tell a call's story from it, or put its events back (docs/backup.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.models import Call
from dispatch.queries.retention import as_kept
from hearteam.events.archive import BadArchive, archive_check, archived_frames, archived_put_back


class Command(BaseCommand):
    help = "Without an option: read every file and say whether all are whole."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--call", metavar="NUMBER", help="the events of this call, one JSON line each")
        what.add_argument("--put-back", action="store_true", help="insert the events into the table again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["call"]:
                self._tell(options["folder"], options["call"])
            elif options["put_back"]:
                self.stdout.write(f"{archived_put_back(options['folder'], as_kept)} events are in the table again.")
            else:
                files = archive_check(options["folder"])
                self.stdout.write(f"{len(files)} files, {sum(one.count for one in files)} events: whole.")
        except (BadArchive, OSError) as error:
            raise CommandError(str(error)) from error

    def _tell(self, folder: Path, number: str) -> None:
        call_id = Call.objects.filter(number=number).values_list("pk", flat=True).first()
        if call_id is None:
            raise CommandError(f"There is no call {number}.")
        for frame in archived_frames(folder, call_id=call_id):
            data = {name: value for name, value in frame["data"].items() if name != "changes"}
            self.stdout.write(json.dumps({**frame, "data": data}, ensure_ascii=False))
