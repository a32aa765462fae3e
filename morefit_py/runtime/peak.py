"""What this machine does at most: measured by two small loops whose operations are known beforehand."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np

from morefit_py.runtime.cache import KernelCache, digest
from morefit_py.runtime.threads import over_chunks, thread_count
from morefit_py.runtime.toolchain import compile_library, find_toolchain

# Independent chains of vectors, enough to hide the latency of each operation.
_CHAINS, _ROUNDS = 12, 4000
# Parts of the work, enough for every thread to be given some; and numbers read, more than caches hold.
_PARTS, _ROWS = 64, 1 << 24
_REPETITIONS = 5
_SOURCE = """
#if defined(__AVX512F__)
enum { LANES = 8 };
#elif defined(__AVX__)
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif
#define EXPORT __attribute__((visibility("default")))
typedef double vector __attribute__((vector_size(8 * LANES)));

EXPORT double arithmetic(long rounds)
{
    vector held[CHAINS], factor, term;
    for (int lane = 0; lane < LANES; ++lane) {
        factor[lane] = 0.5 + 1e-9 * rounds;
        term[lane] = 1e-3 * lane;
        for (int k = 0; k < CHAINS; ++k)
            held[k][lane] = k;
    }
    for (long i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
        for (int k = 0; k < CHAINS; ++k)
            held[k] = held[k] * factor + term;
    }
    for (int k = 1; k < CHAINS; ++k)
        held[0] += held[k];
    return held[0][0] < 0 ? 0 : LANES;
}

EXPORT double reading(const double *x, long rows)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (long i = 0; i < rows; ++i)
        sum += x[i];
    return sum;
}
"""


@dataclass(frozen=True)
class Peak:
    """The most that all threads together do a second: operations in double precision, and bytes read from
    memory."""

    operations: float
    bytes: float


@cache
def peak() -> Peak:
    """The peak of this machine, measured once a process in a fraction of a second.

    Raises BackendError where there is no C compiler.
    """
    library = ctypes.CDLL(str(_library()))
    threads = thread_count()
    arithmetic, reading = library.arithmetic, library.reading
    for function, types in ((arithmetic, (ctypes.c_long,)), (reading, (ctypes.c_void_p, ctypes.c_long))):
        function.argtypes, function.restype = types, ctypes.c_double
    lanes = arithmetic(1)
    data = np.ones(_ROWS)
    rows = _ROWS // _PARTS

    def compute(first: int, last: int) -> None:
        arithmetic(_ROUNDS * (last - first))

    def read(first: int, last: int) -> None:
        reading(data.ctypes.data + 8 * rows * first, rows * (last - first))

    computing = _least(lambda: over_chunks(compute, _PARTS, threads))
    reads = _least(lambda: over_chunks(read, _PARTS, threads))
    return Peak(2 * _CHAINS * lanes * _ROUNDS * _PARTS / computing, data.nbytes / reads)


def _least(call: Callable[[], object]) -> float:
    """Seconds of a call, the least of several."""
    seconds = []
    for _ in range(_REPETITIONS):
        begin = perf_counter()
        call()
        seconds.append(perf_counter() - begin)
    return min(seconds)


def _library() -> Path:
    toolchain = find_toolchain()
    text = f"enum {{ CHAINS = {_CHAINS} }};{_SOURCE}"

    def build(folder: Path) -> dict[str, str]:
        (folder / "peak.c").write_text(text)
        compile_library(toolchain, folder / "peak.c", folder / "peak.so")
        return {"compiler": toolchain.version}

    key = digest("peak", text, toolchain.identity)
    return KernelCache.default().get_or_build(key, build, "peak").path("peak.so")
