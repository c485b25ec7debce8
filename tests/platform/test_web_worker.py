"""A web process that is ended answers whoever has reached it."""

from __future__ import annotations

import http.client
import selectors
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from gunicorn.config import Config

from hearteam.embedded.processes import free_port
from hearteam.web_worker import DrainingWorker
from tests.waiting import until

APPLICATION = """
import time

def application(environ, start_response):
    time.sleep(0.005)  # its work
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
ROUNDS = 2


def ask(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/", b"{}")
        return str(connection.getresponse().status)
    except ConnectionRefusedError:
        return "refused"
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def end_under_load(folder: Path, port: int) -> Counter[str]:
    """What clients met who asked all the while."""
    command = [sys.executable, "-m", "gunicorn", "wsgi_app:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "hearteam.web_worker.DrainingWorker", "--workers", "2", "--threads", "2"]
    command += ["--keep-alive", "0", "--chdir", str(folder), "--log-level", "error"]
    server = subprocess.Popen(command)
    try:
        until(lambda: ask(port) == "200", "it answers")
        met: Counter[str] = Counter()
        ended = threading.Event()

        def ask_on() -> None:
            while not ended.is_set():
                met[ask(port)] += 1

        clients = [threading.Thread(target=ask_on) for _ in range(12)]
        for client in clients:
            client.start()
        until(lambda: met["200"] > 100, "it is busy")
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
        until(lambda: met["refused"] > 0, "it is gone")
        ended.set()
        for client in clients:
            client.join()
        return met
    finally:
        server.kill()


def test_whoever_reached_it_is_answered_and_who_comes_later_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wsgi_app.py").write_text(APPLICATION)
    met = sum((end_under_load(tmp_path, free_port()) for _ in range(ROUNDS)), Counter[str]())
    assert set(met) == {"200", "refused"}, met


class BusyWorker(DrainingWorker):
    """One whose requests end just as others are accepted: its number of connections stays what it was."""

    def __init__(self, listener: socket.socket) -> None:
        self.cfg = Config()
        self.sockets, self.worker_connections, self.nr_conns = [listener], 1000, 4
        self._lock, self.poller, self.accepted = threading.RLock(), selectors.DefaultSelector(), 0
        self.poller.register(listener, selectors.EVENT_READ, lambda listener: None)

    def accept(self, server: Any, listener: Any) -> None:
        before = self.nr_conns
        super().accept(server, listener)
        self.accepted += self.nr_conns - before
        self.nr_conns = before

    def _unread(self) -> bool:
        return False


def test_all_who_wait_are_accepted_also_while_others_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        clients = [socket.create_connection(listener.getsockname()) for _ in range(3)]
        worker = BusyWorker(listener)
        worker._drain()
        assert worker.accepted == len(clients)
        for client in clients:
            client.close()
