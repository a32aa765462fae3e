"""The angular fit of B0 -> K*0 mu mu, beside a plain weighted sum over the columns that it reads.

The angular functions are columns, computed once; what is left for each event is their weighted sum, its
logarithm and its reciprocal. All runs in one process on one thread, and the calls take turns.
"""

from __future__ import annotations

import ctypes
import math
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf
from benchmarks import process
from benchmarks.figures import NO_TARGET, TARGET, Table, at_most
from benchmarks.limit import LimitError, compiler
from benchmarks.timing import interleaved
from morefit_py.graph.meaning import evaluate

Array = NDArray[np.float64]

NAME = "angular"
P_WAVE = {"fl": 0.6, "s3": -0.02, "s4": -0.1, "s5": -0.2, "afb": 0.1, "s7": 0.01, "s8": 0.02, "s9": -0.03}
S_WAVE = {"fs": 0.1, "ss1": -0.1, "ss2": 0.02, "ss3": 0.03, "ss4": -0.02, "ss5": 0.01}
# Legendre polynomials of cos theta_l, cos theta_K and phi/pi, as an acceptance has them.
ACCEPTANCE = ((0.0, 0.0, 0.0, 1.0), (2.0, 0.0, 0.0, -0.2), (0.0, 1.0, 0.0, -0.15), (0.0, 2.0, 0.0, -0.1))
MODELS = ("P wave", "P and S wave", "P and S wave through an acceptance")
OFF = 1.1
SEED = 20240607
SUM, C_SUM = "weighted sum, NumPy", "weighted sum, C"
GOAL_SUM = 2.0
# MoreFit's fit with its compiled backend on one thread, from the true values: milliseconds by events.
MOREFIT = {10_000: 6.9, 100_000: 92.0, 1_000_000: 890.0}
GOAL_FIT = 0.2


def density(model: str, off: float = 1.0) -> mf.pdfs.KStarMuMu:
    """The density of a model, its parameters at the truth times `off`."""
    angles = (
        mf.Observable("cos_l", -1, 1),
        mf.Observable("cos_k", -1, 1),
        mf.Observable("phi", -math.pi, math.pi),
    )
    truth = P_WAVE if model == MODELS[0] else P_WAVE | S_WAVE
    held = {name: mf.Parameter(name, off * value) for name, value in truth.items()}
    return mf.pdfs.KStarMuMu(*angles, **held, acceptance=ACCEPTANCE if model == MODELS[2] else ())


def tables(quick: bool) -> list[Table]:
    """Milliseconds of a call and of a whole fit, with ratios to the weighted sum and to MoreFit."""
    calls = Table(
        NAME,
        "Value and gradient of the angular fit, against a weighted sum over the same columns; one thread",
        ("model", "events", "columns", "gradient / ms", f"{SUM} / ms", f"of {C_SUM}", f"of {SUM}", *TARGET),
        remarks=[
            "Medians. NumPy's is the product of the weights and the matrix of columns; C's leaves one number."
        ],
    )
    fits = Table(
        "angular_fits",
        "Fit of the angular observables with Hesse, started 10 % off; one thread",
        ("model", "events", "calls", "processor / ms", "fit / ms", "of MoreFit's", *TARGET),
        remarks=[
            "Least of ten. MoreFit's figures (6.9, 92 and 890 ms for the P wave) were taken on two shared "
            "cores, not in this run, and are those of a fit started at the true values."
        ],
    )
    for events in (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000):
        for model in MODELS if events == 100_000 else MODELS[:1]:
            found = process.run("benchmarks.angular", model, events, **process.threads(1))
            ratio, alone = found["gradient"] / found["sum"], found["gradient"] / found["c_sum"]
            goal = at_most(ratio, GOAL_SUM) if events == 100_000 else NO_TARGET
            milli = [1e3 * found[name] for name in ("gradient", "sum")]
            calls.add(model, events, found["columns"], *milli, alone, ratio, *goal)
            share = 1e3 * found["fit"] / MOREFIT[events] if model == MODELS[0] else None
            goal = at_most(share, GOAL_FIT) if events == 100_000 and share else NO_TARGET
            fits.add(model, events, found["calls"], 1e3 * found["cpu"], 1e3 * found["fit"], share, *goal)
    return [calls, fits]


def measure(model: str, events: int) -> dict[str, Any]:
    """Seconds of calls and fits of one model."""
    from time import perf_counter, process_time

    data = mf.sample(density(model), seed=SEED, size=events)
    assert isinstance(data, mf.Dataset)
    with warnings.catch_warnings():
        # Some corners of what the observables may be have negative rates.
        warnings.simplefilter("ignore", mf.MorefitWarning)
        fit = mf.compile(density(model, OFF), data)
    columns = _columns(density(model), data)
    weights = np.arange(1.0, 1.0 + len(columns))
    calls: dict[str, Callable[[], object]] = {
        "gradient": lambda: fit.likelihood.evaluate(fit.initial, 1),
        "sum": lambda: weights @ columns,
        "c_sum": _in_c(columns, weights),
    }
    found = {name: times.median for name, times in interleaved(calls, budget=1.0).items()}
    wall, cpu = [], []
    for _ in range(10):
        begin, used = perf_counter(), process_time()
        result = fit.minimise()
        wall.append(perf_counter() - begin)
        cpu.append(process_time() - used)
    if not result.valid:
        raise AssertionError(f"{model}: the fit is not valid: {result.message}")
    read = len(fit.audit().precomputed_columns)
    return {**found, "fit": min(wall), "cpu": min(cpu), "calls": sum(result.calls.values()), "columns": read}


def _columns(held: mf.pdfs.KStarMuMu, data: mf.Dataset) -> Array:
    """The angular functions, one row a function."""
    functions = [function for _, function in held._angular.terms]
    angles = {x.name: np.asarray(data[x.name]) for x in held.observables}
    return np.array([np.broadcast_to(f, len(data)) for f in evaluate(functions, {}, {"": angles})])


def _in_c(columns: Array, weights: Array) -> Callable[[], float]:
    source = Path(__file__).with_name("weighted_sum.c")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "sum.so"
        flags = (
            "-O3",
            "-march=native",
            "-mprefer-vector-width=512",
            "-ffast-math",
            "-fopenmp-simd",
            "-shared",
            "-fPIC",
        )
        command = [compiler(), *flags, f"-DCOLUMNS={len(columns)}", str(source), "-o", str(library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LimitError(done.stderr.strip().splitlines()[-1])
        call = ctypes.CDLL(str(library)).weighted_sum
    call.restype = ctypes.c_double
    expected = float(np.sum(weights @ columns))
    held = (
        ctypes.c_void_p(columns.ctypes.data),
        ctypes.c_void_p(weights.ctypes.data),
        ctypes.c_long(columns.shape[1]),
    )
    if not math.isclose(call(*held), expected, rel_tol=1e-9, abs_tol=1e-9 * columns.size):
        raise AssertionError("the weighted sum in C is another")
    return lambda: float(call(*held))


def main() -> None:
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("events", type=int)
    asked = parser.parse_args()
    process.answer(measure(asked.model, asked.events))


if __name__ == "__main__":
    main()
