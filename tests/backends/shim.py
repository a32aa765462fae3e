"""Kernels written for GPUs, compiled for this processor by way of the headers in `shims`."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

SHIMS = Path(__file__).parent / "shims"

_COMMON = ("-std=c++20", "-O1", "-shared", "-fPIC", "-Wall", "-Wno-attributes", "-Wno-unknown-pragmas")
_CUDA = ("-include", str(SHIMS / "cuda_shim.h"))
# Unsuffixed numbers are of single precision in Metal.
_METAL = ("-fsingle-precision-constant", "-Wno-unused-function", "-I", str(SHIMS / "metal"))


def compile_cuda(source: Path, library: Path) -> None:
    _compile(source, library, _CUDA)


def compile_metal(source: Path, library: Path) -> None:
    _compile(source, library, _METAL)


def _compile(source: Path, library: Path, flags: tuple[str, ...]) -> None:
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("no g++ to play a GPU with")
    command = [compiler, *_COMMON, *flags, "-x", "c++", str(source), "-o", str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def launcher(library: ctypes.CDLL) -> ctypes._CFuncPtr:
    """What runs a kernel of a library over blocks of threads: (kernel, blocks, threads, arguments)."""
    launch = library.shim_launch
    launch.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p]
    launch.restype = None
    return launch


def grid_launcher(library: ctypes.CDLL) -> ctypes._CFuncPtr:
    """What runs a kernel of a library over a grid: (kernel, blocks, blocks, threads, arguments)."""
    launch = library.shim_launch_grid
    launch.argtypes = [ctypes.c_void_p, *[ctypes.c_uint] * 3, ctypes.c_void_p]
    launch.restype = None
    return launch


def address(library: ctypes.CDLL, kernel: str) -> int:
    found = ctypes.cast(getattr(library, kernel), ctypes.c_void_p).value
    assert found
    return found
