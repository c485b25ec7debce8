"""A web process that is ended answers whoever has reached it."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from hearteam.embedded.processes import free_port
from tests.waiting import until

APPLICATION = """
import time

def application(environ, start_response):
    time.sleep(0.005)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
ROUNDS = 2


def ask(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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
        assert server.wait(20) == 0
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
