"""Bring the Spanish catalogues in step with the sources, and compile them: locale/es/LC_MESSAGES."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hearteam.language import files
from hearteam.language.sources import all_texts


class Command(BaseCommand):
    """`manage.py texts [--check]`."""

    help = "Collect every text that a person sees into locale/, and compile it; --check only says what is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a text has no words yet, write nothing")

    def handle(self, *args: object, check: bool = False, **options: object) -> None:
        if check:
            found = [line for domain in files.DOMAINS for line in files.faults(domain)]
            if found:
                raise CommandError("\n".join(found))
            return
        texts = list(all_texts())
        for domain in files.DOMAINS:
            catalogue = files.in_step(domain, texts)
            files.write(domain, catalogue)
            empty = sum(1 for message in catalogue if message.id and not any(message.string))
            self.stdout.write(f"{files.path_of(domain).name}: {len(catalogue)} texts, {empty} without words")
