"""Value, gradient and Hessian per call on every usable backend, against the kernel written by hand.

Each number of threads has a process of its own, as OpenCL fixes it for good; within it the calls take
turns. The backends must first agree with the hand-written kernel.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np

import morefit_py as mf
from benchmarks import limit, process
from benchmarks.figures import NO_TARGET, TARGET, Table, at_most
from benchmarks.machine import cores
from benchmarks.models import A
from benchmarks.timing import interleaved

NAME = "evaluate"
ORDERS = ("value", "gradient", "hessian")
LIMITS = tuple(limit.VARIANTS)
EXTRA = "by hand, inline, one exponential"
# Value and gradient at the largest sample, as a multiple of the kernel by hand.
GOALS = {"c": 1.3, "opencl": 3.0}
REFERENCE_MOST = 100_000


def tables(quick: bool) -> list[Table]:
    """One row a number of threads, sample, order and backend."""
    sizes = (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000)
    made = Table(
        NAME,
        f"Time per call of model A ({A.title})",
        ("threads", "events", "order", "on", "median / ms", "least / ms", "by hand, library", "by hand, inline", *TARGET),
        remarks=[
            "The last two figures are ratios of medians to the hand-written kernel with the library's exp "
            "and log, and with inline ones. The target is held against the faster of the two.",
            f'"{EXTRA}": both components divided by one of them, which a compiler would have to discover.',
        ],
    )
    for count in dict.fromkeys((1, min(2, cores()))):
        for events in sizes:
            found = process.run("benchmarks.evaluate", count, events, **process.threads(count))
            _fill(made, count, events, found, events == sizes[-1])
            made.remarks += [f"{count} threads: {word}" for word in found["remarks"] if word not in made.remarks]
    made.remarks[:] = list(dict.fromkeys(made.remarks))
    return [made]


def _fill(table: Table, threads: int, events: int, found: dict[str, Any], judged: bool) -> None:
    for order in ORDERS:
        times = found["times"][order]
        best = [times[name]["median"] if name in times else None for name in LIMITS]
        for name, time in times.items():
            ratios = [None if held is None else time["median"] / held for held in best]
            goal = NO_TARGET
            known = [ratio for ratio in ratios if ratio is not None]
            if judged and order == "gradient" and name in GOALS and known:
                goal = at_most(max(known), GOALS[name])
            table.add(threads, events, order, name, 1e3 * time["median"], 1e3 * time["least"], *ratios, *goal)


def measure(threads: int, events: int) -> dict[str, Any]:
    """Times by order and by what ran, in seconds, with remarks on what could not."""
    data, theta = A.data(events), A.start(events)
    calls: dict[str, dict[str, Callable[[], object]]] = {order: {} for order in ORDERS}
    remarks = []
    by_hand = None
    for variant in LIMITS:
        try:
            bound = limit.bind(limit.build(variant), data, threads)
        except limit.LimitError as problem:
            remarks.append(str(problem))
            continue
        by_hand = bound.evaluate(theta)
        for order in ORDERS:
            calls[order][variant] = bound.calls[order]
        if variant == LIMITS[-1]:
            calls["gradient"][EXTRA] = bound.calls["gradient_by_ratio"]
    usable = dict.fromkeys(device.backend for device in mf.devices() if device.usable)
    for name in usable:
        if name == "reference" and events > REFERENCE_MOST:
            remarks.append(f"the reference backend is not timed beyond {REFERENCE_MOST} events")
            continue
        held = mf.compile(A.model(events), {"mass": data}, backend=name).likelihood
        if by_hand is not None:
            _check(name, held.evaluate(theta, 2), by_hand)
        for index, order in enumerate(ORDERS):
            calls[order][name] = lambda held=held, index=index: held.evaluate(theta, index)  # type: ignore[misc]
    absent = [f"no {d.backend}: {d.problem}" for d in mf.devices() if not d.usable and d.backend not in usable]
    times = {
        order: {
            name: {"median": time.median, "least": time.least}
            for name, time in interleaved(calls[order], budget=0.4).items()
        }
        for order in ORDERS
    }
    return {"times": times, "remarks": remarks + absent}


def _check(name: str, found: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    for order, ours, theirs in zip(ORDERS, found, expected, strict=True):
        scale = np.max(np.abs(theirs))
        if not np.allclose(ours, theirs, rtol=1e-7, atol=1e-7 * scale):
            raise AssertionError(f"{name}: its {order} is not that of the kernel by hand: {ours} {theirs}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("threads", type=int)
    parser.add_argument("events", type=int)
    asked = parser.parse_args()
    process.answer(measure(asked.threads, asked.events))


if __name__ == "__main__":
    main()
