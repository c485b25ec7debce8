"""gunicorn's worker of threads, which answers whoever has reached it before it ends.

gthread stops accepting and closes its listener: connections that the kernel had accepted, and those not read yet, are
reset, so that a restart shows as failed requests. Here all of them are taken in and answered; who comes later is
refused and goes to another process.
"""

from __future__ import annotations

import select
import socket
import time
from types import FrameType
from typing import Final

from gunicorn.workers.gthread import ThreadWorker

UNREAD_FOR_S: Final = 1.0
"""How long a connection that has sent nothing yet is waited for."""


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """`--worker-class hearteam.web_worker.DrainingWorker`."""

    alive: bool
    leaving = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: leave with the next turn of the loop."""
        self.leaving = True

    def notify(self) -> None:
        """Called with each turn of the loop: to the arbiter, that this worker lives."""
        super().notify()
        if self.leaving and self.alive:
            self._drain()
            self.alive = False

    def _drain(self) -> None:
        self._turn(0)  # whoever waits to be accepted is
        for listener in self.sockets:
            while self.nr_conns < self.worker_connections and _somebody_waits(listener):
                self.accept(listener.getsockname(), listener)
            self.poller.unregister(listener)
            listener.close()
        deadline = time.monotonic() + UNREAD_FOR_S
        while self._unread() and time.monotonic() < deadline:
            self._turn(0.05)

    def _turn(self, seconds: float) -> None:
        for key, _ in self.poller.select(seconds):
            key.data(key.fileobj)

    def _unread(self) -> bool:
        """Whether a new connection has not sent its request yet; those kept open between requests do not count."""
        with self._lock:
            kept = {conn.sock for conn in self._keep}
            return any(key.fileobj not in kept for key in self.poller.get_map().values())


def _somebody_waits(listener: socket.socket) -> bool:
    """Asked of the kernel: requests that end meanwhile change the number of connections, so it tells nothing."""
    looked = select.poll()
    looked.register(listener, select.POLLIN)
    return bool(looked.poll(0))
