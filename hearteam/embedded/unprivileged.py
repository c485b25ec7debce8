"""PostgreSQL refuses to run as root: for root, run it as an unprivileged user, or else in a user namespace."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hearteam.embedded.failure import CannotRun

NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class RunAs:
    """How to start a server: words before its command, and arguments for `subprocess`."""

    prefix: list[str] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)

    def own(self, path: Path) -> None:
        """Give `path` and all in it to whoever the server runs as."""
        if os.geteuid() == 0:
            owner = f"{self.arguments.get('user', 0)}:{self.arguments.get('group', 0)}"
            subprocess.run(["chown", "-R", owner, str(path)], check=True)

    def run(self, command: list[str], **arguments: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.prefix, *command],
            check=False,
            **{"cwd": "/", "capture_output": True, "text": True, **self.arguments, **arguments},
        )

    def start(self, command: list[str], **arguments: Any) -> subprocess.Popen[bytes]:
        """Start `command` in a session of its own: a Ctrl-C in the terminal is not for it."""
        return subprocess.Popen(
            [*self.prefix, *command],
            **{"cwd": "/", "start_new_session": True, "stdin": subprocess.DEVNULL, **self.arguments, **arguments},
        )


def choose(program: Path, folder: Path) -> RunAs:
    """Who runs `program` on the data in `folder`. Raises CannotRun where root has no way."""
    if os.geteuid() != 0:
        return RunAs()
    for name in USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        candidate = RunAs(arguments={"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []})
        probe = candidate.run(["/bin/sh", "-c", 'test -x "$1" && test -x "$2"', "sh", str(program), str(folder)])
        if probe.returncode == 0:
            return candidate
    namespace = RunAs(prefix=NAMESPACE)
    if shutil.which("unshare") and namespace.run(["true"]).returncode == 0:
        return namespace
    raise CannotRun(
        f"PostgreSQL does not run as root, and no unprivileged user can reach {folder}. "
        "Run as an ordinary user, or put the project in a folder that all may enter (such as /srv)."
    )
