"""The figures as Prometheus reads them: those of every process of this machine, and how much each takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from hearteam.observe import metrics, slots

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Processes(Collector):
    """Memory and processor time by name; several of one name are added up. Only where there is /proc."""

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        resident = GaugeMetricFamily("hearteam_process_resident_bytes", "Memory held.", labels=["process"])
        cpu = CounterMetricFamily("hearteam_process_cpu_seconds", "Processor time used.", labels=["process"])
        number = GaugeMetricFamily("hearteam_processes", "Processes that live.", labels=["process"])
        held: dict[str, list[tuple[int, float]]] = {}
        for name, pid in slots.counting_processes():
            if (used := usage(pid)) is not None:
                held.setdefault(name, []).append(used)
        for name, of_name in held.items():
            resident.add_metric([name], sum(memory for memory, _ in of_name))
            cpu.add_metric([name], sum(seconds for _, seconds in of_name))
            number.add_metric([name], len(of_name))
        yield from (resident, cpu, number)


def usage(pid: int) -> tuple[int, float] | None:
    """(Resident bytes, processor seconds) of a process; None when it is gone."""
    try:
        statm = Path(f"/proc/{pid}/statm").read_text().split()
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None
    return int(statm[1]) * PAGE, (int(stat[11]) + int(stat[12])) / TICKS


def exposition(*more: Collector) -> bytes:
    """All figures as text; `more` are read for this answer only."""
    registry = CollectorRegistry()
    registry.register(Processes())
    shared = slots.folder()
    if shared is not None and shared.is_dir():
        MultiProcessCollector(registry, str(shared))  # type: ignore[no-untyped-call]
    for collector in more:
        registry.register(collector)
    counted = b"" if shared else generate_latest(metrics.REGISTRY)
    return counted + generate_latest(registry)
