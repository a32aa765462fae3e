"""The C compiler of this machine: found, identified, and run."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from morefit_py.codegen.arrays import code_length
from morefit_py.errors import BackendError

REMEDY = (
    "install gcc or clang, name one in the environment variable CC, or `pip install 'morefit-py[compiler]'`"
)
_NAMES = ("gcc", "clang", "cc")
_COMMON = (
    "-std=gnu11",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=fast",
    "-fopenmp-simd",
    "-fvisibility=hidden",
    "-fPIC",
    "-shared",
)
# Two vectors of rows at a time, their operations in turn, so that each waits less for the one before it.
# Other compilers do it of themselves, or not at all.
_INTERLEAVED = (
    "-fschedule-insns",
    "-fsched-pressure",
    "-funroll-loops",
    "--param=max-unroll-times=2",
    "--param=max-unrolled-insns=800",
    "--param=max-average-unrolled-insns=800",
)
# Compilers take more than linear time in the length of a loop: past these sizes of source, in bytes, a
# kernel that is there at all is worth more than a fast one.
_LEVELS = ((8_000_000, "-O0"), (2_500_000, "-O1"))


@dataclass(frozen=True)
class Toolchain:
    """A compiler: how it is called, what it calls itself, and the flags kernels are built with."""

    command: tuple[str, ...]
    version: str
    flags: tuple[str, ...]

    @property
    def identity(self) -> str:
        """What a compiled kernel depends on beside its source: compiler, version, flags, processor."""
        return "\0".join((*self.command, self.version, *self.flags, processor()))


@cache
def find_toolchain() -> Toolchain:
    """The compiler in CC, else gcc, clang or cc on the path, else zig's from PyPI.

    Raises BackendError, with every place looked at and the remedy, if there is none that runs.
    """
    asked = os.environ.get("CC")
    if asked:
        found = _try(tuple(shlex.split(asked)))
        if found is None:
            raise BackendError(f"the compiler CC={asked!r} does not run; {REMEDY}")
        return found
    for name in _NAMES:
        path = shutil.which(name)
        found = _try((path,)) if path else None
        if found is not None:
            return found
    if find_spec("ziglang") is not None:
        found = _try((sys.executable, "-m", "ziglang", "cc"))
        if found is not None:
            return found
    raise BackendError(
        f"no C compiler: looked for {', '.join(_NAMES)} on the PATH, and for ziglang; {REMEDY}"
    )


def _try(command: tuple[str, ...]) -> Toolchain | None:
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    version = done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"
    return Toolchain(command, version, _flags(done.stdout))


def _flags(version: str) -> tuple[str, ...]:
    native = ["-march=native"]
    if platform.machine().lower() in ("arm64", "aarch64") and "clang" in version:
        native = ["-mcpu=native"]
    elif platform.machine().lower() in ("x86_64", "amd64"):
        native.append("-mprefer-vector-width=512")
    interleaved = _INTERLEAVED if "Free Software Foundation" in version else ()
    return (*_COMMON, *interleaved, *native)


@cache
def processor() -> str:
    """What identifies the processor's instruction set, for kernels compiled for it alone."""
    try:
        lines = (
            Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").split("\n\n")[0].splitlines()
        )
        told = [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
        return sha256("\n".join(told).encode()).hexdigest()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"


def compile_library(toolchain: Toolchain, source: Path, library: Path) -> None:
    """Compile one source to a shared library; raises BackendError with the compiler's own words."""
    size = code_length(source.read_text())
    level = next((flag for bytes_, flag in _LEVELS if size > bytes_), "-O3")
    command = [*toolchain.command, *toolchain.flags, level, str(source), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        remedy = f"; {REMEDY}" if "ld" in said and "cannot find" in said else ""
        raise BackendError(f"{toolchain.command[-1]} failed on {source}:\n{said[-2000:]}{remedy}")
