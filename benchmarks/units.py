"""Put more units on shift in the database of DATABASE_URL: `python -m benchmarks.units 200`. For benchmarks only."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
django.setup()

from django.db import transaction  # noqa: E402  (models need set-up Django)

from partners.models import Unit  # noqa: E402
from tests.factories import make_unit  # noqa: E402

TEAMS = ("CRT", "CRMHC", "HPD", "EMS", "HFD")


def main() -> None:
    """The call signs are those of no real unit, so that they do not meet the demo's. Who is there already stays."""
    with transaction.atomic():
        there = set(Unit.objects.values_list("callsign", flat=True))
        for number in range(int(sys.argv[1])):
            team = TEAMS[number % len(TEAMS)]
            if f"{team}{100 + number}" not in there:
                make_unit(f"{team}{100 + number}", team, at=(41.74 + number % 20 / 300, -72.71 + number // 20 / 300))


if __name__ == "__main__":
    main()
