"""How long `make run` takes to come up again, the processor time of that, and the memory of the whole system at rest.

    python -m benchmarks.start [TIMES]

A second start: installed and loaded before, `TRAFFIC=none`, until `/readyz` says that all is well. Ends with 1 where
one is not ready in five seconds or the system at rest takes more than 700 MB (PSS, PostgreSQL and Valkey included).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.system import memory_kb, processor_seconds, running, with_descendants
from hearteam.embedded.processes import free_port

READY_S = 5.0
AT_REST_MB = 700.0
REST_S = 10.0


def second_start(folder: Path, port: int, environment: dict[str, str], rest: float) -> tuple[float, float, float]:
    """Seconds until it was ready, processor seconds until then, and after `rest` seconds megabytes."""
    began = time.monotonic()
    with running(folder, port, environment) as supervisor:
        seconds = time.monotonic() - began
        processor = processor_seconds(with_descendants([supervisor]))
        time.sleep(rest)
        return seconds, processor, memory_kb(with_descendants([supervisor])) / 1000


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o711)  # PostgreSQL's user passes through
    port = free_port()
    left_out = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HEARTEAM_TEST_RUN")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"HEARTEAM_HOME": str(folder / "home"), "PORT": str(port), "TRAFFIC": "none", "HOST": "127.0.0.1"}
    try:
        with running(folder, port, environment):
            pass
        found = [second_start(folder, port, environment, REST_S if n == 0 else 0.0) for n in range(times)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds, memory = [one[0] for one in found], found[0][2]
    shown = f"{min(seconds):.1f} to {max(seconds):.1f} s"
    print(f"a second start, until well    {shown} (<= {READY_S:.0f} s)")
    print(f"  processor time of that      {min(one[1] for one in found):.1f} s")
    print(f"whole system at rest, PSS     {memory:.0f} MB (<= {AT_REST_MB:.0f} MB)")
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    sys.exit(max(seconds) > READY_S or memory > AT_REST_MB)


if __name__ == "__main__":
    main()
