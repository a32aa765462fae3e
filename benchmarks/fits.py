"""Whole fits with Hesse errors: against iminuit with numba-stats and with jax, on the same data.

Kernels are compiled before; each tool uses every processor. Results must agree with the peers', whose
minima are first polished beyond their defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf
from benchmarks import peers
from benchmarks.figures import NO_TARGET, TARGET, Cell, Table, at_least, at_most
from benchmarks.machine import cores
from benchmarks.models import FITTED, A, Case
from benchmarks.timing import Times, interleaved

Array = NDArray[np.float64]

NAME = "fits"
NUMBA, FUSED, JAX = "numba-stats", "numba-stats, fused", "jax"
MOST_CALLS = 10
# At the largest sample: times as fast as each peer, and nanoseconds per event and thread, a fifth of
# what the C++ program MoreFit takes for its analytic fit (350 on another machine, see the remarks).
GOALS = {NUMBA: 50.0, JAX: 10.0}
PER_EVENT_GOAL = 70.0
VALUE_GOAL, ERROR_GOAL = 1e-4, 1e-3
# Beyond this, a peer's fit of the larger models takes minutes.
LARGE = 1_000_000


@dataclass
class _Fits:
    """Every tool's fit of one sample, as calls, and what they last returned."""

    calls: dict[str, Callable[[], object]]
    last: dict[str, Any]


def tables(quick: bool, long: bool = False) -> list[Table]:
    """Times by model, sample and tool; evaluations; agreement with the peers."""
    times = Table(
        NAME,
        "Whole fit with Hesse errors, kernels compiled, starts 10 % off",
        ("model", "events", "tool", "calls", "median / ms", "least / ms", "morefit_py is faster by", *TARGET),
        remarks=[
            "Calls are those of the minimiser and Hesse together: Newton's give value, gradient and "
            "Hessian at once, jax's are values + gradients, the others' are values.",
            *(f"{name} is not installed: no figures" for name in peers.absent()),
        ],
    )
    agreement = Table(
        "agreement",
        "Agreement of the fits with iminuit + numba-stats and jax",
        ("model", "events", "peer", "what", "largest difference / error", *TARGET),
        remarks=[
            "Differences in units of the error of each parameter, the largest of all. The peers' minima "
            "are polished (strategy 2, tolerance 1e-6) beyond what their defaults reach."
        ],
    )
    speed = Table(
        "per_event",
        "Whole fit per event and thread (model A)",
        ("events", "threads", "ns", *TARGET),
        remarks=[
            "MoreFit (C++, one thread, analytic derivatives, kernels built, started at the truth) takes "
            "350 ns for a comparable fit of 1e6 events; measured before on another machine, so that the "
            "target of a fifth is not one of the same run."
        ],
    )
    sizes = (10_000,) if quick else (10_000, 100_000, LARGE)
    for case in FITTED:
        for events in sizes:
            with_peers = events < LARGE or case is A or long
            found, held = _measure(case, events, with_peers, quick)
            _fill_times(times, case, events, found, held, largest=events == LARGE)
            _fill_agreement(agreement, case, events, held)
            if case is A:
                each = 1e9 * found["morefit_py"].median * cores() / events
                goal = at_most(each, PER_EVENT_GOAL) if events == LARGE else NO_TARGET
                speed.add(events, cores(), each, *goal)
    if not quick and not long:
        times.remarks.append("The peers fit 1e6 events of model A only; `--long` lets them fit the others.")
    return [times, agreement, speed]


def _measure(case: Case, events: int, with_peers: bool, quick: bool) -> tuple[dict[str, Times], _Fits]:
    data, start = case.data(events), case.start(events)
    held = _Fits({}, {})
    fit = mf.compile(case.model(events), {"mass": data})
    for minimiser in ("newton", "minuit"):
        name = "morefit_py" if minimiser == "newton" else f"morefit_py, {minimiser}"
        held.calls[name] = _ours(fit, minimiser, name, held.last)
    missing = peers.absent()
    if with_peers and NUMBA not in missing:
        from benchmarks.peers_numba import minuit as numba_minuit

        held.calls[NUMBA] = _theirs(numba_minuit(case, data, start), NUMBA, held.last)
        held.calls[FUSED] = _theirs(numba_minuit(case, data, start, fused=True), FUSED, held.last)
    if with_peers and JAX not in missing:
        from benchmarks.peers_jax import minuit as jax_minuit

        held.calls[JAX] = _theirs(jax_minuit(case, data, start), JAX, held.last)
    # A peer's fit of many events takes long enough to be taken once.
    return interleaved(held.calls, budget=0.3 if quick else 2.0, least=1), held


def _ours(fit: mf.CompiledFit, minimiser: str, name: str, last: dict[str, Any]) -> Callable[[], object]:
    def call() -> None:
        last[name] = fit.minimise(minimiser)

    return call


def _theirs(minuit: Any, name: str, last: dict[str, Any]) -> Callable[[], object]:
    def call() -> None:
        minuit.reset()
        minuit.migrad()
        minuit.hesse()
        last[name] = minuit

    return call


def _fill_times(
    table: Table, case: Case, events: int, found: dict[str, Times], held: _Fits, largest: bool
) -> None:
    ours = found["morefit_py"].median
    for name, time in found.items():
        calls = _calls(held.last[name])
        faster = None if name == "morefit_py" else time.median / ours
        goal: tuple[Cell, Cell] = NO_TARGET
        if name == "morefit_py":
            assert isinstance(calls, int)
            goal = at_most(calls, MOST_CALLS, " calls")
        elif largest and name in GOALS:
            goal = at_least(faster, GOALS[name])
        table.add(case.name, events, name, calls, 1e3 * time.median, 1e3 * time.least, faster, *goal)


def _calls(result: Any) -> int | str:
    if isinstance(result, mf.FitResult):
        return sum(result.calls.values())
    return f"{result.nfcn} + {result.ngrad}" if result.ngrad else int(result.nfcn)


def _fill_agreement(table: Table, case: Case, events: int, held: _Fits) -> None:
    ours: mf.FitResult = held.last["morefit_py"]
    if not ours.valid:
        table.add(case.name, events, "none", f"not valid: {ours.reasons}", None, "valid", False)
        return
    values, errors = (np.array([held[name] for name in ours.parameters]) for held in (ours.values, ours.errors))
    for name in (NUMBA, JAX):
        if name not in held.last:
            continue
        minuit = _polished(held.last[name], values)
        moved = float(np.max(np.abs(np.array(minuit.values) - values) / errors))
        changed = float(np.max(np.abs(np.array(minuit.errors) / errors - 1.0)))
        table.add(case.name, events, name, "values", moved, *at_most(moved, VALUE_GOAL))
        table.add(case.name, events, name, "errors", changed, *at_most(changed, ERROR_GOAL))


def _polished(minuit: Any, near: Array) -> Any:
    """The peer's minimum beyond its defaults, found from its own values; `near` is not used to move it."""
    minuit.strategy = 2
    minuit.tol = 1e-6
    minuit.migrad()
    minuit.hesse()
    return minuit
