"""Cleans up after a supervisor that was killed: waits for the end of its pipe, then stops what it left.

Started by run.py with the pipe as standard input. When the supervisor ended as it should, there is nothing left to do.
"""

import signal
import sys
from pathlib import Path

from hearteam.embedded.services import Services
from hearteam.embedded.supervisor import SIGNALS, end_leftovers


def main() -> None:
    home = Path(sys.argv[1])
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_leftovers(home)
    Services.from_environment(home).stop_if_unused()


if __name__ == "__main__":
    main()
