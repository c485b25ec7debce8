"""`manage.py device add|list|revoke`: phones that report positions."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.actions.devices import device_add, device_revoke
from dispatch.models import Device
from hearteam.problems import Problem
from partners.access import Actor
from partners.models import Person, Unit

BY = Actor.system("command line")


class Command(BaseCommand):
    help = "Phones that report where units are by Traccar Client or OwnTracks (docs/positions.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        adds = does.add_parser("add", help="make one, and show its token: it cannot be shown again")
        adds.add_argument("label", help="what people call the phone")
        whose = adds.add_mutually_exclusive_group(required=True)
        whose.add_argument("--unit", default="", help="it stays in this unit's car")
        whose.add_argument("--person", default="", help="the user name of who carries it, on whatever unit they are")
        does.add_parser("list", help="all of them")
        revokes = does.add_parser("revoke", help="its token is worth nothing from now on")
        revokes.add_argument("label")

    def handle(self, *, does: str, **options: Any) -> None:
        try:
            getattr(self, f"_{does}")(options)
        except Problem as problem:
            raise CommandError(problem.detail) from problem

    def _add(self, options: dict[str, Any]) -> None:
        device = Device(label=options["label"].strip())
        if options["unit"]:
            device.unit = Unit.objects.filter(callsign=options["unit"].strip().upper(), active=True).first()
        else:
            device.person = Person.objects.filter(user__username=options["person"].strip(), active=True).first()
        if device.unit is None and device.person is None:
            raise CommandError(f"There is no {options['unit'] or options['person']} on the roster.")
        self.stdout.write(device_add(by=BY, device=device))

    def _list(self, options: dict[str, Any]) -> None:
        for device in Device.objects.select_related("unit", "person"):
            whose = device.unit or device.person
            seen = f"seen {device.last_seen_at:%Y-%m-%d %H:%M} UTC" if device.last_seen_at else "never seen"
            state = f"revoked by {device.revoked_by}" if device.revoked_at else seen
            self.stdout.write(f"{device.label}: {whose}, {state} {device.last_verdict}".rstrip())

    def _revoke(self, options: dict[str, Any]) -> None:
        device = Device.objects.filter(label=options["label"].strip()).first()
        if device is None:
            raise CommandError(f"There is no device {options['label']}.")
        device_revoke(by=BY, device=device)
        self.stdout.write(f"{device.label} is revoked.")
