"""Whole fits with Hesse errors: against iminuit with numba-stats and with jax, on the same data.

Kernels are compiled before; each tool uses every processor. Each model and sample has a process of its
own, in which the tools take turns. Results must agree with the peers', whose minima are first polished
beyond their defaults.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf
from benchmarks import peers, process
from benchmarks.agreement import ERROR_GOAL, VALUE_GOAL, compared
from benchmarks.figures import NO_TARGET, TARGET, Cell, Table, at_least, at_most
from benchmarks.machine import cores
from benchmarks.models import WHOLE_FITS, A, B, C, Case
from benchmarks.timing import interleaved

Array = NDArray[np.float64]

NAME = "fits"
OURS, OURS_MINUIT = "morefit_py", "morefit_py, minuit"
NUMBA, FUSED, JAX = "numba-stats", "numba-stats, fused", "jax"
COUNTED = (NUMBA, JAX, OURS_MINUIT)
MOST_CALLS = 10
LARGE = 1_000_000
# Times as fast as each peer, by model and number of events.
GOALS = {
    A: {LARGE: {NUMBA: 50.0, JAX: 10.0}},
    B: {LARGE: {NUMBA: 50.0, JAX: 20.0}},
    C: {100_000: {NUMBA: 20.0, JAX: 20.0}},
}
# At the largest sample, nanoseconds per event and thread: a fifth of what the C++ program MoreFit takes
# for its analytic fit.
PER_EVENT_GOAL = 70.0
# How much slower than the customary way the expert's may be before it is no use.
TOO_SLOW = 2.0


def tables(quick: bool, long: bool = False) -> list[Table]:
    """Times by model, sample and tool; evaluations; agreement with the peers; time per event."""
    times = Table(
        NAME,
        "Whole fit with Hesse errors, kernels compiled, starts 10 % off; medians",
        ("model", "events", "tool", "ms", "morefit_py is faster by", *TARGET),
        remarks=[f"{name} is not installed: no figures" for name in peers.absent()],
    )
    calls = Table(
        "calls",
        "Evaluations of the likelihood in these fits, minimiser and Hesse together",
        ("model", "events", *COUNTED, OURS, *TARGET),
        remarks=[
            "Newton's give value, gradient and Hessian at once, those of morefit_py's MIGRAD what it asks "
            "for; jax's are values + gradients, those of numba-stats values.",
        ],
    )
    agreement = Table(
        "agreement",
        "Agreement with iminuit + numba-stats and iminuit + jax",
        ("model", "events", "peer", "of", "largest difference / error", *TARGET),
        remarks=[
            "The largest over all parameters. The peers' minima are polished beyond what their defaults "
            "reach (strategy 2, tolerance 1e-6). Errors are held against jax's exact Hessian, and against "
            "numba-stats by the same differences of both NLLs.",
        ],
    )
    speed = Table(
        "per_event",
        "Whole fit per event and thread (model A)",
        ("events", "threads", "ns", *TARGET),
        remarks=[
            "The target is a fifth of what MoreFit (C++, one thread, analytic derivatives, kernels built, "
            "started at the truth) took for 1e6 events of a comparable fit, 350 ns, on another machine."
        ],
    )
    sizes = (10_000,) if quick else (10_000, 100_000, LARGE)
    for case in WHOLE_FITS:
        for events in sizes:
            tools = _tools(case, events, long)
            try:
                found = process.run("benchmarks.fits", case.name, events, *tools, **process.POLITE)
            except process.ChildError as problem:
                times.add(case.name, events, f"failed: {problem}", None, None, "a fit", False)
                continue
            _fill_times(times, case, events, found)
            evaluations = found["calls"]
            others = [evaluations.get(name) for name in COUNTED]
            newton = evaluations[OURS]
            calls.add(case.name, events, *others, newton, *at_most(newton, MOST_CALLS))
            _fill_agreement(agreement, case, events, found)
            if case is A:
                each = 1e9 * found["median"][OURS] * cores() / events
                speed.add(
                    events, cores(), each, *(at_most(each, PER_EVENT_GOAL) if events == LARGE else NO_TARGET)
                )
            times.remarks.extend(word for word in found["remarks"] if word not in times.remarks)
            times.details[f"{case.name}, {events} events"] = found
    if not quick and not long:
        times.remarks.append(
            "Only model A is fitted by the peers at 1e6 events; `--long` has them fit the others."
        )
    return [times, calls, agreement, speed]


def _tools(case: Case, events: int, long: bool) -> list[str]:
    """The tools that take part: a peer's fit of many events of the larger models takes minutes."""
    missing = peers.absent()
    theirs = [name for name in (NUMBA, JAX) if name not in missing]
    if NUMBA in theirs:
        theirs.append(FUSED)
    return [OURS, OURS_MINUIT, *(theirs if events < LARGE or case is A or long else [])]


def _fill_times(table: Table, case: Case, events: int, found: dict[str, Any]) -> None:
    ours = found["median"][OURS]
    for name, median in found["median"].items():
        faster = None if name == OURS else median / ours
        goal: tuple[Cell, Cell] = NO_TARGET
        wanted = GOALS.get(case, {}).get(events, {}).get(name)
        if wanted is not None:
            goal = at_least(faster, wanted)
        table.add(case.name, events, name, 1e3 * median, faster, *goal)


def _fill_agreement(table: Table, case: Case, events: int, found: dict[str, Any]) -> None:
    if found["reasons"]:
        table.add(case.name, events, "none", "; ".join(found["reasons"]), None, "valid", False)
    for name, (values, errors) in found["agreement"].items():
        table.add(case.name, events, name, "values", values, *at_most(values, VALUE_GOAL))
        table.add(case.name, events, name, "errors", errors, *at_most(errors, ERROR_GOAL))


def measure(case: Case, events: int, tools: list[str]) -> dict[str, Any]:
    """Median and least seconds and calls by tool, reasons for an invalid fit, and agreement by peer."""
    data = case.data(events)
    fit = mf.compile(case.model(events), case.named(data))
    last: dict[str, Any] = {}
    calls: dict[str, Callable[[], object]] = {OURS: _ours(fit, "newton", OURS, last)}
    if OURS_MINUIT in tools:
        calls[OURS_MINUIT] = _ours(fit, "minuit", OURS_MINUIT, last)
    for name in _other_backends(fit.backend):
        other = mf.compile(case.model(events), case.named(data), backend=name)
        calls[f"{OURS}, {name}"] = _ours(other, "newton", f"{OURS}, {name}", last)
    minuits, remarks = _minuits(case, data, tools)
    calls |= {name: _theirs(minuit, name, last) for name, minuit in minuits.items()}
    # A peer's fit of many events takes long enough to be taken once.
    times = interleaved(calls, budget=1.0, least=1)
    ours = last[OURS]
    hessians = {}
    if JAX in minuits:
        from benchmarks.peers_jax import hessian

        hessians[JAX] = hessian(case, data)
    return {
        "median": {name: time.median for name, time in times.items()},
        "least": {name: time.least for name, time in times.items()},
        "calls": {name: _calls(result) for name, result in last.items()},
        "remarks": [f"morefit_py runs on {fit.backend}", *remarks],
        "reasons": list(ours.reasons),
        "agreement": {
            name: compared(fit, ours, last[name], hessians.get(name))
            for name in (NUMBA, JAX)
            # Without a gradient, polishing takes several times as long as the fit.
            if name in last and (name == JAX or events < LARGE)
        },
    }


def _minuits(case: Case, data: Array, tools: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The peers' fits, not run yet, and remarks on those left out."""
    found: dict[str, Any] = {}
    remarks = []
    start = case.start(data.shape[-1])
    if NUMBA in tools:
        from benchmarks import peers_numba

        found[NUMBA] = peers_numba.minuit(case, data, start)
    if FUSED in tools:
        fused = peers_numba.minuit(case, data, start, fused=True)
        slower = _seconds(fused, start) / _seconds(found[NUMBA], start)
        if slower < TOO_SLOW:
            found[FUSED] = fused
        else:
            remarks.append(
                f"{FUSED}: left out for model {case.name} at {data.shape[-1]} events, where it is "
                f"{slower:.1f} times as slow as the customary way"
            )
    if JAX in tools:
        from benchmarks import peers_jax

        found[JAX] = peers_jax.minuit(case, data, start)
    return found, remarks


def _seconds(minuit: Any, at: Array) -> float:
    """One evaluation of the NLL, the best of a few."""
    return min(interleaved({"": lambda: minuit.fcn(at)}, budget=0.05)[""].seconds)


def _other_backends(taken: str) -> list[str]:
    names = dict.fromkeys(device.backend for device in mf.devices() if device.usable)
    return [name for name in names if name not in (taken, "reference")]


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


def _calls(result: Any) -> int | str:
    if isinstance(result, mf.FitResult):
        return sum(result.calls.values())
    return f"{result.nfcn} + {result.ngrad}" if result.ngrad else int(result.nfcn)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("events", type=int)
    parser.add_argument("tools", nargs="+")
    asked = parser.parse_args()
    case = next(case for case in WHOLE_FITS if case.name == asked.case)
    process.answer(measure(case, asked.events, asked.tools))


if __name__ == "__main__":
    main()
