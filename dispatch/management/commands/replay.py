"""`manage.py replay FILE [--day 2025-11-03] [--speed 60]`: a recorded day through the same actions a person uses."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from dispatch.replay.driver import Replay
from dispatch.replay.reading import read_export
from dispatch.replay.records import Reading, UnreadableExport
from dispatch.replay.session import prepare
from dispatch.replay.summary import as_text, summarise

MOST_SHOWN = 20


class Command(BaseCommand):
    """Replay an export. Exit status 1 when a call is left open."""

    help = "Replay a recorded export (CAD or the city's open data) through the same actions a person uses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--day", type=date.fromisoformat, help="only this local day, such as 2025-11-03")
        parser.add_argument("--speed", type=int, default=1, help="times as fast as it happened; 0: as fast as it goes")
        parser.add_argument("--seed", type=int, default=1, help="of what the export does not say (places, answers)")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *, file: Path, day: date | None, speed: int, seed: int, **options: Any) -> None:
        if speed < 0:
            raise CommandError("The speed is 0 or more.")
        zone = ZoneInfo(settings.TIME_ZONE)
        try:
            reading = read_export(file, zone=zone, day=day)
        except UnreadableExport as error:
            raise CommandError(str(error)) from error
        self._say_bad_rows(reading)
        recording = prepare(reading, seed=seed, zone=zone, now=timezone.now())
        if recording is None:
            raise CommandError(f"There is no incident to replay{f' on {day}' if day else ''} in {file.name}.")
        replay = Replay([recording], speed=speed, seed=seed)
        began, statements = time.monotonic(), _Statements()
        with connection.execute_wrapper(statements):
            replay.run()
        summary = summarise(reading, recording.incidents, recording.references, recording.shift)
        summary |= {
            "file": file.name,
            "format": reading.format,
            "day": day.isoformat() if day else None,
            "speed": speed,
            "laid_on": replay.runs[0].received_at.astimezone(zone).date().isoformat(),
            "refused": replay.stage.problems,
            "took_s": round(time.monotonic() - began, 1),
            "commands": sum(replay.stage.commands.values()),
            "statements": statements.count,
        }
        self.stdout.write(json.dumps(summary, indent=2) if options["json"] else self._text(summary))
        if summary["open"] or summary["calls"] < summary["incidents"]:
            raise CommandError(f"{summary['incidents'] - summary['closed']} of {summary['incidents']} have not ended.")

    def _text(self, summary: dict[str, Any]) -> str:
        refused = [f"refused: {sentence}" for sentence in summary["refused"][:MOST_SHOWN]]
        head = (
            f"{summary['file']} laid on {summary['laid_on']} in {summary['took_s']} s, {summary['commands']} commands"
        )
        return "\n".join([head, as_text(summary), *refused])

    def _say_bad_rows(self, reading: Reading) -> None:
        for bad in reading.bad_rows[:MOST_SHOWN]:
            self.stderr.write(f"line {bad.line}: {bad.reason}")
        if len(reading.bad_rows) > MOST_SHOWN:
            self.stderr.write(f".. and {len(reading.bad_rows) - MOST_SHOWN} more rows left out (all with --json)")


class _Statements:
    """Counts SQL statements."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)
