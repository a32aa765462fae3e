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


def tables(quick: bool) -> list[Table]:
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
    return [made]
