"""What the figures were taken on, and how busy it was."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import morefit_py as mf

PACKAGES = ("numpy", "scipy", "iminuit", "numba", "numba-stats", "jax", "pyopencl")


def describe() -> dict[str, Any]:
    """Processor, memory, software, usable devices, and the load before the first figure."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "compiler": _compiler(),
        "packages": {name: _version(name) for name in PACKAGES},
        "devices": [f"{d.backend}: {d.name}" for d in mf.devices() if d.usable],
        "absent": [f"{d.backend}: {d.problem}" for d in mf.devices() if not d.usable],
        "load_before": load(),
    }


def cores() -> int:
    """The processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> float | None:
    """The load average of the last minute: about 0 on an idle machine."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def text(machine: dict[str, Any]) -> str:
    """The description as a Markdown list."""
    packages = ", ".join(f"{name} {held}" for name, held in machine["packages"].items())
    absent = "; ".join(machine["absent"])
    memory = machine["memory_gib"]
    lines = [
        f"- {machine['processor']}, {machine['cores']} cores, {memory} GiB, {machine['system']}",
        f"- Python {machine['python']}, {machine['compiler']}; {packages}",
        f"- devices: {'; '.join(machine['devices'])}" + (f" (not usable: {absent})" if absent else ""),
        f"- load average before: {machine['load_before']}"
        + (f", and after: {machine['load_after']}" if "load_after" in machine else ""),
    ]
    return "\n".join(lines)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip() + _vectors()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _vectors() -> str:
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    return next((f" with {name.upper()}" for name in ("avx512f", "avx2", "avx") if name in flags), "")


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None


def _compiler() -> str:
    from benchmarks.limit import LimitError, compiler

    try:
        done = subprocess.run([compiler(), "--version"], capture_output=True, text=True, check=True)
    except (LimitError, OSError, subprocess.SubprocessError):
        return "no C compiler"
    return done.stdout.splitlines()[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
