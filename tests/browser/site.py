"""The product as a browser meets it: front, web, live, timers and worker on the test database, with the demonstration's
people.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from hearteam.embedded import children
from hearteam.embedded.address import Address
from tests.waiting import until

STARTS_WITHIN_S = 180  # on a machine that has much else to do
ENDS_WITHIN_S = 30


class Site:
    """`base_url` is the one address; `users` are the demonstration's, by who they are."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="site-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        at_test = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": "hearteam.settings.test",
            "DATABASE_URL": at_test,
            "REDIS_URL": settings.REDIS_URL,
            "HEARTEAM_HOME": str(self.folder),
            "PORT": str(self.port),
            "TRAFFIC": "none",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.users: dict[str, dict[str, str]] = {}

    def prepare(self) -> Site:
        """Reference data and invented people, as `make run` loads them."""
        with override_settings(HEARTEAM_HOME=self.folder):
            for command in ("load_reference", "load_demo"):
                call_command(command, stdout=StringIO())
        demo = json.loads((self.folder / "demo.json").read_text())
        self.users = demo["users"] | demo["programs"]
        return self

    def start(self) -> Site:
        address = Address("127.0.0.1", self.port)
        wanted = {"front", "web", "live", "timers", "worker"}
        for child in children.all_children(self.folder, address, self.folder, "none"):
            if child.name in wanted:
                self.launch(child)
        try:
            until(self.answers, "the site answers", patience=STARTS_WITHIN_S)
        except AssertionError as error:
            raise AssertionError(self.output()) from error
        return self

    def launch(self, child: children.Child) -> None:
        with (self.folder / f"{child.name}.log").open("ab") as output:
            self.running[child.name] = subprocess.Popen(
                child.command,
                cwd=settings.PROJECT_DIR,
                env=self.environment | child.environment,
                stdout=output,
                stderr=output,
            )

    def restart(self, name: str) -> None:
        """Kill one process and start it again."""
        killed = self.running.pop(name)
        killed.kill()
        killed.wait()  # its address is free
        address = Address("127.0.0.1", self.port)
        for child in children.all_children(self.folder, address, self.folder, "none"):
            if child.name == name:
                self.launch(child)

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.base_url}/healthz", timeout=10) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def post(self, who: str, path: str, body: dict[str, Any]) -> Any:
        """An API command by token, for what a test needs beside the screens it looks at."""
        request = Request(
            f"{self.base_url}/api/{path}", data=json.dumps(body).encode(), method="POST",
            headers={"Authorization": f"Token {self.users[who]['token']}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def get(self, who: str, path: str) -> Any:
        request = Request(f"{self.base_url}/api/{path}", headers={"Authorization": f"Token {self.users[who]['token']}"})
        with urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def output(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
