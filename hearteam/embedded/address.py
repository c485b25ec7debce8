"""HOST, PORT and TRAFFIC as `make run` was given them. Standard library only: read before anything is installed."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from hearteam.embedded.failure import CannotRun

EVERY_ADDRESS = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Address:
    """Where the front listens."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """From HOST and PORT. Raises CannotRun where they make no sense."""
        text = os.environ.get("PORT") or "8000"
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}. Example: make run PORT=8001")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(text))

    @property
    def url(self) -> str:
        """What a browser on this machine opens."""
        host = "127.0.0.1" if self.host in EVERY_ADDRESS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def must_be_free(self) -> None:
        """Raises CannotRun when another program listens here, or when the address is not one of this machine."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            for family, kind, protocol, _, at in found:
                with socket.socket(family, kind, protocol) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(at)
        except PermissionError as error:
            raise CannotRun(f"Port {self.port} is for root only. Choose another: make run PORT=8000") from error
        except socket.gaierror as error:
            raise CannotRun(f"HOST {self.host!r} is not a known address. Leave it out to use 127.0.0.1.") from error
        except OSError as error:
            if error.errno in TAKEN:
                raise CannotRun(
                    f"Port {self.port} is taken by another program. Choose another: make run PORT={self.port + 1}"
                ) from error
            raise CannotRun(f"{self.host} port {self.port} cannot be used: {error.strerror}.") from error


TAKEN = (48, 98)  # EADDRINUSE on macOS and Linux


def traffic_source() -> str:
    """TRAFFIC: "demo", "none" or the absolute path of a file. Raises CannotRun for a file that is not there."""
    text = os.environ.get("TRAFFIC") or "demo"
    if text in ("demo", "none"):
        return text
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        raise CannotRun(f"TRAFFIC is {text!r}: it must be demo, none, or a file, and there is no such file.")
    return str(path)
