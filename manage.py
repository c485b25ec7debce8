#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses the private services of this machine (`hearteam.embedded`)."""

import os
import sys

from django.core.management import execute_from_command_line

from hearteam.embedded.failure import CannotRun
from hearteam.embedded.services import use_for_this_command
from hearteam.settings.environment import home_dir


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
    try:
        if not os.environ["DJANGO_SETTINGS_MODULE"].endswith(".prod"):
            use_for_this_command(home_dir())
    except CannotRun as reason:
        sys.exit(str(reason))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
