"""What a call costs beside the kernel: 100 events, where the kernel itself takes next to nothing."""

from __future__ import annotations

from collections.abc import Callable

import morefit_py as mf
from benchmarks.figures import NO_TARGET, TARGET, Table, at_most
from benchmarks.models import A
from benchmarks.timing import interleaved

NAME = "overhead"
EVENTS = 100
GOAL = 50.0
# Milliseconds that a fit may take in all, by events.
FIT_GOALS = {100: 0.5, 10_000: 2.0}


def tables(quick: bool) -> list[Table]:
    """Times of single calls and of whole small fits."""
    return [_calls(quick), _fits(quick)]


def _calls(quick: bool) -> Table:
    """One row a backend and call; times of the public methods, in microseconds."""
    made = Table(
        NAME,
        f"Time per call at {EVENTS} events (model A)",
        ("on", "call", "median / us", "least / us", *TARGET),
        remarks=["The target is Python's overhead on `c`; other backends launch kernels of their own."],
    )
    data, theta = A.data(EVENTS), A.start(EVENTS)
    for name in dict.fromkeys(device.backend for device in mf.devices() if device.usable):
        fit = mf.compile(A.model(EVENTS), {"mass": data}, backend=name)
        calls: dict[str, Callable[[], object]] = {
            "nll": lambda fit=fit: fit.nll(theta),  # type: ignore[misc]
            "gradient": lambda fit=fit: fit.gradient(theta),  # type: ignore[misc]
            "hessian": lambda fit=fit: fit.hessian(theta),  # type: ignore[misc]
        }
        for call, time in interleaved(calls, budget=0.2 if quick else 1.0, most=5000).items():
            goal = at_most(1e6 * time.median, GOAL) if name == "c" else NO_TARGET
            made.add(name, call, 1e6 * time.median, 1e6 * time.least, *goal)
    return made


def _fits(quick: bool) -> Table:
    """One row a number of events; `minimise` of a compiled fit, in milliseconds."""
    made = Table(
        NAME,
        "Fit with Hesse, compiled before (model A, 5 parameters started 10 % off, on `c`)",
        ("events", "calls", "median / ms", "likelihood / ms", "least / ms", *TARGET),
        remarks=[
            "The target is for the least: what another process takes of the processor is not the fit's."
        ],
    )
    fits = {
        events: mf.compile(A.model(events), {"mass": A.data(events)}, backend="c") for events in FIT_GOALS
    }
    calls = {str(events): fit.minimise for events, fit in fits.items()}
    for events, time in interleaved(calls, budget=0.2 if quick else 1.0, most=2000).items():
        result = fits[int(events)].minimise()
        least = 1e3 * time.least
        goal = at_most(least, FIT_GOALS[int(events)], " ms")
        inside = 1e3 * result.times["likelihood"]
        made.add(int(events), sum(result.calls.values()), 1e3 * time.median, inside, least, *goal)
    return made
