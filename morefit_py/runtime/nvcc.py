"""NVIDIA's compiler: found, identified, and run."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from morefit_py.errors import BackendError

NO_NVCC = "no nvcc on the PATH or in CUDA_HOME; install the CUDA toolkit, or name its folder in CUDA_HOME"
FLAGS = ("-cubin", "-O3", "-std=c++17")


def find_nvcc() -> str | None:
    """The compiler in CUDA_HOME or CUDA_PATH, else on the PATH, else where it is usually installed."""
    homes = [os.environ[name] for name in ("CUDA_HOME", "CUDA_PATH") if os.environ.get(name)]
    for home in homes:
        found = shutil.which("nvcc", path=str(Path(home) / "bin"))
        if found:
            return found
    return shutil.which("nvcc") or shutil.which("nvcc", path="/usr/local/cuda/bin")


@cache
def nvcc_version() -> str:
    """What nvcc says of itself; raises BackendError if there is none that runs."""
    nvcc = find_nvcc()
    if nvcc is None:
        raise BackendError(NO_NVCC)
    try:
        done = subprocess.run([nvcc, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        raise BackendError(f"{nvcc} does not run: {problem}") from problem
    return done.stdout.strip().splitlines()[-1]


def compile_cubin(source: Path, cubin: Path, architecture: str) -> None:
    """Compile one source for one architecture; raises BackendError with the compiler's own words."""
    nvcc = find_nvcc()
    if nvcc is None:
        raise BackendError(NO_NVCC)
    command = [nvcc, *FLAGS, f"-arch={architecture}", str(source), "-o", str(cubin)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise BackendError(f"{nvcc} failed on {source} for {architecture}:\n{said[-2000:]}")
