"""The hand-written kernel of limit.c: compiled, called, and turned into an NLL with its derivatives."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.models import HIGH, LOW

Array = NDArray[np.float64]

SOURCE = Path(__file__).with_name("limit.c")
FLAGS = ("-O3", "-march=native", "-fopenmp", "-shared", "-fPIC")
# Compilers vectorise calls of the library only if any order will do; that order would undo the rounding
# in the inline exponential.
VARIANTS = {
    "by hand, library": ("-ffast-math",),
    "by hand, inline": (
        "-DINLINE_MATH",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-ffp-contract=fast",
    ),
}
SUMS = {"value": 1, "gradient": 6, "hessian": 15, "gradient_by_ratio": 6}


class LimitError(Exception):
    """The kernel cannot be built here; the message says why."""


@dataclass(frozen=True)
class Limit:
    """The kernel bound to data and a number of threads; `calls` take constants and fill `out`."""

    data: Array
    constants: Array
    out: Array
    calls: dict[str, Callable[[], None]]

    def at(self, theta: Array) -> None:
        """Move to the parameters (n_sig, mu, sigma, n_bkg, slope)."""
        n_sig, mu, sigma, n_bkg, slope = theta
        norm = -slope / -np.expm1(slope * (HIGH - LOW))
        height = n_sig / (sigma * np.sqrt(2.0 * np.pi))
        self.constants[:6] = mu, 1.0 / sigma, height, slope, n_bkg * norm, LOW

    def evaluate(self, theta: Array, order: str = "hessian") -> tuple[float, Array, Array]:
        """The NLL, its gradient (5,) and Hessian (5, 5), for checking; without Hessian they stay zero."""
        self.at(theta)
        self.calls[order]()
        n_sig, _, sigma, n_bkg, slope = theta
        s0, sa, sat, satt, sb, sby = self.out[:6]
        q = self.out[6:15] if order == "hessian" else np.zeros(9)
        # log of the exponential's normalisation, differentiated by the slope once and twice.
        width = HIGH - LOW
        decay = np.exp(slope * width)
        first = 1.0 / slope + width * decay / (1.0 - decay)
        second = -1.0 / slope**2 + width**2 * decay / (1.0 - decay) ** 2
        gradient = np.array(
            [1 - sa / n_sig, -sat / sigma, -(satt - sa) / sigma, 1 - sb / n_bkg, -(sby + first * sb)]
        )
        products = np.array(
            [[q[0], q[1], q[2], q[5]], [q[1], q[2], q[3], q[6]], [q[2], q[3], q[4], q[7]], [*q[5:8], q[8]]]
        )
        # Gradient of log ps - log pb in terms of (1, t, t^2, y).
        u = np.zeros((5, 4))
        u[0, 0], u[1, 1], u[2, 2], u[2, 0] = 1 / n_sig, 1 / sigma, 1 / sigma, -1 / sigma
        u[3, 0], u[4, 0], u[4, 3] = -1 / n_bkg, -first, -1.0
        own = np.zeros((5, 5))
        own[0, 0], own[1, 1] = -sa / n_sig**2, -sa / sigma**2
        own[1, 2] = own[2, 1] = -2.0 * sat / sigma**2
        own[2, 2] = (sa - 3.0 * satt) / sigma**2
        own[3, 3], own[4, 4] = -sb / n_bkg**2, second * sb
        return n_sig + n_bkg - s0, gradient, -(own + u @ products @ u.T)


def compiler() -> str:
    """The C compiler in CC, else gcc or clang; raises LimitError if there is none."""
    for name in (os.environ.get("CC"), "gcc", "clang"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise LimitError("no C compiler among CC, gcc and clang")


def build(variant: str) -> ctypes.CDLL:
    """The kernel of a variant, compiled into a temporary file; raises LimitError with the reason."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "limit.so"
        command = [compiler(), *FLAGS, *VARIANTS[variant], str(SOURCE), "-o", str(library), "-lm"]
        wide = [*command, "-mprefer-vector-width=512"]
        for attempt in (wide, command):
            done = subprocess.run(attempt, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return ctypes.CDLL(str(library))
    raise LimitError(f"{variant}: {done.stderr.strip().splitlines()[-1]}")


def bind(library: ctypes.CDLL, data: Array, threads: int) -> Limit:
    """The kernel on data of shape (n,), ready to be called at one point."""
    constants, out = np.zeros(7), np.zeros(15)
    constants[6] = np.sum(data - LOW)
    calls = {}
    for name in SUMS:
        function = getattr(library, f"limit_{name}")
        function.argtypes = [ctypes.c_void_p, ctypes.c_long, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
        function.restype = None
        calls[name] = _bound(function, data, constants, threads, out)
    return Limit(data, constants, out, calls)


def _bound(
    function: Callable[..., None], data: Array, constants: Array, threads: int, out: Array
) -> Callable[[], None]:
    # The arrays are held here, as the addresses alone would not keep them.
    held = data, constants, out
    x, c, sums = (array.ctypes.data for array in held)

    def call() -> None:
        function(x, len(held[0]), c, threads, sums)

    return call
