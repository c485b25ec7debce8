#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it uses this machine's private database, starting it when it is not up."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearteam.settings.dev")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
