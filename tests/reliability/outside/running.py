"""The whole system with two of each process under the product's own supervisor, which makes them as
`make run` does.

    python -m tests.reliability.outside.running HOME WEB1 WEB2 LIVE1 LIVE2        (ports on 127.0.0.1)

The supervisor starts again what dies, PostgreSQL and Valkey too; killing is the business of `machine.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from hearteam.embedded import forks, processes
from hearteam.embedded.children import BIN, Child, celery, figures_folder, shared_environment
from hearteam.embedded.prepare import code_fingerprint, prepare
from hearteam.embedded.run import COPIED
from hearteam.embedded.services import Services, make_home
from hearteam.embedded.supervisor import Supervisor
from hearteam.settings.environment import PROJECT_DIR

WELL = "The system is started."


def children(home: Path, web: list[int], live: list[int]) -> list[Child]:
    """Two of each, as behind a proxy: one address each, one request a connection."""
    found = [Child(f"web-{n}", gunicorn(port), {"DATABASE_CONN_MAX_AGE": "60"}) for n, port in enumerate(web, 1)]
    found += [Child(f"live-{n}", uvicorn(port), {"DATABASE_CONN_MAX_AGE": "0"}) for n, port in enumerate(live, 1)]
    found += [Child(f"timers-{n}", [sys.executable, "manage.py", "run_timers"], {}) for n in (1, 2)]
    found += [
        Child("worker", [*celery("worker"), "-c", "1", "--without-gossip", "--without-mingle"], {}),
        Child("beat", [*celery("beat"), "-s", str(home / "beat.db"), "--pidfile="], {}),
    ]
    for_all = shared_environment(home)
    return [
        Child(c.name, c.command, {**for_all, **c.environment, "HEARTEAM_PROCESS": c.name, "PGAPPNAME": c.name})
        for c in found
    ]


def gunicorn(port: int) -> list[str]:
    return [
        *(str(BIN / "gunicorn"), "hearteam.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "hearteam.web_worker.DrainingWorker", "--workers", "1", "--threads", "8"),
        *("--preload", "--keep-alive", "0"),
        *("--timeout", "30", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


def uvicorn(port: int) -> list[str]:
    return [
        *(str(BIN / "uvicorn"), "hearteam.asgi:application", "--host", "127.0.0.1", "--port", str(port)),
        *("--ws", "dispatch.live.protocol:LiveProtocol", "--ws-per-message-deflate", "false", "--ws-max-size", "65536"),
        *("--ws-ping-interval", "10", "--ws-ping-timeout", "10", "--lifespan", "on"),
        *("--timeout-graceful-shutdown", "2", "--no-access-log", "--log-level", "warning"),
    ]


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    processes.die_with_parent()
    home, (web1, web2, live1, live2) = Path(sys.argv[1]), map(int, sys.argv[2:6])
    make_home(home)
    os.environ.update(COPIED | shared_environment(home) | {"HEARTEAM_HOME": str(home)})
    services = Services(home)
    os.environ.update(services.join())
    try:
        prepare(home, "http://127.0.0.1", "none", say)
        supervisor = Supervisor(home, PROJECT_DIR, children(home, [web1, web2], [live1, live2]), services, say)
        supervisor.catch_signals()
        try:
            supervisor.code = forks.read_code(forks.MODULES, services.addresses, code_fingerprint)
            say(WELL)
            supervisor.watch(lambda: None)
        finally:
            supervisor.stop()
    finally:
        services.leave()
        shutil.rmtree(figures_folder(home), ignore_errors=True)


if __name__ == "__main__":
    main()
