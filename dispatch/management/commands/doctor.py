"""`manage.py doctor`: look at a running installation and say what is wrong, in words, and what to do.

Exit code: 0 all is well, 1 something should be seen to, 2 something does not work.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from dispatch.doctor.center import look_at_center
from dispatch.doctor.configuration import look_at_configuration
from dispatch.doctor.database import look_at_database
from dispatch.doctor.finding import Finding, Level, failed
from dispatch.doctor.services import look_at_services
from hearteam.settings import environment

SIGNS: Final = {Level.WELL: "ok", Level.WARNING: "LOOK", Level.FAILED: "WRONG"}


class Command(BaseCommand):
    help = "Look at a running installation: what is wrong, and what to do. Exit code 0, 1 (see to it) or 2 (broken)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="One JSON document instead of sentences.")
        parser.add_argument("--url", default="", help="The address that browsers use; default: that of make run.")
        parser.add_argument("--all", action="store_true", help="Also say what is well.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = examine(options["url"].rstrip("/") or own_address())
        worst = max(finding.level for finding in found)
        if options["json"]:
            said = [{**asdict(finding), "level": finding.level.name.lower()} for finding in found]
            self.stdout.write(json.dumps({"level": worst.name.lower(), "findings": said}, indent=1))
        else:
            self.tell(found, options["all"])
        sys.exit(int(worst))

    def tell(self, found: list[Finding], everything: bool) -> None:
        shown = [finding for finding in found if everything or finding.level > Level.WELL]
        for finding in sorted(shown, key=lambda finding: -finding.level):
            self.stdout.write(f"{SIGNS[finding.level]:5} {finding.check}: {finding.says}")
            if finding.do:
                self.stdout.write(f"      -> {finding.do}")
        wrong = sum(finding.level > Level.WELL for finding in found)
        self.stdout.write(
            f"{len(found)} checks, {wrong or 'none'} to see to." if wrong else f"{len(found)} checks: all is well."
        )


def examine(url: str) -> list[Finding]:
    """Every check. What cannot be looked at while the database is away is left out."""
    found = look_at_database()
    answers = found[0].level < Level.FAILED
    looks: list[Callable[[], list[Finding]]] = [lambda: look_at_services(url), look_at_configuration]
    if answers:
        looks.append(look_at_center)
    for look in looks:
        try:
            found += look()
        except Error as error:
            connection.close()
            do = "Run the doctor again; look at PostgreSQL's log if it stays so."
            found.append(failed("database", f"A check could not be finished: {type(error).__name__}.", do))
    return found


def own_address() -> str:
    """Where `make run` of this HEARTEAM_HOME is reached; SITE_URL where it is another's; empty when unknown."""
    if said := environment.text("SITE_URL"):
        return said.rstrip("/")
    lock = settings.HEARTEAM_HOME / "run.lock"
    return lock.read_text().strip() if lock.exists() else ""
