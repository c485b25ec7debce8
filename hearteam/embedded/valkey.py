"""The private Valkey (or Redis) of one HEARTEAM_HOME: start or adopt it, stop it."""

import secrets
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis

from hearteam.embedded import binaries, disk, processes, unprivileged
from hearteam.embedded.failure import CannotRun
from hearteam.embedded.postgres import clean_environment, tail


@dataclass(frozen=True)
class Valkey:
    """`home`: where its folder goes. `durable=False` keeps nothing on disk (tests)."""

    home: Path
    durable: bool = True

    def start(self) -> str:
        """Make sure it runs and answers; returns its `redis://` URL. Raises CannotRun."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.is_running():
            self._start_server()
        if not processes.wait_until(self._answers, 20):
            raise CannotRun(f"Valkey does not answer. The end of {self.log}:\n{tail(self.log)}")
        return self.url()

    def stop(self) -> None:
        pid = self.pid()
        if pid:
            processes.stop(pid, self._needle(), signal.SIGTERM, 10)

    def is_running(self) -> bool:
        pid = self.pid()
        return pid is not None and processes.is_running(pid, self._needle())

    def url(self, database: int = 0) -> str:
        return f"redis://:{(self.home / 'valkey.password').read_text()}@127.0.0.1:{self._port()}/{database}"

    @property
    def folder(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "valkey.log"

    def pid(self) -> int | None:
        try:
            return int((self.home / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None

    def _port(self) -> int:
        return int((self.home / "valkey.port").read_text())

    def _needle(self) -> str:
        # The server shows its address as its command line once it listens.
        return f"-server 127.0.0.1:{self._port()}"

    def _start_server(self) -> None:
        program = binaries.valkey_server()
        run_as = unprivileged.choose(program, self.home)
        run_as.own(self.folder)
        port_file = self.home / "valkey.port"
        port = processes.free_port(int(port_file.read_text()) if port_file.exists() else None)
        disk.overwrite(port_file, str(port))
        with self.log.open("ab") as log:
            server = run_as.start(
                [str(program), "-"], stdin=subprocess.PIPE, stdout=log, stderr=log, env=clean_environment()
            )
        assert server.stdin is not None
        server.stdin.write(self._configuration(port, self._own_password()).encode())
        server.stdin.close()
        try:
            disk.overwrite(self.home / "valkey.pid", str(server.pid))
        except OSError:
            server.kill()  # nobody would ever find it again
            raise
        processes.wait_until(lambda: server.poll() is not None or self.is_running(), 10)
        if server.poll() is not None:
            raise CannotRun(f"Valkey did not start. The end of {self.log}:\n{tail(self.log)}")

    def _own_password(self) -> str:
        path = self.home / "valkey.password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(16))
        return path.read_text()

    def _configuration(self, port: int, password: str) -> str:
        """Given on standard input: the password is neither in the process list nor in a file that others read."""
        lines = [
            f"port {port}",
            "bind 127.0.0.1",
            f"requirepass {password}",
            f'dir "{self.folder}"',
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "databases 64",
            "client-output-buffer-limit pubsub 256mb 64mb 60",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_connect_timeout=2, socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
